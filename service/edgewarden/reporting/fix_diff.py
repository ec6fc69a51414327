"""A fix as a unified diff, which `git apply` takes."""

from collections.abc import Iterator
from itertools import takewhile

from edgewarden.governance.fixes.fix import Fix
from edgewarden.reporting.escaping import exactly_shown

UNENDED = "\\ No newline at end of file"


def fix_lines(fix: Fix) -> tuple[str, ...]:
    """The lines of the diff; none where one of them cannot be shown as it is."""
    lines = tuple(_lines(fix))
    return lines if all(map(exactly_shown, lines)) else ()


def _lines(fix: Fix) -> Iterator[str]:
    first = fix.first - len(fix.above)
    around = len(fix.above) + len(fix.below)
    old, new = len(fix.before) + around, len(fix.lines) + around
    unended = fix.unended and not fix.below
    same = 0 if unended else _same(fix.before, fix.lines)
    yield f"--- a/{fix.path}"
    yield f"+++ b/{fix.path}"
    yield f"@@ -{first},{old} +{first},{new} @@"
    yield from (f" {line}" for line in (*fix.above, *fix.before[:same]))
    yield from _changed("-", fix.before[same:], unended=unended)
    yield from _changed("+", fix.lines[same:], unended=unended)
    yield from (f" {line}" for line in fix.below)
    if fix.unended and fix.below:
        yield UNENDED


def _same(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """How many lines at the beginning stay as they are."""
    pairs = zip(before, after, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _changed(sign: str, lines: tuple[str, ...], *, unended: bool) -> Iterator[str]:
    yield from (f"{sign}{line}" for line in lines)
    if unended and lines:
        yield UNENDED
