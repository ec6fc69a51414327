"""Random clusters with many workloads in few namespaces, and one small change each.

Here policies bind more pods than they admit and the reverse, pods that look alike hang on
different facts, and many are told apart by nothing.
"""

from dataclasses import replace
from random import Random

from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    ContainerPort,
    Direction,
    NetworkPolicy,
    Peer,
    PodPeer,
    Rule,
    Workload,
)
from edgewarden.reachability.ports import Protocol
from tests.support import clusters

_SPACES = ("a", "b")
_OPEN = ("pod-template-hash", "job-name")
PRIVATE = (
    clusters.block("10.0.0.0/8"),
    clusters.block("10.1.0.0/16", "10.1.2.0/24"),
    clusters.block("0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
    clusters.block("0.0.0.0/0", "10.0.0.0/8"),
)


def crowded_pair(seed: int) -> tuple[ClusterState, ClusterState]:
    """A cluster and the same after one change to a rule, a label, a port or a policy."""
    random = Random(seed)
    known = random.random() < 0.5
    profile = ClusterProfile(
        ip_block_matches_pods=AddressMatch.NEVER if known else AddressMatch.UNKNOWN
    )
    base = ClusterState(
        name="crowd",
        namespaces=tuple(clusters.namespace(n, f"env={random.choice('pq')}") for n in _SPACES),
        workloads=tuple(_workload(random, f"w{i}", known) for i in range(random.randint(8, 12))),
        policies=tuple(_policy(random, f"p{i}", known) for i in range(random.randint(2, 5))),
        profile=profile,
    )
    return base, _changed(random, base, known)


def walled_pair(seed: int) -> tuple[ClusterState, ClusterState]:
    """A crowd and the same after several changes, one of which denies or frees a namespace.

    A policy of both lets some pods of the namespace through all the same.
    """
    random = Random(seed)
    base, head = crowded_pair(seed)
    known = base.profile.ip_block_matches_pods is AddressMatch.NEVER
    space = random.choice(_SPACES)
    free = clusters.policy(
        f"{space}/free",
        "app=x",
        isolates=frozenset(Direction),
        ingress=(clusters.rule(),) if random.random() < 0.5 else (_rule(random, known),),
        egress=(clusters.rule(),),
    )
    base = replace(base, policies=(*base.policies, free))
    head = replace(head, policies=(*head.policies, free))
    for _ in range(random.randint(0, 2)):
        head = _changed(random, head, known)
    head = replace(head, policies=tuple({each.name: each for each in head.policies}.values()))
    wall = clusters.policy(f"{space}/wall", isolates=frozenset(Direction))
    with_wall = replace(head, policies=(*head.policies, wall))
    if random.random() < 0.7:
        return base, with_wall
    return replace(base, policies=(*base.policies, wall)), head


def _changed(random: Random, state: ClusterState, known: bool) -> ClusterState:
    policies, workloads = list(state.policies), list(state.workloads)
    place = random.randrange(len(policies))
    old = policies[place]
    match random.randint(0, 9):
        case 0:
            policies.pop(place)
        case 1:
            policies.append(_policy(random, "new", known))
        case 2:
            spot = random.randrange(len(workloads))
            workloads[spot] = replace(workloads[spot], labels=_workload(random, "w", known).labels)
        case 3:
            spot = random.randrange(len(workloads))
            workloads[spot] = replace(workloads[spot], ports=_ports(random))
        case 4:
            spaces = (clusters.namespace("a", "env=r"), *state.namespaces[1:])
            return replace(state, namespaces=spaces)
        case _:
            direction = random.choice(sorted(old.isolates))
            rules = list(old.rules(direction))
            if rules and random.random() < 0.5:
                rules.pop(random.randrange(len(rules)))
            if not rules or random.random() < 0.7:
                rules.append(_rule(random, known))
            ordered = tuple(replace(rule, index=i) for i, rule in enumerate(rules))
            if direction is Direction.INGRESS:
                policies[place] = replace(old, ingress=ordered)
            else:
                policies[place] = replace(old, egress=ordered)
    return replace(state, policies=tuple(policies), workloads=tuple(workloads))


def _workload(random: Random, name: str, known: bool) -> Workload:
    text = " ".join(f"{key}={random.choice('xyz')}" for key in ("app", "tier"))
    hanging = "" if known else " ".join(key for key in _OPEN if random.random() < 0.3)
    made = clusters.workload(
        f"{random.choice('aab')}/{name}",
        text,
        open_labels=hanging,
        host_network=random.random() < 0.1,
        replicas=random.randint(0, 5),
    )
    return replace(made, ports=_ports(random))


def _ports(random: Random) -> tuple[ContainerPort, ...]:
    numbers = (80, 81) if random.random() < 0.7 else ()
    return tuple(ContainerPort("http", Protocol.TCP, random.choice(numbers)) for _ in numbers[:1])


def _policy(random: Random, name: str, known: bool) -> NetworkPolicy:
    isolates = random.choice((clusters.INGRESS, clusters.EGRESS, clusters.BOTH))
    rules = {d: tuple(_rule(random, known) for _ in range(random.randint(0, 3))) for d in isolates}
    made = clusters.policy(
        f"{random.choice('aab')}/{name}",
        isolates=isolates,
        ingress=rules.get(Direction.INGRESS, ()),
        egress=rules.get(Direction.EGRESS, ()),
    )
    return replace(made, pods=_selector(random, known) if random.random() < 0.5 else made.pods)


def _rule(random: Random, known: bool) -> Rule:
    peers = [_peer(random, known) for _ in range(random.choice((0, 1, 1, 1, 2)))]
    return clusters.rule(*peers, ports=random.choice(("80", "http", "80 443", "http 443", "")))


def _peer(random: Random, known: bool) -> Peer:
    if random.random() < 0.25:
        return random.choice(PRIVATE)
    spaces = LabelSelector.matching({"env": random.choice("pqr")})
    where = random.choice((None, LabelSelector(), spaces))
    return PodPeer(where, _selector(random, known), clusters.HERE)


def _selector(random: Random, known: bool) -> LabelSelector:
    if not known and random.random() < 0.3:
        operator = random.choice((Operator.IN, Operator.NOT_IN))
        return LabelSelector.of(
            Requirement(random.choice(_OPEN), operator, (random.choice("12"),)),
            *((Requirement("app", Operator.IN, ("x",)),) if random.random() < 0.4 else ()),
        )
    operator = random.choice((Operator.IN, Operator.IN, Operator.NOT_IN))
    return LabelSelector.of(
        Requirement(random.choice(("app", "tier")), operator, (random.choice("xyz"),))
    )
