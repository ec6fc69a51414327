"""Patterns of texts: of paths, as a repository's configuration writes them, and of others.

Whatever is written, matching takes time in proportion to the text: a star takes the shortest text
at which what follows it fits, and never tries another one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_ANY = "**"
_LONGEST = 200
_NOTHING = "(?!)"
"""An expression that matches no text."""
_WITHIN = "[^/]"
"""A character of a name between slashes."""


def glob_fault(pattern: str) -> str:
    """What is wrong with a pattern and what to do about it; empty where it is sound."""
    parts = pattern.split("/")
    if not pattern.strip() or len(pattern) > _LONGEST:
        return f"write a path of 1 to {_LONGEST} characters"
    if pattern.startswith("/"):
        return "write the path from the root of the repository, without a slash in front"
    if ".." in parts:
        return "a path cannot leave the repository: name what lies in it"
    if "\\" in pattern:
        return "write slashes, not backslashes"
    if any(_ANY in part and part != _ANY for part in parts):
        return "** stands for whole directories: write it between slashes"
    return ""


@dataclass(frozen=True, slots=True)
class Globs:
    """Patterns that stand for files, and for directories with all that is below them.

    In a pattern ``*`` is any text without a slash, ``?`` one character of it and ``**`` any
    number of directories, none included; all else is meant literally. ``.`` is the whole tree.
    """

    patterns: tuple[str, ...]

    def match(self, path: str) -> str | None:
        """The first pattern that matches a path, which is relative to the root of the tree."""
        return next((p for p in self.patterns if _expression((p,)).match(path)), None)

    def matching(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of ``paths`` that some pattern matches."""
        expression = _expression(self.patterns)
        if not expression.pattern:
            return frozenset(paths)
        return frozenset(filter(expression.match, paths))


def crossing(patterns: Iterable[str]) -> re.Pattern[str]:
    """One expression for whole texts, in which a star stands for anything, a slash as well."""
    texts = "|".join(_starred(pattern, ".") for pattern in patterns)
    return re.compile(f"(?:{texts})\\Z", re.DOTALL)


@lru_cache(maxsize=64)
def _expression(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all patterns: it matches a whole path from its beginning.

    Patterns that may begin in any directory are tried there together. An empty expression matches
    every path.
    """
    alternatives = [list(_runs(_parts(pattern))) for pattern in patterns]
    if [[]] in alternatives:
        return re.compile("")
    anywhere = ["/".join(map(_part, runs[1])) for runs in alternatives if _is_anywhere(runs)]
    texts = ["".join(_joined(runs)) for runs in alternatives if not _is_anywhere(runs)]
    if anywhere:
        texts.append(f"(?:[^/]*/)*?(?:{'|'.join(anywhere)})")
    return re.compile(f"(?:{'|'.join(texts) or _NOTHING})(?:/|\\Z)", re.DOTALL)


def _parts(pattern: str) -> list[str]:
    """The names between slashes. What is below a directory belongs to it anyway."""
    parts = [part for part in pattern.split("/") if part not in {"", "."}]
    while parts and parts[-1] == _ANY:
        parts.pop()
    return parts


def _runs(parts: Iterable[str]) -> Iterator[list[str]]:
    """What lies before, between and behind the ``**``; runs in between hold something."""
    run: list[str] = []
    first = True
    for part in parts:
        if part != _ANY:
            run.append(part)
        elif run or first:
            yield run
            run, first = [], False
    yield run


def _is_anywhere(runs: list[list[str]]) -> bool:
    return len(runs) == 2 and not runs[0]


def _joined(runs: list[list[str]]) -> Iterator[str]:
    for index, run in enumerate(runs):
        text = "/".join(map(_part, run))
        if index == 0:
            yield text + ("/" if run and len(runs) > 1 else "")
        elif index < len(runs) - 1:
            yield f"(?>(?:[^/]*/)*?{text}/)"
        else:
            yield f"(?:[^/]*/)*?{text}"


def _part(part: str) -> str:
    """The expression of one name between slashes."""
    return _starred(part, _WITHIN)


def _starred(pattern: str, any_one: str) -> str:
    """The expression of a pattern, in which ``any_one`` matches what may stand for a character."""
    first, *pieces = (_literal(text, any_one) for text in re.split(r"\*+", pattern))
    if not pieces:
        return first
    *middle, last = pieces
    between = "".join(f"(?>{any_one}*?{piece})" for piece in middle)
    return f"{first}{between}{any_one}*{last}"


def _literal(text: str, any_one: str) -> str:
    return "".join(any_one if character == "?" else re.escape(character) for character in text)
