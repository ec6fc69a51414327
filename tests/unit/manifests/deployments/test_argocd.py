"""What an Application of Argo CD deploys."""

import pytest

from edgewarden.manifests.deployments.deployment import Selection
from edgewarden.manifests.releases import Release
from edgewarden.reachability.model import Applier
from tests.support.deploying import APPS, HERE, application, deployed, only, why

WEB = """
source: {repoURL: HERE, path: apps/web, targetRevision: main}
destination: {server: https://kubernetes.default.svc, namespace: shop}
"""


def test_an_application_brings_a_directory_into_a_namespace() -> None:
    deployment = only({"a.yaml": application(WEB), **APPS})
    assert str(deployment) == "Argo CD Application argocd/web"
    assert deployment.directory == "apps/web"
    assert deployment.obstacle is None
    target = deployment.target
    assert (target.cluster, target.namespace, target.overrides) == ("", "shop", False)
    assert (target.prunes, target.withdraws, target.applier) == (None, False, Applier.ARGOCD)


@pytest.mark.parametrize(
    ("policy", "prunes"),
    [
        ("{}", None),
        ("{automated: {}}", False),
        ("{automated: {selfHeal: true, prune: false}}", False),
        ("{automated: {prune: true}}", True),
        ("{automated: {prune: true, enabled: false}}", None),
        ("{automated: {prune: true}, syncOptions: [Prune=false]}", False),
    ],
)
def test_automated_syncs_prune_only_where_they_are_told_to(
    policy: str, prunes: bool | None
) -> None:
    deployment = only({"a.yaml": application(f"{WEB}\nsyncPolicy: {policy}"), **APPS})
    assert deployment.target.prunes is prunes


@pytest.mark.parametrize("ending", ["", "/background"])
def test_its_finalizer_deletes_what_an_application_brought(ending: str) -> None:
    finalizers = f", finalizers: [resources-finalizer.argocd.argoproj.io{ending}]"
    deployment = only({"a.yaml": application(WEB, metadata=finalizers), **APPS})
    assert deployment.target.withdraws is True


@pytest.mark.parametrize(
    ("destination", "cluster"),
    [
        ("{name: in-cluster}", ""),
        ("{name: prod}", "prod"),
        ("{server: https://10.0.0.1}", "10.0.0.1"),
        ("{server: 'https://10.0.0.1:443/'}", "10.0.0.1"),
        ("{server: 'http://10.0.0.1:6443'}", "10.0.0.1:6443"),
        ("{server: 'https://kubernetes.default.svc:443'}", ""),
        ("{}", ""),
    ],
)
def test_a_destination_names_the_cluster(destination: str, cluster: str) -> None:
    spec = f"source: {{repoURL: HERE, path: apps/web}}\ndestination: {destination}"
    assert only({"a.yaml": application(spec), **APPS}).target.cluster == cluster


def test_server_side_apply_is_an_applier_of_its_own() -> None:
    spec = f"{WEB}\nsyncPolicy: {{syncOptions: [ServerSideApply=true]}}"
    assert only({"a.yaml": application(spec), **APPS}).target.applier is Applier.ARGOCD_SERVER_SIDE


def test_the_namespace_of_kustomize_overrides_what_objects_say() -> None:
    spec = "source: {repoURL: HERE, path: apps/web, kustomize: {namespace: x, images: [a=b:1]}}"
    deployment = only({"a.yaml": application(spec), **APPS})
    assert deployment.obstacle is None
    assert (deployment.target.namespace, deployment.target.overrides) == ("x", True)


def test_one_source_may_stand_in_the_list_of_sources() -> None:
    spec = "sources: [{repoURL: HERE, path: apps/web, directory: {recurse: true, exclude: 'x/*'}}]"
    deployment = only({"a.yaml": application(spec), **APPS})
    assert deployment.directory == "apps/web"
    assert deployment.selection == Selection(recursive=True, exclude="x/*")


def test_a_chart_is_installed_with_its_values() -> None:
    spec = """
    source:
      repoURL: HERE
      path: charts/web
      helm: {valueFiles: [values-prod.yaml, ../../env/prod.yaml, /env/all.yaml], skipCrds: true}
    destination: {namespace: shop}
    """
    deployment = only({"a.yaml": application(spec), "charts/web/Chart.yaml": "name: web\n"})
    values = ("charts/web/values-prod.yaml", "env/prod.yaml", "env/all.yaml")
    assert deployment.release == Release("charts/web", "web", "shop", values)
    assert deployment.obstacle is None
    named = spec.replace("skipCrds: true", "releaseName: front, namespace: edge")
    deployment = only({"a.yaml": application(named), "charts/web/Chart.yaml": "name: web\n"})
    assert deployment.release == Release("charts/web", "front", "edge", values)


def test_a_file_of_values_that_may_be_missing_is_given_where_it_is_there() -> None:
    helm = "helm: {valueFiles: [values.yaml, prod.yaml], ignoreMissingValueFiles: true}"
    spec = f"source: {{repoURL: HERE, path: web, {helm}}}"
    files = {"a.yaml": application(spec), "web/Chart.yaml": "name: web\n", "web/values.yaml": ""}
    for more, values in (
        ({}, ["web/values.yaml"]),
        ({"web/prod.yaml": ""}, ["web/values.yaml", "web/prod.yaml"]),
    ):
        deployment = only({**files, **more})
        assert deployment.release is not None
        assert [*deployment.release.values] == values
        assert deployment.obstacle is None


ELSEWHERE = {
    "source: {repoURL: https://charts.example, chart: web}": "the chart `web`",
    "source: {repoURL: https://git.example/org/other, path: apps/web}": "not taken for this",
    "source: {repoURL: HERE, path: apps/web, targetRevision: v1.2.3}": "the revision `v1.2.3`",
    "source: {repoURL: HERE, path: apps/web, targetRevision: 0123abcd}": "the revision `0123abcd`",
}


@pytest.mark.parametrize(("spec", "reason"), ELSEWHERE.items())
def test_what_comes_from_elsewhere_brings_nothing_of_the_tree(spec: str, reason: str) -> None:
    here = application(WEB, name="other")
    first, _ = sorted(
        deployed({"a.yaml": application(spec), "b.yaml": here, "c.yaml": here, **APPS}),
        key=lambda each: each.ref.name != "web",
    )[:2]
    assert reason in why(first)
    assert (first.directory, first.undetermined) == (None, False)


UNKNOWN = {
    "source: {repoURL: HERE, path: apps/web, plugin: {name: x}}": "a plugin makes",
    "sources: [{repoURL: HERE, path: a}, {repoURL: HERE, ref: values}]": "it joins 2 sources",
    "sourceHydrator: {drySource: {repoURL: HERE}}": "hydrates",
    "source: {repoURL: HERE, path: ../web}": "`../web` leads out of the repository",
    "source: {repoURL: HERE, path: apps/../../web}": "leads out of the repository",
    "source: {repoURL: HERE, path: /apps/web}": "`/apps/web` leads out of the repository",
    "source: {repoURL: HERE, path: [a]}": "`path` is not a text",
    "source: [a]": "a part of it is not a mapping",
    "source: {repoURL: HERE, path: '{{ x }}'}": "of which only the cluster knows the value",
}


@pytest.mark.parametrize(("spec", "reason"), UNKNOWN.items())
def test_what_cannot_be_told_could_be_anything_of_the_tree(spec: str, reason: str) -> None:
    deployment = only({"a.yaml": application(spec), **APPS}, HERE)
    assert reason in why(deployment)
    assert (deployment.directory, deployment.undetermined) == (None, True)


CHANGED = {
    "kustomize: {namePrefix: prod-}": "`kustomize.namePrefix` makes something else",
    "kustomize: {patches: [{patch: x}]}": "`kustomize.patches`",
    "kustomize: {commonLabels: {a: b}}": "`kustomize.commonLabels`",
    "directory: {jsonnet: {tlas: [{name: a}]}}": "`directory.jsonnet`",
    "directory: {include: '[ab].yaml'}": "what the pattern `[ab].yaml` means is not known",
    "helm: {parameters: [{name: a, value: b}]}": "`helm.parameters`",
}


@pytest.mark.parametrize(("field", "reason"), CHANGED.items())
def test_what_makes_something_else_of_a_directory_is_in_the_way(field: str, reason: str) -> None:
    spec = f"source: {{repoURL: HERE, path: apps/web, {field}}}"
    deployment = only({"a.yaml": application(spec), **APPS})
    assert reason in why(deployment)
    assert (deployment.directory, deployment.undetermined) == ("apps/web", False)


def test_labels_of_a_managed_namespace_are_in_the_way() -> None:
    policy = "syncPolicy: {managedNamespaceMetadata: {labels: {team: a}}}"
    assert "labels of its namespace" in why(
        only({"a.yaml": application(f"{WEB}\n{policy}"), **APPS})
    )


def test_values_that_are_no_file_of_the_repository_are_in_the_way() -> None:
    spec = "source: {repoURL: HERE, path: web, helm: {valueFiles: ['$other/a.yaml']}}"
    files = {"a.yaml": application(spec), "web/Chart.yaml": "name: web\n"}
    assert "`$other/a.yaml` are no single file" in why(only(files))


@pytest.mark.parametrize(
    ("name", "counts"),
    [("", True), ("-web", True), ("-argocd_web", True), ("-api", False), ("-web_web", False)],
)
def test_files_of_the_directory_say_more_of_the_source(name: str, counts: bool) -> None:
    """``mergeSourceParameters`` of Argo CD's repository server."""
    said = "kustomize: {namespace: other}\npath: apps/api\nrepoURL: https://elsewhere/x\n"
    files = {"a.yaml": application(WEB), f"apps/web/.argocd-source{name}.yaml": said, **APPS}
    found = only(files)
    assert found.obstacle is None
    assert (found.target.namespace, found.directory) == ("other" if counts else "shop", "apps/web")


def test_a_file_for_one_application_is_merged_over_that_for_all() -> None:
    every = "kustomize: {namespace: other, patches: [{path: p.yaml}]}\n"
    own = "kustomize: {patches: null}\n"
    files = {"a.yaml": application(WEB), "apps/web/.argocd-source.yaml": every, **APPS}
    assert "`kustomize.patches` makes something else" in why(only(files))
    found = only({**files, "apps/web/.argocd-source-web.yaml": own})
    assert (found.obstacle, found.target.namespace) == (None, "other")


def test_what_an_image_updater_writes_changes_no_deployment() -> None:
    files = {"a.yaml": application(WEB), **APPS}
    before, after = (
        only({**files, "apps/web/.argocd-source-web.yaml": f"kustomize: {{images: [web:{tag}]}}\n"})
        for tag in (1, 2)
    )
    assert before == after


def test_a_file_on_the_source_that_cannot_be_read_leaves_it_open() -> None:
    files = {"a.yaml": application(WEB), "apps/web/.argocd-source.yaml": "a: [", **APPS}
    assert "apps/web/.argocd-source.yaml, which says more" in why(only(files))
