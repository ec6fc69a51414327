"""What rectangles look like, and how little is looked at to find them."""

from dataclasses import replace

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.concrete.rectangles import Rectangles, changes
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.model import AddressMatch, ClusterProfile, ClusterState
from edgewarden.reachability.ports import NO_PORTS, PortSet, Protocol
from tests.support.clusters import (
    BOTH,
    EGRESS,
    block,
    namespace,
    pods,
    policy,
    rule,
    state,
    workload,
)
from tests.support.rectangles import pairs, rectangles
from tests.unit.reachability.concrete.test_against_compare import check

CERTAIN = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)
HTTP = PortSet.of(Protocol.TCP, 80)


def names(found: Rectangles, ends: Ends) -> list[str]:
    workloads = found.transition.ends(Ends(ends.workloads))
    return [str(each).removesuffix("[Deployment]") for each in workloads]


def shop(*rules: str) -> ClusterState:
    """Three shops of four workloads; their databases admit pods by ``app``, one for each rule."""
    objects = [
        workload(f"shop{shop}/{app}", f"app={app}", replicas=3)
        for shop in range(3)
        for app in ("web", "api", "db", "cron")
    ]
    policies = [
        policy(
            f"shop{shop}/db",
            "app=db",
            ingress=tuple(rule(pods(f"app={app}", namespaces=""), ports="80") for app in rules),
        )
        for shop in range(3)
    ]
    return state(*objects, *policies, profile=CERTAIN)


def test_ends_that_nothing_tells_apart_make_one_rectangle() -> None:
    found = rectangles(shop("api"), shop("api", "web"))
    (only,) = found.rectangles
    assert names(found, only.sources) == ["shop0/web", "shop1/web", "shop2/web"]
    assert names(found, only.destinations) == ["shop0/db", "shop1/db", "shop2/db"]
    assert (only.shift.before, only.shift.after) == (NO_PORTS, HTTP)
    assert only.sources.addresses == only.destinations.addresses == ()


def test_workloads_without_replicas_have_edges() -> None:
    base = shop("api")
    idle = tuple(replace(each, replicas=0) for each in base.workloads)
    found = rectangles(replace(base, workloads=idle), replace(shop("api", "web"), workloads=idle))
    assert found.rectangles == rectangles(base, shop("api", "web")).rectangles != ()


def test_everyone_and_every_address_are_one_set_of_sources() -> None:
    base = state(workload("a/db"), workload("a/web"), policy("a/deny"), profile=CERTAIN)
    head = replace(base, policies=(policy("a/deny", ingress=(rule(ports="80"),)),))
    (only,) = rectangles(base, head).rectangles
    assert [str(each) for each in only.sources.addresses] == [
        "0.0.0.0-255.255.255.255",
        "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]
    assert only.sources.workloads == only.destinations.workloads != 0


def test_a_state_against_itself_looks_at_nothing() -> None:
    base = shop("api")
    found = rectangles(base, base)
    assert found.rectangles == ()
    assert found.work.lines == 0


def test_rules_in_another_order_or_place_look_at_nothing() -> None:
    base = shop("api", "web")
    found = rectangles(base, shop("web", "api"))
    assert found.rectangles == ()
    assert found.work.lines == 0


def test_a_policy_that_another_one_makes_good_for_needs_no_line() -> None:
    """Isolation by two policies is isolation; losing one of them shows before any port."""
    base = shop("api")
    twice = replace(base, policies=(*base.policies, policy("shop0/deny", "app=db")))
    found = rectangles(twice, base)
    assert found.rectangles == ()
    assert found.work.lines == 0


def test_the_smaller_side_of_the_changed_pairs_is_looked_at() -> None:
    objects = [workload(f"a/w{number}", f"app=w{number}") for number in range(20)]
    base = state(*objects, policy("a/all", ingress=(rule(pods("app=w0")),)), profile=CERTAIN)
    wider = policy("a/all", ingress=(rule(pods("app=w0")), rule(pods("app=w1"))))
    found = rectangles(base, replace(base, policies=(wider,)))
    assert found.work.lines == 1
    assert pairs(found) == 20


def test_the_work_does_not_grow_with_what_did_not_change() -> None:
    def lines(shops: int) -> int:
        objects = [
            each
            for number in range(shops)
            for each in (
                workload(f"shop{number}/web", "app=web"),
                workload(f"shop{number}/db", "app=db"),
                policy(f"shop{number}/db", "app=db", ingress=(rule(pods("app=web")),)),
            )
        ]
        base = state(*objects, profile=CERTAIN)
        opened = policy("shop0/db", "app=db", ingress=(rule(pods(namespaces="")),))
        others = tuple(each for each in base.policies if each.namespace != "shop0")
        return rectangles(base, replace(base, policies=(opened, *others))).work.lines

    assert lines(2) == lines(40) == 1


def test_one_index_is_the_base_of_many_steps() -> None:
    base = Index.of(shop("api"))
    first = changes(transition(base, shop("api", "web")))
    second = changes(transition(base, shop("cron")))
    again = changes(transition(base, shop("api", "web")))
    assert first.rectangles == again.rectangles
    assert {each.shift.after for each in second.rectangles} == {HTTP, NO_PORTS}


def test_sources_that_hang_on_different_blocks_are_not_one_rectangle() -> None:
    def sending(place: str, cidr: str) -> tuple[object, ...]:
        return (
            workload(f"{place}/out"),
            policy(f"{place}/out", isolates=EGRESS, egress=(rule(block(cidr), ports="80"),)),
        )

    objects = (*sending("a", "10.1.0.0/16"), *sending("b", "10.2.0.0/16"), workload("c/db"))
    base = state(*objects, policy("c/deny"))  # type: ignore[arg-type]
    head = replace(base, policies=base.policies[:-1])
    check(base, head)
    unsure = [each for each in rectangles(base, head).rectangles if each.shift.may_open]
    assert len(unsure) == 2


def test_one_block_for_another_is_a_change_where_both_might_cover_pods() -> None:
    def sending(cidr: str) -> ClusterState:
        out = policy("a/out", isolates=EGRESS, egress=(rule(block(cidr), ports="80"),))
        return state(workload("a/out"), workload("b/db"), out)

    base, head = sending("10.1.0.0/16"), sending("10.2.0.0/16")
    check(base, head)
    check(base, replace(head, namespaces=(namespace("b", "team=x"),)))
    assert any(each.shift.may_open for each in rectangles(base, head).rectangles)


def test_an_isolated_pod_that_joins_the_node_network_is_told_in_both_directions() -> None:
    base = state(
        workload("a/one"), workload("a/two"), policy("a/deny", isolates=BOTH), profile=CERTAIN
    )
    joined = replace(base.workloads[0], host_network=True)
    check(base, replace(base, workloads=(joined, base.workloads[1])))
