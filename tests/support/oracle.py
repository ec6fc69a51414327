"""A pointwise second opinion: one connection, one port, one world at a time.

Shares the model with the engine and nothing else: its matching, its address arithmetic and its
way with what is not known are its own. It is slow and has no sets, no cuts and no caches.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import compress, permutations, product

from edgewarden.reachability.labels import LabelSelector, Operator
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterState,
    Direction,
    Effect,
    IPBlock,
    Network,
    NetworkPolicy,
    ObjectRef,
    PodPeer,
    Rule,
    UnjudgedPolicy,
    Workload,
)
from edgewarden.reachability.ports import Protocol

Address = IPv4Address | IPv6Address
End = Workload | IPv4Address | IPv6Address
Point = tuple[Protocol, int]

_NOWHERE = Location("", 1)
EVERYWHERE = tuple(map(ip_network, ("0.0.0.0/0", "::/0")))
PRIVATE = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)


@dataclass(frozen=True)
class EndWorld:
    """What is so of one end: its open labels (``None`` is absent), its pods' addresses as far as
    the plugin lets blocks match them, and its nodes' addresses (``None``: nodes are exempt)."""

    labels: Mapping[str, str | None] = field(default_factory=dict)
    addresses: tuple[Address, ...] = ()
    nodes: tuple[Address, ...] | None = None


@dataclass(frozen=True)
class Verdicts:
    """What the unjudged policies say of one direction, the first that speaks decides."""

    spoken: tuple[tuple[UnjudgedPolicy, Effect | None], ...] = ()


@dataclass(frozen=True)
class World:
    source: EndWorld
    destination: EndWorld
    ingress: Verdicts
    egress: Verdicts
    lingering: frozenset[ObjectRef] = frozenset()
    """The deleted policies that are still there."""
    pods: frozenset[tuple[str, str, str]] = frozenset()
    """The deleted workloads that are."""


def allowed(state: ClusterState, src: End, dst: End, point: Point, world: World) -> bool:
    """Whether one packet may open a connection, in one world."""
    ends = (end for end in (src, dst) if isinstance(end, Workload))
    if any(end.lingering and end.identity not in world.pods for end in ends):
        return False
    if isinstance(src, Workload) and not _passes(
        state, Direction.EGRESS, (src, world.source), (dst, world.destination), (dst, point), world
    ):
        return False
    return not isinstance(dst, Workload) or _passes(
        state, Direction.INGRESS, (dst, world.destination), (src, world.source), (dst, point), world
    )


def _passes(
    state: ClusterState,
    direction: Direction,
    subject: tuple[Workload, EndWorld],
    other: tuple[End, EndWorld],
    target: tuple[End, Point],
    world: World,
) -> bool:
    pod, pod_world = subject
    verdicts = world.ingress if direction is Direction.INGRESS else world.egress
    for policy, effect in verdicts.spoken:
        here = any(policy == each for each in state.unjudged)
        if here and effect is not None and policy.ref.namespace in ("", pod.namespace):
            return effect is Effect.ALLOW
    if pod.host_network:
        return True
    selecting = [
        policy
        for policy in (*state.policies, *state.lingering)
        if policy.namespace == pod.namespace
        and (policy in state.policies or policy.ref in world.lingering)
        and direction in policy.isolates
        and selects(policy.pods, _labels(pod, pod_world))
    ]
    if not selecting:
        return True
    end, end_world = other
    if isinstance(end, Workload) and end.host_network and end_world.nodes is None:
        return True
    return any(
        _rule_allows(state, policy, rule, direction, other, target)
        for policy in selecting
        for rule in policy.rules(direction)
    )


def _rule_allows(
    state: ClusterState,
    policy: NetworkPolicy,
    rule: Rule,
    direction: Direction,
    other: tuple[End, EndWorld],
    target: tuple[End, Point],
) -> bool:
    end, end_world = other
    destination, point = target
    # For each peer that admits the other end: do names resolve on the destination?
    ways: list[bool] = []
    pod_itself = isinstance(end, Workload) and not end.host_network
    outward = direction is Direction.EGRESS
    if not rule.peers:
        ways.append(pod_itself or not outward)
    for peer in rule.peers:
        if isinstance(peer, IPBlock):
            if any(_in_block(peer, address) for address in _seen_addresses(end, end_world)):
                ways.append(not outward)
        elif isinstance(end, Workload) and not end.host_network:
            ways += [True] * _peer_matches(state, policy, peer, end, end_world)
    return any(_ports_match(rule, destination, point, names) for names in ways)


def _ports_match(rule: Rule, destination: End, point: Point, names: bool) -> bool:
    protocol, number = point
    if not rule.ports:
        return True
    for item in rule.ports:
        if item.protocol is not protocol:
            continue
        if item.port is None:
            return True
        if isinstance(item.port, str):
            if (
                names
                and isinstance(destination, Workload)
                and any(
                    each.name == item.port and each.protocol is protocol and each.number == number
                    for each in destination.ports
                )
            ):
                return True
        elif item.port <= number <= (item.end_port or item.port):
            return True
    return False


def _peer_matches(
    state: ClusterState, policy: NetworkPolicy, peer: PodPeer, pod: Workload, world: EndWorld
) -> bool:
    if peer.namespaces is None:
        if pod.namespace != policy.namespace:
            return False
    else:
        found = {}
        for namespace in state.namespaces:
            if namespace.name == pod.namespace:
                found = dict(namespace.labels)
        found["kubernetes.io/metadata.name"] = pod.namespace
        if not selects(peer.namespaces, found):
            return False
    return peer.pods is None or selects(peer.pods, _labels(pod, world))


def selects(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    for each in selector.requirements:
        present = each.key in labels
        if each.operator is Operator.EXISTS and not present:
            return False
        if each.operator is Operator.DOES_NOT_EXIST and present:
            return False
        if each.operator is Operator.IN and not (present and labels[each.key] in each.values):
            return False
        if each.operator is Operator.NOT_IN and present and labels[each.key] in each.values:
            return False
    return True


def _labels(pod: Workload, world: EndWorld) -> Mapping[str, str]:
    set_later = {key: value for key, value in world.labels.items() if key in pod.open_labels}
    merged = {**pod.labels, **set_later}
    return {key: value for key, value in merged.items() if value is not None}


def _seen_addresses(end: End, world: EndWorld) -> tuple[Address, ...]:
    if not isinstance(end, Workload):
        return (end,)
    return (world.nodes or ()) if end.host_network else world.addresses


def _in_block(block: IPBlock, address: Address) -> bool:
    def inside(network: Network) -> bool:
        if network.version != address.version:
            return False
        shift = network.max_prefixlen - network.prefixlen
        return int(address) >> shift == int(network.network_address) >> shift

    return inside(block.cidr) and not any(inside(hole) for hole in block.excepts)


# --- every world that two states leave open ------------------------------------------------


def worlds(states: Sequence[ClusterState], src: Sequence[End], dst: Sequence[End]) -> list[World]:
    """Every world in which the pair, given once for each state that has it, can be."""
    policies = list(dict.fromkeys(policy for state in states for policy in state.unjudged))
    spoken = list(_verdicts(policies))
    return [
        World(*each)
        for each in product(
            list(_end_worlds(states, src)),
            list(_end_worlds(states, dst)),
            spoken,
            spoken,
            _left_over(states),
            _lingering((*src, *dst)),
        )
    ]


def _left_over(states: Sequence[ClusterState]) -> list[frozenset[ObjectRef]]:
    refs = sorted({policy.ref for state in states for policy in state.lingering})
    return [frozenset(compress(refs, there)) for there in product((False, True), repeat=len(refs))]


def _lingering(ends: Sequence[End]) -> list[frozenset[tuple[str, str, str]]]:
    pods = sorted({end.identity for end in ends if isinstance(end, Workload) and end.lingering})
    return [frozenset(compress(pods, there)) for there in product((False, True), repeat=len(pods))]


def _verdicts(policies: Sequence[UnjudgedPolicy]) -> Iterator[Verdicts]:
    for order in permutations(policies):
        for effects in product(*((None, *sorted(policy.effects)) for policy in order)):
            yield Verdicts(tuple(zip(order, effects, strict=True)))


def _end_worlds(states: Sequence[ClusterState], ends: Sequence[End]) -> Iterator[EndWorld]:
    pods = [end for end in ends if isinstance(end, Workload)]
    keys = sorted({key for pod in pods for key in pod.open_labels})
    requirements = [r for state in states for s in _selectors(state) for r in s.requirements]
    choices = [
        [
            None,
            "something else",
            *sorted({v for r in requirements if r.key == key for v in r.values}),
        ]
        for key in keys
    ]
    profile = states[0].profile
    addresses: list[tuple[Address, ...]] = [()]
    if any(not pod.host_network for pod in pods):
        if profile.ip_block_matches_pods is AddressMatch.MATCHES:
            addresses = _placed(states, profile.pod_ranges or PRIVATE)
        elif profile.ip_block_matches_pods is AddressMatch.UNKNOWN:
            addresses = [(), *_somewhere(states, profile.pod_ranges, PRIVATE)]
    nodes: list[tuple[Address, ...] | None] = [None]
    if any(pod.host_network for pod in pods):
        nodes = [None, *_somewhere(states, profile.node_ranges, EVERYWHERE)]
    for values, pod_addresses, node_addresses in product(product(*choices), addresses, nodes):
        found = dict(zip(keys, values, strict=True))
        yield EndWorld(found, pod_addresses, node_addresses)


def _somewhere(
    states: Sequence[ClusterState], known: Sequence[Network], otherwise: Sequence[Network]
) -> list[tuple[Address, ...]]:
    """As ``_placed``; where no range is known, one family alone will do."""
    if known:
        return _placed(states, known)
    single = [
        placed
        for version in (4, 6)
        for placed in _placed(states, [each for each in otherwise if each.version == version])
    ]
    return [*_placed(states, otherwise), *single]


def _placed(states: Sequence[ClusterState], ranges: Sequence[Network]) -> list[tuple[Address, ...]]:
    """One address for each family of ``ranges``, one for every way to lie in the blocks."""
    blocks = _blocks(states)
    interesting = [
        address
        for address in (*edges(blocks), *(network.network_address for network in ranges))
        if any(_in_block(IPBlock(network, (), _NOWHERE), address) for network in ranges)
    ]
    families = []
    for version in sorted({network.version for network in ranges}):
        by_blocks = {
            tuple(_in_block(each, address) for each in blocks): address
            for address in interesting
            if address.version == version
        }
        families.append(list(by_blocks.values()))
    return list(product(*families))


def edges(blocks: Sequence[IPBlock]) -> list[Address]:
    """The first and last address of every range that a block names, and their neighbours."""
    found: set[Address] = set()
    for block in blocks:
        for network in (block.cidr, *block.excepts):
            kind = type(network.network_address)
            for number in (int(network.network_address), int(network.broadcast_address)):
                for near in (number - 1, number, number + 1):
                    if 0 <= near < 2**network.max_prefixlen:
                        found.add(kind(near))
    found |= {ip_address("0.0.0.0"), ip_address("255.255.255.255"), ip_address("::")}
    return sorted(found, key=lambda address: (address.version, int(address)))


def _blocks(states: Sequence[ClusterState]) -> list[IPBlock]:
    return [
        peer
        for state in states
        for policy in (*state.policies, *state.lingering)
        for rule in (*policy.ingress, *policy.egress)
        for peer in rule.peers
        if isinstance(peer, IPBlock)
    ]


def outside_addresses(states: Sequence[ClusterState]) -> list[Address]:
    """Addresses that between them show every way in which blocks tell addresses apart."""
    return edges(_blocks(states))


def points(states: Sequence[ClusterState]) -> list[Point]:
    """Ports at which a set of ports could begin or end, on every protocol."""
    numbers = {1, 65535}
    for state in states:
        for workload in state.workloads:
            numbers |= {port.number for port in workload.ports}
        for policy in (*state.policies, *state.lingering):
            for rule in (*policy.ingress, *policy.egress):
                for item in rule.ports:
                    if isinstance(item.port, int):
                        numbers |= {item.port, item.end_port or item.port}
    near = {number + step for number in numbers for step in (-1, 0, 1)}
    return [(protocol, n) for protocol in Protocol for n in sorted(near) if 1 <= n <= 65535]


def _selectors(state: ClusterState) -> Iterator[LabelSelector]:
    for policy in (*state.policies, *state.lingering):
        yield policy.pods
        for rule in (*policy.ingress, *policy.egress):
            for peer in rule.peers:
                if isinstance(peer, PodPeer) and peer.pods is not None:
                    yield peer.pods
