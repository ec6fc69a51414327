"""What the base's configuration leaves out is not rendered, and what it names is."""

from collections.abc import Mapping

from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.reachability.model import ClusterState
from edgewarden.workflows.configuration.configuration import configuration_of
from edgewarden.workflows.states import states_of
from tests.support.manifest_trees import names, policy_named, tree
from tests.support.rendering import KUSTOMIZE

UNNAMED = policy_named("db").replace(", namespace: shop", "")
OVERLAYS = {
    "base/kustomization.yaml": f"{KUSTOMIZE}resources: [db.yaml]\n",
    "base/db.yaml": UNNAMED,
    "dev/kustomization.yaml": f"{KUSTOMIZE}namespace: dev\nresources: [../base]\n",
    "prod/kustomization.yaml": f"{KUSTOMIZE}namespace: prod\nresources: [../base]\n",
    "testdata/kustomization.yaml": f"{KUSTOMIZE}resources: [missing.yaml]\n",
}


def cluster(path: str, more: str = "") -> dict[str, str]:
    return {".edgewarden.yaml": f"version: 1\nclusters: [{{name: c, paths: [{path}]{more}}}]\n"}


def roots(base: Mapping[str, str], head: Mapping[str, str]) -> list[list[str]]:
    rendered = ConfinedRenderer().render((tree(base), tree(head)))
    return [[each.directory for each in side.renderings] for side in rendered]


def states(base: Mapping[str, str], head: Mapping[str, str]) -> tuple[ClusterState, ClusterState]:
    before, after = ConfinedRenderer().render((tree(base), tree(head)))
    return states_of(before, after, configuration_of(before))


def test_overlays_of_other_clusters_and_of_tests_are_not_rendered() -> None:
    configured = {**OVERLAYS, **cluster("prod")}
    assert roots(OVERLAYS, OVERLAYS) == [["dev", "prod"]] * 2
    assert roots(configured, configured) == [["prod"]] * 2
    assert roots(configured, {**configured, **cluster("dev")}) == [["prod"]] * 2


def test_a_change_of_its_base_is_judged_as_the_clusters_overlay_renders_it() -> None:
    configured = {**OVERLAYS, **cluster("prod")}
    opened = UNNAMED.replace("podSelector: {}", "podSelector: {}, ingress: [{}]")
    base, head = states(configured, {**configured, "base/db.yaml": opened})
    assert (base.problems, head.problems) == ((), ())
    assert names(base) == names(head) == ["prod/db"]
    assert base.policies != head.policies


def test_a_base_is_rendered_by_itself_where_the_cluster_consists_of_it() -> None:
    configured = {**OVERLAYS, **cluster("base", ", namespace: shop")}
    base, head = states(configured, configured)
    assert head.problems == ()
    assert names(base) == names(head) == ["shop/db"]
