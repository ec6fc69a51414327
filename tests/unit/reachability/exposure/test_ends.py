"""The pods that stand for those which no manifest shows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.reachability.exposure.ends import ends_of, example_labels
from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.model import Namespace, NetworkPolicy, Workload
from tests.support.clusters import (
    namespace,
    pods,
    policy,
    rule,
    state,
    workload,
)

_KEYS = st.sampled_from(["app", "tier"])
_VALUES = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True)


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    operator = draw(st.sampled_from(Operator))
    values = draw(_VALUES) if operator in {Operator.IN, Operator.NOT_IN} else []
    return Requirement(draw(_KEYS), operator, tuple(sorted(values)))


def asked(*each: Namespace | Workload | NetworkPolicy) -> list[str]:
    return [f"{pod.namespace}/{pod.name}" for pod in ends_of(state(*each)).asked]


@settings(deadline=None, max_examples=300)
@given(st.lists(requirements(), max_size=4))
def test_an_example_has_labels_that_the_selector_matches(some: list[Requirement]) -> None:
    chosen = LabelSelector.of(*some)
    found = example_labels(chosen)
    if found is not None:
        assert chosen.admits(found)
        return
    values = ["a", "b", "c", "another", None]
    every = (
        {k: v for k, v in (("app", one), ("tier", other)) if v is not None}
        for one in values
        for other in values
    )
    assert not any(map(chosen.admits, every))


def test_a_namespace_without_workloads_has_a_pod_without_labels() -> None:
    assert asked(namespace("shop")) == ["shop/*"]


def test_a_namespace_that_only_a_policy_names_is_asked_about() -> None:
    assert asked(policy("shop/deny")) == ["shop/*"]


def test_a_workload_stands_for_itself_and_for_the_selectors_that_match_it() -> None:
    found = asked(workload("shop/web", "app=web"), policy("shop/web", "app=web"))
    assert found == ["shop/web"]


def test_a_selector_without_a_known_pod_has_one_of_its_own() -> None:
    found = asked(workload("shop/web", "app=web"), policy("shop/db", "app=db"))
    assert found == ["shop/web", "shop/app=db"]


def test_pods_of_nodes_are_not_asked_about_and_match_no_selector() -> None:
    agent = workload("shop/agent", "app=agent", host_network=True)
    assert asked(agent, policy("shop/agent", "app=agent")) == ["shop/*", "shop/app=agent"]


def peers_of(*each: Namespace | Workload | NetworkPolicy) -> list[Workload]:
    ends = ends_of(state(*each))
    known = {pod.identity for pod in (*ends.asked, ends.anybody, ends.unlabelled)}
    return [pod for pod in ends.state.workloads if pod.identity not in known]


def test_a_peer_that_admits_nobody_who_is_known_is_made_up_with_its_namespace() -> None:
    admitted = pods("app=proxy", namespaces="team=edge")
    (peer,) = peers_of(policy("shop/web", ingress=(rule(admitted),)))
    ends = ends_of(state(policy("shop/web", ingress=(rule(admitted),))))
    labels = {each.name: each.labels for each in ends.state.namespaces}
    assert peer.labels == {"app": "proxy"}
    assert labels[peer.namespace] == {"team": "edge"}


def test_a_peer_that_a_known_pod_matches_needs_no_other() -> None:
    admitted = pods(namespaces="team=edge")
    known = namespace("edge", "team=edge")
    assert peers_of(known, policy("shop/web", ingress=(rule(admitted),))) == []


@pytest.mark.parametrize("shown", [True, False])
def test_a_peer_by_the_name_of_a_namespace_is_in_that_namespace(shown: bool) -> None:
    admitted = pods("app=proxy", namespaces="kubernetes.io/metadata.name=edge")
    known = [namespace("edge")] if shown else []
    (peer,) = peers_of(*known, policy("shop/web", ingress=(rule(admitted),)))
    assert peer.namespace == "edge"


def test_a_peer_that_contradicts_itself_is_nobody() -> None:
    admitted = pods(namespaces="team=a;team=b")
    assert peers_of(policy("shop/web", ingress=(rule(admitted),))) == []
