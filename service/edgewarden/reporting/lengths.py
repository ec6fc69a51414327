"""How many of a kind a report tells before it counts the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.reporting.wording import counted


@dataclass(frozen=True, slots=True)
class Lengths:
    """The most statements, statements on conditions that nothing shows to hold, causes of one
    row, policies that bound one end before, items of the checklist that are settled, and entries
    of the contract that the change leaves as they were."""

    statements: int
    conditional: int
    causes: int
    before: int
    settled: int
    entries: int

    def cut_causes(self, causes: Iterable[str]) -> Iterator[str]:
        """The first causes, and the number of the others."""
        every = tuple(causes)
        yield from every[: self.causes]
        if (more := len(every) - self.causes) > 0:
            yield counted(more, "more cause")


_ALL = 1 << 30
FIRST = Lengths(statements=10, conditional=3, causes=3, before=2, settled=0, entries=0)
"""What is read first."""
WHOLE = Lengths(_ALL, _ALL, _ALL, _ALL, _ALL, _ALL)
"""Everything."""
