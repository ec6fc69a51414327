"""``edgewarden survey``: the first look at a repository."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from edgewarden.cli.main import main
from edgewarden.reporting.schema import survey_schema
from tests.support.manifests import deployment, ingress_policy, write
from tests.support.repositories import BareRepository

SHOP = {
    "shop/workloads.yaml": "---\n".join(map(deployment, ("web", "db"))),
    "shop/db.yaml": ingress_policy("db", "db", "web", 5432),
}
BROKEN = {
    **SHOP,
    "cut.yaml": "kind: [",
    "overlay/kustomization.yaml": "resources: [https://example.com/base]\n",
    ".edgewarden.yaml": "version: 7\n",
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["survey", *map(str, arguments)])


def report_of(root: Path) -> dict[str, list[dict[str, object]]]:
    report = json.loads(run(root, "--format", "json").stdout)
    Draft202012Validator(json.loads(survey_schema())).validate(report)
    assert isinstance(report, dict)
    return report


def test_a_repository_is_told_by_what_it_holds_and_what_is_exposed(tmp_path: Path) -> None:
    said = run(write(tmp_path, SHOP)).stdout
    assert said.startswith("SURVEYED: 1 policy, 2 workloads and 1 namespace in 1 cluster;")
    assert "  shop: open to everyone (all pods and the internet) on every port\n" in said
    assert "1 of 2 workloads: web[" in said
    assert "1 policy: pods of the same namespace by labels" in said


def test_the_report_follows_its_schema(tmp_path: Path) -> None:
    report = report_of(write(tmp_path, SHOP))
    assert [(each["name"], each["policies"]) for each in report["clusters"]] == [("cluster", 1)]
    assert [(each["namespace"], each["reach"]) for each in report["exposed"]] == [
        ("shop", "everyone")
    ]


def test_markdown_has_the_same_parts(tmp_path: Path) -> None:
    said = run(write(tmp_path, SHOP), "--format", "markdown").stdout
    headings = [line[5:] for line in said.splitlines() if line.startswith("#### ")]
    assert headings == [
        "Found",
        "Policies by shape",
        "Most exposed namespaces: 1 of 1",
        "What would remove most uncertainty: 0 of 0",
        "Not seen",
    ]


def test_a_tree_in_which_everything_is_broken_is_surveyed_all_the_same(tmp_path: Path) -> None:
    root = write(tmp_path, BROKEN)
    (root / "binary.yaml").write_bytes(b"\x00\xff\x00")
    result = run(root, "--exit-code")
    assert result.exit_code == 3
    assert result.stdout.startswith("INCOMPLETE: ")
    kinds = {each["kind"] for each in report_of(root)["problems"]}
    assert kinds >= {"configuration", "unparsable", "not_rendered"}
    assert run(root).exit_code == 0


def test_what_is_not_read_comes_first_of_what_would_settle_most(tmp_path: Path) -> None:
    root = write(tmp_path, {**SHOP, "cut.yaml": "apiVersion: v1\nkind: [\n"})
    gap, *_ = report_of(root)["gaps"]
    assert gap["place"] == {"file": "cut.yaml", "line": 3}


def test_an_empty_directory_holds_nothing(tmp_path: Path) -> None:
    assert run(tmp_path).stdout.startswith("NOTHING FOUND: ")


def test_a_directory_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere").exit_code == 2


def test_without_a_directory_it_is_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path, SHOP))
    assert run().stdout.startswith("SURVEYED: 1 policy")


def test_a_revision_is_surveyed_and_the_newest_is_meant_without_one(tmp_path: Path) -> None:
    repository = BareRepository.create(tmp_path / "shop.git")
    first = repository.commit("main", SHOP)
    repository.commit("main", {"a.yaml": ingress_policy("db", "db", "web", 1)}, first)
    assert run("--repo", repository.path).stdout.startswith("SURVEYED: 1 policy, 0 workloads")
    assert run(first, "--repo", repository.path).stdout.startswith(
        "SURVEYED: 1 policy, 2 workloads"
    )


def test_one_of_several_clusters_can_be_asked_for(tmp_path: Path) -> None:
    clusters = "clusters:\n- {name: shop, paths: [shop]}\n- {name: far, paths: [far]}\n"
    far = {"far/db.yaml": ingress_policy("db", "db", "web", 1)}
    root = write(tmp_path, {**SHOP, **far, ".edgewarden.yaml": f"version: 1\n{clusters}"})
    assert "in 2 clusters" in run(root).stdout
    assert run(root, "--cluster", "far").stdout.startswith("SURVEYED: 1 policy, 0 workloads")
    assert run(root, "--cluster", "fra").exit_code == 2


def test_objects_without_a_namespace_are_a_gap_until_somebody_says_theirs(tmp_path: Path) -> None:
    bare = ingress_policy("db", "db", "web", 1).replace("namespace: shop", "labels: {}")
    root = write(tmp_path, {"db.yaml": bare})
    (gap,) = report_of(root)["gaps"]
    assert str(gap["about"]).startswith("the namespace of 1 object that names none")
    told = "version: 1\nclusters:\n- {name: shop, namespace: shop}\n"
    assert report_of(write(root, {".edgewarden.yaml": told}))["gaps"] == []


def test_names_of_a_repository_move_no_cursor(tmp_path: Path) -> None:
    name = "\x1b[2J\n@all"
    said = run(write(tmp_path, {f"{name}.yaml": "kind: ["})).stdout
    assert all(character.isprintable() or character == "\n" for character in said)
    assert "@all" not in [line.strip() for line in said.splitlines()]


def test_what_an_inventory_shows_is_surveyed_as_well(tmp_path: Path) -> None:
    live = [yaml.safe_load(deployment("job", "far"))]
    shown = tmp_path / "cluster.json"
    shown.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": live}))
    root = write(tmp_path / "shop", SHOP)
    said = run(root, "--inventory", shown).stdout
    assert said.startswith("SURVEYED: 1 policy, 3 workloads and 2 namespaces in 1 cluster;")
    assert "What else is in the cluster is taken from its inventory" in said
    assert "What else is in the cluster\n" not in said
    assert "What else is in the cluster\n" in run(root).stdout
    assert run(root, "--inventory", tmp_path / "nowhere").exit_code == 2


APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  source: {repoURL: "https://charts.example.com", chart: redis, targetRevision: 1.0.0}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
"""


def test_deployments_are_found_and_what_they_bring_from_elsewhere_is_not_seen(
    tmp_path: Path,
) -> None:
    said = run(write(tmp_path, {**SHOP, "argocd/shop.yaml": APPLICATION})).stdout
    found, _, unseen = said.partition("\nNot seen\n")
    assert "  1 deployment\n      Argo CD Application argocd/shop" in found
    assert "What 1 deployment of these bring exactly" in unseen
    assert "Whether anything brings these, which are read all the same" in unseen


def test_what_could_not_be_rendered_is_not_counted_as_nothing(tmp_path: Path) -> None:
    """Whether or not a renderer is installed here."""
    chart = {
        "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "charts/web/templates/x.yaml": '{{ fail "not today" }}\n',
        "charts/web/values.yaml": "{}\n",
        "charts/web/values-prod.yaml": "{}\n",
    }
    root = write(tmp_path, chart)
    said = run(root).stdout
    assert said.startswith("INCOMPLETE: no policy and no workload could be read; 1 problem")
    assert "Not known how many connections: What Helm renders from charts/web" in said
    assert "on both sides" not in said
    (sources,) = report_of(root)["sources"]
    assert sources["values"] == ["charts/web/values-prod.yaml"]


def test_directories_that_are_called_like_hosts_may_be_clusters(tmp_path: Path) -> None:
    hosts = ("one.cloud.example.org", "two.cloud.example.org")
    root = write(tmp_path, {f"live/{host}/a.yaml": SHOP["shop/db.yaml"] for host in hosts})
    asked = "Whether these are clusters of their own\n"
    assert asked in run(root).stdout
    paths = "\n".join(f"- {{name: {host[:3]}, paths: [live/{host}]}}" for host in hosts)
    told = write(root, {".edgewarden.yaml": f"version: 1\nclusters:\n{paths}\n"})
    assert asked not in run(told).stdout
