import pytest

from edgewarden.reachability.designations import parse_end, parse_port
from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import ClusterState, NetworkPolicy
from edgewarden.reachability.named_focus import focus_on
from edgewarden.reachability.paths.new_paths import new_paths
from edgewarden.reachability.paths.path import Path, Paths
from edgewarden.reachability.paths.search import MOST_CHAINS
from edgewarden.reachability.reasons import CauseKind
from tests.support.clusters import block, pods, policy, rule, state, unjudged, workload

WEB, API, DB = (workload(f"shop/{name}", f"app={name}") for name in ("web", "api", "db"))
PUBLIC = rule(block("0.0.0.0/0"), ports="443")
FROM_WEB = rule(pods("app=web"), ports="80")
FROM_API = rule(pods("app=api"), ports="5432")


def guards(*, web: bool = True, api: bool = True, db: bool = True) -> tuple[NetworkPolicy, ...]:
    """A chain from the internet to the database, with its hops there or not."""
    return (
        policy("shop/web", "app=web", ingress=(PUBLIC,) if web else ()),
        policy("shop/api", "app=api", ingress=(FROM_WEB,) if api else ()),
        policy("shop/db", "app=db", ingress=(FROM_API,) if db else ()),
    )


def found(
    base: ClusterState,
    head: ClusterState,
    hops: int,
    *,
    source: str = "internet",
    to: str = "shop/db",
    port: str = "",
) -> Paths:
    ports = [parse_port(port)] if port else []
    focus = focus_on((base, head), [parse_end(source)], [parse_end(to)], ports)
    return new_paths(head, compare(base, head), focus, hops)


def said(path: Path) -> str:
    """``internet -443!-> web -80-> api``; new hops are marked."""
    names = ["+".join(str(end).split("/")[-1].split("[")[0] for end in s) for s in path.stations]
    names = ["internet" if "." in name else name for name in names]
    arrows = [f" -{hop.ports}{'!' if hop.opened else ''}-> " for hop in path.hops]
    return "".join(part for pair in zip(names, [*arrows, ""], strict=True) for part in pair)


@pytest.mark.parametrize(
    ("missing", "path"),
    [
        ("web", "internet -TCP 443!-> web -TCP 80-> api -TCP 5432-> db"),
        ("api", "internet -TCP 443-> web -TCP 80!-> api -TCP 5432-> db"),
        ("db", "internet -TCP 443-> web -TCP 80-> api -TCP 5432!-> db"),
    ],
)
def test_one_new_connection_makes_the_whole_path_possible(missing: str, path: str) -> None:
    base = state(WEB, API, DB, *guards(**{missing: False}))
    head = state(WEB, API, DB, *guards())

    assert found(base, head, 2) == Paths("from internet to shop/db within 2 hops")
    result = found(base, head, 3)
    assert [said(each) for each in result.found] == [path]
    assert result.complete
    (new,) = (hop for hop in result.found[0].hops if hop.opened)
    assert [cause.kind for cause in new.causes] == [CauseKind.RULE_ALLOWS]


def test_a_path_with_several_new_connections_is_told_once() -> None:
    base = state(WEB, API, DB, *guards(web=False, db=False))
    result = found(base, state(WEB, API, DB, *guards()), 3)

    assert [said(each) for each in result.found] == [
        "internet -TCP 443!-> web -TCP 80-> api -TCP 5432!-> db"
    ]


def test_nothing_new_is_no_path_however_much_there_is() -> None:
    both = state(WEB, API, DB, *guards())

    assert found(both, both, 5).found == ()


def test_ends_that_are_alike_share_a_station() -> None:
    others = [workload(f"shop/web-{number}", "app=web") for number in range(3)]
    base = state(API, DB, *others, *guards(web=False))
    (path,) = found(base, state(API, DB, *others, *guards()), 3).found

    assert said(path) == "internet -TCP 443!-> web-0+web-1+web-2 -TCP 80-> api -TCP 5432-> db"


def test_the_shortest_come_first_and_detours_over_one_connection_do_not_come() -> None:
    wide = policy("shop/db", "app=db", ingress=(FROM_API, rule(pods("app=web"), ports="5432")))
    base = state(WEB, API, DB, *guards(web=False)[:2], wide)
    head = state(WEB, API, DB, *guards()[:2], wide)

    assert [said(each) for each in found(base, head, 4).found] == [
        "internet -TCP 443!-> web -TCP 5432-> db"
    ]


def test_ports_are_those_of_the_last_hop() -> None:
    base = state(WEB, API, DB, *guards(web=False))
    head = state(WEB, API, DB, *guards())

    assert len(found(base, head, 3, port="5432").found) == 1
    assert found(base, head, 3, port="443").found == ()


def test_paths_lead_out_of_the_cluster_as_well() -> None:
    base = state(WEB, API, *guards(api=False)[:2])
    head = state(WEB, API, *guards()[:2])
    result = found(base, head, 2, source="shop/web", to="192.0.2.7")

    assert [said(each) for each in result.found] == ["web -TCP 80!-> api -every port-> internet"]


def test_new_ports_of_a_connection_are_told_apart_from_those_it_had() -> None:
    both = rule(block("0.0.0.0/0"), ports="443 80")
    wider = policy("shop/web", "app=web", ingress=(both,))
    base, head = state(WEB, guards()[0]), state(WEB, wider)
    (path,) = found(base, head, 1, to="shop/web").found

    assert (str(path.hops[0].ports), str(path.hops[0].opened)) == ("TCP 80, 443", "TCP 80")


def test_what_only_may_be_allowed_is_no_hop() -> None:
    calico = unjudged("shop/calico")
    base = state(WEB, API, DB, *guards(web=False), calico)

    assert found(base, state(WEB, API, DB, *guards(), calico), 3).found == ()


def test_a_search_that_finds_too_many_says_so() -> None:
    count = MOST_CHAINS + 20
    between = [workload(f"shop/w{number}", f"n={number}") for number in range(count)]
    each = [
        policy(f"shop/p{n}", f"n={n}", ingress=(rule(block("0.0.0.0/0"), ports=str(n + 1)),))
        for n in range(count)
    ]
    base = state(DB, *between, *each, policy("shop/db", "app=db"))
    head = state(DB, *between, *each, policy("shop/db", "app=db", ingress=(rule(pods("")),)))
    result = found(base, head, 2)

    assert not result.complete
    assert len(result.found) == MOST_CHAINS


@pytest.mark.parametrize(("source", "hops"), [("", 2), ("shop/web", 0)])
def test_paths_need_two_ends_and_a_hop(source: str, hops: int) -> None:
    cluster = state(WEB, DB)
    sources = [parse_end(source)] if source else []
    focus = focus_on((cluster,), sources, [parse_end("shop/db")], ())

    with pytest.raises(ValueError, match="over one hop or more"):
        new_paths(cluster, compare(cluster, cluster), focus, hops)
