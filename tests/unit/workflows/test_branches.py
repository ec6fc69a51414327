"""A branch that holds what was rendered is read by the default branch's configuration."""

from collections.abc import Mapping

import pytest

from edgewarden.governance.review import Comparison, Review, Verdict
from edgewarden.workflows.assess import assess
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.ports import TreePair
from tests.support.manifest_trees import policy_named, tree
from tests.support.proposals import NOW, shipped_pack
from tests.support.reviews import only

FILE = ".edgewarden.yaml"
BRANCHES = """\
version: 1
clusters:
- {name: prod, branch: env/prod, namespace: apps}
- {name: dev, branch: env/dev}
- {name: local, paths: [local]}
"""
CLOSED = policy_named("web")
OPEN = policy_named("web", spec="{podSelector: {}, ingress: [{}]}")
NO_FILES: Mapping[str, str] = {}


def review(
    base: Mapping[str, str],
    head: Mapping[str, str],
    branch: str,
    default: Mapping[str, str] = NO_FILES,
) -> Review:
    trees = TreePair(
        *(tree(base), tree(head), Comparison.MERGE_RESULT, "b", "h", "", ""),
        branch=branch,
        default=tree(default),
    )
    return assess(trees, pack=shipped_pack(), platform=NO_CLAIMS, exceptions=(), now=NOW)


def rendered(branch: str, default: str = BRANCHES, **more: str) -> Review:
    """Of a change to a branch of rendered manifests, which has no configuration of its own."""
    base = {"all.yaml": CLOSED.replace(", namespace: shop", ""), **more}
    head = {**base, "all.yaml": OPEN.replace(", namespace: shop", "")}
    return review(base, head, branch, {FILE: default} if default else {})


def test_the_cluster_that_the_branch_describes_is_read_as_the_default_branch_says() -> None:
    found = rendered("env/prod")
    assert only(found).clusters == ("prod",)
    assert {each.subject.namespace for each in only(found).findings if each.subject} == {"apps"}
    assert "By .edgewarden.yaml this is about cluster prod (`.`)." in found.assumptions


@pytest.mark.parametrize(("branch", "default"), [("env/test", BRANCHES), ("env/prod", "")])
def test_a_branch_that_nobody_names_is_read_as_without_configuration(
    branch: str, default: str
) -> None:
    assert only(rendered(branch, default)).clusters == ("cluster",)


def test_a_configuration_that_might_name_the_branch_and_cannot_be_used_leaves_it_open() -> None:
    found = rendered("env/prod", "version: 1\nclusters: [{name: prod, brunch: env/prod}]\n")
    assert found.verdict is Verdict.INCONCLUSIVE


def test_the_branchs_own_configuration_comes_first() -> None:
    base = {"web.yaml": CLOSED, FILE: "version: 1\nclusters: [{name: own}]\n"}
    found = review(base, {**base, "web.yaml": OPEN}, "env/prod", {FILE: BRANCHES})
    assert only(found).clusters == ("own",)


@pytest.mark.parametrize("branch", ["main", ""])
def test_another_branch_does_not_describe_the_cluster_and_says_so(branch: str) -> None:
    base = {FILE: BRANCHES, "chart/web.yaml": CLOSED, "local/web.yaml": CLOSED}
    found = review(base, {**base, "chart/web.yaml": OPEN, "local/web.yaml": OPEN}, branch)
    assert only(found).clusters == ("local",)
    assert (
        "By .edgewarden.yaml cluster prod is described by the branch env/prod alone: what happens "
        "here is not judged for it." in found.assumptions
    )


def test_where_other_branches_describe_every_cluster_nothing_is_judged_and_that_is_told() -> None:
    base = {FILE: "version: 1\nclusters: [{name: prod, branch: env/prod}]\n", "web.yaml": CLOSED}
    found = review(base, {**base, "web.yaml": OPEN}, "main")
    assert (found.clusters, found.verdict) == ((), Verdict.PASS)
    assert any("what changes there is not judged: web.yaml" in each for each in found.assumptions)
