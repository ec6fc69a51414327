"""Trees read as Argo CD and Flux deploy them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from edgewarden.manifests.applying import Applying
from edgewarden.manifests.clusters import TreesReading
from edgewarden.manifests.departures import MOST_NAMESPACES
from edgewarden.manifests.load import load_state
from edgewarden.manifests.releases import Release
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import Applier, ClusterProfile, ClusterState
from tests.support.deploying import (
    HERE,
    application,
    application_set,
    git_repository,
    helm_release,
    kustomization,
)
from tests.support.manifest_trees import PROFILE, names, policy_named, states_of, tree, trees_of
from tests.support.rendering import KUSTOMIZE, rendered

POLICY = policy_named("deny").replace(", namespace: shop", "")
NAMED = policy_named("named")
WORKLOAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web}}\n"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: own}\n"


def app(path: str, rest: str = "destination: {namespace: shop}", name: str = "web") -> str:
    return application(f"source: {{repoURL: HERE, path: {path}}}\n{rest}", name)


def pair(
    base: Mapping[str, str], head: Mapping[str, str], profile: ClusterProfile = PROFILE
) -> tuple[ClusterState, ClusterState]:
    return states_of(tree(base), tree(head), profile)


def state(files: Mapping[str, str]) -> ClusterState:
    return load_state(trees_of(tree(files)), PROFILE, "test")


def decisive(*states: ClusterState) -> list[Problem]:
    return [problem for each in states for problem in each.problems if problem.decisive]


def test_an_object_without_a_namespace_is_in_that_of_its_deployment() -> None:
    files = {"x.yaml": app("apps"), "apps/a.yaml": POLICY, "apps/b.yaml": NAMED}
    read = state({**files, "apps/c.yaml": WORKLOAD})
    assert names(read) == ["shop/deny", "shop/named"]
    assert [each.namespace for each in read.workloads] == ["shop"]
    assert (read.problems, read.assumptions) == ((), ())
    assert names(state({"apps/a.yaml": POLICY})) == ["default/deny"]


def test_only_flux_moves_objects_that_name_a_namespace_and_namespaces_themselves() -> None:
    flux = kustomization("path: apps\ntargetNamespace: edge")
    files = {"flux.yaml": git_repository(), "apps/a.yaml": POLICY, "apps/b.yaml": NAMED}
    read = state({**files, "x.yaml": flux, "apps/c.yaml": NAMESPACE})
    assert names(read) == ["edge/deny", "edge/named"]
    assert [each.name for each in read.namespaces] == ["edge"]
    by_argo = state({**files, "x.yaml": app("apps"), "apps/c.yaml": NAMESPACE})
    assert [each.name for each in by_argo.namespaces] == ["own"]


def test_an_overlay_is_read_in_the_namespace_of_its_deployment() -> None:
    files = {
        "x.yaml": app("over"),
        "over/kustomization.yaml": f"{KUSTOMIZE}resources: [a.yaml]\n",
        "over/a.yaml": POLICY,
    }
    (snapshot,) = rendered(files)
    assert names(load_state(trees_of(snapshot), PROFILE, "test")) == ["shop/deny"]


def test_a_moved_target_moves_what_is_deployed() -> None:
    base = {"x.yaml": app("apps"), "apps/a.yaml": POLICY}
    head = {**base, "x.yaml": app("apps", "destination: {namespace: edge}")}
    before, after = pair(base, head)
    assert (names(before), names(after)) == (["shop/deny"], ["edge/deny"])
    assert decisive(before, after) == []


def test_another_cluster_is_told_where_all_else_stays() -> None:
    files = {"apps/a.yaml": POLICY}
    base = {**files, "x.yaml": app("apps", "destination: {name: dev, namespace: shop}")}
    head = {**files, "x.yaml": app("apps", "destination: {name: prod, namespace: shop}")}
    left, entered = decisive(*pair(base, head))
    assert "web no longer brings apps/a.yaml into cluster dev; what that" in left.message
    assert "web newly brings apps/a.yaml into cluster prod; what that" in entered.message
    both = {**base, "y.yaml": app("apps", "destination: {name: prod, namespace: shop}", "two")}
    (problem,) = decisive(*pair(base, both))
    assert "argocd/two newly brings apps/a.yaml into cluster prod" in problem.message


def test_another_path_brings_what_lies_there_instead() -> None:
    files = {"old/a.yaml": policy_named("a"), "new/b.yaml": policy_named("b")}
    before, after = pair({"x.yaml": app("old"), **files}, {"x.yaml": app("new"), **files})
    assert (names(before), names(after)) == (["shop/a"], ["shop/b"])
    assert decisive(before, after) == []


def test_a_new_application_brings_what_was_deployed_by_nothing() -> None:
    files = {"x.yaml": app("apps", name="one"), "apps/a.yaml": POLICY, "more/b.yaml": NAMED}
    head = {**files, "y.yaml": app("more", name="two")}
    before, after = pair(files, head)
    assert (names(before), names(after)) == (["shop/deny"], ["shop/deny", "shop/named"])
    after, before = pair(head, files)
    assert names(before) == ["shop/deny"]


def test_a_file_that_changes_and_is_deployed_no_more_is_input_of_nothing() -> None:
    files = {"x.yaml": app("old"), "old/a.yaml": policy_named("a"), "new/b.yaml": policy_named("b")}
    narrowed = policy_named("a", spec="{podSelector: {matchLabels: {a: b}}}")
    before, after = pair(files, {**files, "x.yaml": app("new"), "old/a.yaml": narrowed})
    assert (names(before), names(after)) == (["shop/a"], ["shop/b"])
    assert decisive(before, after) == []


def test_what_no_deployment_brings_is_taken_to_be_deployed() -> None:
    files = {"x.yaml": app("apps"), "apps/a.yaml": POLICY}
    before, after = pair(files, {**files, "other/b.yaml": NAMED})
    assert (names(before), names(after)) == (["shop/deny"], ["shop/deny", "shop/named"])


def test_a_directory_more_is_an_application_more() -> None:
    generators = f"generators: [git: {{repoURL: {HERE}, directories: [path: 'apps/*']}}]"
    template = (
        "template: {metadata: {name: '{{path.basename}}'}, spec: {source: {repoURL: HERE, "
        "path: '{{path}}'}, destination: {namespace: '{{path.basename}}'}}}"
    )
    files = {"x.yaml": application_set(f"{generators}\n{template}"), "apps/a/a.yaml": POLICY}
    before, after = pair(files, {**files, "apps/b/b.yaml": POLICY})
    assert (names(before), names(after)) == (["a/deny"], ["a/deny", "b/deny"])
    assert decisive(before, after) == []


@pytest.mark.parametrize(("sync", "told"), [("create-delete", True), ("create-update", False)])
def test_what_a_set_makes_otherwise_is_told_where_it_updates_nothing(sync: str, told: bool) -> None:
    def made(namespace: str, element: str = "{dir: apps}") -> dict[str, str]:
        spec = f"""
        syncPolicy: {{applicationsSync: {sync}}}
        generators: [list: {{elements: [{element}]}}]
        template:
          metadata: {{name: '{{{{dir}}}}'}}
          spec:
            source: {{repoURL: HERE, path: '{{{{dir}}}}'}}
            destination: {{namespace: {namespace}}}
        """
        return {"x.yaml": application_set(spec), "apps/a.yaml": POLICY, "more/b.yaml": NAMED}

    problems = decisive(*pair(made("shop"), made("edge")))
    assert [each.location.path for each in problems] == ["x.yaml"] * told
    assert all("updates no Application that is there" in each.message for each in problems)
    assert not decisive(*pair(made("shop"), made("shop", "{dir: apps}, {dir: more}")))


@pytest.mark.parametrize(
    "rest",
    [
        "syncPolicy: {retry: {limit: 3}, automated: {selfHeal: true, prune: true}}",
        "project: other",
        "info: [{name: a, value: b}]",
    ],
)
def test_times_and_people_of_a_deployment_change_nothing(rest: str) -> None:
    files = {"x.yaml": app("apps"), "apps/a.yaml": POLICY}
    changed = app("apps", f"destination: {{namespace: shop}}\n{rest}")
    before, after = pair(files, {**files, "x.yaml": changed})
    assert before.policies == after.policies
    assert (before.problems, after.problems) == ((), ())


def test_what_cannot_be_told_any_more_may_still_bring_what_it_brought() -> None:
    files = {"apps/a.yaml": POLICY}
    plugin = application("source: {repoURL: HERE, path: apps, plugin: {name: x}}")
    before, after = pair({"x.yaml": app("apps"), **files}, {"x.yaml": plugin, **files})
    assert names(before) == names(after) == ["shop/deny"]
    (problem,) = decisive(before, after)
    assert "Application argocd/web changed; what is deployed by it is not" in problem.message


def test_a_deployment_from_elsewhere_is_told_with_its_reason() -> None:
    here = {"x.yaml": app("apps"), "apps/a.yaml": POLICY}
    chart = application("source: {repoURL: https://charts.example, chart: web}", "remote")
    before, after = pair(here, {**here, "y.yaml": chart})
    (problem,) = decisive(before, after)
    assert problem.message == (
        "Argo CD Application argocd/remote is new; what is deployed by it is not judged: it "
        "deploys the chart `web` of `https://charts.example`, and nothing is fetched here."
    )
    same = {**here, "y.yaml": chart}
    assert decisive(*pair(same, {**same, "apps/b.yaml": NAMED})) == []


def test_what_is_rendered_otherwise_is_told_once_it_is_touched() -> None:
    patched = kustomization("path: apps\npatches: [{patch: x}]")
    files = {"x.yaml": patched, "f.yaml": git_repository(), "apps/a.yaml": NAMED}
    other = policy_named("a", "elsewhere")
    assert decisive(*pair(files, {**files, "other/b.yaml": other})) == []
    (problem,) = decisive(*pair(files, {**files, "apps/a.yaml": policy_named("b")}))
    assert "`patches` makes something else of it" in problem.message
    (problem,) = decisive(*pair(files, {**files, "other/b.yaml": policy_named("b")}))
    assert problem.namespaces == {"shop"}


def test_what_waits_for_a_suspended_deployment_is_where_it_would_be_brought() -> None:
    suspended = kustomization("path: apps\ntargetNamespace: edge\nsuspend: true")
    files = {"x.yaml": suspended, "f.yaml": git_repository(), "apps/deep/a.yaml": POLICY}
    assert names(state(files)) == ["edge/deny"]
    changed = policy_named("deny", spec="{podSelector: {matchLabels: {a: b}}}")
    (problem,) = decisive(*pair(files, {**files, "apps/deep/a.yaml": changed}))
    assert "it is suspended" in problem.message


def test_substitution_matters_where_something_is_substituted() -> None:
    spec = "path: apps\npostBuild: {substitute: {a: b}}"
    files = {"x.yaml": kustomization(spec), "f.yaml": git_repository(), "apps/a.yaml": POLICY}
    assert decisive(*pair(files, {**files, "apps/a.yaml": policy_named("b")})) == []
    variable = policy_named("c", spec="{podSelector: {}}") + "status: {a: '${a}'}\n"
    labelled = WORKLOAD.replace("{app: web}", "{app: web}, annotations: {a: '${a}'}")
    assert decisive(state({**files, "apps/b.yaml": variable})) == []
    assert decisive(state({**files, "apps/b.yaml": labelled})) == []
    annotated = NAMED.replace("{name: named,", "{name: named, annotations: {a: '${a}'},")
    (problem,) = decisive(state({**files, "apps/b.yaml": annotated}))
    assert "it replaces variables in it" in problem.message


def test_labels_matter_where_a_namespace_gets_them() -> None:
    spec = "path: apps\ncommonMetadata: {labels: {team: a}}"
    files = {"x.yaml": kustomization(spec), "f.yaml": git_repository(), "apps/a.yaml": NAMED}
    assert decisive(state(files)) == []
    (problem,) = decisive(state({**files, "apps/b.yaml": NAMESPACE}))
    assert "it labels its namespaces" in problem.message


@pytest.mark.parametrize(
    "spec", ["postBuild: {substitute: {a: NEW}}", "commonMetadata: {labels: {a: NEW}}"]
)
def test_what_is_put_into_objects_is_told_where_only_the_deployment_changes(spec: str) -> None:
    annotated = NAMESPACE.replace("name: own", "name: own, annotations: {a: '${a}'}")
    files = {"f.yaml": git_repository(), "apps/a.yaml": annotated}
    base = {**files, "x.yaml": kustomization(f"path: apps\n{spec}")}
    head = {**files, "x.yaml": kustomization(f"path: apps\n{spec.replace('NEW', 'other')}")}
    (problem,) = decisive(*pair(base, head))
    assert "Flux Kustomization flux-system/web changed" in problem.message
    assert decisive(*pair(base, base)) == []


def test_a_source_is_in_each_namespace_that_it_is_brought_to() -> None:
    files = {
        "x.yaml": app("apps", name="one"),
        "y.yaml": app("apps", "destination: {namespace: edge}", "two"),
        "apps/a.yaml": f"{POLICY}---\n{NAMED}",
    }
    read = state(files)
    assert names(read) == ["edge/deny", "shop/deny", "shop/named"]
    assert (read.problems, read.assumptions) == ((), ())


def test_flux_moves_a_source_into_each_namespace_and_one_leaves_it_where_it_is() -> None:
    files = {
        "f.yaml": git_repository(),
        "x.yaml": kustomization("path: apps\ntargetNamespace: edge", "one"),
        "y.yaml": kustomization("path: apps\ntargetNamespace: core", "two"),
        "z.yaml": kustomization("path: apps", "three"),
        "apps/a.yaml": NAMED,
    }
    assert names(state(files)) == ["core/named", "edge/named", "shop/named"]


def test_what_is_wrong_with_a_source_in_several_namespaces_is_told_once() -> None:
    files = {
        "x.yaml": app("apps", name="one"),
        "y.yaml": app("apps", "destination: {namespace: edge}", "two"),
        "apps/a.yaml": f"{POLICY}---\nkind: [",
    }
    (problem,) = decisive(state(files))
    assert problem.location.path == "apps/a.yaml"


def test_a_source_in_more_namespaces_than_it_is_read_in_leaves_them_open() -> None:
    many = {
        f"x{n}.yaml": app("apps", f"destination: {{namespace: n{n}}}", f"a{n}")
        for n in range(MOST_NAMESPACES + 1)
    }
    base = {**many, "apps/a.yaml": POLICY}
    told = decisive(*pair(base, {**base, "team/b.yaml": policy_named("b", "n7")}))
    assert told
    assert all(f"more than {MOST_NAMESPACES} namespaces" in each.message for each in told)
    assert not decisive(*pair(base, {**base, "team/b.yaml": policy_named("b", "other")}))
    assert decisive(state({**many, "apps/a.yaml": NAMED})) == []


RELEASE = (
    "chart: {spec: {chart: web, sourceRef: {kind: GitRepository, name: fleet, "
    "namespace: flux-system}}}"
)
CHART = {"f.yaml": git_repository(), "web/Chart.yaml": "name: web\n"}


def differing(files: Mapping[str, str], *releases: Release) -> list[str]:
    """Why charts are not judged as they are installed."""
    trees = TreesReading.alone(tree({**CHART, **files}), Applying(releases=releases))
    told = (each.message for each in load_state(trees, PROFILE, "test").problems)
    return [each for each in told if "is judged as it is read by itself" in each]


def test_a_chart_is_installed_as_its_one_release_says() -> None:
    one = helm_release(RELEASE)
    assert differing({"x.yaml": one}) == []
    two = {"x.yaml": one, "y.yaml": helm_release(f"{RELEASE}\nreleaseName: other")}
    first, second = differing(two)
    assert "HelmRelease shop/web" in first
    assert "it installs the chart as other" in second
    assert differing(two, Release("web", "mine")) == []


def test_values_that_a_release_writes_itself_are_told_unless_the_configuration_knows() -> None:
    files = {"x.yaml": helm_release(f"{RELEASE}\nvalues: {{a: b}}")}
    reasons = " ".join(differing(files))
    assert "its `values` makes something else of it" in reasons
    assert differing(files, Release("web", values=("values.yaml",))) == []


def test_the_base_of_an_overlay_is_no_source_of_a_deployment() -> None:
    files = {
        "x.yaml": app("over", name="a"),
        "base/kustomization.yaml": f"{KUSTOMIZE}resources: [a.yaml]\n",
        "base/a.yaml": POLICY,
        "over/kustomization.yaml": f"{KUSTOMIZE}resources: [../base]\n",
    }
    base, head = rendered(files, {**files, "y.yaml": app("base", name="b")})
    (problem,) = decisive(*states_of(base, head))
    assert "nothing in base is read by itself here" in problem.message


def test_an_application_that_cannot_be_read_keeps_what_it_brings() -> None:
    files = {"x.yaml": app("apps"), "apps/a.yaml": POLICY}
    before, after = pair(files, {**files, "x.yaml": "apiVersion: [\n"})
    assert names(before) == names(after) == ["shop/deny"]
    before, after = pair({**files, "x.yaml": "apiVersion: [\n"}, files)
    assert names(before) == names(after) == ["shop/deny"]
    moved = {"y.yaml": f"{app('apps')}  bad: [\n", "apps/a.yaml": POLICY}
    before, after = pair(files, moved)
    assert names(after) == ["shop/deny"]


@pytest.mark.parametrize(
    ("name", "found"), [("git.example/org/fleet", "shop/deny"), ("other.org/x", "default/deny")]
)
def test_a_tree_knows_what_its_repository_is_called(name: str, found: str) -> None:
    files = {"x.yaml": app("apps"), "apps/a.yaml": POLICY}
    known = replace(tree(files), repositories=frozenset({name}))
    assert names(load_state(trees_of(known), PROFILE, "test")) == [found]
    before, after = states_of(known, known)
    assert names(before) == names(after) == [found]


def test_a_source_that_turns_to_another_repository_is_told_of_what_comes_from_it() -> None:
    files = {"x.yaml": kustomization("path: apps"), "apps/a.yaml": policy_named("a")}
    there = {**files, "f.yaml": git_repository()}
    elsewhere = {**files, "f.yaml": git_repository("url: https://git.example/other")}
    (problem,) = decisive(*pair(there, elsewhere))
    assert "Flux Kustomization flux-system/web changed" in problem.message
    assert "`https://git.example/other`, which is not taken for this" in problem.message


def test_of_two_deployments_of_one_identity_each_keeps_its_own() -> None:
    flux = {
        "f.yaml": git_repository(),
        "a/a.yaml": policy_named("a"),
        "b/b.yaml": policy_named("b"),
    }
    one, two = kustomization("path: a"), kustomization("path: b")
    files = {**flux, "clusters/a.yaml": one, "clusters/b.yaml": two}
    before, after = pair(files, {**files, "clusters/a.yaml": f"{one}  bad: [\n"})
    assert names(before) == names(after) == ["shop/a", "shop/b"]


def test_the_applier_of_a_deployment_decides_on_unknown_fields() -> None:
    unknown = NAMED.replace("spec: {", "spec: {typo: 1, ")
    by_argo = state({"x.yaml": app("apps"), "apps/a.yaml": unknown})
    assert names(by_argo) == ["shop/named"]
    assert [problem.decisive for problem in by_argo.problems] == [False]
    flux = {"x.yaml": kustomization("path: apps"), "f.yaml": git_repository()}
    assert len(decisive(state({**flux, "apps/a.yaml": unknown}))) == 1
    told = ClusterProfile(applier=Applier.KUBECTL)
    files = tree({"x.yaml": app("apps"), "apps/a.yaml": unknown})
    assert len(decisive(load_state(trees_of(files, profile=told), told, "test"))) == 1


def test_deployments_that_are_too_many_are_not_followed() -> None:
    many = "---\n".join(app("apps", f"destination: {{name: c{n}}}", f"a{n}") for n in range(201))
    files = {"x.yaml": many, "apps/a.yaml": POLICY}
    assert names(state(files)) == ["default/deny"]
    changed = {**files, "x.yaml": many.replace("name: c200", "name: other")}
    assert len(decisive(*pair(files, changed))) == 1
    problems = decisive(*pair({"apps/a.yaml": POLICY}, files))
    assert len(problems) == 201
    assert all("name more than 200 clusters" in problem.message for problem in problems)
