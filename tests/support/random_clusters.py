"""Random pairs of states, small and rich in corner cases, by seed."""

from dataclasses import replace
from random import Random

from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    ContainerPort,
    Direction,
    Effect,
    IPBlock,
    Namespace,
    NetworkPolicy,
    Peer,
    PodPeer,
    PolicyPort,
    Rule,
    UnjudgedPolicy,
    Workload,
)
from edgewarden.reachability.ports import Protocol
from tests.support import clusters

_NAMES = ("a", "b", "c")
_KEYS = ("app", "tier")
_VALUES = ("x", "y", "")
_OPEN = "pod-template-hash"
_CERTAIN = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)
_BLOCKS = (
    clusters.block("0.0.0.0/0"),
    clusters.block("0.0.0.0/0", "10.0.0.0/8"),
    clusters.block("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"),
    clusters.block("10.1.0.0/16"),
    clusters.block("10.1.128.0/17"),
    clusters.block("203.0.113.0/24", "203.0.113.7/32"),
    clusters.block("203.0.113.128/25"),
    clusters.block("::/0"),
    clusters.block("fd00::/8", "fd00:1::/32"),
    clusters.block("2001:db8::/32"),
)


def certain_pair(seed: int) -> tuple[ClusterState, ClusterState]:
    """Two states in which nothing is left open: no open labels, and blocks never match pods."""
    base, head = _pair(Random(seed), _CERTAIN, uncertain=False, most=7)
    return _shown(base, head) if seed % 2 else (base, head)


def _shown(base: ClusterState, head: ClusterState) -> tuple[ClusterState, ClusterState]:
    """The same, where the cluster itself showed the labels of some namespaces that stay."""
    stay = {each.name for each in base.namespaces} & {each.name for each in head.namespaces}
    shown = {name for name in stay if name != max(stay)}
    complete = {
        id(each): replace(each, complete=True)
        for each in (*base.namespaces, *head.namespaces)
        if each.name in shown
    }
    before, after = (
        replace(state, namespaces=tuple(complete.get(id(each), each) for each in state.namespaces))
        for state in (base, head)
    )
    return before, after


def uncertain_pair(seed: int) -> tuple[ClusterState, ClusterState]:
    """Two very small states with everything that can be left open."""
    random = Random(seed)
    profile = ClusterProfile(
        ip_block_matches_pods=random.choice(tuple(AddressMatch)),
        pod_ranges=random.choice(((), (), (clusters.block("10.1.0.0/16").cidr,))),
        node_ranges=random.choice(((), (clusters.block("10.2.0.0/16").cidr,))),
    )
    base, head = _pair(random, profile, uncertain=True, most=2)
    return base, _unpruned(random, base, head) if seed % 3 == 0 else head


def lingering_pair(seed: int) -> tuple[ClusterState, ClusterState]:
    """Two very small states, and workloads of the first that may still be there in the second."""
    base, head = uncertain_pair(seed)
    left = head.workloads[seed % 2 :]
    there = {each.identity for each in left}
    stay = (replace(each, lingering=True) for each in base.workloads if each.identity not in there)
    return base, replace(head, workloads=(*left, *stay))


def _pair(
    random: Random, profile: ClusterProfile, *, uncertain: bool, most: int
) -> tuple[ClusterState, ClusterState]:
    base = ClusterState(
        name="random",
        namespaces=tuple(_namespace(random, name) for name in _NAMES if random.random() < 0.6),
        workloads=_distinct([_workload(random, uncertain) for _ in range(random.randint(1, most))]),
        policies=tuple(_policy(random, f"p{i}") for i in range(random.randint(0, most))),
        unjudged=tuple(
            _unjudged(random, f"u{i}") for i in range(uncertain * (random.random() < 0.25))
        ),
        profile=profile,
    )
    head = base
    for _ in range(random.randint(1, 3)):
        head = _changed(random, head, uncertain)
    return base, head


def _unpruned(random: Random, base: ClusterState, head: ClusterState) -> ClusterState:
    """A head in which what is deleted may still be there, and at least one policy is deleted."""
    deleted = {policy.ref for policy in random.sample(base.policies, min(1, len(base.policies)))}
    policies = tuple(policy for policy in head.policies if policy.ref not in deleted)
    there = {policy.ref for policy in policies}
    gone = tuple(policy for policy in base.policies if policy.ref not in there)
    return replace(head, policies=policies, lingering=gone)


def _changed(random: Random, state: ClusterState, uncertain: bool) -> ClusterState:
    workloads, policies = list(state.workloads), list(state.policies)
    match random.randint(0, 9):
        case 0:
            names = [name for name in _NAMES if random.random() < 0.6]
            return replace(state, namespaces=tuple(_namespace(random, name) for name in names))
        case 1:
            return replace(state, workloads=_distinct([*workloads, _workload(random, uncertain)]))
        case 2 if workloads:
            workloads.pop(random.randrange(len(workloads)))
            return replace(state, workloads=tuple(workloads))
        case 3 if workloads:
            place = random.randrange(len(workloads))
            old, other = workloads[place], _workload(random, uncertain)
            workloads[place] = random.choice(
                (
                    replace(old, labels=other.labels),
                    replace(old, ports=other.ports),
                    replace(old, host_network=not old.host_network),
                    replace(other, namespace=old.namespace, name=old.name, kind=old.kind),
                )
            )
            return replace(state, workloads=tuple(workloads))
        case 4 if policies:
            policies.pop(random.randrange(len(policies)))
            return replace(state, policies=tuple(policies))
        case 5 if uncertain:
            others = tuple(each for each in state.unjudged if each.ref.name != "u1")
            return replace(state, unjudged=(*others, _unjudged(random, "u1")))
        case 6 | 7 if policies:
            place = random.randrange(len(policies))
            other_policy = _policy(random, policies[place].name)
            if random.random() < 0.5:
                other_policy = replace(
                    policies[place], ingress=other_policy.ingress, egress=other_policy.egress
                )
            policies[place] = other_policy
            return replace(state, policies=tuple(policies))
        case _:
            policies.append(_policy(random, f"q{random.randint(0, 99)}-{len(policies)}"))
            return replace(state, policies=tuple(policies))


def _namespace(random: Random, name: str) -> Namespace:
    labels = {key: random.choice(_VALUES) for key in ("env", "team") if random.random() < 0.5}
    if random.random() < 0.1:
        labels["kubernetes.io/metadata.name"] = "a"
    return replace(clusters.namespace(name), labels=labels)


def _workload(random: Random, uncertain: bool) -> Workload:
    labels = {key: random.choice(_VALUES) for key in _KEYS if random.random() < 0.7}
    return replace(
        clusters.workload(f"{random.choice(_NAMES)}/w{random.randint(0, 9)}"),
        kind=random.choice(("Deployment", "StatefulSet")),
        labels=labels,
        ports=tuple(
            ContainerPort(
                random.choice(("http", "dns")),
                random.choice((Protocol.TCP, Protocol.TCP, Protocol.UDP)),
                random.choice((53, 80, 81)),
            )
            for _ in range(random.randint(0, 3))
        ),
        host_network=random.random() < 0.12,
        open_labels=frozenset({_OPEN}) if uncertain and random.random() < 0.4 else frozenset(),
    )


def _distinct(workloads: list[Workload]) -> tuple[Workload, ...]:
    return tuple({workload.identity: workload for workload in workloads}.values())


def _policy(random: Random, name: str) -> NetworkPolicy:
    isolates = frozenset(each for each in Direction if random.random() < 0.65)
    rules = {
        each: tuple(_rule(random, i) for i in range(random.randint(0, 2)))
        if each in isolates
        else ()
        for each in Direction
    }
    return replace(
        clusters.policy(f"{random.choice(_NAMES)}/{name}"),
        pods=_pod_selector(random),
        isolates=isolates or frozenset({Direction.INGRESS}),
        ingress=rules[Direction.INGRESS],
        egress=rules[Direction.EGRESS],
    )


def _rule(random: Random, index: int) -> Rule:
    peers = tuple(_peer(random) for _ in range(random.choice((0, 1, 1, 2))))
    ports = tuple(_port(random) for _ in range(random.choice((0, 1, 1, 2))))
    return Rule(index, peers, ports, clusters.HERE)


def _peer(random: Random) -> Peer:
    if random.random() < 0.4:
        return random.choice(_BLOCKS)
    which = random.randint(0, 2)
    return PodPeer(
        _namespace_selector(random) if which else None,
        _pod_selector(random) if which != 1 else None,
        clusters.HERE,
    )


def _port(random: Random) -> PolicyPort:
    protocol = random.choice((Protocol.TCP, Protocol.TCP, Protocol.UDP, Protocol.SCTP))
    match random.randint(0, 4):
        case 0:
            return PolicyPort(protocol, None, None, clusters.HERE)
        case 1:
            return PolicyPort(Protocol.TCP, random.choice(("http", "dns")), None, clusters.HERE)
        case 2:
            return PolicyPort(protocol, 80, random.choice((80, 81, 90)), clusters.HERE)
        case _:
            return PolicyPort(protocol, random.choice((53, 80, 81)), None, clusters.HERE)


def _pod_selector(random: Random) -> LabelSelector:
    keys = (*_KEYS, *_KEYS, _OPEN)
    return _selector(random, keys, _VALUES)


def _namespace_selector(random: Random) -> LabelSelector:
    if random.random() < 0.25:
        name = random.choice(_NAMES)
        return LabelSelector.matching({"kubernetes.io/metadata.name": name})
    return _selector(random, ("env", "team"), _VALUES)


def _selector(random: Random, keys: tuple[str, ...], values: tuple[str, ...]) -> LabelSelector:
    requirements = []
    for _ in range(random.choice((0, 1, 1, 2))):
        operator = random.choice(tuple(Operator))
        several = operator in (Operator.IN, Operator.NOT_IN)
        chosen = tuple(sorted(random.sample(values, random.randint(1, 2)))) if several else ()
        requirements.append(Requirement(random.choice(keys), operator, chosen))
    return LabelSelector.of(*requirements)


def _unjudged(random: Random, name: str) -> UnjudgedPolicy:
    effects = frozenset(each for each in Effect if random.random() < 0.7)
    where = random.choice((*_NAMES, ""))
    return clusters.unjudged(f"{where}/{name}", str(random.randint(0, 2)), effects=effects)


def blocks() -> tuple[IPBlock, ...]:
    """The address blocks that random policies draw from."""
    return _BLOCKS
