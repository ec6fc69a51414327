from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest

from edgewarden.governance.coverage import covered_edges
from edgewarden.governance.exceptions import AddressScope, PodScope, PolicyException, Scope
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, Namespace, Workload
from edgewarden.reachability.ports import NO_PORTS, PortSet, Protocol
from edgewarden.reachability.reasons import Because
from edgewarden.reachability.report import EdgeChange, ReachabilityDiff

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HERE = Location("a.yaml", 1)
WEB, DB = (WorkloadEnd("shop", name, "Deployment") for name in ("web", "db"))
HEAD = ClusterState(
    "cluster",
    namespaces=(Namespace("shop", {"zone": "retail"}, HERE),),
    workloads=(
        Workload("shop", "web", "Deployment", {"app": "web", "tier": "front"}, HERE),
        Workload("shop", "db", "Deployment", {"app": "db"}, HERE),
        Workload("shop", "node", "DaemonSet", {"app": "node"}, HERE, host_network=True),
        Workload("shop", "set", "StatefulSet", {}, HERE, open_labels=frozenset({"pod-index"})),
    ),
)
TCP_5432 = PortSet.of(Protocol.TCP, 5432)
LOW_TCP = PortSet.of(Protocol.TCP, 1, 9999)


def pods(text: str = "", namespaces: str = "zone=retail") -> PodScope:
    def selector(pairs: str) -> LabelSelector:
        return LabelSelector.matching(dict(pair.split("=") for pair in pairs.split()))

    return PodScope(selector(namespaces), selector(text))


def addresses(cidr: str) -> AddressScope:
    return AddressScope(ip_network(cidr))


def granted(
    source: Scope, destination: Scope, ports: PortSet = TCP_5432, number: int = 1
) -> PolicyException:
    return PolicyException(
        number=number,
        reason="Reports.",
        owner="payments",
        ticket="T-1",
        test="curl",
        source=source,
        destination=destination,
        ports=ports,
        starts_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=1),
    )


def opening(src: End = WEB, dst: End = DB, opened: PortSet = TCP_5432) -> EdgeChange:
    return EdgeChange(
        (src,), (dst,), NO_PORTS, opened, opened, NO_PORTS, Because.POLICY_CHANGED, ()
    )


def block(first: str, last: str) -> AddressEnd:
    return AddressEnd(ip_address(first), ip_address(last))


@pytest.mark.parametrize(
    ("exception", "change"),
    [
        (granted(pods("app=web"), pods("app=db")), opening()),
        (granted(pods(), pods()), opening()),
        (granted(pods("tier=front"), pods("app=db"), LOW_TCP), opening()),
        (
            granted(addresses("198.51.100.0/24"), pods("app=db")),
            opening(src=block("198.51.100.7", "198.51.100.9")),
        ),
        (
            granted(pods("app=web"), addresses("2001:db8::/32")),
            opening(dst=block("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")),
        ),
        (
            granted(pods("app=web", "kubernetes.io/metadata.name=shop"), pods("app=db")),
            opening(),
        ),
    ],
)
def test_an_edge_within_the_scope_is_covered(
    exception: PolicyException, change: EdgeChange
) -> None:
    assert covered_by(exception, change=change) == [1]


@pytest.mark.parametrize(
    ("exception", "change"),
    [
        (granted(pods("app=db"), pods("app=web")), opening()),
        (granted(pods("app=web", "zone=bank"), pods("app=db")), opening()),
        (granted(pods("app=web"), pods("app=db"), PortSet.of(Protocol.UDP, 5432)), opening()),
        (
            granted(pods("app=web"), pods("app=db")),
            opening(opened=LOW_TCP),
        ),
        (granted(pods("app=web"), pods("app=db")), opening(opened=NO_PORTS)),
        (granted(addresses("10.0.0.0/8"), pods("app=db")), opening()),
        (granted(pods("app=web"), pods("app=db")), opening(src=block("10.0.0.1", "10.0.0.1"))),
        (
            granted(addresses("198.51.100.0/24"), pods("app=db")),
            opening(src=block("198.51.100.7", "198.51.101.9")),
        ),
        (granted(addresses("::/0"), pods("app=db")), opening(src=block("8.8.8.8", "8.8.8.8"))),
        (granted(pods(), pods()), opening(src=WorkloadEnd("shop", "gone", "Deployment"))),
        (granted(pods(), pods()), opening(src=WorkloadEnd("shop", "node", "DaemonSet", True))),
    ],
)
def test_an_edge_that_is_not_wholly_within_is_not(
    exception: PolicyException, change: EdgeChange
) -> None:
    assert covered_by(exception, change=change) == []


def test_labels_that_a_controller_sets_later_are_not_certain() -> None:
    index = LabelSelector.of(Requirement("pod-index", Operator.NOT_IN, ("0",)))
    exception = granted(PodScope(LabelSelector(), index), pods())
    change = opening(src=WorkloadEnd("shop", "set", "StatefulSet"))
    assert covered_by(exception, change=change) == []


def covered_by(*exceptions: PolicyException, change: EdgeChange) -> list[int]:
    proposal = Proposal(HEAD, HEAD, ReachabilityDiff(added=(change,)))
    return [each.exception.number for each in covered_edges(proposal, exceptions, NOW)]


def test_of_many_edges_those_within_are_covered() -> None:
    change = replace(opening(), sources=(WEB, WorkloadEnd("shop", "gone", "Deployment")))
    proposal = Proposal(HEAD, HEAD, ReachabilityDiff(added=(change,)))
    (covered,) = covered_edges(proposal, (granted(pods(), pods()),), NOW)
    assert covered.change == opening()


def test_exceptions_that_cover_a_part_do_not_add_up() -> None:
    both = TCP_5432 | PortSet.of(Protocol.TCP, 6379)
    halves = (
        granted(pods(), pods(), TCP_5432, number=1),
        granted(pods(), pods(), PortSet.of(Protocol.TCP, 6379), number=2),
    )
    assert covered_by(*halves, change=opening(opened=both)) == []
    assert covered_by(*halves, granted(pods(), pods(), both, 3), change=opening(opened=both)) == [3]


def test_only_an_active_exception_covers() -> None:
    active = granted(pods(), pods())
    not_active = (
        replace(active, starts_at=NOW + timedelta(seconds=1)),
        replace(active, expires_at=NOW),
        replace(active, revoked_at=NOW),
    )
    assert covered_by(active, change=opening()) == [1]
    assert covered_by(*not_active, change=opening()) == []


def test_every_exception_that_covers_is_told_in_order() -> None:
    exceptions = (granted(pods(), pods(), number=9), granted(pods(), pods(), number=2))
    assert covered_by(*exceptions, change=opening()) == [2, 9]


def test_a_blocked_edge_needs_no_exception() -> None:
    gone = EdgeChange(
        (WEB,), (DB,), TCP_5432, NO_PORTS, NO_PORTS, TCP_5432, Because.POLICY_CHANGED, ()
    )
    proposal = Proposal(HEAD, HEAD, ReachabilityDiff(removed=(gone,)))
    assert covered_edges(proposal, (granted(pods(), pods()),), NOW) == ()
