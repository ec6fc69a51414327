"""``edgewarden zones``: who is where, and what passes between zones today."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edgewarden.cli.main import main
from tests.support.manifests import deployment, ingress_policy, write

SHOP = {
    "shop/workloads.yaml": "---\n".join(map(deployment, ("web", "db"))),
    "shop/db.yaml": ingress_policy("db", "db", "web", 5432),
}
ZONES = """\
version: 1
services: {sql: [PORT]}
zones:
  zones:
    - {name: web, members: [{pods: {matchLabels: {app: web}}}]}
    - {name: data, members: [{pods: {matchLabels: {app: db}}}]}
  matrix:
    - {source: web, destination: data, rule: allow-only, services: [sql]}
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["zones", *map(str, arguments)])


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    configuration = {".edgewarden.yaml": "version: 1\nzones: network/zones.yaml\n"}
    zones = {"network/zones.yaml": ZONES.replace("PORT", "5432")}
    return write(tmp_path / "shop", {**SHOP, **configuration, **zones})


def test_the_file_that_the_configuration_names_is_taken_with_the_shipped_sections(
    shop: Path,
) -> None:
    result = run(shop, "--exit-code")
    assert result.exit_code == 0
    assert "AS AGREED" in result.stdout
    assert "Zone data: 1 workload in namespace shop" in result.stdout
    assert "From zone web to zone data, which is allowed for sql only" in result.stdout
    assert "System namespaces" in result.stdout


def test_another_file_shows_what_it_would_find_today(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(ZONES.replace("PORT", "3306"), encoding="utf-8")
    result = run(shop, "--zones", other, "--exit-code")
    assert result.exit_code == 1
    assert "1 edge on TCP 5432 against it" in " ".join(result.stdout.split())
    assert "as shop/web[Deployment] → shop/db[Deployment]" in result.stdout
    assert "- From zone web to zone data" in run(shop, "--format", "markdown").stdout


def test_a_tree_without_zones_has_the_shipped_ones(tmp_path: Path) -> None:
    result = run(write(tmp_path, SHOP))
    assert result.exit_code == 0
    assert "Zones" not in result.stdout
    assert "The other namespaces and addresses: 2 workloads in namespace shop" in result.stdout


def test_every_fault_of_a_file_of_zones_is_told_with_its_line(shop: Path) -> None:
    write(shop, {"network/zones.yaml": "version: 1\nzones: {across: never, default: soon}\n"})
    result = run(shop)
    assert result.exit_code == 2
    assert "network/zones.yaml:2:17: `zones.across`" in result.stderr
    assert "network/zones.yaml:2:33: `zones.default`" in result.stderr


def test_a_file_of_zones_that_is_not_there_is_told(shop: Path, tmp_path: Path) -> None:
    (shop / "network" / "zones.yaml").unlink()
    assert ".edgewarden.yaml:2 names network/zones.yaml" in run(shop).stderr
    assert "absent.yaml cannot be read" in run(shop, "--zones", tmp_path / "absent.yaml").stderr
