"""What nothing is known to bring, beside deployments that are not followed."""

import pytest

from tests.support.deploying import application, application_set, git_repository, kustomization
from tests.support.manifest_trees import policy_named, states_of, tree

UNNAMED = policy_named("deny").replace(", namespace: shop", "")
OPEN = UNNAMED.replace("podSelector: {}", "podSelector: {}, ingress: [{}]")
UNNAMED_TOO = UNNAMED.replace("deny", "deny-too")
TO_SHOP = "destination: {namespace: shop}"
PATCHED = application_set("templatePatch: 'spec: {}'\ngenerators: [{list: {elements: [{a: b}]}}]")
TWO_SOURCES = application(
    "sources: [{repoURL: HERE, path: apps}, {repoURL: https://charts.example, chart: redis}]\n"
    f"{TO_SHOP}"
)


def told(base: dict[str, str], head: dict[str, str]) -> list[str]:
    states = states_of(tree(base), tree(head))
    return [each.message for state in states for each in state.problems if each.decisive]


@pytest.mark.parametrize("deployer", [PATCHED, TWO_SOURCES])
def test_where_a_changed_object_without_a_namespace_goes_is_open(deployer: str) -> None:
    base = {"x.yaml": deployer, "apps/a.yaml": UNNAMED, "apps/b.yaml": UNNAMED_TOO}
    (message,) = told(base, {**base, "apps/a.yaml": OPEN, "apps/b.yaml": UNNAMED_TOO})
    assert "Which namespace apps is brought to is not known" in message
    assert told(base, {**base, "other/c.yaml": policy_named("c", "c")}) == []


def test_an_object_with_a_namespace_is_there_whatever_brings_it() -> None:
    base = {"x.yaml": PATCHED, "apps/a.yaml": policy_named("deny")}
    head = {**base, "apps/a.yaml": policy_named("deny").replace("deny", "other")}
    assert told(base, head) == []


def test_what_it_is_known_to_bring_at_most_leaves_the_rest_alone() -> None:
    base = {"x.yaml": TWO_SOURCES, "apps/a.yaml": policy_named("a"), "lib/b.yaml": UNNAMED}
    assert told(base, {**base, "lib/b.yaml": OPEN}) == []
    absent = application(f"source: {{repoURL: HERE, path: nowhere}}\n{TO_SHOP}")
    base = {"x.yaml": absent, "lib/b.yaml": UNNAMED}
    assert told(base, {**base, "lib/b.yaml": OPEN}) == []


def test_a_namespace_that_it_could_bring_something_to_is_open() -> None:
    base = {"x.yaml": TWO_SOURCES, "apps/a.yaml": UNNAMED}
    assert told(base, {**base, "team/c.yaml": policy_named("c", "shop")})
    assert not told(base, {**base, "team/c.yaml": policy_named("c", "edge")})


def test_several_of_them_are_told_at_once() -> None:
    flux = kustomization("path: apps/{{ a }}")
    base = {"f.yaml": git_repository(), "x.yaml": PATCHED, "y.yaml": flux, "apps/a.yaml": UNNAMED}
    (message,) = told(base, {**base, "apps/a.yaml": OPEN})
    assert message.endswith("So may 1 more.")
