"""Objects of any kind that hold others."""

import json

import pytest

from edgewarden.reachability.location import Problem
from tests.support.manifest_trees import states_of, tree

METADATA = {"name": "deny", "namespace": "shop"}
SPEC: dict[str, object] = {"podSelector": {}, "policyTypes": ["Ingress"]}
POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": METADATA,
    "spec": SPEC,
}
LABELS = {"app": "web"}
WORKLOAD = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": METADATA,
    "spec": {"selector": {"matchLabels": LABELS}, "template": {"metadata": {"labels": LABELS}}},
}
CILIUM = {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "spec": {}}


def holding(held: object, version: str = "example.org/v1", kind: str = "Bundle") -> str:
    metadata = {"name": "all", "namespace": "tools"}
    whole = {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": {"a": [held]}}
    return json.dumps(whole)


def decisive(base: str, head: str) -> list[Problem]:
    sides = states_of(tree({"a.yaml": base}), tree({"a.yaml": head}))
    return [each for state in sides for each in state.problems if each.decisive]


@pytest.mark.parametrize(
    "held",
    [
        POLICY,
        WORKLOAD,
        CILIUM,
        {"apiVersion": "example.org/v1", "kind": "Inner", "spec": {"manifest": POLICY}},
        {"networkPolicies": {"items": [SPEC]}},
        json.dumps(POLICY),
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n",
    ],
)
def test_a_change_of_an_object_that_holds_another_is_told(held: object) -> None:
    before, after = holding(held), holding([held, "more"])
    (problem,) = decisive(before, after)
    assert "example.org Bundle tools/all changed" in problem.message
    assert "is no longer there" in decisive(before, "")[0].message
    assert decisive(before, before) == []


@pytest.mark.parametrize(
    "held",
    [
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        {"apiVersion": "v1", "kind": "Service", "metadata": METADATA, "spec": {}},
        {"podSelector": {"matchLabels": LABELS}},
        {"kinds": ["NetworkPolicy"]},
        "a NetworkPolicy of that kind",
    ],
)
def test_what_only_refers_to_others_holds_none(held: object) -> None:
    assert decisive(holding(held), holding([held, "more"])) == []


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("v1", "ConfigMap"),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        ("kyverno.io/v1", "ClusterPolicy"),
    ],
)
def test_kinds_of_which_it_is_known_what_they_do_are_left_to_that(version: str, kind: str) -> None:
    assert decisive(holding(POLICY, version, kind), holding([POLICY, 1], version, kind)) == []
