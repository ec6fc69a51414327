import pytest

from edgewarden.reachability.concrete.rectangles import changes_at
from edgewarden.reachability.concrete.transition import from_nothing
from edgewarden.reachability.connectivity import connectivity, connectivity_of
from edgewarden.reachability.designations import parse_end, parse_port
from edgewarden.reachability.diff import compare
from edgewarden.reachability.facts import Role
from edgewarden.reachability.focus import Focus
from edgewarden.reachability.model import ClusterState, Direction
from edgewarden.reachability.named_focus import focus_on, with_named_pods
from edgewarden.reachability.questions import QuestionError
from edgewarden.reachability.reasons import Because
from tests.support.clusters import (
    EGRESS,
    INGRESS,
    block,
    namespace,
    pods,
    policy,
    rule,
    state,
    workload,
)

WEB = workload("shop/web", "app=web", ports="http:8080")
API = workload("shop/api", "app=api", ports="http:80")
LEDGER = workload("payments/ledger", "app=ledger", open_labels="shard")
THREE = state(WEB, API, LEDGER)


def focus(*states: ClusterState, source: str = "", to: str = "", port: str = "") -> Focus:
    return focus_on(
        states,
        [*map(parse_end, source.split())],
        [*map(parse_end, to.split())],
        [*map(parse_port, port.split())],
    )


def reached(cluster: ClusterState, *, source: str = "", to: str = "", port: str = "") -> set[str]:
    """The pairs, each with its ports."""
    asked = focus(cluster, source=source, to=to, port=port)
    return {
        f"{src} {dst} {edge.ports}"
        for edge in asked.connectivity(connectivity(cluster)).edges
        for src, dst in edge.pairs()
    }


def test_without_names_it_is_everything() -> None:
    whole = connectivity(THREE)

    assert focus(THREE).connectivity(whole) == whole
    assert str(focus(THREE)) == ""


def test_who_reaches_a_workload_is_one_question() -> None:
    assert reached(THREE, source="shop/*", to="payments/ledger", port="53/udp") == {
        "shop/api[Deployment] payments/ledger[Deployment] UDP 53",
        "shop/web[Deployment] payments/ledger[Deployment] UDP 53",
    }


def test_only_the_rows_of_what_is_named_are_looked_at() -> None:
    asked = focus(THREE, to="payments/ledger")
    step = from_nothing(THREE)

    assert asked.destinations is not None
    named = step.named(asked.destinations.workloads)
    assert changes_at(step, named, Role.DESTINATION).work.lines == 1
    assert connectivity_of(THREE, asked) == asked.connectivity(connectivity(THREE))


def test_several_names_are_taken_together() -> None:
    found = reached(THREE, source="shop/web payments/ledger", to="shop/api", port="80 81")

    assert found == {
        "shop/web[Deployment] shop/api[Deployment] TCP 80-81",
        "payments/ledger[Deployment] shop/api[Deployment] TCP 80-81",
    }


def test_a_port_name_is_what_each_destination_calls_so() -> None:
    assert reached(THREE, source="payments/ledger", to="shop/*", port="http") == {
        "payments/ledger[Deployment] shop/web[Deployment] TCP 8080",
        "payments/ledger[Deployment] shop/api[Deployment] TCP 80",
    }


def test_labels_select_the_workloads_that_have_them_or_could() -> None:
    assert reached(THREE, source="shop/app=web", to="payments/shard=1", port="80") == {
        "shop/web[Deployment] payments/ledger[Deployment] TCP 80"
    }
    assert reached(THREE, source="shop/shard=1", to="payments/ledger") == set()


def test_addresses_are_cut_to_what_is_meant() -> None:
    assert reached(THREE, source="10.0.0.0/8 10.1.0.0/16", to="shop/web", port="80") == {
        "10.0.0.0-10.255.255.255 shop/web[Deployment] TCP 80"
    }


def test_the_internet_is_what_is_not_private() -> None:
    guarded = policy("shop/web", "app=web", ingress=(rule(block("10.0.0.0/8")),))
    opened = policy("shop/web", "app=web", ingress=(rule(block("8.0.0.0/5")),))

    assert reached(state(WEB, guarded), source="internet", to="shop/web") == set()
    found = reached(state(WEB, opened), source="internet", to="shop/web", port="80")
    assert found == {
        "8.0.0.0-9.255.255.255 shop/web[Deployment] TCP 80",
        "11.0.0.0-15.255.255.255 shop/web[Deployment] TCP 80",
    }


def test_a_pod_that_no_manifest_shows_is_asked_about_as_one() -> None:
    named = [parse_end("new/app=probe"), parse_end("shop/app=web")]
    cluster = with_named_pods(THREE, named)

    assert len(cluster.workloads) == len(THREE.workloads) + 1
    assert reached(cluster, source="new/app=probe", to="shop/app=web", port="80") == {
        "new/app=probe[Pod] shop/web[Deployment] TCP 80"
    }


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"to": "shop/wbe"}, "did you mean shop/web[Deployment]?"),
        ({"source": "shpo/*"}, "no manifest shows a namespace shpo: name shop"),
        ({"port": "metrics"}, "no workload has a TCP port called metrics"),
    ],
)
def test_what_no_state_shows_is_told(names: dict[str, str], message: str) -> None:
    with pytest.raises(QuestionError) as raised:
        focus(THREE, **names)

    assert message in str(raised.value)


def test_a_namespace_of_policies_alone_can_be_named() -> None:
    assert focus(state(WEB, policy("infra/none")), to="infra/*").destinations is not None


def test_a_widened_edge_is_new_on_the_ports_that_are_new() -> None:
    before = policy("shop/api", "app=api", ingress=(rule(pods("app=web"), ports="80"),))
    after = policy("shop/api", "app=api", ingress=(rule(pods("app=web"), ports="80 443"),))
    base, head = state(WEB, API, before), state(WEB, API, after)
    whole = compare(base, head)

    assert [len(whole.added), len(whole.changed)] == [0, 1]
    some = focus(base, head, to="shop/api", port="443").diff(whole)
    assert [len(some.added), len(some.changed)] == [1, 0]
    assert focus(base, head, port="80").diff(whole).empty
    assert some.scope == "to shop/api on TCP 443"


def test_causes_of_other_ends_stay_behind() -> None:
    peer = policy("shop/api", "app=api", ingress=(rule(pods("tier=front")),))
    other = workload("shop/other", "app=other")
    base = state(WEB, API, other, peer)
    head = state(
        workload("shop/web", "app=web tier=front", ports="http:8080"),
        API,
        workload("shop/other", "app=other tier=front"),
        peer,
    )
    some = focus(base, head, source="shop/web", to="shop/api").diff(compare(base, head))

    (change,) = some.added
    assert {cause.subject.name for cause in change.causes} == {"web"}
    assert change.because is Because.LABELS_CHANGED


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({}, {("api", "ingress"), ("web", "egress")}),
        ({"to": "shop/api"}, {("api", "ingress")}),
        ({"source": "shop/api"}, set()),
        ({"source": "shop/web", "to": "shop/*"}, {("api", "ingress"), ("web", "egress")}),
        ({"port": "80"}, {("api", "ingress"), ("web", "egress")}),
    ],
)
def test_isolation_is_told_at_the_ends_that_are_named(
    names: dict[str, str], expected: set[tuple[str, str]]
) -> None:
    base = state(WEB, API)
    head = state(
        WEB,
        API,
        policy("shop/in", "app=api", isolates=INGRESS),
        policy("shop/out", "app=web", isolates=EGRESS),
    )
    some = focus(base, head, **names).diff(compare(base, head))

    assert {(each.workload.name, each.direction.value) for each in some.isolation} == expected


OPEN_TO_PROD = policy(
    "data/db", "app=db", ingress=(rule(pods("app=web", namespaces="env=prod"), ports="5432"),)
)


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        ({}, True),
        ({"to": "data/*"}, True),
        ({"to": "data/app=db"}, True),
        ({"to": "data/app=cache"}, False),
        ({"to": "shop/*"}, False),
        ({"source": "prod/*"}, True),
        ({"source": "prod/app=web"}, True),
        ({"source": "prod/app=api"}, False),
        ({"source": "dev/*"}, False),
        ({"source": "unheard-of/app=web"}, True),
        ({"source": "internet"}, False),
        ({"port": "5432"}, True),
        ({"port": "80"}, False),
        ({"source": "shop/web"}, True),
        ({"source": "shop/api"}, False),
    ],
)
def test_statements_stay_where_they_could_be_about_it(names: dict[str, str], kept: bool) -> None:
    closed = policy("data/db", "app=db", isolates=INGRESS)
    rest = (namespace("prod", "env=prod"), namespace("dev", "env=dev"), WEB, API)
    base, head = state(closed, *rest), state(OPEN_TO_PROD, *rest)
    some = focus(base, head, **names).diff(compare(base, head))

    assert bool(some.symbolic.opened) is kept


DB = workload("data/db", "app=db", ports="sql:5432")
BY_NAME = policy("data/db", "app=db", ingress=(rule(pods(namespaces="env=prod"), ports="sql"),))


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        ({}, [2]),
        ({"to": "data/db"}, [2]),
        ({"to": "data/*"}, [2]),
        ({"to": "data/db", "port": "sql"}, [2]),
        ({"to": "data/db", "port": "80"}, []),
        ({"to": "data/app=db", "port": "80"}, [0]),
        ({"source": "prod/web"}, [1]),
        ({"source": "prod/web", "to": "data/*"}, [1]),
        ({"source": "prod/*", "to": "data/db"}, [2]),
        ({"source": "prod/app=web"}, [1]),
        ({"source": "prod/app=other"}, [0]),
        ({"source": "prod/web", "to": "data/db"}, []),
    ],
)
def test_statements_count_the_known_pairs_that_are_asked_about(
    names: dict[str, str], pairs: list[int]
) -> None:
    rest = (
        namespace("prod", "env=prod"),
        workload("prod/web", "app=web"),
        workload("prod/api", "app=api"),
        workload("prod/node", "app=node", host_network=True),
        DB,
    )
    base = state(policy("data/db", "app=db", isolates=INGRESS), *rest)
    head = state(BY_NAME, *rest)
    some = focus(base, head, **names).diff(compare(base, head))

    assert [each.known_pairs for each in some.symbolic.opened] == pairs


def test_statements_on_isolation_stay_at_the_ends_that_are_named() -> None:
    rest = (namespace("data"), WEB)
    base, head = state(*rest), state(policy("data/db", "app=db", isolates=INGRESS), *rest)
    whole = compare(base, head)

    assert [each.direction for each in whole.symbolic.isolation] == [Direction.INGRESS]
    assert focus(base, head, to="data/app=db").diff(whole).symbolic.isolation
    assert not focus(base, head, to="data/app=x").diff(whole).symbolic.isolation
    assert not focus(base, head, source="data/app=db").diff(whole).symbolic.isolation
