"""How much of what a cluster allows today a contract speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgewarden.governance.contract.contract import Entry, Expected
from edgewarden.governance.contract.coverage import Area, Coverage
from edgewarden.governance.contract.members import Membership
from edgewarden.governance.contract.wording import pairs
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import Connectivity, Edge


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Certain connections of known workloads; all addresses at one end count as one.

    ``uncovered`` are those, by exact parts, that no entry speaks of on some port. ``idle`` are the
    entries that allow and speak of none of today's connections, ``unwritten`` those of which
    nobody wrote everything that an auditor asks for.
    """

    cluster: str
    connections: int
    uncovered: tuple[Edge, ...]
    idle: tuple[Entry, ...]
    unwritten: tuple[Entry, ...]

    @property
    def without_entry(self) -> int:
        """Connections, each counted once however many of its ports no entry speaks of."""
        return sum(pairs(each.sources, each.destinations) for each in self.uncovered)


def coverage_today(
    entries: Sequence[Entry], state: ClusterState, found: Connectivity
) -> CoverageReport:
    """``found`` is what ``state`` allows."""
    membership = Membership(Index.of(state))
    coverage = Coverage(entries, membership)
    areas = [
        Area(membership.ends(edge.sources), membership.ends(edge.destinations), edge.ports)
        for edge in found.edges
    ]
    speaking = coverage.speaking(areas)
    return CoverageReport(
        cluster=state.name,
        connections=sum(pairs(edge.sources, edge.destinations) for edge in found.edges),
        uncovered=tuple(
            Edge(membership.named(part.sources), membership.named(part.destinations), part.ports)
            for area in areas
            for part in coverage.uncovered(area)
        ),
        idle=tuple(
            entry
            for entry in entries
            if entry.expected is Expected.ALLOW and entry.name not in speaking
        ),
        unwritten=tuple(entry for entry in entries if entry.unwritten),
    )
