from ipaddress import ip_address

import pytest

from edgewarden.reachability.designations import parse_end, parse_port
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.ports import Protocol
from edgewarden.reachability.questions import Asked, Question, QuestionError, ask
from tests.support.clusters import state, workload

WEB = workload("shop/web", "app=web")
API = workload("shop/api", "app=api", ports="http:8080 http:8080/UDP admin:9090")
TWO = state(WEB, API, workload("shop/jobs"), workload("shop/jobs", kind="CronJob"))


def asked(source: str, destination: str, port: str, *states: ClusterState) -> Asked:
    found = ask(states or (TWO,), parse_end(source), parse_end(destination), parse_port(port))
    assert len(found.states) == len(states or (TWO,))
    return found


def test_workloads_are_found_by_name() -> None:
    assert asked("shop/web", "shop/api", "80").question == Question(
        WEB.identity, API.identity, Protocol.TCP, 80
    )


def test_a_name_of_two_kinds_needs_its_kind() -> None:
    with pytest.raises(QuestionError, match=r"write shop/jobs\[CronJob\] or shop/jobs\[Depl"):
        asked("shop/jobs", "shop/api", "80")

    source = asked("shop/jobs[CronJob]", "shop/api", "80").question.source
    assert source == ("shop", "jobs", "CronJob")


def test_a_name_of_another_kind_in_the_other_state_needs_its_kind_too() -> None:
    with pytest.raises(QuestionError, match="is more than one workload"):
        asked("shop/web", "shop/api", "80", TWO, state(workload("shop/web", kind="Rollout"), API))


def test_a_workload_of_one_state_is_found() -> None:
    assert asked("shop/web", "shop/api", "80", state(API), TWO).question.source == WEB.identity


@pytest.mark.parametrize(
    ("end", "near"),
    [
        ("shop/wbe", "shop/web[Deployment]"),
        ("shpo/web", "shop/web[Deployment]"),
        ("default/web", "shop/web[Deployment]"),
        ("shop/web[Job]", "shop/web[Deployment]"),
    ],
)
def test_an_unknown_workload_is_told_with_names_like_it(end: str, near: str) -> None:
    with pytest.raises(QuestionError) as raised:
        asked(end, "shop/api", "80")

    assert f"did you mean {near}?" in str(raised.value)
    assert "by its labels, as " in str(raised.value)


def test_an_unknown_workload_that_is_like_no_other_is_told_without_a_guess() -> None:
    with pytest.raises(QuestionError) as raised:
        asked("payments/ledger", "shop/api", "80")

    assert "did you mean" not in str(raised.value)
    assert "as payments/app=ledger" in str(raised.value)


def test_a_pod_that_no_manifest_shows_is_added_to_every_state() -> None:
    found = asked("new/app=probe,tier=x", "shop/api", "80", state(API), TWO)

    for known in found.states:
        (added,) = (w for w in known.workloads if w.identity == found.question.source)
        assert added.labels == {"app": "probe", "tier": "x"}
        assert added.namespace == "new"


def test_labels_of_a_workload_are_that_workload() -> None:
    found = asked("shop/app=web", "shop/app=api", "http")

    assert (found.question.source, found.question.destination) == (WEB.identity, API.identity)
    assert found.question.port == 8080
    assert found.states[0].workloads == TWO.workloads
    assert "shop/app=web is taken for shop/web[Deployment]" in found.states[0].assumptions[0]


def test_labels_of_several_workloads_or_of_one_state_only_are_a_pod_of_its_own() -> None:
    twins = state(WEB, workload("shop/web-2", "app=web"), API)
    for states in ((twins,), (TWO, state(API))):
        found = asked("shop/app=web", "shop/api", "80", *states)
        assert found.question.source == ("shop", "app=web", "Pod")
        assert "shop/web[Deployment] by name." in found.states[0].assumptions[-1]


def test_labels_that_a_workload_has_among_others_are_a_pod_of_its_own() -> None:
    found = asked("shop/app=x", "shop/api", "80", state(API, workload("shop/x", "app=x tier=y")))

    assert found.question.source == ("shop", "app=x", "Pod")
    assert "ask about those of shop/x[Deployment] by name" in found.states[0].assumptions[-1]


def test_the_same_pod_at_both_ends_is_added_once() -> None:
    found = asked("new/app=probe", "new/app=probe", "80")

    assert found.question.source == found.question.destination
    assert len(found.states[0].workloads) == len(TWO.workloads) + 1


def test_an_address_is_one_address() -> None:
    address = ip_address("192.0.2.7")

    source = asked("192.0.2.7", "shop/api", "80").question.source
    assert source == AddressEnd(address, address)


@pytest.mark.parametrize("end", ["10.0.0.0/8", "shop/*", "internet"])
def test_many_ends_are_no_end_of_one_connection(end: str) -> None:
    with pytest.raises(QuestionError, match="is many ends: name one workload"):
        asked(end, "shop/api", "80")


def test_addresses_at_both_ends_are_no_question_for_policies() -> None:
    with pytest.raises(QuestionError, match="name a workload at one end"):
        asked("192.0.2.7", "198.51.100.1", "80")


def test_a_port_name_is_resolved_by_the_destination_and_for_its_protocol() -> None:
    assert asked("shop/web", "shop/api", "http").question.port == 8080
    question = asked("shop/web", "shop/api", "http/udp").question
    assert (question.protocol, question.port, question.port_name) == (Protocol.UDP, 8080, "http")


def test_a_port_name_that_the_destination_lacks_is_told_with_those_it_has() -> None:
    with pytest.raises(QuestionError) as raised:
        asked("shop/web", "shop/api", "metrics")

    assert "no TCP port called metrics" in str(raised.value)
    assert "it names TCP admin, TCP http, UDP http" in str(raised.value)


def test_a_port_name_with_several_numbers_is_no_single_port() -> None:
    moved = state(WEB, workload("shop/api", ports="http:9000"))

    with pytest.raises(QuestionError, match="ask for one of them by its number"):
        asked("shop/web", "shop/api", "http", TWO, moved)


def test_an_address_resolves_no_port_name() -> None:
    with pytest.raises(QuestionError, match="ask for a port by its number"):
        asked("shop/web", "192.0.2.7", "http")
