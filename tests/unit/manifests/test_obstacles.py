"""What keeps a root from being rendered, told before anything runs."""

import pytest

from edgewarden.manifests.division import UNCONFIGURED
from edgewarden.manifests.rendering import plans
from edgewarden.manifests.snapshot import Obstacle, Omission
from tests.support.manifest_trees import tree

KUSTOMIZE = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"


def obstacle(files: dict[str, str | bytes | Omission]) -> Obstacle | None:
    (plan,) = plans(tree(files), (UNCONFIGURED,))
    return plan.obstacle


def of_one(body: str, **files: str | bytes | Omission) -> Obstacle | None:
    return obstacle({"k/kustomization.yaml": KUSTOMIZE + body, **files})


def test_a_root_of_its_own_files_can_be_rendered() -> None:
    (plan,) = plans(
        tree(
            {
                "k/kustomization.yaml": f"{KUSTOMIZE}resources: [a.yaml, ../base]\n"
                "patches: [{path: deep/patch.yaml}, {patch: '- op: remove'}]\n"
                "configMapGenerator: [{name: c, files: [key=deep/config.txt]}]\n",
                "k/a.yaml": "",
                "k/deep/patch.yaml": "",
                "k/deep/config.txt": "",
                "base/kustomization.yaml": KUSTOMIZE,
                "plain/b.yaml": "",
            }
        ),
        (UNCONFIGURED,),
    )

    assert plan.obstacle is None
    assert plan.inputs == (
        "base/kustomization.yaml",
        "k/a.yaml",
        "k/deep/config.txt",
        "k/deep/patch.yaml",
        "k/kustomization.yaml",
    )


@pytest.mark.parametrize(
    "base",
    [
        "https://example.com/base.yaml",
        "https://github.com/acme/base//deploy?ref=v1",
        "github.com/acme/base/deploy?ref=v1",
        "git@git.example.com:acme/base.git",
        "ssh://git@git.example.com/acme/base.git",
        "git::https://git.example.com/acme/base.git",
    ],
)
def test_a_base_elsewhere_is_named_with_file_and_line(base: str) -> None:
    found = of_one(f"resources:\n- a.yaml\n- {base}\n", **{"k/a.yaml": ""})

    assert found == Obstacle(
        "k/kustomization.yaml",
        5,
        f"k/kustomization.yaml names `{base}`, which lies elsewhere",
        "Commit a copy of it, and name that instead: nothing is fetched here.",
    )


@pytest.mark.parametrize(
    "field",
    [
        "resources: [../../outside]",
        "resources: [/etc]",
        "components: [../../../etc]",
        "resources: ['x://../../../../etc']",
        'resources: ["..\\n/../../../../etc"]',
        "resources: ['a=/../../../etc']",
        "transformers: [../../etc]",
        "generators: ['{/../../../etc']",
        "resources: [!!binary Li4vLi4vZXRj]",
        "<<: {resources: [../../etc]}",
        "configMapGenerator: [{name: c, files: [key=../../secret]}]",
        "patches: [{path: ../../patch.yaml}]",
    ],
)
def test_what_leads_out_of_the_tree_is_refused(field: str) -> None:
    found = of_one(f"{field}\n")

    assert found is not None
    assert "which leads out of the tree" in found.message
    assert (found.path, found.line) == ("k/kustomization.yaml", 3)


@pytest.mark.parametrize("field", ["helmCharts: [{name: x}]", "helmChartInflationGenerator: []"])
def test_a_kustomization_that_inflates_charts_is_refused(field: str) -> None:
    found = of_one(f"{field}\n")

    assert found is not None
    assert (found.path, found.line) == ("k/kustomization.yaml", 3)
    assert "inflates Helm charts" in found.message


def test_a_missing_base_is_named() -> None:
    found = of_one("resources: [../missing]\n")

    assert found is not None
    assert "names `../missing`, which is not in the tree" in found.message


@pytest.mark.parametrize(
    ("omission", "said"),
    [
        (Omission.SYMLINK, "is a symbolic link"),
        (Omission.DIRECTORY_LINK, "is a symbolic link"),
        (Omission.SUBMODULE, "is a submodule"),
        (Omission.TOO_LARGE, "is too large"),
        (Omission.NOT_A_MANIFEST, "is too large"),
    ],
)
def test_what_is_not_there_as_a_file_is_named_where_it_is_needed(
    omission: Omission, said: str
) -> None:
    beside: dict[str, str | bytes | Omission] = {"k/linked": omission, "k/a.yaml": ""}

    found = of_one("resources: [linked]\n", **beside)

    assert found is not None
    assert f"names `linked`, which {said}" in found.message
    assert of_one("resources: [a.yaml]\n", **beside) is None


def test_a_chart_needs_all_of_its_files() -> None:
    chart: dict[str, str | bytes | Omission] = {"c/Chart.yaml": "name: c\n", "c/values.yaml": ""}

    found = obstacle({**chart, "c/templates/linked.yaml": Omission.SYMLINK})

    assert obstacle(chart) is None
    assert found is not None
    assert (found.path, found.message) == (
        "c/Chart.yaml",
        "c/templates/linked.yaml is a symbolic link, which is not followed",
    )


def test_a_dependency_of_a_chart_has_to_be_vendored() -> None:
    chart = {
        "c/Chart.yaml": "name: c\ndependencies:\n- {name: db, repository: 'https://example.com'}\n"
    }

    assert obstacle({**chart}) == Obstacle(
        "c/Chart.yaml",
        3,
        "c/Chart.yaml depends on db of https://example.com, which does not lie below charts/",
        "Vendor it (`helm dependency update c`) and commit it: nothing is fetched here.",
    )
    assert obstacle({**chart, "c/charts/db-1.0.0.tgz": b"\x1f\x8b"}) is None
    assert obstacle({**chart, "c/charts/db/Chart.yaml": "name: db\n"}) is None


def test_a_cycle_is_named_where_it_closes() -> None:
    found = obstacle(
        {
            "a/kustomization.yaml": f"{KUSTOMIZE}resources: [../b]\n",
            "b/kustomization.yaml": f"{KUSTOMIZE}resources:\n- ../c\n",
            "c/kustomization.yaml": f"{KUSTOMIZE}components:\n- ../a\n",
        }
    )

    assert found == Obstacle(
        "c/kustomization.yaml",
        4,
        "c/kustomization.yaml builds on a/, which builds on it in turn",
        "Take one of the two out of the other.",
    )


def test_a_base_that_two_bases_share_is_no_cycle() -> None:
    assert (
        obstacle(
            {
                "top/kustomization.yaml": f"{KUSTOMIZE}resources: [../a, ../b]\n",
                "a/kustomization.yaml": f"{KUSTOMIZE}resources: [../c]\n",
                "b/kustomization.yaml": f"{KUSTOMIZE}resources: [../c]\n",
                "c/kustomization.yaml": KUSTOMIZE,
            }
        )
        is None
    )


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (f"{KUSTOMIZE}resources: [\n", 4, "cannot be read"),
        (f"{KUSTOMIZE}resources: []\nresources: [../../etc]\n", 4, "key `resources` twice"),
        (f"{KUSTOMIZE}---\n{KUSTOMIZE}", 1, "holds 2 documents"),
        (f"{KUSTOMIZE}Resources: [../../etc]\n", 3, "field `Resources`, which kustomize does not"),
        (f"{KUSTOMIZE}re\u017fources: [../../etc]\n", 3, "which kustomize does not know"),
        ("", 1, "holds 0 documents"),
        (Omission.SYMLINK, 1, "is not there as a file"),
    ],
)
def test_a_kustomization_that_could_say_something_else_is_refused(
    content: str | Omission, line: int, said: str
) -> None:
    found = obstacle({"k/kustomization.yaml": content})

    assert found is not None
    assert said in found.message
    assert (found.path, found.line) == ("k/kustomization.yaml", line)
