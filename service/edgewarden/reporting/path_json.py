"""The JSON of newly possible paths."""

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
    """``hops`` lead from each end of one station to each end of the next."""

    stations: list[list[str]]
    hops: list[HopReport]


@dataclass(frozen=True, slots=True)
class PathsReport:
    """``question`` is empty where nobody asked; without ``complete`` there are more."""

    question: str
    found: list[PathReport]
    complete: bool


def paths_report(paths: Paths) -> PathsReport:
    return PathsReport(clean(paths.question), [*map(_path, paths.found)], paths.complete)


def _path(path: Path) -> PathReport:
    stations = [[clean(str(end)) for end in station] for station in path.stations]
    return PathReport(stations, [*map(_hop, path.hops)])


def _hop(hop: Hop) -> HopReport:
    return HopReport(hop.ports.as_mapping(), hop.opened.as_mapping(), causes_report(hop.causes))
