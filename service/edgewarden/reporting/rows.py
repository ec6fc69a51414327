"""The rows that every rendering of a review shows, with their words chosen.

All text here is plain and unescaped: a renderer escapes it for its own medium.
"""

from dataclasses import dataclass
from enum import StrEnum

from edgewarden.governance.findings import Enforcement, Outcome, Severity
from edgewarden.reachability.location import Location
from edgewarden.reachability.reasons import Side


@dataclass(frozen=True, slots=True)
class Place:
    """A file and line; ``side`` says in which of the two trees, where that is known."""

    location: Location
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """One end of a row. ``text`` reads in a sentence; ``members`` are all names, sorted.

    ``folded`` where ``text`` counts the members instead of naming them.
    """

    text: str
    members: tuple[str, ...]
    folded: bool = False

    @property
    def count(self) -> int:
        """How many ends it is: each workload, and all addresses that have one name together, as
        in "any address outside the cluster", however many ranges the engine tells apart."""
        return len(self.members)


@dataclass(frozen=True, slots=True)
class Why:
    """One cause in words, and where it is written."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """Connections from every member of ``source`` to every member of ``target``.

    ``ports`` are those that change; ``facts`` what would settle a *may*; ``exceptions`` say what
    covers the row.
    """

    source: Party
    target: Party
    ports: str
    whys: tuple[Why, ...]
    facts: tuple[Why, ...] = ()
    exceptions: tuple[str, ...] = ()

    @property
    def pairs(self) -> int:
        """How many connections it is wherever connections are counted."""
        return self.source.count * self.target.count


@dataclass(frozen=True, slots=True)
class EdgeTable:
    """Rows, the widest first; of equally wide ones those of a workload to itself come last."""

    rows: tuple[EdgeRow, ...]

    @property
    def pairs(self) -> int:
        return sum(row.pairs for row in self.rows)


@dataclass(frozen=True, slots=True)
class HopRow:
    """One connection of a path with its ports, and why it is new if it is."""

    text: str
    whys: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class PathRow:
    """A path by its stations, and hop by hop."""

    text: str
    stations: tuple[Party, ...]
    hops: tuple[HopRow, ...]


@dataclass(frozen=True, slots=True)
class PathTable:
    """Newly possible paths, the shortest first; ``title`` is empty where nobody asked."""

    title: str
    rows: tuple[PathRow, ...]


class Kind(StrEnum):
    """What a statement over all pods says of its connections."""

    OPENED = "newly allowed"
    CLOSED = "newly blocked"
    MAY_OPEN = "may newly be allowed"
    MAY_CLOSE = "may newly be blocked"


@dataclass(frozen=True, slots=True)
class Before:
    """How policies of the base bound the pods at one end, ``by`` which, if not also ``others``."""

    text: str
    by: tuple[Why, ...]
    others: bool = False


@dataclass(frozen=True, slots=True)
class StatementRow:
    """Connections between pods that could exist, from any of ``source`` to any of ``target``.

    ``limits`` say how it is more than what changes, where it is, and ``doubt`` of what part of it
    that is not certain; ``known`` how many known
    workloads it concerns, ``seen`` whether any. Where the sources are everybody, or
    everybody outside, ``crowd`` says so in a few words, and ``from_internet`` whether the internet
    is among them. Where ``witnessed``, rows about known workloads say as much; ``conditional`` ones
    tell cases that nothing in the repository shows to be there.
    """

    kind: Kind
    source: tuple[str, ...]
    target: tuple[str, ...]
    crowd: str
    from_internet: bool
    ports: str
    whys: tuple[Why, ...]
    facts: tuple[Why, ...]
    limits: str
    doubt: str
    before: tuple[Before, ...]
    known: str
    seen: bool
    witnessed: bool
    conditional: bool


@dataclass(frozen=True, slots=True)
class IsolationRow:
    """Pods that become isolated in one or both directions, or are so no longer."""

    text: str
    workloads: Party
    whys: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class FixRow:
    """``text`` says what is done and what that does; ``diff`` are its lines, if they can be shown
    as they are."""

    text: str
    diff: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """``remedy`` is a sentence; ``snippet`` are the lines of an example that follow it, where no
    ``fix`` shows them in their place. ``since`` is the commit at which an earlier review found it
    first, empty where none did."""

    rule: str
    title: str
    severity: Severity
    enforcement: Enforcement
    message: str
    remedy: str
    snippet: tuple[str, ...]
    place: Place
    since: str = ""
    fix: FixRow | None = None

    @property
    def terms(self) -> str:
        """As in ``high, warn, since 1a2b3c4d5e6f``."""
        since = f", since {self.since}" if self.since else ""
        return f"{self.severity.value}, {self.enforcement.value}{since}"


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """An exception with the newly allowed rows that it covers."""

    name: str
    text: str
    reason: str
    covers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """``evidence`` is text and the places that it names; ``places`` are those it does not.

    ``asks`` is what a person is asked, and who may answer. It stands for ``items`` of the
    checklist.
    """

    title: str
    outcome: Outcome
    outcome_text: str
    evidence: tuple[str | Place, ...]
    places: tuple[Place, ...]
    items: int = 1
    asks: str = ""


@dataclass(frozen=True, slots=True)
class ProblemRow:
    message: str
    remedy: str
    place: Place
    decisive: bool
