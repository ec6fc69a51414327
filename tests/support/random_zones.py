"""Random zones over what random states are made of, and where a peer is by plain reading."""

from collections.abc import Mapping
from random import Random

from edgewarden.governance.zones.overlaps import disagreements, overlaps
from edgewarden.governance.zones.zones import (
    ALLOWED,
    ANY,
    NO_ZONE,
    Cell,
    Dimension,
    Respect,
    Ruling,
    Service,
    Terms,
    Zone,
    Zones,
)
from edgewarden.reachability.addresses import covers
from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import IPBlock, PodPeer
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.reachability.rule_ports import PortName
from tests.support import clusters
from tests.support.conceivable import NAME_LABEL, End, Pod, Point

_NAMES = ("a", "b", "c", "unseen")
_VALUES = ("x", "y", "never-written")
_ZONES = ("x", "data", "edge")
_BLOCKS = ("10.0.0.0/8", "10.1.0.0/16", "203.0.113.0/24", "fd00::/8")


# --- making zones -------------------------------------------------------------------------


def random_zones(seed: int) -> Zones:
    """One dimension by members, one by labels, one by both."""
    random = Random(f"zones {seed}")
    return Zones(
        (
            _dimension(random, Respect.ZONE, members=True, labels=()),
            _dimension(random, Respect.TENANT, members=False, labels=("team",)),
            _dimension(random, Respect.ENVIRONMENT, members=True, labels=("env", "team")),
        )
    )


def _dimension(
    random: Random, respect: Respect, *, members: bool, labels: tuple[str, ...]
) -> Dimension:
    while True:
        zones = tuple(
            Zone(
                name,
                tuple(_member(random) for _ in range(random.randint(1, 2))),
                random.choice((0, 0, 1, 2)),
                clusters.HERE,
            )
            for name in (_ZONES if members else ())
        )
        found = Dimension(
            respect,
            zones,
            labels,
            tuple(_cells(random, (*_ZONES, "y"))),
            across=random.choice((None, _terms(random))),
            otherwise=random.choice((ALLOWED, _terms(random))),
        )
        if not any(overlaps(found)) and not any(disagreements(found)):
            return found


def _member(random: Random) -> PodPeer | IPBlock:
    if random.random() < 0.25:
        return clusters.block(random.choice(_BLOCKS))
    namespaces = _selector(random, ("env", "team")) if random.random() < 0.5 else _named(random)
    pods = _selector(random, ("app", "tier")) if random.random() < 0.5 else LabelSelector()
    return PodPeer(namespaces, pods, clusters.HERE)


def _named(random: Random) -> LabelSelector:
    names = tuple(sorted(random.sample(_NAMES, random.randint(1, 2))))
    return LabelSelector.of(Requirement(NAME_LABEL, Operator.IN, names))


def _selector(random: Random, keys: tuple[str, ...]) -> LabelSelector:
    operator = random.choice(tuple(Operator))
    valued = operator in {Operator.IN, Operator.NOT_IN}
    values = tuple(sorted(random.sample(_VALUES, random.randint(1, 2)))) if valued else ()
    return LabelSelector.of(Requirement(random.choice(keys), operator, values))


def _cells(random: Random, names: tuple[str, ...]) -> list[Cell]:
    ends = (*names, ANY, NO_ZONE)
    pairs = {(random.choice(ends), random.choice(ends)) for _ in range(random.randint(0, 4))}
    return [Cell(source, destination, _terms(random)) for source, destination in sorted(pairs)]


def _terms(random: Random) -> Terms:
    ruling = random.choice(tuple(Ruling))
    line = Location("zones.yaml", random.randint(1, 99))
    return Terms(ruling, (_SERVICE,) if ruling is Ruling.ALLOW_ONLY else (), line)


_SERVICE = Service(
    "web",
    PortSet.of(Protocol.TCP, 80, 90) | PortSet.of(Protocol.UDP, 53),
    (PortName(Protocol.TCP, "http"),),
)


# --- reading them plainly -----------------------------------------------------------------


def zone_of(dimension: Dimension, end: End, labels: Mapping[str, str]) -> str | None:
    """Where a peer is: ``labels`` are those of its namespace."""
    holding = [
        zone for zone in dimension.zones if any(_holds(m, end, labels) for m in zone.members)
    ]
    if holding:
        return max(holding, key=lambda zone: zone.priority).name
    if not isinstance(end, Pod):
        return None
    return next((labels[key] for key in dimension.labels if key in labels), None)


def _holds(member: PodPeer | IPBlock, end: End, labels: Mapping[str, str]) -> bool:
    if isinstance(member, IPBlock):
        return not isinstance(end, Pod) and covers(member, end)
    if not isinstance(end, Pod):
        return False
    named = {**labels, NAME_LABEL: end.namespace}
    assert member.namespaces is not None
    assert member.pods is not None
    return member.namespaces.admits(named) and member.pods.admits(end.labels)


def terms_of(dimension: Dimension, source: str | None, destination: str | None) -> Terms:
    """Those of a pair of zones, by the order in which the documentation says they count."""
    one, other = (NO_ZONE if zone is None else zone for zone in (source, destination))
    for pair in ((one, other), (ANY, other), (one, ANY), (ANY, ANY)):
        if one == other and ANY in pair:
            return ALLOWED
        for cell in dimension.cells:
            if (cell.source, cell.destination) == pair:
                return cell.terms
    both = source is not None and destination is not None
    return dimension.across if both and dimension.across else dimension.otherwise


def passes(terms: Terms, point: Point) -> bool:
    """Whether the terms let a connection pass."""
    if terms.ruling is not Ruling.ALLOW_ONLY:
        return terms.ruling is Ruling.ALLOW
    place = (point.protocol, point.number)
    given = point.destination.ports if isinstance(point.destination, Pod) else ()
    names = {
        PortName(port.protocol, port.name)
        for port in given
        if (port.protocol, port.number) == place
    }
    return any(
        place in service.numbers or bool(names & set(service.names)) for service in terms.services
    )
