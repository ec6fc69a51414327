"""Overlays on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from edgewarden.cli.main import main
from tests.support.manifests import deployment, ingress_policy, write
from tests.support.rendering import KUSTOMIZE, kustomize
from tests.support.repositories import BareRepository, File, Link

BASE = {
    "base/kustomization.yaml": f"{KUSTOMIZE}resources: [workloads.yaml, db.yaml]\n",
    "base/workloads.yaml": "---\n".join(map(deployment, ("web", "db"))),
    "base/db.yaml": ingress_policy("db", "db", "nobody", 5432),
    "prod/kustomization.yaml": f"{KUSTOMIZE}resources: [../base]\n",
}
HEAD = {
    **BASE,
    "prod/kustomization.yaml": f"{KUSTOMIZE}resources: [../base]\npatches: [{{path: open.yaml}}]\n",
    "prod/open.yaml": ingress_policy("db", "db", "web", 5432),
}
EDGE = ("shop/web[Deployment]", "shop/db[Deployment]")


@pytest.fixture(autouse=True)
def renderer() -> None:
    kustomize()


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(main, [*map(str, arguments), "--format", "json"])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_patch_of_an_overlay_opens_an_edge_by_directory_and_by_revision(tmp_path: Path) -> None:
    repository = BareRepository.create(tmp_path / "git")
    base = repository.commit("main", BASE)
    head = repository.commit("topic", HEAD, base)
    directories = write(tmp_path / "base", BASE), write(tmp_path / "head", HEAD)

    for answer in (
        run("diff", *directories),
        run("diff", "--repo", repository.path, base, head),
    ):
        report = json.loads(answer)
        (edge,) = report["added"]
        assert (edge["src"], edge["dst"], edge["ports"]) == (*EDGE, {"TCP": [[5432, 5432]]})
        (cause,) = edge["causes"]
        assert (cause["file"], cause["line"]) == ("prod/open.yaml", 10)
        assert report["problems"] == []


def test_connectivity_is_that_of_the_overlay(tmp_path: Path) -> None:
    report = json.loads(run("connectivity", write(tmp_path, HEAD)))

    assert EDGE in {(edge["src"], edge["dst"]) for edge in report["edges"]}
    assert report["problems"] == []


def test_a_change_of_a_base_that_is_not_built_on_changes_nothing(tmp_path: Path) -> None:
    unused = {**BASE, "base/unused.yaml": ingress_policy("unused", "db", "web", 5432)}

    report = json.loads(
        run("diff", write(tmp_path / "base", BASE), write(tmp_path / "head", unused))
    )

    assert report["verdict"] == "pass"
    assert report["added"] == report["problems"] == []


def test_a_link_out_of_the_tree_is_a_problem_with_file_and_line(tmp_path: Path) -> None:
    repository = BareRepository.create(tmp_path / "git")
    linked = f"{KUSTOMIZE}resources:\n- workloads.yaml\n- db.yaml\n- passwd\n"
    base = repository.commit("main", BASE)
    changed: dict[str, File] = {**BASE, "base/kustomization.yaml": linked}
    changed["base/passwd"] = Link("/etc/passwd")
    head = repository.commit("topic", changed, base)

    report = json.loads(run("diff", "--repo", repository.path, base, head))

    assert report["verdict"] == "inconclusive"
    assert report["removed"] == report["added"] == []
    (problem,) = [each for each in report["problems"] if each["decisive"]]
    assert (problem["file"], problem["line"]) == ("base/kustomization.yaml", 6)
    assert "names `passwd`, which is a symbolic link" in problem["message"]


def test_a_root_that_never_could_be_rendered_is_told_quietly(tmp_path: Path) -> None:
    old = {**BASE, "old/kustomization.yaml": f"{KUSTOMIZE}resources: [../missing]\n"}
    opened = {**HEAD, "old/kustomization.yaml": old["old/kustomization.yaml"]}

    report = json.loads(
        run("diff", write(tmp_path / "base", old), write(tmp_path / "head", opened))
    )

    assert len(report["added"]) == 1
    (problem,) = report["problems"]
    assert (problem["file"], problem["decisive"]) == ("old/kustomization.yaml", False)
