"""Newly possible paths put into words."""

from collections.abc import Iterator
from itertools import pairwise

from edgewarden.reachability.ends import WorkloadEnd
from edgewarden.reachability.paths.path import Hop, Path, Paths
from edgewarden.reporting.parties import Namer
from edgewarden.reporting.rows import HopRow, Party, PathRow, PathTable
from edgewarden.reporting.whys import opening_whys
from edgewarden.reporting.wording import counted, ports_text


def path_table(paths: Paths) -> PathTable:
    """All that were found; without a question nothing is said."""
    ends = (end for path in paths.found for station in path.stations for end in station)
    namer = Namer(end for end in ends if isinstance(end, WorkloadEnd))
    number = counted(len(paths.found), "newly possible path")
    more = "" if paths.complete else " and more: the search ended early"
    return PathTable(
        f"{number} {paths.question}{more}" if paths.question else "",
        tuple(_row(path, namer) for path in paths.found),
    )


def _row(path: Path, namer: Namer) -> PathRow:
    stations = tuple(map(namer.party, path.stations))
    return PathRow(
        " → ".join(station.text for station in stations),
        stations,
        tuple(_hops(path, stations)),
    )


def _hops(path: Path, stations: tuple[Party, ...]) -> Iterator[HopRow]:
    for hop, (source, target) in zip(path.hops, pairwise(stations), strict=True):
        yield HopRow(f"{source.text} → {target.text}: {_ports(hop)}", opening_whys(hop.causes))


def _ports(hop: Hop) -> str:
    if not hop.opened:
        return f"{ports_text(hop.ports)}, as before"
    rest = hop.ports - hop.opened
    besides = f", besides {ports_text(rest)} as before" if rest else ""
    return f"newly {ports_text(hop.opened)}{besides}"
