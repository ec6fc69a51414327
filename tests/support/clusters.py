"""Short spellings of cluster objects for tests, each located on a line of its own."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network

from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import (
    ClusterProfile,
    ClusterState,
    ContainerPort,
    Direction,
    Effect,
    IPBlock,
    Namespace,
    NetworkPolicy,
    ObjectRef,
    Peer,
    PodPeer,
    PolicyPort,
    Rule,
    UnjudgedPolicy,
    Workload,
)
from edgewarden.reachability.ports import Protocol

INGRESS = frozenset({Direction.INGRESS})
EGRESS = frozenset({Direction.EGRESS})
BOTH = INGRESS | EGRESS
HERE = Location("cluster.yaml", 1)


def labels(text: str) -> dict[str, str]:
    """``"app=web tier=front"`` as a mapping."""
    return dict(pair.split("=", 1) for pair in text.split())


def selector(text: str = "") -> LabelSelector:
    """``"app=web tier!=db zone in a,b env notin x,y team exists old absent"``, ANDed by ``;``."""
    return LabelSelector.of(*(_requirement(part.strip()) for part in text.split(";") if part))


def _requirement(text: str) -> Requirement:
    match text.split():
        case [key, "in", values]:
            return Requirement(key, Operator.IN, tuple(sorted(values.split(","))))
        case [key, "notin", values]:
            return Requirement(key, Operator.NOT_IN, tuple(sorted(values.split(","))))
        case [key, "exists"]:
            return Requirement(key, Operator.EXISTS)
        case [key, "absent"]:
            return Requirement(key, Operator.DOES_NOT_EXIST)
        case [pair]:
            key, value = pair.split("=", 1)
            return Requirement(key, Operator.IN, (value,))
    raise ValueError(text)


def namespace(name: str, text: str = "", *, line: int = 1) -> Namespace:
    return Namespace(name, labels(text), Location(f"namespaces/{name}.yaml", line))


def workload(
    where: str,
    text: str = "",
    *,
    kind: str = "Deployment",
    ports: str = "",
    host_network: bool = False,
    open_labels: str = "",
    replicas: int = 1,
) -> Workload:
    """``where`` is ``namespace/name``; ``ports`` reads ``"http:80 dns:53/UDP"``."""
    space, name = where.split("/")
    return Workload(
        namespace=space,
        name=name,
        kind=kind,
        labels=labels(text),
        location=Location(f"workloads/{space}-{name}.yaml", 1),
        ports=tuple(map(_container_port, ports.split())),
        replicas=replicas,
        host_network=host_network,
        open_labels=frozenset(open_labels.split()),
    )


def _container_port(text: str) -> ContainerPort:
    name, number = text.split(":")
    number, _, protocol = number.partition("/")
    return ContainerPort(name, Protocol(protocol or "TCP"), int(number))


def pods(text: str | None = None, *, namespaces: str | None = None, line: int = 1) -> PodPeer:
    """``text`` is the podSelector; both absent means all pods of the policy's namespace."""
    return PodPeer(
        None if namespaces is None else selector(namespaces),
        selector(text or "") if text is not None or namespaces is None else None,
        Location("policies.yaml", line),
    )


def block(cidr: str, *excepts: str, line: int = 1) -> IPBlock:
    return IPBlock(
        ip_network(cidr), tuple(map(ip_network, excepts)), Location("policies.yaml", line)
    )


def port(text: str) -> PolicyPort:
    """``"80"``, ``"80-90"``, ``"53/UDP"``, ``"http"``, ``"http/UDP"``, ``"/SCTP"``."""
    number, _, protocol = text.partition("/")
    kind = Protocol(protocol or "TCP")
    first, _, last = number.partition("-")
    if not first:
        return PolicyPort(kind, None, None, HERE)
    if not first.isdigit():
        return PolicyPort(kind, first, None, HERE)
    return PolicyPort(kind, int(first), int(last) if last else None, HERE)


def rule(*peers: Peer, ports: str = "", line: int = 1) -> Rule:
    """Its index is set by ``policy``."""
    return Rule(0, peers, tuple(map(port, ports.split())), Location("policies.yaml", line))


def policy(
    where: str,
    pods: str = "",
    *,
    isolates: frozenset[Direction] = INGRESS,
    ingress: tuple[Rule, ...] = (),
    egress: tuple[Rule, ...] = (),
    line: int = 1,
) -> NetworkPolicy:
    """``where`` is ``namespace/name``, ``pods`` the subject selector."""
    space, name = where.split("/")
    return NetworkPolicy(
        namespace=space,
        name=name,
        pods=selector(pods),
        isolates=isolates,
        ingress=tuple(replace(each, index=i) for i, each in enumerate(ingress)),
        egress=tuple(replace(each, index=i) for i, each in enumerate(egress)),
        location=Location("policies.yaml", line),
    )


def unjudged(
    where: str, digest: str = "1", *, effects: frozenset[Effect] = frozenset(Effect)
) -> UnjudgedPolicy:
    """A Calico policy; ``where`` is ``namespace/name``, or ``/name`` for the whole cluster."""
    space, name = where.split("/")
    ref = ObjectRef("crd.projectcalico.org", "NetworkPolicy", space, name)
    return UnjudgedPolicy(ref, digest, effects, Location("calico.yaml", 1))


def state(
    *objects: Namespace | Workload | NetworkPolicy | UnjudgedPolicy,
    profile: ClusterProfile | None = None,
) -> ClusterState:
    return ClusterState(
        name="test",
        namespaces=tuple(each for each in objects if isinstance(each, Namespace)),
        workloads=tuple(each for each in objects if isinstance(each, Workload)),
        policies=tuple(each for each in objects if isinstance(each, NetworkPolicy)),
        unjudged=tuple(each for each in objects if isinstance(each, UnjudgedPolicy)),
        profile=profile or ClusterProfile(),
    )


def port_mapping(text: str) -> Mapping[str, list[list[int]]]:
    """``"80 443 53/UDP 8000-8010"`` in the shape of ``PortSet.as_mapping``."""
    found: dict[str, list[list[int]]] = {}
    for part in text.split():
        number, _, protocol = part.partition("/")
        first, _, last = number.partition("-")
        found.setdefault(protocol or "TCP", []).append([int(first), int(last or first)])
    return found
