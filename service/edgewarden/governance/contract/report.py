"""What became of a contract in one state of a cluster, and by a change."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from edgewarden.governance.contract.contract import Expected
from edgewarden.reachability.location import Location
from edgewarden.reachability.passage.grounds import Ground
from edgewarden.reachability.reasons import Cause, Fact


class Standing(StrEnum):
    """Whether what was agreed is so."""

    HOLDS = "holds"
    BREAKS = "breaks"
    UNDETERMINED = "undetermined"
    """That hangs on facts, or on something that could not be read."""
    VACUOUS = "vacuous"
    """One end is nothing that is known, so nothing shows it: no entry is satisfied by that."""


@dataclass(frozen=True, slots=True)
class Breach:
    """Connections that are not as agreed: ``text`` names them, ``pairs`` counts the known ones.

    ``grounds`` say why of the first of them. Without known ones it tells of pods that could exist.
    """

    text: str
    pairs: int
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What may not be as agreed, and the facts that would settle it.

    Without facts it is something that could not be read, or not be told: ``text`` says what.
    """

    text: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryResult:
    """One entry, held against one state.

    ``breaches`` and ``doubts`` are the first of them, ``left_out`` counts the others. ``seen`` are
    full sentences on what is known of its ends. ``before`` is its standing in the base of a change,
    absent where one state alone was asked; ``causes`` are what the change did to such connections.
    ``unwritten`` are keys that nobody filled in.
    """

    name: str
    expected: Expected
    source: str
    destination: str
    ports: str
    standing: Standing
    location: Location
    owner: str
    approver: str
    reason: str
    review_by: date | None
    overdue: bool
    unwritten: tuple[str, ...] = ()
    breaches: tuple[Breach, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    left_out: int = 0
    seen: tuple[str, ...] = ()
    before: Standing | None = None
    causes: tuple[Cause, ...] = ()

    @property
    def newly_broken(self) -> bool:
        """It breaks, and in the base it did not."""
        broken = self.standing is Standing.BREAKS
        return broken and self.before not in (None, Standing.BREAKS)

    @property
    def mended(self) -> bool:
        """It broke in the base, and does no longer."""
        return self.before is Standing.BREAKS and self.standing is not Standing.BREAKS

    @property
    def changed(self) -> bool:
        return self.before is not None and self.before is not self.standing


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Newly allowed connections that no entry speaks of.

    ``pairs`` counts the known ones, none where it tells of all pods that could exist. Those that
    are not ``certain`` may be allowed.
    """

    text: str
    pairs: int
    certain: bool
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class ContractReport:
    """Every entry about a cluster in the order of the contract, and new edges without one."""

    entries: tuple[EntryResult, ...] = ()
    uncovered: tuple[Uncovered, ...] = ()

    def of(self, standing: Standing) -> tuple[EntryResult, ...]:
        return tuple(each for each in self.entries if each.standing is standing)

    @property
    def newly_broken(self) -> tuple[EntryResult, ...]:
        return tuple(each for each in self.entries if each.newly_broken)

    @property
    def mended(self) -> tuple[EntryResult, ...]:
        return tuple(each for each in self.entries if each.mended)

    @property
    def overdue(self) -> tuple[EntryResult, ...]:
        return tuple(each for each in self.entries if each.overdue)


NO_REPORT = ContractReport()
