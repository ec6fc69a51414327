"""Which source is brought into which cluster, over chains of deployments."""

import pytest

from edgewarden.manifests.deployments import placements as module
from edgewarden.manifests.deployments.specification import UnclearError
from tests.support.deploying import (
    APPS,
    HERE,
    application,
    application_set,
    deployed,
    git_repository,
    kustomization,
    placed,
)
from tests.support.rendering import KUSTOMIZE


def app(name: str, path: str, destination: str = "{}", directory: str = "{}") -> str:
    source = f"{{repoURL: HERE, path: {path}, directory: {directory}}}"
    return application(f"source: {source}\ndestination: {destination}", name)


def test_argo_cd_takes_the_files_of_a_directory_and_those_below_only_if_told() -> None:
    assert placed({"x.yaml": app("db", "apps/db"), **APPS}) == {"apps/db/a.yaml": {("db", "")}}
    below = {"x.yaml": app("db", "apps/db", directory="{recurse: true}"), **APPS}
    assert placed(below).keys() == {"apps/db/a.yaml", "apps/db/deep/b.yaml"}
    chosen = "{recurse: true, include: '{deep/*,c.yaml}', exclude: deep/c*}"
    files = {**APPS, "apps/db/deep/c.yaml": "", "x.yaml": app("db", "apps/db", directory=chosen)}
    assert placed(files).keys() == {"apps/db/deep/b.yaml"}


def test_flux_takes_all_that_is_below_kustomizations_too() -> None:
    files = {
        "x.yaml": kustomization("path: apps"),
        **APPS,
        "apps/over/kustomization.yaml": f"{KUSTOMIZE}resources: [a.yaml]\n",
        "apps/over/a.yaml": "",
    }
    assert placed(files).keys() == {*APPS, "apps/over/kustomization.yaml"}


def test_a_root_is_brought_by_its_directory() -> None:
    files = {"over/kustomization.yaml": f"{KUSTOMIZE}resources: [a.yaml]\n", "over/a.yaml": ""}
    assert placed({**files, "x.yaml": app("a", "over")}) == {"over/kustomization.yaml": {("a", "")}}


def test_what_is_only_input_of_another_root_is_brought_by_nothing() -> None:
    files = {
        "x.yaml": app("a", "base"),
        "base/kustomization.yaml": f"{KUSTOMIZE}resources: [a.yaml]\n",
        "base/a.yaml": "",
        "over/kustomization.yaml": f"{KUSTOMIZE}resources: [../base]\n",
    }
    assert placed(files) == {}


def test_the_cluster_of_an_outer_application_is_that_of_the_inner_ones() -> None:
    files = {
        "root.yaml": app("root", "clusters/prod", "{name: prod}"),
        "clusters/prod/x.yaml": app("middle", "apps/db"),
        "apps/db/y.yaml": app("inner", "apps/web"),
        "apps/web/a.yaml": "",
    }
    assert placed(files) == {
        "clusters/prod/x.yaml": {("root", "prod")},
        "apps/db/y.yaml": {("middle", "prod")},
        "apps/web/a.yaml": {("inner", "prod")},
    }


def test_an_application_in_two_clusters_brings_its_own_into_both() -> None:
    files = {
        "east.yaml": app("east", "common", "{name: east}"),
        "west.yaml": app("west", "common", "{server: https://west}"),
        "common/x.yaml": app("inner", "apps/web"),
        "common/y.yaml": app("fixed", "apps/db", "{name: hub}"),
        **APPS,
    }
    found = placed(files)
    assert found["apps/web/a.yaml"] == {("inner", "east"), ("inner", "west")}
    assert found["apps/db/a.yaml"] == {("fixed", "hub")}


def test_deployments_in_a_circle_are_harmless() -> None:
    files = {
        "a/x.yaml": app("a", "b"),
        "b/x.yaml": app("b", "a"),
        "self/x.yaml": kustomization("path: self", name="self"),
        "flux.yaml": git_repository(),
    }
    assert placed(files) == {
        "a/x.yaml": {("b", "")},
        "b/x.yaml": {("a", "")},
        "self/x.yaml": {("self", "")},
    }


def test_too_many_placements_and_clusters_are_not_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = "\n".join(
        f"---\n{app(f'a{n}', 'apps/web', f'{{name: c{n}}}')}"
        for n in range(module.MOST_CLUSTERS + 1)
    )
    with pytest.raises(UnclearError, match="more than 200 clusters"):
        placed({"x.yaml": many, **APPS})
    monkeypatch.setattr(module, "MOST_PLACEMENTS", 3)
    with pytest.raises(UnclearError, match="more than 3 times"):
        placed({"x.yaml": kustomization("path: ./"), **APPS})


def test_without_an_address_the_repository_is_the_one_that_most_deployments_name() -> None:
    other = application("source: {repoURL: https://git.example/other.git, path: apps/db}", "other")
    absent = application("source: {repoURL: https://git.example/other, path: none}", "absent")
    files = {"a.yaml": app("one", "apps/web"), "b.yaml": other, "c.yaml": absent, **APPS}
    assert placed(files) == {}
    two = {**files, "d.yaml": app("two", "apps/web")}
    assert placed(two) == {"apps/web/a.yaml": {("one", ""), ("two", "")}}


def test_a_known_address_decides_however_it_is_written() -> None:
    files = {"a.yaml": app("one", "apps/web"), **APPS}
    for address in ("git@git.example:org/fleet.git", "ssh://git@git.example:22/org/Fleet", HERE):
        assert [each.directory for each in deployed(files, address)] == ["apps/web"]
    assert [each.directory for each in deployed(files, "https://git.example/org/x")] == [None]


def test_a_fork_counts_as_what_it_is_called_like() -> None:
    fork = "https://git.example/me/fleet"
    files = {"a.yaml": app("one", "apps/web"), **APPS}
    assert [each.directory for each in deployed(files, fork)] == ["apps/web"]
    own = application("source: {repoURL: https://git.example/me/fleet, path: apps/db}", "own")
    assert [each.directory for each in deployed({**files, "b.yaml": own}, fork)] == [
        None,
        "apps/db",
    ]


def test_a_set_alone_tells_whose_tree_it_is_by_its_generator() -> None:
    spec = """
    generators: [git: {repoURL: HERE, directories: [path: apps/*]}]
    template:
      metadata: {name: '{{path.basename}}'}
      spec: {source: {repoURL: HERE, path: '{{path}}'}}
    """
    assert placed({"a.yaml": application_set(spec), **APPS}) == {
        "apps/web/a.yaml": {("web", "")},
        "apps/db/a.yaml": {("db", "")},
    }
