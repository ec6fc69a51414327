"""``edgewarden baseline``: the first policies of a namespace."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from edgewarden.cli.main import main

NAMES = [
    "allow-dns-egress",
    "allow-gateway-ingress",
    "allow-node-local-dns-egress",
    "allow-observability-scrape",
    "default-deny-egress",
    "default-deny-ingress",
]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["baseline", *map(str, arguments)])


def names(result: Result) -> list[str]:
    return [each["metadata"]["name"] for each in yaml.safe_load_all(result.stdout)]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_baseline_is_written_to_read() -> None:
    result = run("shop")
    assert (result.exit_code, result.stderr) == (0, "")
    assert names(result) == NAMES


def test_what_the_repository_says_outweighs_what_is_usual(tmp_path: Path) -> None:
    said = "version: 1\nprofile: {dns_labels: {app: coredns}, node_local_dns: false}\n"
    (tmp_path / ".edgewarden.yaml").write_text(said)
    found = {each["metadata"]["name"]: each for each in yaml.safe_load_all(run("shop").stdout)}
    assert "allow-node-local-dns-egress" not in found
    (rule,) = found["allow-dns-egress"]["spec"]["egress"]
    assert rule["to"][0]["podSelector"] == {"matchLabels": {"app": "coredns"}}


def test_of_several_clusters_one_is_named(tmp_path: Path) -> None:
    clusters = [
        {"name": "one", "profile": {"dns_ports": [5353]}},
        {"name": "two", "profile": {"dns_ports": [54]}},
    ]
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({"version": 1, "clusters": clusters}))
    assert "name one of them by --cluster" in run("shop", "--config", config).stderr
    assert "port: 54\n" in run("shop", "--config", config, "--cluster", "two").stdout
    assert run("shop", "--cluster", "two").exit_code == 2


def test_each_policy_gets_a_file_and_none_is_overwritten(tmp_path: Path) -> None:
    into = tmp_path / "shop"
    assert run("shop", "--into", into).stdout == f"6 policies are written to {into}.\n"
    assert sorted(each.stem for each in into.iterdir()) == NAMES
    again = run("shop", "--into", into)
    assert again.exit_code == 2
    assert "cannot be written (File exists)" in again.stderr


@pytest.mark.parametrize("name", ["Shop", "a/b", "", "x" * 64])
def test_what_is_no_namespace_is_bad_input(name: str) -> None:
    assert run(name).exit_code == 2


def test_a_configuration_that_is_wrong_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / ".edgewarden.yaml").write_text("version: 1\nprofile: {gateway: {}}\n")
    result = run("shop")
    assert result.exit_code == 2
    assert ".edgewarden.yaml:2:20: `profile.gateway.namespaces` is missing." in result.stderr
