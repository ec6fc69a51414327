"""A drafted configuration describes what is found without it."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from edgewarden.manifests.discovery import discover
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.reachability.model import ClusterState
from edgewarden.workflows.cluster_parts import DividedTree
from edgewarden.workflows.configuration.configuration import NO_CONFIGURATION, Configuration
from edgewarden.workflows.configuration.tree_configuration import configuration_of
from edgewarden.workflows.drafting import drafted
from edgewarden.workflows.states import states_of
from tests.support.deploying import (
    application,
    application_set,
    git_repository,
    kustomization,
)
from tests.support.manifest_trees import policy_named, tree, trees_of

WEB = policy_named("web")
OPEN = policy_named("web", spec="{podSelector: {}, ingress: [{}]}")
BUNDLE = "---\n".join((WEB, policy_named("db")))
ELSEWHERE = "https://git.example/org/charts.git"


def brought(path: str, cluster: str, name: str, repository: str = "HERE") -> str:
    spec = f"""
    source: {{repoURL: "{repository}", path: {path}, targetRevision: HEAD}}
    destination: {{name: {cluster}, namespace: shop}}
    """
    return application(spec, name)


ARGO_CD = {
    "apps/dev.yaml": brought("envs/dev", "dev", "web-dev"),
    "apps/prod.yaml": brought("envs/prod", "prod", "web-prod"),
    "apps/charts.yaml": brought("x", "dev", "charts", ELSEWHERE),
    "root/apps.yaml": brought("apps", "in-cluster", "root"),
    "envs/dev/web.yaml": WEB,
    "envs/prod/web.yaml": OPEN,
    "platform/deny.yaml": policy_named("deny"),
}
FLUX = {
    f"{place}/{path}": text
    for place in ("dev", "prod")
    for path, text in {
        "flux/sync.yaml": git_repository() + "---\n" + kustomization(f"path: {place}", "sync"),
        "apps.yaml": kustomization(f"path: apps/{place}"),
    }.items()
} | {"apps/dev/all.yaml": BUNDLE, "apps/prod/all.yaml": f"{BUNDLE}---\n{policy_named('more')}"}
SETS = {
    "sets/web.yaml": application_set(
        """
        generators: [{list: {elements: [{env: dev}, {env: prod}]}}]
        template:
          metadata: {name: "web-{{env}}"}
          spec:
            source: {repoURL: "HERE", path: "envs/{{env}}", targetRevision: HEAD}
            destination: {name: "{{env}}", namespace: shop}
        """
    ),
    "envs/dev/web.yaml": WEB,
    "envs/prod/web.yaml": OPEN,
}
LEFT_OVER = {
    "apps/dev/all.yaml": BUNDLE,
    "apps/prod/all.yaml": BUNDLE,
    "apps/old/all.yaml": BUNDLE,
    "flux/dev.yaml": git_repository() + "---\n" + kustomization("path: apps/dev", "dev"),
    "flux/prod.yaml": kustomization("path: apps/prod", "prod"),
}


def configuration(text: str) -> Configuration:
    return configuration_of(Snapshot((SourceFile(CONFIGURATION_FILE, text.encode()),)))


def uncommented(draft: str) -> str:
    """With one sign of comment less from ``clusters:`` on."""
    before, found, clusters = draft.partition("# clusters:")
    return before + re.sub(r"^# ", "", found + clusters, flags=re.MULTILINE)


def described(state: ClusterState) -> tuple[object, ...]:
    names = [each.name for each in state.namespaces]
    return state.name, names, state.workloads, state.policies, set(state.problems)


@pytest.mark.parametrize(
    ("files", "paths"),
    [
        (
            ARGO_CD,
            {
                "dev": ("apps/charts.yaml", "apps/dev.yaml", "envs/dev", "platform", "root"),
                "prod": ("apps/charts.yaml", "apps/prod.yaml", "envs/prod", "platform", "root"),
            },
        ),
        (FLUX, {"dev": ("apps/dev", "dev"), "prod": ("apps/prod", "prod")}),
        (SETS, {"dev": ("envs/dev", "sets"), "prod": ("envs/prod", "sets")}),
        (
            LEFT_OVER,
            {"dev": ("apps/dev", "flux/dev.yaml"), "prod": ("apps/prod", "flux/prod.yaml")},
        ),
    ],
)
def test_the_clusters_of_a_draft_are_those_that_are_found(
    files: Mapping[str, str], paths: Mapping[str, tuple[str, ...]]
) -> None:
    snapshot = tree(files)
    named = configuration(uncommented(drafted(snapshot)))
    assert {each.name: each.area.paths.patterns for each in named.clusters} == paths
    before, after = (
        states_of(DividedTree.of(snapshot, each).read()) for each in (NO_CONFIGURATION, named)
    )
    assert [*map(described, before)] == [*map(described, after)]


def test_as_it_is_a_draft_names_no_cluster() -> None:
    assert not configuration(drafted(tree(ARGO_CD))).named


def test_a_draft_of_one_cluster_is_all_of_it() -> None:
    (cluster,) = configuration(uncommented(drafted(tree({"web.yaml": WEB})))).clusters
    assert (cluster.name, cluster.area.paths.patterns) == ("production", (".",))


def test_clusters_that_no_configuration_could_name_are_not_proposed() -> None:
    unnameable = {**ARGO_CD, "apps/prod.yaml": brought("envs/prod", "a_name_", "web-prod")}
    assert len(discover(trees_of(tree(unnameable))).clusters) == 2
    draft = drafted(tree(unnameable))
    assert "# clusters:" not in draft
    assert "# Found without this key, and not told apart by paths alone: a_name_, dev\n" in draft


def test_clusters_that_paths_do_not_tell_apart_are_not_proposed() -> None:
    """One set brings one directory to both, into other namespaces."""
    shared = {
        "sets/web.yaml": SETS["sets/web.yaml"]
        .replace('"envs/{{env}}"', "app")
        .replace("namespace: shop", 'namespace: "shop-{{env}}"'),
        "app/web.yaml": WEB.replace(", namespace: shop", ""),
    }
    assert len(discover(trees_of(tree(shared))).clusters) == 2
    assert "# clusters:" not in drafted(tree(shared))


def test_what_may_be_said_besides_is_an_example_that_stays_a_comment() -> None:
    unnamed = WEB.replace(", namespace: shop", "")
    (cluster,) = configuration(uncommented(drafted(tree({"web.yaml": unnamed})))).clusters
    assert cluster.namespace == ""


def test_what_other_clusters_are_deployed_from_is_not_missing() -> None:
    """Where the paths of a cluster leave out what a deployment brings to another one."""
    snapshot = tree(SETS)
    (dev, _) = configuration(uncommented(drafted(snapshot))).clusters
    inside = replace(
        snapshot,
        files=tuple(
            f for f in snapshot.files if f.path in dev.area.of(x.path for x in snapshot.files)
        ),
        beyond=frozenset({"", "envs", "envs/dev", "envs/prod", "sets"}),
    )
    _, other = discover(trees_of(inside)).deployments
    assert other.obstacle is not None
    assert other.obstacle.message == "`envs/prod` is not read for this cluster"
    assert not other.undetermined
