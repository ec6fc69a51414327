"""Seeded clusters that look like those of a company: teams, environments, a few shared services.

A namespace has ten workloads of five pods and five policies: a default deny, traffic between its
own tiers, monitoring and ingress from shared namespaces, egress for every other one, and one
that reaches across namespaces.
"""

from collections.abc import Iterator
from ipaddress import ip_network
from random import Random

from edgewarden.reachability.labels import (
    NAMESPACE_NAME_LABEL,
    LabelSelector,
    Operator,
    Requirement,
)
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import (
    ClusterProfile,
    ClusterState,
    ContainerPort,
    Direction,
    IPBlock,
    Namespace,
    NetworkPolicy,
    Peer,
    PodPeer,
    PolicyPort,
    Rule,
    Workload,
)
from edgewarden.reachability.ports import Protocol

PODS_PER_NAMESPACE = 50
SHARED = ("kube-system", "monitoring", "ingress-nginx")
ENVIRONMENTS = ("prod", "staging", "dev")
APPS = ("web", "api", "db", "cache", "worker", "auth", "search", "cron", "queue", "admin")
TIERS = ("frontend", "backend", "data")


def cluster(pods: int, seed: int, profile: ClusterProfile) -> ClusterState:
    """About ``pods`` pods; 100,000 of them come with 2,000 namespaces and 10,000 policies."""
    random = Random(seed)
    count = max(4, pods // PODS_PER_NAMESPACE)
    names = [*SHARED, *(f"team-{number:04}" for number in range(len(SHARED), count))]
    teams = max(3, count // 20)
    return ClusterState(
        name=f"{pods} pods",
        namespaces=tuple(
            Namespace(
                name,
                {
                    "environment": ENVIRONMENTS[number % 3],
                    "team": f"t{number % teams}",
                    "tenant": f"x{number}",
                },
                at(f"{name}/namespace"),
            )
            for number, name in enumerate(names)
        ),
        workloads=tuple(
            each for number, name in enumerate(names) for each in _workloads(random, number, name)
        ),
        policies=tuple(
            each
            for number, name in enumerate(names)
            for each in _policies(random, number, name, teams)
        ),
        profile=profile,
    )


def at(path: str) -> Location:
    return Location(f"{path}.yaml", 1)


def labelled(**labels: str) -> LabelSelector:
    return LabelSelector.matching(labels)


def one_of(key: str, *values: str) -> Requirement:
    return Requirement(key, Operator.IN, tuple(sorted(values)))


def pods(selector: LabelSelector | None, namespaces: LabelSelector | None = None) -> PodPeer:
    return PodPeer(namespaces, selector, at("peer"))


def rule(peers: tuple[Peer, ...], *ports: int | str) -> Rule:
    items = tuple(PolicyPort(Protocol.TCP, port, None, at("rule")) for port in ports)
    return Rule(0, peers, items, at("rule"))


def block(cidr: str, *excepts: str) -> IPBlock:
    return IPBlock(ip_network(cidr), tuple(map(ip_network, excepts)), at("peer"))


def policy(
    namespace: str,
    name: str,
    selector: LabelSelector | None = None,
    *,
    ingress: tuple[Rule, ...] | None = None,
    egress: tuple[Rule, ...] | None = None,
) -> NetworkPolicy:
    """Isolates the directions for which rules are given, none of them included."""
    given = {Direction.INGRESS: ingress, Direction.EGRESS: egress}
    return NetworkPolicy(
        namespace,
        name,
        selector or LabelSelector(),
        frozenset(direction for direction, rules in given.items() if rules is not None),
        ingress or (),
        egress or (),
        at(f"{namespace}/{name}"),
    )


def _workloads(random: Random, number: int, namespace: str) -> Iterator[Workload]:
    for place, app in enumerate(APPS):
        http = ContainerPort("http", Protocol.TCP, random.choice((8080, 8080, 80, 3000)))
        more = (
            ContainerPort("metrics", Protocol.TCP, 9090),
            ContainerPort("dns", Protocol.UDP, 53),
        )
        dns = number == 0 and place == 0
        yield Workload(
            namespace,
            f"{app}-{place}",
            "Deployment",
            {
                "app": "kube-dns" if dns else app,
                "tier": TIERS[place % 3],
                "app.kubernetes.io/name": f"{namespace}-{place}",
                "version": f"v{random.randint(1, 3)}",
            },
            at(f"{namespace}/{app}"),
            ports=(http, *more) if random.random() < 0.8 else (http,),
            replicas=5,
            open_labels=frozenset({"pod-template-hash"}),
        )


def _policies(random: Random, number: int, namespace: str, teams: int) -> Iterator[NetworkPolicy]:
    own = pods(LabelSelector())
    monitoring = pods(None, LabelSelector.matching({NAMESPACE_NAME_LABEL: "monitoring"}))
    entry = pods(labelled(app="web"), LabelSelector.matching({NAMESPACE_NAME_LABEL: SHARED[2]}))
    dns = pods(labelled(app="kube-dns"), LabelSelector.matching({NAMESPACE_NAME_LABEL: SHARED[0]}))
    closed = number % 2 == 0
    yield policy(namespace, "default-deny", ingress=(), egress=() if closed else None)
    yield policy(
        namespace,
        "web-to-api",
        labelled(app="api"),
        ingress=(rule((pods(labelled(app="web")),), "http"),),
    )
    yield policy(
        namespace,
        "shared",
        ingress=(rule((monitoring,), "metrics"), rule((entry,), 8080)),
    )
    if closed:
        outside = block("0.0.0.0/0", "10.0.0.0/8")
        yield policy(
            namespace,
            "egress",
            egress=(rule((dns,), 53), rule((outside,), 443), rule((own,))),
        )
    else:
        office = block(f"10.{number % 200}.0.0/16")
        yield policy(
            namespace,
            "office",
            labelled(app="web"),
            ingress=(rule((office,), 443, 8000),),
        )
    chosen = LabelSelector.of(one_of("app", "api", "db"))
    across = rule((_across(random, number % teams, teams),), 5432, "http")
    yield policy(namespace, "across", chosen, ingress=(across,))


def _across(random: Random, team: int, teams: int) -> PodPeer:
    """Mostly the own team's pods; sometimes an environment, rarely every namespace."""
    draw = random.random()
    if draw < 0.5:
        return pods(LabelSelector.of(one_of("app", "web", "worker")), labelled(team=f"t{team}"))
    if draw < 0.8:
        spaces = LabelSelector.of(
            one_of("environment", "prod", "staging"), one_of("team", f"t{random.randrange(teams)}")
        )
        others = LabelSelector.of(Requirement("tier", Operator.NOT_IN, ("data",)))
        return pods(others, spaces)
    if draw < 0.9:
        return pods(labelled(app="admin"), LabelSelector())
    return pods(None, labelled(environment="prod"))
