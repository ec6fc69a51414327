"""Inventories on the command line are of clusters that there are."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from edgewarden.cli.main import main
from tests.support.deploying import application
from tests.support.manifests import deployment, write
from tests.support.repositories import BareRepository

NAMED = {".edgewarden.yaml": "version: 1\nclusters: [{name: prod}]\n"}
WEB = {"web.yaml": deployment("web")}
SEVERAL = {
    path: content
    for name in ("dev", "prod")
    for path, content in {
        f"apps/{name}.yaml": application(
            f"source: {{repoURL: HERE, path: {name}}}\ndestination: {{name: {name}}}", name
        ),
        f"{name}/web.yaml": deployment("web"),
    }.items()
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    file = tmp_path / "live.json"
    items = [yaml.safe_load(deployment("far", "far"))]
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    return file


@pytest.mark.parametrize("files", [WEB, NAMED | WEB])
@pytest.mark.parametrize(
    "command",
    [
        ("diff", "TREE", "TREE", "--no-cache"),
        ("connectivity", "TREE"),
        ("survey", "TREE"),
        ("explain", "TREE", "shop/web", "shop/web", "80"),
        ("explain", "TREE", "shop/web", "shop/web", "80", "--base", "TREE"),
    ],
    ids=" ".join,
)
def test_an_inventory_of_a_cluster_that_is_not_there_is_refused(
    command: tuple[str, ...], files: dict[str, str], tmp_path: Path, shown: Path
) -> None:
    root = write(tmp_path / "shop", files)
    known = "prod" if files is not WEB else "cluster"
    arguments = [str(root) if each == "TREE" else each for each in command]
    assert run(*arguments, "--inventory", f"{known}={shown}").exit_code == 0
    refused = run(*arguments, "--inventory", f"pord={shown}")
    assert refused.exit_code == 2
    assert f"there is no cluster pord: did you mean {known}?" in refused.stderr


def test_an_inventory_of_one_of_several_clusters_says_of_which(tmp_path: Path, shown: Path) -> None:
    root = write(tmp_path / "shop", SEVERAL)
    assert run("survey", root, "--inventory", f"prod={shown}").exit_code == 0
    refused = run("survey", root, "--inventory", shown)
    assert refused.exit_code == 2
    assert f"--inventory dev={shown} (dev and prod)" in refused.stderr


def test_a_backtest_takes_inventories_of_clusters_that_are_named(
    tmp_path: Path, shown: Path
) -> None:
    repository = BareRepository.create(tmp_path / "shop.git")
    first = repository.commit("main", {**NAMED, **WEB})
    repository.commit("main", {**NAMED, "web.yaml": deployment("api")}, first)
    assert run("backtest", repository.path, "--inventory", f"prod={shown}").exit_code == 0
    refused = run("backtest", repository.path, "--inventory", f"pord={shown}")
    assert (refused.exit_code, "no cluster pord" in refused.stderr) == (2, True)
