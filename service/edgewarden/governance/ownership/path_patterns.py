"""Patterns of paths as ``CODEOWNERS`` files write them, and the last of many that fits a path.

GitHub's are those of ``.gitignore`` with exceptions (GitHub Docs, "About code owners"); GitLab's
are those of Ruby's ``File.fnmatch`` with ``FNM_PATHNAME`` and ``FNM_DOTMATCH``, made whole by
``normalize_pattern`` of its ``Gitlab::CodeOwners::File``. Whatever is written, matching takes time
in proportion to the path: a star takes the shortest text at which what follows it fits.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

MOST_WILDCARDS = 5_000
"""How many patterns of one file may be more than a path from the root."""
_EXPRESSIONS = 2 * MOST_WILDCARDS
_ANY = "**"
_NOTHING = "(?!)"
_BELOW = "[^/]+(?:/[^/]+)*"
_TOKEN = re.compile(r"\\(.)|(\*+)|(\?)|\[([!^]?)([^\]/]+)\]|(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PathPattern:
    """What a pattern matches: a path from the root, or all that an expression matches whole.

    ``itself`` tells whether the path is meant, and ``below`` whether what lies below it is.
    """

    path: str = ""
    itself: bool = False
    below: bool = False
    expression: str = ""


@dataclass(frozen=True, slots=True)
class PatternIndex:
    """Numbered patterns, of which the last that fits a path is wanted.

    ``paths`` are numbers by path, with a slash behind it for what lies below; ``others`` are
    numbers and expressions, the last first.
    """

    paths: Mapping[str, int]
    others: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, patterns: Iterable[tuple[int, PathPattern]]) -> "PatternIndex":
        """Of patterns in the order of their numbers."""
        paths: dict[str, int] = {}
        others: list[tuple[int, str]] = []
        for number, pattern in patterns:
            if pattern.expression:
                others.append((number, pattern.expression))
            if pattern.itself:
                paths[pattern.path] = number
            if pattern.below:
                paths[f"{pattern.path}/"] = number
        return cls(paths, tuple(reversed(others)))

    def last(self, path: str) -> int | None:
        """The number of the last pattern that matches a path from the root."""
        known = max((self.paths.get(key, -1) for key in _keys(path)), default=-1)
        for number, expression in self.others:
            if number < known:
                break
            if _compiled(expression).fullmatch(path):
                return number
        return known if known >= 0 else None


def github_pattern(text: str) -> PathPattern | None:
    """A pattern of GitHub; none where GitHub skips the line that holds it."""
    if text.startswith(("!", "\\#")) or "[" in text or "]" in text or "***" in text:
        return None
    parts = text.split("/")
    anchored = parts[0] == "" or len([part for part in parts if part]) > 1
    names = [part for part in parts if part]
    if not names:
        return None
    directory = parts[-1] == ""
    if anchored and not any(map(_special, names)):
        path = "/".join(map(_unescaped, names))
        return PathPattern(path, itself=not directory, below=True)
    if not anchored and names[0] != _ANY:
        names = [_ANY, *names]
    if directory:
        return PathPattern(expression=_expression([*names, _ANY]))
    expression = _expression(names)
    # A last name of one star alone means files, and no directories with what is below them.
    deeper = "" if names[-1] in {"*", _ANY} else "(?:/.*)?"
    return PathPattern(expression=f"{expression}{deeper}")


def gitlab_pattern(text: str) -> PathPattern:
    """A pattern of GitLab, where a directory is meant by a slash at the end alone."""
    text = text.removeprefix("\\") if text.startswith("\\#") else text
    if text == "*":
        return PathPattern(expression=_expression([_ANY, "*"]))
    names = [part for part in text.split("/") if part]
    directory = text.endswith("/")
    if text.startswith("/") and not any(map(_special, names)):
        path = "/".join(map(_unescaped, names))
        return PathPattern(path, itself=not directory, below=directory)
    if not text.startswith("/"):
        names = [_ANY, *names]
    if directory:
        names = [*names, _ANY, "*"]
    elif names and names[-1] == _ANY:
        names[-1] = "*"
    return PathPattern(expression=_expression(names))


def _keys(path: str) -> Iterator[str]:
    """The path, and every directory above it with a slash behind it."""
    yield path
    end = path.rfind("/")
    while end >= 0:
        yield path[: end + 1]
        end = path.rfind("/", 0, end)


def _special(name: str) -> bool:
    return any(character in name for character in "*?[")


def _unescaped(name: str) -> str:
    return re.sub(r"\\(.)", r"\1", name)


def _expression(names: list[str]) -> str:
    """Of names between slashes, in which two stars stand for any number of directories."""
    runs: list[list[str]] = [[]]
    for name in names:
        if name == _ANY:
            runs.append([])
        else:
            runs[-1].append(name)
    first, *middle = ["/".join(map(_name, run)) for run in runs]
    if not middle:
        return first
    *middle, last = middle
    between = "".join(f"(?>(?:[^/]+/)*?{text}/)" for text in middle if text)
    lead = f"{first}/" if first else ""
    return f"{lead}{between}" + (f"(?:[^/]+/)*?{last}" if last else _BELOW)


@lru_cache(maxsize=4096)
def _name(text: str) -> str:
    """The expression of one name: each run of stars is some text without a slash."""
    pieces: list[str] = [""]
    for escaped, stars, one, negated, members, plain in _TOKEN.findall(text):
        if stars:
            pieces.append("")
        elif one:
            pieces[-1] += "[^/]"
        elif members:
            pieces[-1] += f"(?!/)[{'^' if negated else ''}{_members(members)}]"
        else:
            pieces[-1] += re.escape(escaped or plain)
    if len(pieces) == 1:
        return pieces[0]
    first, *middle, last = pieces
    if not any(pieces):
        return "[^/]+"
    between = "".join(f"(?>[^/]*?{piece})" for piece in middle if piece)
    return f"{first}{between}[^/]*{last}"


def _members(text: str) -> str:
    return re.sub(r"([\\\[\]^&~|])", r"\\\1", text)


@lru_cache(maxsize=_EXPRESSIONS)
def _compiled(expression: str) -> re.Pattern[str]:
    try:
        return re.compile(expression, re.DOTALL)
    except re.error:  # a set of characters such as [z-a], which holds none
        return re.compile(_NOTHING)
