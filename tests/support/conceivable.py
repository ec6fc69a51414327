"""Connections between pods that could exist: known and unknown namespaces, any labels.

A point fixes everything that two states leave open, so that the pointwise oracle can answer for
it in each of them; and it can be looked up in the sets of a symbolic statement.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address
from itertools import product
from random import Random

from edgewarden.reachability.model import ClusterState, ContainerPort, Workload
from edgewarden.reachability.ports import Protocol
from edgewarden.reachability.symbolic.diff import difference
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    EndSet,
    PodSet,
    StatedPorts,
    Statement,
)
from tests.support import clusters, oracle

NAME_LABEL = "kubernetes.io/metadata.name"
Address = IPv4Address | IPv6Address
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Pod:
    namespace: str
    labels: Labels
    ports: tuple[ContainerPort, ...] = ()

    def workload(self) -> Workload:
        return replace(
            clusters.workload(f"{self.namespace}/conceivable"),
            labels=dict(self.labels),
            ports=self.ports,
        )


End = Pod | IPv4Address | IPv6Address


@dataclass(frozen=True)
class Point:
    """``set_by_others`` are labels of namespaces that hold where a manifest does not name them."""

    source: End
    destination: End
    protocol: Protocol
    number: int
    set_by_others: Mapping[str, Labels]


_NOTHING_OPEN = oracle.World(
    oracle.EndWorld(), oracle.EndWorld(), oracle.Verdicts(), oracle.Verdicts()
)


def allowed(state: ClusterState, point: Point) -> bool:
    """What the oracle says of ``point`` in ``state``."""
    names = {*point.set_by_others, *(each.name for each in state.namespaces)}
    full = replace(
        state,
        namespaces=tuple(
            replace(clusters.namespace(name), labels=namespace_labels(state, name, point))
            for name in sorted(names)
        ),
    )
    source, destination = map(_oracle_end, (point.source, point.destination))
    return oracle.allowed(full, source, destination, (point.protocol, point.number), _NOTHING_OPEN)


def _oracle_end(end: End) -> oracle.End:
    return end.workload() if isinstance(end, Pod) else end


def _written(state: ClusterState, name: str) -> Labels:
    return next((each.labels for each in state.namespaces if each.name == name), {})


def namespace_labels(state: ClusterState, name: str, point: Point) -> dict[str, str]:
    others = {} if _shown(state, name) else point.set_by_others.get(name, {})
    return {**others, **_written(state, name)}


def _shown(state: ClusterState, name: str) -> bool:
    """Whether nobody else sets labels of that namespace."""
    return any(each.name == name and each.complete for each in state.namespaces)


def holds(statement: Statement, point: Point, base: ClusterState, head: ClusterState) -> bool:
    """Whether ``point`` is one of the connections of ``statement``."""
    return (
        in_end(statement.source, point.source, point, base, head)
        and in_end(statement.destination, point.destination, point, base, head)
        and in_ports(statement.ports, point)
    )


def in_end(found: EndSet, end: End, point: Point, base: ClusterState, head: ClusterState) -> bool:
    if isinstance(found, Anything):
        return True
    if isinstance(found, AddressSet):
        return not isinstance(end, Pod) and any(
            each.first.version == end.version and int(each.first) <= int(end) <= int(each.last)
            for each in found.ranges
        )
    if not isinstance(end, Pod) or not _among(found.namespaces, end.namespace):
        return False
    if found.addresses:
        return False  # a pod of which nobody knows the address
    agreed = set(_written(base, end.namespace).items()) & set(_written(head, end.namespace).items())
    shown = _shown(base, end.namespace) and _shown(head, end.namespace)
    labels = {**({} if shown else point.set_by_others.get(end.namespace, {})), **dict(agreed)}
    return all(
        _among(values, labels.get(key)) for key, values in found.namespace_labels.items()
    ) and all(_among(values, end.labels.get(key)) for key, values in found.labels.items())


def _among(values: Values, value: str | None) -> bool:
    return (value in values.listed) != values.inverted


def in_ports(ports: StatedPorts, point: Point) -> bool:
    if (point.protocol, point.number) not in ports.numbers:
        return False
    pod = point.destination
    given = pod.ports if isinstance(pod, Pod) else ()
    here = {p.name for p in given if (p.protocol, p.number) == (point.protocol, point.number)}
    return all(
        name.name in here and name.protocol is point.protocol for name in ports.named
    ) and all(name.name not in here and name.protocol is point.protocol for name in ports.unnamed)


# --- making points ------------------------------------------------------------------------


@dataclass(frozen=True)
class Vocabulary:
    """What points are made of: whatever two states tell apart, and something that they do not."""

    namespaces: tuple[str, ...]
    namespace_keys: tuple[str, ...]
    pod_keys: tuple[str, ...]
    values: tuple[str, ...]
    addresses: tuple[Address, ...]
    points: tuple[oracle.Point, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, base: ClusterState, head: ClusterState) -> "Vocabulary":
        names = ("a", "b", "c", "unseen", "unheard-of")
        return cls(
            namespaces=tuple(name for name in names if name not in _deleted(base, head)),
            namespace_keys=("env", "team"),
            pod_keys=("app", "tier", "pod-template-hash"),
            values=("x", "y", "", "never-written"),
            addresses=tuple(oracle.outside_addresses((base, head))),
            points=tuple(oracle.points((base, head))),
            names=("http", "dns"),
        )


def _deleted(base: ClusterState, head: ClusterState) -> set[str]:
    """The namespaces that leave with all that is in them: nobody asks about their pods."""
    there = {each.name for each in head.namespaces}
    there |= {each.namespace for each in head.workloads}
    there |= {each.namespace for each in (*head.policies, *head.lingering)}
    return {each.name for each in base.namespaces} - there


def points(random: Random, words: Vocabulary, count: int) -> Iterator[Point]:
    """Random connections; never between two addresses, which no cluster decides."""
    for _ in range(count):
        protocol, number = random.choice(words.points)
        ends = [_pod(random, words, protocol, number) for _ in range(2)]
        source, destination = ends
        others = {
            name: _some_labels(random, words.namespace_keys, words.values)
            for name in sorted({source.namespace, destination.namespace})
        }
        choice = random.random()
        if choice < 0.15:
            yield Point(random.choice(words.addresses), destination, protocol, number, others)
        elif choice < 0.3:
            yield Point(source, random.choice(words.addresses), protocol, number, others)
        else:
            yield Point(source, destination, protocol, number, others)


def witness(
    random: Random, statement: Statement, words: Vocabulary, base: ClusterState, head: ClusterState
) -> Point | None:
    """A random connection of ``statement``; ``None`` where none was found."""
    for _ in range(200):
        protocol, spans = random.choice(list(statement.ports.numbers.by_protocol()))
        number = random.choice(random.choice(spans))
        names = [name.name for name in statement.ports.named]
        unwanted = [name.name for name in statement.ports.unnamed]
        others: dict[str, dict[str, str]] = {}
        source = _member(random, statement.source, words, others)
        destination = _member(random, statement.destination, words, others)
        if isinstance(destination, Pod):
            names += [n for n in words.names if random.random() < 0.3 and n not in unwanted]
            given = tuple(ContainerPort(name, protocol, number) for name in dict.fromkeys(names))
            destination = replace(destination, ports=given)
        elif not isinstance(source, Pod):
            continue
        point = Point(source, destination, protocol, number, others)
        if holds(statement, point, base, head):
            return point
    return None


def relabelled(point: Point, statement: Statement, words: Vocabulary) -> Iterator[Point]:
    """``point`` under all labels that the namespaces which ``statement`` lists might have."""
    listed = {
        name
        for end in (statement.source, statement.destination)
        if isinstance(end, PodSet) and end.conditional
        for name in end.namespaces.listed
    }
    names = sorted(name for name in point.set_by_others if name in listed)
    asked = [(name, key) for name in names for key in words.namespace_keys]
    for values in product((*words.values, None), repeat=len(asked)):
        others = {name: dict(labels) for name, labels in point.set_by_others.items()}
        for (name, key), value in zip(asked, values, strict=True):
            others[name].pop(key, None)
            others[name].update({} if value is None else {key: value})
        yield replace(point, set_by_others=others)


def _member(
    random: Random, found: EndSet, words: Vocabulary, others: dict[str, dict[str, str]]
) -> End:
    """A member of ``found``, as far as manifests let it: the labels of its namespace go into
    ``others``."""
    if isinstance(found, AddressSet) or (isinstance(found, Anything) and random.random() < 0.3):
        ranges = found.ranges if isinstance(found, AddressSet) else ()
        if ranges:
            chosen = random.choice(ranges)
            return random.choice((chosen.first, chosen.last))
        return random.choice(words.addresses)
    pods = found if isinstance(found, PodSet) else PodSet()
    namespace = _value(random, pods.namespaces, words.namespaces) or "fresh"
    keys = {*words.namespace_keys, *pods.namespace_labels}
    mine = others.setdefault(namespace, {})
    mine.update(_values(random, sorted(keys), pods.namespace_labels, words.values))
    labels = _values(random, sorted({*words.pod_keys, *pods.labels}), pods.labels, words.values)
    return Pod(namespace, labels)


def _values(
    random: Random, keys: list[str], wanted: Mapping[str, Values], values: tuple[str, ...]
) -> dict[str, str]:
    chosen = {key: _value(random, wanted.get(key, Values.all_but()), values) for key in keys}
    return {key: value for key, value in chosen.items() if value is not None}


def _value(random: Random, among: Values, usual: tuple[str, ...]) -> str | None:
    possible = [value for value in (*usual, None) if _among(among, value)]
    return random.choice(
        possible or (["fresh"] if among.inverted else sorted(among.listed, key=str))
    )


def _pod(random: Random, words: Vocabulary, protocol: Protocol, number: int) -> Pod:
    ports = tuple(
        ContainerPort(
            random.choice(words.names),
            protocol if random.random() < 0.7 else random.choice(tuple(Protocol)),
            number if random.random() < 0.7 else 7777,
        )
        for _ in range(random.randint(0, 2))
    )
    labels = _some_labels(random, words.pod_keys, words.values)
    return Pod(random.choice(words.namespaces), labels, ports)


def _some_labels(random: Random, keys: tuple[str, ...], values: tuple[str, ...]) -> Labels:
    return {key: random.choice(values) for key in keys if random.random() < 0.7}


def changes(base: ClusterState, head: ClusterState, point: Point) -> tuple[int, int]:
    """How many opened and how many closed connections ``point`` is: one of the two at most."""
    before, after = allowed(base, point), allowed(head, point)
    return int(after and not before), int(before and not after)


def check_statements(base: ClusterState, head: ClusterState, random: Random, count: int) -> None:
    """Assert of random points that they are in one statement if they changed, else in none."""
    diff = difference(base, head)
    assert diff.exact
    for point in points(random, Vocabulary.of(base, head), count):
        opened = sum(holds(each, point, base, head) for each in diff.opened)
        closed = sum(holds(each, point, base, head) for each in diff.closed)
        assert (opened, closed) == changes(base, head, point), point
