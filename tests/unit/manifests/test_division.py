"""Which files of a tree belong to a cluster."""

from edgewarden.manifests.division import UNCONFIGURED, Area, Division, LeftOut, divide
from edgewarden.manifests.globs import Globs
from edgewarden.manifests.snapshot import Omission, Snapshot
from tests.support.manifest_trees import tree

KUSTOMIZATION = "resources: [{}]\n"
OVERLAYS = {
    "apps/base/kustomization.yaml": KUSTOMIZATION.format("web.yaml"),
    "apps/base/web.yaml": "",
    "apps/base/other/kustomization.yaml": KUSTOMIZATION.format("x.yaml"),
    "apps/base/other/x.yaml": "",
    "apps/dev/kustomization.yaml": KUSTOMIZATION.format("../base, dev.yaml"),
    "apps/dev/dev.yaml": "",
    "apps/prod/kustomization.yaml": KUSTOMIZATION.format("../base, ../../shared/prod.yaml"),
    "shared/prod.yaml": "",
    "shared/dev.yaml": "",
}


def area(*paths: str, exclude: tuple[str, ...] = ()) -> Area:
    return Area(Globs(paths or (".",)), Globs(exclude))


def paths(part: Snapshot) -> set[str]:
    return {file.path for file in part.files}


def only(division: Division) -> set[str]:
    (part,) = division.parts
    return paths(part)


def test_without_an_exclude_that_matches_the_tree_stays_as_it_is() -> None:
    whole = tree({"a.yaml": "", "b/c.yaml": ""})
    division = divide(whole, (UNCONFIGURED,))
    assert division.parts == (whole,)
    assert division.left_out == ()


def test_fixtures_of_tests_are_left_out_unless_somebody_says_otherwise() -> None:
    whole = tree({"web.yaml": "", "pkg/testdata/deny.yaml": "", "fixtures/deep/x.json": "{}"})
    division = divide(whole, (UNCONFIGURED,))
    assert only(division) == {"web.yaml"}
    assert division.left_out == (
        LeftOut("fixtures/deep/x.json", "**/fixtures/**"),
        LeftOut("pkg/testdata/deny.yaml", "**/testdata/**"),
    )
    assert only(divide(whole, (area(),))) == paths(whole)


def test_the_configuration_itself_belongs_to_no_cluster() -> None:
    division = divide(tree({".edgewarden.yaml": "version: 1\n", "a.yaml": ""}), (area(),))
    assert only(division) == {"a.yaml"}
    assert division.left_out == ()


def test_an_overlay_brings_what_it_is_built_from_and_nothing_else() -> None:
    division = divide(tree(OVERLAYS), (area("apps/prod"),))
    assert only(division) == {
        "apps/base/kustomization.yaml",
        "apps/base/web.yaml",
        "apps/prod/kustomization.yaml",
        "shared/prod.yaml",
    }
    assert LeftOut("apps/dev/dev.yaml", "") in division.left_out


def test_an_exclude_takes_nothing_from_what_an_overlay_is_built_from() -> None:
    division = divide(tree(OVERLAYS), (area(exclude=("apps/base", "apps/dev")),))
    assert only(division) == {
        "apps/base/kustomization.yaml",
        "apps/base/web.yaml",
        "apps/prod/kustomization.yaml",
        "shared/prod.yaml",
        "shared/dev.yaml",
    }


def test_a_base_that_only_overlays_elsewhere_use_is_deployed_where_its_path_is_named() -> None:
    assert only(divide(tree(OVERLAYS), (area("apps/base", exclude=("**/other",)),))) == {
        "apps/base/kustomization.yaml",
        "apps/base/web.yaml",
    }


def test_a_chart_comes_whole_with_values_that_lie_outside_of_all_charts() -> None:
    whole = tree(
        {
            "charts/web/Chart.yaml": "",
            "charts/web/templates/_x.tpl": Omission.NOT_A_MANIFEST,
            "charts/web/testdata/values.yaml": "",
            "env/prod/values.yaml": "",
            "env/prod/policy.yaml": "",
        }
    )
    assert only(divide(whole, (area("charts", exclude=("**/testdata",)),))) == {
        "charts/web/Chart.yaml",
        "charts/web/templates/_x.tpl",
        "charts/web/testdata/values.yaml",
        "env/prod/values.yaml",
    }


def test_several_clusters_share_what_lies_in_the_areas_of_both() -> None:
    whole = tree({"common/a.yaml": "", "prod/b.yaml": "", "dev/c.yaml": "", "docs/d.yaml": ""})
    division = divide(whole, (area("common", "prod"), area("common", "dev")))
    assert [paths(part) for part in division.parts] == [
        {"common/a.yaml", "prod/b.yaml"},
        {"common/a.yaml", "dev/c.yaml"},
    ]
    assert division.shared == {"common/a.yaml": (0, 1)}
    assert division.left_out == (LeftOut("docs/d.yaml", ""),)


def test_what_no_applier_could_read_is_not_told_as_left_out() -> None:
    whole = tree({"testdata/Chart.yaml": "", "testdata/a.tpl": Omission.NOT_A_MANIFEST})
    assert divide(whole, (UNCONFIGURED,)).left_out == (
        LeftOut("testdata/Chart.yaml", "**/testdata/**"),
    )
