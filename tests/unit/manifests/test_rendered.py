"""Which files feed kustomize or Helm."""

import pytest

from edgewarden.manifests.rendered import RenderedInput, Tool, rendered_input
from edgewarden.manifests.snapshot import SourceFile
from edgewarden.manifests.tree import by_path
from tests.support.manifest_trees import tree

KUSTOMIZE = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"


def find(files: dict[str, str]) -> tuple[RenderedInput, dict[str, SourceFile]]:
    paths = by_path(tree(files))
    return rendered_input(paths), paths


def plain_paths(files: dict[str, str]) -> set[str]:
    rendered, paths = find(files)
    return set(paths) - rendered.covered(paths)


def test_a_kustomization_covers_everything_below_and_what_it_names() -> None:
    files = {
        "apps/web/kustomization.yaml": KUSTOMIZE
        + "namespace: shop\nresources: [a.yaml, ../../shared/policy.yaml, https://x.example/y.yaml]\n"
        "patches: [{path: ../patch.yaml}, {patch: '- op: add'}]\n"
        "configMapGenerator: [{name: c, files: [key=../config.json]}]\n",
        "apps/web/a.yaml": "",
        "apps/web/deep/b.yaml": "",
        "apps/patch.yaml": "",
        "apps/config.json": "",
        "apps/plain.yaml": "",
        "shared/policy.yaml": "",
        "shared/plain.yaml": "",
    }
    rendered, _ = find(files)
    (root,) = rendered.roots
    assert (root.directory, root.tool, root.namespaces) == (
        "apps/web",
        Tool.KUSTOMIZE,
        frozenset({"shop"}),
    )
    assert plain_paths(files) == {"apps/plain.yaml", "shared/plain.yaml"}


def test_bases_belong_to_the_overlays_that_build_on_them_transitively() -> None:
    files = {
        "base/kustomization.yml": "resources: [web.yaml]\n",
        "base/web.yaml": "",
        "middle/Kustomization": "bases: [../base]\n",
        "prod/kustomization.yaml": "resources: [../middle]\ncomponents: [../extra]\n",
        "test/kustomization.yaml": "resources: [../base]\n",
        "extra/kustomization.yaml": KUSTOMIZE.replace("Kustomization", "Component"),
        "plain/a.yaml": "",
    }
    rendered, _ = find(files)
    assert [root.directory for root in rendered.roots] == ["prod", "test"]
    assert rendered.fed(["base/web.yaml", "middle/Kustomization", "plain/a.yaml"]) == {
        "prod": {"base/web.yaml", "middle/Kustomization"},
        "test": {"base/web.yaml"},
    }
    assert plain_paths(files) == {"plain/a.yaml"}


def test_kustomizations_that_name_each_other_are_one_root() -> None:
    rendered, _ = find(
        {
            "a/kustomization.yaml": "resources: [../b]\n",
            "b/kustomization.yaml": "resources: [../a, .]\n",
        }
    )
    assert [root.directory for root in rendered.roots] == ["a"]


def test_a_root_below_another_feeds_only_itself() -> None:
    rendered, _ = find(
        {
            "kustomization.yaml": "resources: [a.yaml]\n",
            "a.yaml": "",
            "sub/kustomization.yaml": "resources: [b.yaml]\n",
            "sub/b.yaml": "",
        }
    )
    assert rendered.fed(["a.yaml", "sub/b.yaml"]) == {"": {"a.yaml"}, "sub": {"sub/b.yaml"}}


def test_a_chart_covers_everything_below_once() -> None:
    files = {
        "charts/web/Chart.yaml": "name: web\n",
        "charts/web/templates/policy.yaml": "{{ .x }}",
        "charts/web/charts/sub/Chart.yaml": "name: sub\n",
        "charts/readme.yaml": "",
    }
    rendered, _ = find(files)
    assert [(root.directory, root.tool) for root in rendered.roots] == [("charts/web", Tool.HELM)]
    assert plain_paths(files) == {"charts/readme.yaml"}


def test_a_chart_takes_templates_beside_which_a_kustomization_lies() -> None:
    files = {
        "c/Chart.yaml": "name: c\n",
        "c/templates/sub/kustomization.yaml": "resources: []\n",
        "c/templates/sub/open.yaml": "",
    }
    rendered, _ = find(files)
    (chart,) = (root for root in rendered.roots if root.tool is Tool.HELM)
    assert chart.inputs == files.keys()


@pytest.mark.parametrize("above", ["Chart.yaml", "kustomization.yaml"])
def test_a_chart_below_what_has_no_use_for_it_is_a_root(above: str) -> None:
    rendered, _ = find({above: "", "apps/c/Chart.yaml": "name: c\n"})
    assert [root.directory for root in rendered.roots] == ["", "apps/c"]


def test_a_chart_in_a_kustomization_feeds_the_kustomization() -> None:
    rendered, _ = find(
        {
            "a/kustomization.yaml": "helmCharts: [{name: c, valuesFile: ../v.yaml}]\n",
            "a/c/Chart.yaml": "",
            "v.yaml": "",
        }
    )
    assert rendered.fed(["a/c/Chart.yaml", "v.yaml"]) == {"a": {"a/c/Chart.yaml", "v.yaml"}}


@pytest.mark.parametrize("content", ["a: [", "\x01", "- 1\n", "", "resources: [[[{path: 1}]]]\n"])
def test_a_kustomization_that_cannot_be_read_is_one_all_the_same(content: str) -> None:
    assert plain_paths({"a/kustomization.yaml": content, "a/b.yaml": ""}) == set()


def test_another_kind_of_that_name_renders_nothing() -> None:
    flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
    assert plain_paths({"a/kustomization.yaml": flux, "a/b.yaml": ""}) == {
        "a/kustomization.yaml",
        "a/b.yaml",
    }
