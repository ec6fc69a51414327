"""What a Kustomization and a HelmRelease of Flux deploy."""

import pytest

from edgewarden.manifests.releases import Release
from edgewarden.reachability.model import Applier
from tests.support.deploying import (
    APPS,
    HERE,
    deployed,
    git_repository,
    helm_release,
    kustomization,
    only,
    why,
)

CHART = {
    "charts/web/Chart.yaml": "name: web\n",
    "charts/web/values.yaml": "",
    "env/prod.yaml": "",
    "flux.yaml": git_repository(),
}
FROM = "sourceRef: {kind: GitRepository, name: fleet, namespace: flux-system}"


def test_a_kustomization_brings_a_directory_and_overrides_its_namespace() -> None:
    spec = "path: ./apps/web/\ntargetNamespace: shop\nprune: true"
    deployment = only({"a.yaml": kustomization(spec), "b.yaml": git_repository(), **APPS})
    assert str(deployment) == "Flux Kustomization flux-system/web"
    assert (deployment.directory, deployment.obstacle) == ("apps/web", None)
    target = deployment.target
    assert (target.namespace, target.overrides, target.applier) == ("shop", True, Applier.FLUX)
    assert (target.cluster, target.prunes, target.withdraws) == ("", True, True)


@pytest.mark.parametrize(
    ("fields", "prunes", "withdraws"),
    [
        ("prune: false", False, False),
        ("prune: true\ndeletionPolicy: Orphan", True, False),
        ("prune: false\ndeletionPolicy: Delete", False, True),
        ("prune: false\ndeletionPolicy: MirrorPrune", False, False),
        ("interval: 1m", None, None),
    ],
)
def test_prune_and_the_deletion_policy_are_two_things(
    fields: str, prunes: bool | None, withdraws: bool | None
) -> None:
    target = only({"a.yaml": kustomization(f"path: apps/web\n{fields}"), **APPS}).target
    assert (target.prunes, target.withdraws) == (prunes, withdraws)


@pytest.mark.parametrize("path", ["", "/", "./", "."])
def test_without_a_path_it_is_the_whole_repository(path: str) -> None:
    assert only({"a.yaml": kustomization(f"path: '{path}'")}).directory == ""


def test_another_cluster_is_called_like_the_secret_that_leads_there() -> None:
    spec = "path: apps/web\nkubeConfig: {secretRef: {name: prod-access}}"
    assert only({"a.yaml": kustomization(spec), **APPS}).target.cluster == "flux-system/prod-access"
    spec = "path: apps/web\nkubeConfig: {}"
    assert only({"a.yaml": kustomization(spec), **APPS}).target.cluster is None


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("url: HERE\nref: {tag: v1.0.0}", "the revision `v1.0.0`"),
        ("url: HERE\nref: {semver: '>=1.0'}", "the revision `>=1.0`"),
        ("url: HERE\nref: {branch: main, commit: 0123456789abcdef}", "`0123456789abcdef`"),
        ("url: https://git.example/org/other", "`https://git.example/org/other`, which is not"),
    ],
)
def test_a_source_may_be_another_repository_or_revision(source: str, reason: str) -> None:
    files = {"a.yaml": kustomization("path: apps/web"), "b.yaml": git_repository(source), **APPS}
    deployment = only(files, HERE)
    assert reason in why(deployment)
    assert (deployment.directory, deployment.undetermined) == (None, False)


def test_of_two_sources_of_one_name_the_nearest_is_meant() -> None:
    flux = kustomization("path: apps/web")
    files = {
        "clusters/prod/apps.yaml": flux,
        "clusters/prod/flux-system/source.yaml": git_repository("url: HERE\nref: {tag: v1.0.0}"),
        "clusters/test/apps.yaml": flux,
        "clusters/test/flux-system/source.yaml": git_repository("url: HERE\nref: {branch: main}"),
        **APPS,
    }
    prod, test = deployed(files, HERE)
    assert "the revision `v1.0.0`" in why(prod)
    assert (test.directory, test.obstacle) == ("apps/web", None)


def test_a_branch_of_this_repository_is_taken_for_the_one_under_review() -> None:
    source = git_repository("url: ssh://git@git.example/org/fleet\nref: {branch: main}")
    deployment = only({"a.yaml": kustomization("path: apps/web"), "b.yaml": source, **APPS}, HERE)
    assert deployment.directory == "apps/web"


def test_an_artifact_is_fetched_by_nobody_here() -> None:
    spec = "sourceRef: {kind: OCIRepository, name: bundle}\npath: apps/web"
    text = kustomization("").replace("  sourceRef: {kind: GitRepository, name: fleet}\n", "")
    spec_lines = "".join(f"  {line}\n" for line in spec.splitlines())
    assert "it comes from OCIRepository bundle" in why(only({"a.yaml": text + spec_lines, **APPS}))


@pytest.mark.parametrize(
    "field", ["namePrefix: x-", "nameSuffix: -x", "patches: [{patch: x}]", "components: [../c]"]
)
def test_what_makes_something_else_of_a_directory_is_in_the_way(field: str) -> None:
    deployment = only({"a.yaml": kustomization(f"path: apps/web\n{field}"), **APPS})
    assert f"`{field.partition(':')[0]}` makes something else of it" in why(deployment)
    assert deployment.directory == "apps/web"


def test_substitutions_and_labels_are_noted() -> None:
    spec = (
        "path: apps/web\npostBuild: {substituteFrom: [{kind: ConfigMap, name: x}]}\n"
        "commonMetadata: {labels: {team: a}}"
    )
    deployment = only({"a.yaml": kustomization(spec), **APPS})
    assert deployment.substitutes
    assert deployment.labels


def test_times_images_and_order_are_no_part_of_what_is_deployed() -> None:
    patched = "path: apps/web\npatches: [{patch: x}]"
    before = only({"a.yaml": kustomization(f"{patched}\ninterval: 1m\nprune: true"), **APPS})
    times = "interval: 9m\ntimeout: 1m\nprune: true\ndependsOn: [{name: x}]\nwait: true"
    assert only({"a.yaml": kustomization(f"{patched}\n{times}"), **APPS}) == before
    other = patched.replace("patch: x", "patch: y")
    assert only({"a.yaml": kustomization(f"{other}\nprune: true"), **APPS}) != before


def test_a_release_installs_a_chart_of_the_tree() -> None:
    spec = f"chart: {{spec: {{chart: ./charts/web, {FROM}}}}}"
    deployment = only({"a.yaml": helm_release(spec), **CHART})
    assert deployment.obstacle is None
    assert deployment.release == Release("charts/web", "web", "shop")
    assert (deployment.target.prunes, deployment.target.applier) == (True, Applier.HELM)
    deployment = only({"a.yaml": helm_release(f"{spec}\ntargetNamespace: edge"), **CHART})
    assert deployment.release == Release("charts/web", "edge-web", "edge")
    named = f"{spec}\ntargetNamespace: edge\nreleaseName: front"
    assert only({"a.yaml": helm_release(named), **CHART}).release == Release(
        "charts/web", "front", "edge"
    )


def test_files_of_values_have_to_begin_with_the_charts_own() -> None:
    chart = f"chart: ./charts/web, {FROM}, valuesFiles"
    values = "[charts/web/values.yaml, ./env/prod.yaml]"
    deployment = only({"a.yaml": helm_release(f"chart: {{spec: {{{chart}: {values}}}}}"), **CHART})
    assert deployment.release is not None
    assert deployment.release.values == ("charts/web/values.yaml", "env/prod.yaml")
    missing = f"{chart}: [env/none.yaml, charts/web/values.yaml], ignoreMissingValuesFiles: true"
    deployment = only({"a.yaml": helm_release(f"chart: {{spec: {{{missing}}}}}"), **CHART})
    assert deployment.release is not None
    assert deployment.release.values == ("charts/web/values.yaml",)
    spec = f"chart: {{spec: {{{chart}: [env/prod.yaml]}}}}"
    assert "leave out the chart's own values" in why(only({"a.yaml": helm_release(spec), **CHART}))


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("chartRef: {kind: OCIRepository, name: web}", "it comes from OCIRepository web"),
        ("chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: r}}}", "HelmRepos"),
        (f"chart: {{spec: {{chart: charts/web, {FROM}}}}}\nvalues: {{a: 1}}", "`values` makes"),
        (f"chart: {{spec: {{chart: charts/web, {FROM}}}}}\nvaluesFrom: [{{name: x}}]", "`valuesF"),
        (f"chart: {{spec: {{chart: env, {FROM}}}}}", "there is no chart in `env`"),
        (f"chart: {{spec: {{chart: charts/none, {FROM}}}}}", "there is no `charts/none`"),
        (f"chart: {{spec: {{chart: ../web, {FROM}}}}}", "`../web` leads out of the repository"),
    ],
)
def test_what_is_in_the_way_of_a_release(spec: str, reason: str) -> None:
    assert reason in why(only({"a.yaml": helm_release(spec), **CHART}, HERE))
