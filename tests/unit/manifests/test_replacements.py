"""A NetworkPolicy in whose place a kind comes that is not judged."""

import pytest

from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import ClusterState
from edgewarden.reporting.whys import whys
from tests.support.manifest_trees import policy_named, states_of, tree

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: shop}\n"


def cilium(name: str, namespace: str = "shop") -> str:
    return (
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {{endpointSelector: {{}}}}\n"
    )


def pair(base: str, head: str) -> tuple[ClusterState, ClusterState]:
    return states_of(tree({"p.yaml": POD, "a.yaml": base}), tree({"p.yaml": POD, "a.yaml": head}))


@pytest.mark.parametrize("name", ["db", "other"])
def test_a_policy_that_another_kind_replaces_is_not_told_as_removed_alone(name: str) -> None:
    before, after = pair(policy_named("db"), cilium(name))
    (told,) = (problem for problem in after.problems if problem.decisive)
    replaced = (
        f"replaced by a kind that is not judged (CiliumNetworkPolicy shop/{name} of cilium.io)"
    )
    assert f"NetworkPolicy shop/db of networking.k8s.io (a.yaml:1) is {replaced}" in told.message
    diff = compare(before, after)
    (isolation,) = diff.isolation
    (why,) = whys(isolation.causes)
    assert why.text == f"NetworkPolicy shop/db no longer isolates ingress: it is {replaced}"
    texts = [why.text for each in diff.symbolic.opened for why in whys(each.causes)]
    assert any(replaced in text for text in texts)


def test_the_one_of_its_name_takes_its_place() -> None:
    two = f"{cilium('a')}---\n{cilium('db')}"
    before, _ = pair(policy_named("db"), two)
    assert [str(policy.replaced_by) for policy in before.policies] == ["shop/db"]


@pytest.mark.parametrize(
    ("base", "head"),
    [
        (policy_named("db"), cilium("db", "elsewhere")),
        (f"{policy_named('db')}---\n{cilium('db')}", cilium("db")),
        (policy_named("db"), f"{policy_named('db')}---\n{cilium('db')}"),
    ],
)
def test_a_policy_elsewhere_or_already_there_replaces_nothing(base: str, head: str) -> None:
    before, after = pair(base, head)
    assert [policy.replaced_by for policy in before.policies] == [None]
    assert not any("replaced" in problem.message for problem in after.problems)
