"""From the difference of two states to the paths that it makes possible."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from edgewarden.reachability.concrete.bits import numbers
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.concrete.transition import from_nothing
from edgewarden.reachability.ends import AddressEnd, end_key
from edgewarden.reachability.focus import Focus, PortFocus
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.paths.arcs import Arc, marked
from edgewarden.reachability.paths.numbering import EndNumbers
from edgewarden.reachability.paths.path import Hop, Path, Paths
from edgewarden.reachability.paths.search import Chain, search
from edgewarden.reachability.paths.terrain import leading_to
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.report import ReachabilityDiff, concerning


def new_paths(head: ClusterState, diff: ReachabilityDiff, focus: Focus, hops: int) -> Paths:
    """The paths of at most ``hops`` connections that ``diff``, to ``head``, newly allows.

    They lead from the sources of ``focus`` to its destinations; its ports are those of the last
    hop. For every newly allowed connection the shortest paths over it are told, as far as all
    their connections are certain. Raises ``ValueError`` where ``focus`` names no sources or no
    destinations, and for less than one hop.
    """
    if focus.sources is None or focus.destinations is None or hops < 1:
        raise ValueError("paths lead from named ends to named ends, over one hop or more")
    step = from_nothing(head)
    allowed = tuple(leading_to(step, focus.destinations, hops))
    opened = [change for change in (*diff.added, *diff.changed) if change.opened]
    ranges = (*focus.sources.ranges, *focus.destinations.ranges)
    cutting = (
        *ranges,
        *(a for each in allowed for a in (*each.sources.addresses, *each.destinations.addresses)),
        *(end for each in opened for end in each.ends() if isinstance(end, AddressEnd)),
    )
    ends = EndNumbers(step, ranges, cutting)
    sources, targets = (
        ends.bits(Ends(step.named(each.workloads), each.ranges))
        for each in (focus.sources, focus.destinations)
    )
    arcs = marked(
        (Arc(ends.bits(r.sources), ends.bits(r.destinations), r.shift.opened) for r in allowed),
        [
            Arc(ends.of(c.sources), ends.of(c.destinations), c.opened, c.opened, c.causes)
            for c in opened
        ],
    )
    if focus.ports is not None:
        arcs = _arriving(arcs, _by_ports(focus.ports, ends, targets), targets)
    found = search(tuple(arcs), sources, targets, ends.workloads, hops)
    told = sorted((_path(chain, ends) for chain in found.chains), key=_place)
    question = f"{focus} within {hops} hops"
    return Paths(question, tuple(told), found.complete)


def _by_ports(ports: PortFocus, ends: EndNumbers, targets: int) -> list[tuple[PortSet, int]]:
    """The targets by the ports that are meant of them."""
    found: dict[PortSet, int] = {}
    for number in numbers(targets):
        (end,) = ends.ends(1 << number)
        meant = ports.of(end)
        found[meant] = found.get(meant, 0) | 1 << number
    return list(found.items())


def _arriving(
    arcs: Iterable[Arc], meant: Iterable[tuple[PortSet, int]], targets: int
) -> Iterator[Arc]:
    """The arcs; of those that lead to a target, what is on ports that are meant."""
    meant = tuple(meant)
    for arc in arcs:
        passing = arc.within(-1, ~targets)
        if passing is not None:
            yield passing
        for ports, some in meant:
            part = arc.within(-1, some)
            if part is not None and part.ports & ports:
                yield replace(part, ports=part.ports & ports, opened=part.opened & ports)


def _path(chain: Chain, ends: EndNumbers) -> Path:
    stations = tuple(map(ends.ends, chain.stations))
    hops = (
        Hop(arc.ports, arc.opened, concerning(arc.causes, (*here, *there)) if arc.opened else ())
        for arc, here, there in zip(chain.arcs, stations, stations[1:], strict=False)
    )
    return Path(stations, tuple(hops))


def _place(path: Path) -> tuple[object, ...]:
    return len(path.hops), [end_key(station[0]) for station in path.stations]
