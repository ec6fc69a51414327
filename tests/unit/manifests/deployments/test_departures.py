"""What is deployed in another way than it is read, and changes."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from edgewarden.manifests.releases import Release
from edgewarden.manifests.snapshot import Omission, Rendering, Snapshot, SourceFile
from edgewarden.reachability.location import Problem
from tests.support.deploying import application, git_repository, kustomization
from tests.support.manifest_trees import policy_named, states_of, tree
from tests.support.rendering import KUSTOMIZE

UNNAMED = policy_named("deny").replace(", namespace: shop", "")
NARROW = "{podSelector: {matchLabels: {a: b}}}"


def app(name: str, path: str, namespace: str = "") -> str:
    """An Application that brings ``path`` to a namespace that is called like it by default."""
    source = f"source: {{repoURL: HERE, path: {path}}}"
    return application(f"{source}\ndestination: {{namespace: {namespace or name}}}", name)


def given(files: Mapping[str, str], *renderings: Rendering) -> Snapshot:
    return replace(tree(files), renderings=renderings)


def decisive(base: Snapshot, head: Snapshot) -> list[Problem]:
    return [each for state in states_of(base, head) for each in state.problems if each.decisive]


OVERLAY = {
    "base/kustomization.yaml": f"{KUSTOMIZE}resources: [p.yaml]\n",
    "dev/kustomization.yaml": f"{KUSTOMIZE}resources: [../base]\npatches: [{{path: d.yaml}}]\n",
    "dev/d.yaml": "$patch: delete\n",
}
CHARTS = {"web/Chart.yaml": "name: web\n", "web/charts/db/Chart.yaml": "name: db\n"}


@pytest.mark.parametrize(
    ("path", "root", "files"),
    [
        ("base", "dev", OVERLAY),
        ("dev/own", "dev", {"dev/kustomization.yaml": f"{KUSTOMIZE}resources: [own/p.yaml]\n"}),
        ("web/charts/db", "web", CHARTS),
    ],
)
def test_what_is_deployed_by_itself_and_read_as_input_only_is_told_when_it_changes(
    path: str, root: str, files: Mapping[str, str]
) -> None:
    """What is rendered of it may hide the change, as an overlay that deletes it does."""
    base = {**files, "x.yaml": app("x", path), f"{path}/p.yaml": policy_named("deny")}
    head = {**base, f"{path}/p.yaml": policy_named("deny", spec=NARROW)}
    sides = (given(each, Rendering(root, b"")) for each in (base, head))
    (problem,) = decisive(*sides)
    assert f"What Argo CD Application argocd/x brings changes with {path}/p.yaml" in problem.message
    assert problem.namespaces == {"x"}
    beside = {**base, "notes/p.yaml": policy_named("note")}
    assert not decisive(*(given(each, Rendering(root, b"")) for each in (base, beside)))


def test_a_second_release_of_a_chart_that_is_rendered_as_the_first_is_told() -> None:
    """One that is rendered itself is known only after the chart is."""
    files = {
        "web/Chart.yaml": "name: web\n",
        "a.yaml": app("a", "web"),
        "all/kustomization.yaml": f"{KUSTOMIZE}resources: [b.yaml]\n",
    }
    output = policy_named("deny", "a").encode()
    first = Rendering("web", output, release=Release("web", "a", "a"))

    def side(namespace: str) -> Snapshot:
        second = app("b", "web", namespace)
        return given({**files, "all/b.yaml": second}, first, Rendering("all", second.encode()))

    told = decisive(side("b"), side("edge"))
    assert told
    assert all("it installs the chart as b, which is not how" in each.message for each in told)
    assert any({"a", "edge"} <= each.namespaces for each in told)
    assert not decisive(side("b"), side("b"))


def test_whose_tree_it_is_decides_on_releases_too() -> None:
    files = {"web/Chart.yaml": "name: web\n", "x.yaml": app("x", "web")}
    release = Release("web", "x", "x")
    foreign = replace(
        given(files, Rendering("web", UNNAMED.encode()), Rendering("web", b"", release=release)),
        repositories=frozenset({"git.example/other"}),
    )
    state, _ = states_of(foreign, foreign)
    assert [str(each.ref) for each in state.policies] == ["default/deny"]


@pytest.mark.parametrize("changed", ["apps/a.jsonnet", "lib/b.libsonnet"])
def test_what_argo_cd_would_evaluate_is_told_when_it_or_a_library_changes(changed: str) -> None:
    def side(path: str, digest: str, deployer: str) -> Snapshot:
        digests = {"apps/a.jsonnet": "1", "lib/b.libsonnet": "1", path: digest}
        listed = [SourceFile(p, None, Omission.NOT_A_MANIFEST, d) for p, d in digests.items()]
        plain = tree({"f.yaml": git_repository(), "x.yaml": deployer, "apps/c.yaml": UNNAMED}).files
        return Snapshot((*plain, *listed))

    def told(deployer: str, path: str = changed) -> list[str]:
        found = decisive(side(path, "1", deployer), side(path, "2", deployer))
        return [each.message for each in found]

    by_argo = app("web", "apps")
    assert told(by_argo)
    assert all("it evaluates apps/a.jsonnet, which is not done" in each for each in told(by_argo))
    assert told(by_argo, "README.md") == []
    assert told(by_argo.replace("apps}", "apps, directory: {include: '*.yaml'}}")) == []
    assert told(kustomization("path: apps")) == []
