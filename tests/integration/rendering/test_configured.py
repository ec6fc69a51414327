"""What the base's configuration leaves out is not rendered, and what it names is."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from edgewarden.adapters.rendering.programs import Program
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.manifests.load import StatePair
from edgewarden.manifests.rendered import Tool
from edgewarden.workflows.configuration.tree_configuration import configuration_of
from edgewarden.workflows.states import changed_clusters
from tests.support.deploying import application
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


def states(base: Mapping[str, str], head: Mapping[str, str]) -> StatePair:
    before, after = ConfinedRenderer().render((tree(base), tree(head)))
    (pair,) = changed_clusters(before, after, configuration_of(before)).whole
    return pair


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


HELM = f"""\
#!{sys.executable}
import pathlib, sys
*options, chart = sys.argv[1:]
values = [pathlib.Path(o.removeprefix("--values=")) for o in options if o.startswith("--values=")]
wide = any("wide: true" in path.read_text() for path in values)
spec = "{{podSelector: {{}}, ingress: [{{}}]}}" if wide else "{{podSelector: {{}}}}"
print("# " + " ".join(options))
print("apiVersion: networking.k8s.io/v1\\nkind: NetworkPolicy")
namespace = [o.removeprefix("--namespace=") for o in options if o.startswith("--namespace=")]
print(f"metadata: {{{{name: {{options[-1]}}, namespace: {{namespace[0]}}}}}}\\nspec: {{spec}}")
"""
"""Helm as far as it matters here: it says what it was told, and opens where values say so."""

CHART = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "charts/web/values.yaml": "",
    "env/prod.yaml": "wide: false\n",
    "env/dev.yaml": "",
}
INSTALLED = cluster(
    "charts",
    ", namespace: shop, charts: [{path: charts/web, release: front, values: [env/prod.yaml]}]",
)


@pytest.fixture
def helm(tmp_path: Path) -> ConfinedRenderer:
    program = tmp_path / "helm"
    program.write_text(HELM, encoding="utf-8")
    program.chmod(0o755)
    return ConfinedRenderer(programs={Tool.HELM: Program(str(program), ("template",))})


def charted(helm: ConfinedRenderer, base: Mapping[str, str], head: Mapping[str, str]) -> StatePair:
    before, after = helm.render((tree(base), tree(head)))
    (pair,) = changed_clusters(before, after, configuration_of(before)).whole
    return pair


def test_a_chart_is_rendered_as_the_configuration_installs_it(helm: ConfinedRenderer) -> None:
    (rendered,) = helm.render((tree({**CHART, **INSTALLED}),))
    (rendering,) = rendered.renderings
    assert rendering.output is not None
    assert rendering.output.startswith(
        b"# template --namespace=shop --values=./env/prod.yaml -- front\n"
    )


def test_a_change_of_the_values_of_a_chart_is_judged_by_what_they_make(
    helm: ConfinedRenderer,
) -> None:
    base = {**CHART, **INSTALLED}
    before, after = charted(helm, base, {**base, "env/prod.yaml": "wide: true\n"})
    assert names(before) == names(after) == ["shop/front"]
    assert before.policies != after.policies
    assert (before.problems, after.problems) == ((), ())


def test_a_change_of_values_that_a_chart_is_not_given_is_none(helm: ConfinedRenderer) -> None:
    base = {**CHART, **INSTALLED, "env/values-dev.yaml": "wide: false\n"}
    before, after = charted(helm, base, {**base, "env/values-dev.yaml": "wide: true\n"})
    assert before.policies == after.policies
    assert after.problems == ()


def test_values_that_are_not_there_keep_a_chart_from_being_judged(helm: ConfinedRenderer) -> None:
    base = {**CHART, **INSTALLED}
    head = {path: content for path, content in base.items() if path != "env/prod.yaml"}
    _, after = charted(helm, base, head)
    (problem,) = after.problems
    assert problem.decisive
    assert "its values env/prod.yaml are not in the tree" in problem.message


def test_a_chart_is_rendered_as_an_application_of_the_tree_installs_it(
    helm: ConfinedRenderer,
) -> None:
    helm_spec = "helm: {releaseName: front, valueFiles: [../../env/prod.yaml]}"
    spec = (
        f"source: {{repoURL: HERE, path: charts/web, {helm_spec}}}\ndestination: {{namespace: x}}"
    )
    base = {**CHART, "app.yaml": application(spec)}
    before, after = charted(helm, base, {**base, "env/prod.yaml": "wide: true\n"})
    assert names(before) == names(after) == ["x/front"]
    assert before.policies != after.policies
    assert (before.problems, after.problems) == ((), ())
    moved = {**base, "app.yaml": application(spec.replace("namespace: x", "namespace: z"))}
    before, after = charted(helm, base, moved)
    assert (names(before), names(after)) == (["x/front"], ["z/front"])
    assert (before.problems, after.problems) == ((), ())


def test_values_that_an_application_names_and_nobody_commits_are_news(
    helm: ConfinedRenderer,
) -> None:
    spec = "source: {repoURL: HERE, path: charts/web, helm: {%s}}\ndestination: {namespace: x}"
    base = {**CHART, "app.yaml": application(spec % "releaseName: front")}
    head = {**base, "app.yaml": application(spec % "releaseName: front, valueFiles: [gone.yaml]")}

    before, after = charted(helm, base, head)

    assert names(before) == names(after) == ["x/front"]
    (problem,) = [each for each in after.problems if each.decisive]
    assert "its values charts/web/gone.yaml are not in the tree" in problem.message


def test_a_path_without_a_chart_is_a_slip_of_the_configuration(helm: ConfinedRenderer) -> None:
    base = {**CHART, **cluster("charts", ", charts: [{path: charts/wbe}]")}
    before, _ = charted(helm, base, base)
    assert "There is no chart of cluster c in charts/wbe." in {
        problem.message for problem in before.problems if problem.decisive
    }
