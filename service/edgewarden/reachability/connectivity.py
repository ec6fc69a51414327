"""The edges of one state: what it allows where an empty cluster would allow nothing."""

from collections.abc import Iterator

from edgewarden.reachability.addresses import EVERY_NETWORK, atoms
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.judgement import Judgement, judge
from edgewarden.reachability.model import ClusterState, Direction, Workload
from edgewarden.reachability.policies import PolicyIndex
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.ranges import Stretch, joined
from edgewarden.reachability.reasons import Fact
from edgewarden.reachability.report import Connectivity, Edge, MayEdge


def connectivity(state: ClusterState) -> Connectivity:
    """Every edge between known workloads, and between them and addresses outside.

    Address ends are the largest ranges with equal ports, each family for itself.
    """
    index = PolicyIndex(state)
    edges: list[Edge] = []
    may_edges: list[MayEdge] = []
    for src, dst, ports, facts in _found(index):
        if facts:
            may_edges.append(MayEdge(src, dst, ports, facts))
        else:
            edges.append(Edge(src, dst, ports))
    edges.sort(key=lambda edge: pair_key(edge.src, edge.dst))
    may_edges.sort(key=lambda edge: (*pair_key(edge.src, edge.dst), edge.facts))
    return Connectivity(tuple(edges), tuple(may_edges))


def workload_end(workload: Workload) -> WorkloadEnd:
    return WorkloadEnd(workload.namespace, workload.name, workload.kind, workload.host_network)


def pair_key(src: End, dst: End) -> tuple[tuple[str | int, ...], ...]:
    """Sorts pairs: workloads by identity first, then addresses by family and number."""
    return end_key(src), end_key(dst)


def end_key(end: End) -> tuple[str | int, ...]:
    if isinstance(end, WorkloadEnd):
        return 0, end.namespace, end.name, end.kind
    return 1, end.first.version, int(end.first), int(end.last)


def _found(index: PolicyIndex) -> Iterator[tuple[End, End, PortSet, tuple[Fact, ...]]]:
    workloads = index.state.workloads
    for source in workloads:
        for destination in workloads:
            for ports, facts in _allowed(_judged(index, source, destination)):
                yield workload_end(source), workload_end(destination), ports, facts
    for workload in workloads:
        end = workload_end(workload)
        for direction in Direction:
            for stretch in _stretches(index, workload, direction):
                ports, facts = stretch.what
                if direction is Direction.EGRESS:
                    yield end, stretch.range, ports, facts
                else:
                    yield stretch.range, end, ports, facts


def _stretches(
    index: PolicyIndex, workload: Workload, direction: Direction
) -> tuple[Stretch[tuple[PortSet, tuple[Fact, ...]], None], ...]:
    return joined(
        Stretch(piece, what, frozenset[None]())
        for piece in atoms(index.blocks(workload, direction), EVERY_NETWORK)
        for what in _allowed(
            _judged(index, workload, piece)
            if direction is Direction.EGRESS
            else _judged(index, piece, workload)
        )
    )


def _judged(
    index: PolicyIndex, source: Workload | AddressEnd, destination: Workload | AddressEnd
) -> Judgement:
    return judge(None, index.connection(source, destination), index.state.profile)


def _allowed(judgement: Judgement) -> Iterator[tuple[PortSet, tuple[Fact, ...]]]:
    """The certain ports, without facts, and the others with theirs."""
    if judgement.opened:
        yield judgement.opened, ()
    for doubt in judgement.may_open:
        yield doubt.ports, doubt.facts
