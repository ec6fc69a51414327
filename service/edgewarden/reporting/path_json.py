"""The JSON of newly possible paths."""

from collections.abc import Iterable
from dataclasses import dataclass

from edgewarden.reachability.paths.path import Hop, Path, Paths
from edgewarden.reporting.json_parts import CauseReport, Ports, causes_report, clean


@dataclass(frozen=True, slots=True)
class HopReport:
    """``opened`` are those of ``ports`` that are newly allowed, for ``causes``."""

    ports: Ports
    opened: Ports
    causes: list[CauseReport]


@dataclass(frozen=True, slots=True)
class PathReport:
    """``hops`` lead from each end of one station to each end of the next, in ``clusters``."""

    stations: list[list[str]]
    hops: list[HopReport]
    clusters: list[str]


@dataclass(frozen=True, slots=True)
class PathsReport:
    """``question`` is empty where nobody asked; without ``complete`` there are more."""

    question: str
    found: list[PathReport]
    complete: bool


def paths_report(several: Iterable[tuple[Paths, list[str]]]) -> PathsReport:
    """The paths of each cluster, with its names; the question is the same in all of them."""
    told = [*several]
    return PathsReport(
        next((clean(paths.question) for paths, _ in told), ""),
        [_path(path, names) for paths, names in told for path in paths.found],
        all(paths.complete for paths, _ in told),
    )


def _path(path: Path, clusters: list[str]) -> PathReport:
    stations = [[clean(str(end)) for end in station] for station in path.stations]
    return PathReport(stations, [*map(_hop, path.hops)], clusters)


def _hop(hop: Hop) -> HopReport:
    return HopReport(hop.ports.as_mapping(), hop.opened.as_mapping(), causes_report(hop.causes))
