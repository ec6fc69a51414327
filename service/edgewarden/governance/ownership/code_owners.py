"""``CODEOWNERS``: who answers for which paths, as GitHub and GitLab read it.

Sources: GitHub Docs, "About code owners"; GitLab Docs, "Syntax of `CODEOWNERS` file", and its
``ee/lib/gitlab/code_owners``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from edgewarden.governance.ownership.path_patterns import (
    MOST_WILDCARDS,
    PathPattern,
    PatternIndex,
    github_pattern,
    gitlab_pattern,
)
from edgewarden.reachability.location import Location

CODE_OWNERS_PATHS = (
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
)
"""Where the file is looked for; the first that is there counts. GitHub looks at the first three in
this order, GitLab at the last three."""

LARGEST_CODE_OWNERS = 3_000_000
"""Bytes; GitHub does not load a larger one."""

_HEADING = re.compile(r"\^?\[([^\]]+)\](?:\[\d*\])?\s*(.*)")
_OF_GITLAB = re.compile(r"\s*(?:!|\^?\[[^\]]+\](?:\[\d*\])?(?:\s|$))")
_SPACE = re.compile(r"(?<!\\)\s+")
_OWNER = re.compile(r"@@?\S+|[^\s@]+@[^\s@]+")
_INLINE = re.compile(r"(?<=\s)#.*")


@dataclass(frozen=True, slots=True)
class CodeOwner:
    """Whom one line names, as written: ``@login``, ``@organisation/team`` or an address."""

    owners: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class CodeSection:
    """The lines of a section, of which the last that fits counts; GitLab has several sections.

    A path that an ``exempt`` pattern matches is nobody's by this section.
    """

    lines: tuple[CodeOwner, ...]
    patterns: PatternIndex
    exempt: PatternIndex

    def of(self, path: str) -> CodeOwner | None:
        if self.exempt.last(path) is not None:
            return None
        number = self.patterns.last(path)
        return None if number is None else self.lines[number]


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """A ``CODEOWNERS`` file. ``fault`` says why nothing is known of what it says."""

    path: str = ""
    sections: tuple[CodeSection, ...] = ()
    fault: str = ""

    def of(self, path: str) -> CodeOwner | None:
        """Who answers for a path from the root, by the line of the first section that says it.

        A line without owners means that nobody does.
        """
        found = [each for section in self.sections if (each := section.of(path)) is not None]
        named = [each for each in found if each.owners]
        if not named:
            return None
        owners = dict.fromkeys(owner for each in named for owner in each.owners)
        return CodeOwner(tuple(owners), named[0].line)

    def at(self, line: int) -> Location:
        return Location(self.path, line)


NO_CODE_OWNERS = CodeOwners()


def read_code_owners(path: str, content: bytes) -> CodeOwners:
    """The file at ``path``. Never raises; what a forge skips says nothing."""
    if len(content) > LARGEST_CODE_OWNERS:
        return CodeOwners(path, fault=f"is larger than {LARGEST_CODE_OWNERS // 1_000_000} MB")
    lines = content.decode("utf-8-sig", "replace").splitlines()
    drafts = list(_drafts(lines, gitlab=_is_gitlab(path, lines)))
    if sum(draft.wildcards for draft in drafts) > MOST_WILDCARDS:
        return CodeOwners(path, fault=f"holds more than {MOST_WILDCARDS} patterns with wildcards")
    return CodeOwners(path, tuple(draft.section() for draft in drafts))


@dataclass(slots=True)
class _Draft:
    """A section while it is read. ``default`` are the owners of lines that name none."""

    lines: list[CodeOwner] = field(default_factory=list)
    patterns: list[PathPattern] = field(default_factory=list)
    exempt: list[PathPattern] = field(default_factory=list)
    default: tuple[str, ...] = ()

    @property
    def wildcards(self) -> int:
        return sum(bool(each.expression) for each in (*self.patterns, *self.exempt))

    def section(self) -> CodeSection:
        return CodeSection(
            tuple(self.lines),
            PatternIndex.of(enumerate(self.patterns)),
            PatternIndex.of(enumerate(self.exempt)),
        )


def _is_gitlab(path: str, lines: Sequence[str]) -> bool:
    """Whether it lies where only GitLab looks, or holds what only GitLab takes: a section, or what
    is exempt. Nothing else tells whose a file is that both read."""
    if path.startswith((".github/", ".gitlab/")):
        return path.startswith(".gitlab/")
    return any(map(_OF_GITLAB.match, lines))


def _drafts(lines: Sequence[str], *, gitlab: bool) -> Iterator[_Draft]:
    sections: dict[str, _Draft] = {"": _Draft()}
    current = sections[""]
    for number, text in enumerate(lines, 1):
        line = text.strip()
        if not line or line.startswith("#"):
            continue
        if not gitlab:
            _add_github(current, line, number)
        elif heading := _HEADING.match(line):
            current = _opened(sections, heading)
        else:
            _add_gitlab(current, line, number)
    yield from sections.values()


def _opened(sections: dict[str, _Draft], heading: "re.Match[str]") -> _Draft:
    """Sections of one name, in whatever case, are one."""
    name, default = heading.groups()
    section = sections.setdefault(name.strip().casefold(), _Draft())
    section.default = tuple(_OWNER.findall(default))
    return section


def _add_github(section: _Draft, line: str, number: int) -> None:
    text, rest = _parted(line)
    owners = _INLINE.sub("", f" {rest}").split()
    pattern = github_pattern(text)
    if pattern is None or not all(map(_OWNER.fullmatch, owners)):
        return
    section.lines.append(CodeOwner(tuple(owners), number))
    section.patterns.append(pattern)


def _add_gitlab(section: _Draft, line: str, number: int) -> None:
    pattern, rest = _parted(line)
    if pattern.startswith("!"):
        section.exempt.append(gitlab_pattern(pattern[1:]))
        return
    owners = tuple(_OWNER.findall(rest)) or section.default
    section.lines.append(CodeOwner(owners, number))
    section.patterns.append(gitlab_pattern(pattern))


def _parted(line: str) -> tuple[str, str]:
    """The pattern and what follows it; a space behind a backslash is a part of the pattern."""
    pattern, *rest = _SPACE.split(line, maxsplit=1)
    return pattern, rest[0] if rest else ""
