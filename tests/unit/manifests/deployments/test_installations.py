"""How charts are installed, by what stands in plain files."""

from edgewarden.manifests.deployments.installations import could_install
from edgewarden.manifests.releases import Release
from edgewarden.manifests.rendered import rendered_input
from edgewarden.manifests.snapshot import Omission, SourceFile
from edgewarden.manifests.tree import by_path
from tests.support.deploying import application
from tests.support.manifest_trees import tree
from tests.support.rendering import KUSTOMIZE

SPEC = """
source: {repoURL: HERE, path: web, helm: {valueFiles: [../env/prod.yaml]}}
destination: {namespace: shop}
"""
CHART = {"web/Chart.yaml": "name: web\n", "web/values.yaml": "", "env/prod.yaml": ""}


def installed(files: dict[str, str], *releases: Release) -> Release | None:
    rendered = rendered_input(by_path(tree({**CHART, **files})), releases=releases)
    (chart,) = (root for root in rendered.roots if root.directory == "web")
    return chart.release


def test_an_application_says_how_its_chart_is_installed() -> None:
    assert installed({"x.yaml": application(SPEC)}) == Release(
        "web", "web", "shop", ("env/prod.yaml",)
    )
    rendered = rendered_input(by_path(tree({**CHART, "x.yaml": application(SPEC)})))
    assert "env/prod.yaml" in rendered.roots[0].inputs


def test_the_configuration_outweighs_a_deployment() -> None:
    mine = Release("web", "mine")
    assert installed({"x.yaml": application(SPEC)}, mine) == mine


def test_two_ways_or_an_unclear_one_are_none() -> None:
    other = application(SPEC.replace("shop", "edge"))
    assert installed({"x.yaml": application(SPEC), "y.yaml": other}) is None
    same = application(SPEC, metadata=", labels: {a: b}")
    assert installed({"x.yaml": application(SPEC), "y.yaml": same}) is not None
    unclear = application(SPEC.replace("helm: {", "helm: {parameters: [{name: a}], "))
    assert installed({"x.yaml": unclear}) is None


def test_what_is_input_of_a_renderer_installs_nothing_by_itself() -> None:
    overlay = {"all/kustomization.yaml": f"{KUSTOMIZE}resources: [x.yaml]\n"}
    assert installed({**overlay, "all/x.yaml": application(SPEC)}) is None
    assert installed({"web/templates/x.yaml": application(SPEC)}) is None


def test_only_files_that_could_hold_such_an_object_are_read_for_it() -> None:
    content = application(SPEC).encode()
    assert could_install(SourceFile("x.yaml", content))
    assert not could_install(SourceFile("x.txt", content))
    assert not could_install(SourceFile("x.yaml", b"kind: Application"))
    assert not could_install(SourceFile("x.yaml", None, Omission.SYMLINK))
