"""``edgewarden init``, ``edgewarden config check``, and the commands that honour the file."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edgewarden.adapters.directory import read_directory
from edgewarden.cli.main import main
from edgewarden.workflows.configuration.configuration import NO_CONFIGURATION
from edgewarden.workflows.configuration.tree_configuration import configuration_of
from tests.support.manifests import deployment, ingress_policy, write
from tests.support.repositories import BareRepository
from tests.unit.cli.test_rules import RULE

FILE = ".edgewarden.yaml"
SHOP = {
    "prod/workloads.yaml": "---\n".join(map(deployment, ("web", "db"))),
    "prod/db.yaml": ingress_policy("db", "db", "web", 5432),
    "dev/db.yaml": ingress_policy("db", "db", "db", 1),
    FILE: "version: 1\nclusters:\n- name: prod\n  paths: [prod]\n",
}
CLOSED = {**SHOP, "prod/db.yaml": ingress_policy("db", "db", "db", 1)}
BROKEN = {**SHOP, FILE: 'version: 1\nexcludes: []\nname: "\\x1b"\n'}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def shop(root: Path, files: Mapping[str, str] = SHOP) -> Path:
    return write(root, files)


def test_a_configuration_is_no_sounder_than_the_files_that_it_names(tmp_path: Path) -> None:
    named = {FILE: "version: 1\nrules: [own.yaml]\nzones: zones.yaml\n"}
    wrong = {"own.yaml": "id: Own", "zones.yaml": "version: 1\nzone: []\n"}
    done = run("config", "check", write(tmp_path, {**SHOP, **named, **wrong}))
    assert done.exit_code == 2
    told = done.stderr.splitlines()
    assert any("own.yaml:1:5: `id`: 'Own' is no id of a rule" in line for line in told)
    assert any("zones.yaml:2:1: There is no key `zone`; did you mean" in line for line in told)


def test_a_difference_is_read_as_the_base_says(tmp_path: Path) -> None:
    head = {**CLOSED, FILE: "version: 1\nexclude: [prod]\n"}
    result = run("diff", shop(tmp_path / "base"), shop(tmp_path / "head", head), "--format=json")
    report = json.loads(result.stdout)
    assert [edge["dst"] for edge in report["removed"]] == ["shop/db[Deployment]"]
    assert "By .edgewarden.yaml this is about cluster prod (`prod`)." in report["assumptions"]
    assert [problem["kind"] for problem in report["problems"]] == ["configuration"]


def test_revisions_are_read_as_the_base_says(tmp_path: Path) -> None:
    repository = BareRepository.create(tmp_path / "shop.git")
    base = repository.commit("main", SHOP)
    repository.commit("topic", CLOSED, base)
    result = run("diff", "main", "topic", "--repo", repository.path, "--format", "json")
    assert len(json.loads(result.stdout)["removed"]) == 1


def test_connections_and_explanations_are_those_of_the_configured_cluster(tmp_path: Path) -> None:
    root = shop(tmp_path)
    report = json.loads(run("connectivity", root, "--format", "json").stdout)
    assert report["problems"] == []
    question = ("shop/web", "shop/db", "5432")
    assert run("explain", root, *question).stdout.startswith("ALLOWED")
    closed = shop(tmp_path / "closed", CLOSED)
    assert run("explain", closed, *question, "--base", root).stdout.startswith("NEWLY BLOCKED")


@pytest.mark.parametrize(
    "command",
    [
        ("diff", "{}", "{}"),
        ("connectivity", "{}"),
        ("explain", "{}", "shop/web", "shop/db", "5432"),
        ("explain", "{}", "shop/web", "shop/db", "5432", "--base", "{}"),
        ("config", "check", "{}"),
    ],
)
def test_a_broken_configuration_is_bad_input_told_line_by_line(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    root = shop(tmp_path, BROKEN)
    result = run(*(argument.format(root) for argument in command))
    assert result.exit_code == 2
    assert result.stdout == ""
    first, second = result.stderr.splitlines()
    assert first.startswith("Error: .edgewarden.yaml:2:1: There is no key `excludes`; did you mean")
    assert second.startswith(".edgewarden.yaml:3:1: There is no key `name`")


def test_the_check_tells_what_is_read_what_is_left_out_and_what_is_known(tmp_path: Path) -> None:
    said = "  profile: {applier: flux, pod_ranges: [10.0.0.0/8], dns_labels: {app: dns}}\n"
    root = shop(tmp_path, {**SHOP, FILE: SHOP[FILE] + said, "testdata/x.yaml": ""})
    result = run("config", "check", root)
    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0] == "SOUND: .edgewarden.yaml can be used."
    for line in (
        "Read as cluster prod",
        "2 files by the paths prod",
        "Plain manifests in: prod",
        "Namespaces that objects name: shop",
        "2 files outside of the paths of all clusters",
        "dev/db.yaml, testdata/x.yaml",
        "applier: flux",
        "pod_ranges: 10.0.0.0/8",
        "dns_labels: app: dns",
    ):
        assert line in lines
    unsaid = lines[lines.index("Not said") :]
    assert "prunes" in unsaid
    assert "applier" not in unsaid


def test_the_check_names_a_path_that_matches_nothing(tmp_path: Path) -> None:
    root = shop(tmp_path, {**SHOP, FILE: SHOP[FILE].replace("[prod]", "[prod, prd]")})
    result = run("config", "check", root)
    assert (result.exit_code, "`prd` matches no file here" in result.stdout) == (0, True)


def test_a_configuration_by_which_nothing_is_read_is_bad_input(tmp_path: Path) -> None:
    root = shop(tmp_path, {**SHOP, FILE: SHOP[FILE].replace("[prod]", "[prd]")})
    result = run("config", "check", root)
    assert result.exit_code == 2
    assert ".edgewarden.yaml:3:3: No file lies in the paths of cluster prod" in result.stderr


def test_the_check_of_a_directory_without_configuration_says_what_is_assumed(
    tmp_path: Path,
) -> None:
    result = run("config", "check", shop(tmp_path, {"a.yaml": deployment("web")}))
    assert result.exit_code == 0
    assert result.stdout.startswith("NOT CONFIGURED: there is no .edgewarden.yaml")


DISCOVERED = {
    **{path: content for path, content in SHOP.items() if path != FILE},
    "overlays/prod/kustomization.yaml": "resources: [../../base]\n",
    "base/kustomization.yaml": "resources: []\n",
    "charts/web/Chart.yaml": "name: web\n",
    "pkg/testdata/a.yaml": "",
    "net/tier.yaml": "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: t}\n",
    "flux.yaml": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\n",
    "odd\nname/pod.yaml": deployment("odd").replace(", namespace: shop", ""),
}


def test_what_init_writes_names_what_it_found_and_changes_nothing(tmp_path: Path) -> None:
    root = shop(tmp_path, DISCOVERED)
    result = run("init", root)
    assert result.exit_code == 0
    written = (root / FILE).read_text(encoding="utf-8")
    for text in (
        '- "**/testdata/**"  # 1 file here\n',
        "# Overlays of kustomize: overlays/prod\n",
        "# Charts of Helm: charts/web\n",
        "# Plain manifests: dev (1 file), net (1 file), odd\\nname (1 file), prod (2 files)\n",
        "# Namespaces: shop\n",
        "cni: Calico                         # Tier of Calico in net/tier.yaml:1\n",
        "applier: flux                       # HelmRelease of Flux in flux.yaml:1\n",
        "# of objects that name none: 1 object here\n",
    ):
        assert text in written
    (cluster,) = configuration_of(read_directory(root)).clusters
    assert (replace(cluster, location=None),) == NO_CONFIGURATION.clusters
    assert run("config", "check", root).exit_code == 0


def test_what_init_suggests_is_sound_once_it_is_uncommented(tmp_path: Path) -> None:
    root = shop(tmp_path, DISCOVERED)
    run("init", root)
    written = (root / FILE).read_text(encoding="utf-8").splitlines()
    starts = ("# profile:", "# clusters:", "# owners:", "#   ", "# - ")
    keys = [line.removeprefix("# ") if line.startswith(starts) else line for line in written]
    (root / FILE).write_text("\n".join(keys), encoding="utf-8")
    configuration = configuration_of(read_directory(root))
    assert [owner.team for owner in configuration.owners] == ["payments"]
    (cluster,) = configuration.clusters
    assert cluster.name == "production"
    assert (cluster.area.releases, cluster.namespace) == ((), "")
    assert len(cluster.claims.made()) == 16


@pytest.mark.parametrize("name", [FILE, ".edgewarden.yml"])
def test_init_overwrites_nothing(name: str, tmp_path: Path) -> None:
    root = shop(tmp_path, {"a.yaml": "", name: "mine"})
    result = run("init", root)
    assert result.exit_code == 2
    assert f"{name} is there already" in result.stderr
    assert (root / name).read_text(encoding="utf-8") == "mine"
    assert {path.name for path in root.iterdir()} == {"a.yaml", name}


def test_init_needs_a_directory_that_it_may_write_to(tmp_path: Path) -> None:
    assert run("init", tmp_path / "nowhere").exit_code == 2


DEPLOYED = {
    "set.yaml": """apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  source: {repoURL: https://git.example/fleet.git, path: apps}
  destination: {namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: remote, namespace: argocd}
spec: {source: {repoURL: https://charts.example, chart: remote}}
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: isolate}
spec: {rules: [{name: a, generate: {kind: NetworkPolicy, clone: {name: deny}}}]}
""",
    "apps/a.yaml": deployment("a").replace(", namespace: shop", ""),
    "old/b.yaml": deployment("b"),
}


def test_what_is_deployed_is_told_with_what_is_not_followed(tmp_path: Path) -> None:
    root = shop(tmp_path, DEPLOYED)
    (root / FILE).unlink(missing_ok=True)
    checked = " ".join(run("config", "check", root).stdout.split())
    assert run("init", root).exit_code == 0
    written = " ".join((root / FILE).read_text(encoding="utf-8").replace("#", " ").split())
    for told in (checked, written):
        assert "Argo CD Application argocd/web: apps to namespace shop" in told
        assert "Argo CD Application argocd/remote: not followed, since it deploys the chart" in told
        assert "old" in told.partition("y nothing of these")[2]
    assert "Policies may also be made by Kyverno ClusterPolicy isolate" in checked
    assert "without a namespace" not in checked


def test_the_draft_names_the_clusters_that_are_found(tmp_path: Path) -> None:
    bundle = "---\n".join((ingress_policy("db", "db", "web", 5432), deployment("db")))
    root = shop(tmp_path, {"a/east/all.yaml": bundle, "a/west/all.yaml": bundle, "b/x.yaml": ""})
    assert run("init", root).exit_code == 0
    draft = (root / FILE).read_text(encoding="utf-8")
    written = "".join(line[2:] for line in draft.partition("# clusters:\n")[2].splitlines(True))
    (root / FILE).write_text(f"version: 1\nclusters:\n{written}", encoding="utf-8")
    clusters = configuration_of(read_directory(root)).clusters
    assert [(each.name, each.area.paths.patterns) for each in clusters] == [
        ("east", ("a/east", "b")),
        ("west", ("a/west", "b")),
    ]


SEVERAL = {
    **SHOP,
    FILE: """version: 1
clusters:
- {name: prod, paths: [prod]}
- {name: dev, paths: [dev, prod/w*]}
""",
}


def test_a_question_is_about_one_of_several_clusters(tmp_path: Path) -> None:
    root = shop(tmp_path, SEVERAL)
    question = ("explain", root, "shop/web", "shop/db", "5432")
    assert run(*question).stderr == (
        "Error: the manifests describe 2 clusters: name one of them by --cluster (prod and dev)\n"
    )
    assert run(*question, "--cluster", "prod").stdout.startswith("ALLOWED")
    assert run(*question, "--cluster", "dev").stdout.startswith("BLOCKED")
    mistaken = run("connectivity", root, "--cluster", "prd")
    assert (mistaken.exit_code, mistaken.stderr) == (
        2,
        "Error: there is no cluster prd: did you mean prod?\n",
    )


def test_a_difference_tells_of_each_cluster_and_can_be_asked_about_one(tmp_path: Path) -> None:
    head = {**SEVERAL, "prod/workloads.yaml": deployment("db")}
    trees = shop(tmp_path / "base", SEVERAL), shop(tmp_path / "head", head)
    report = json.loads(run("diff", *trees, "--format", "json").stdout)
    assert {(edge["src"], *edge["clusters"]) for edge in report["removed"]} >= {
        ("shop/web[Deployment]", "prod"),
        ("shop/web[Deployment]", "dev"),
    }
    assert [each["names"] for each in report["clusters"]] == [["dev"], ["prod"]]
    alone = json.loads(run("diff", *trees, "--cluster", "dev", "--format", "json").stdout)
    assert {each for edge in alone["removed"] for each in edge["clusters"]} == {"dev"}


def test_an_explanation_of_a_change_that_leaves_the_cluster_alone(tmp_path: Path) -> None:
    head = {**SEVERAL, "dev/db.yaml": ingress_policy("db", "db", "web", 5432)}
    base, root = shop(tmp_path / "base", SEVERAL), shop(tmp_path / "head", head)
    question = ("explain", root, "shop/web", "shop/db", "5432", "--base", base)
    assert run(*question, "--cluster", "prod").stdout.startswith("NOT CHANGED")
    assert run(*question, "--cluster", "dev").stdout.startswith("NEWLY ALLOWED")


BRANCHED = "version: 1\nclusters: [{name: prod, branch: env/prod}]\n"


def test_a_cluster_that_another_branch_describes_is_not_read_here(tmp_path: Path) -> None:
    (tmp_path / ".edgewarden.yaml").write_text(BRANCHED)
    (tmp_path / "web.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")

    checked = CliRunner().invoke(main, ["config", "check", str(tmp_path)])
    listed = CliRunner().invoke(main, ["connectivity", str(tmp_path)])
    compared = CliRunner().invoke(main, ["diff", str(tmp_path), str(tmp_path)])

    assert checked.exit_code == 0
    assert "The branch env/prod alone describes it" in checked.stdout
    assert listed.exit_code == 2
    assert "other branches describe the clusters" in listed.stderr
    assert compared.exit_code == 0
    assert "described by the branch env/prod alone" in " ".join(compared.stdout.split())


def test_a_cluster_that_ci_renders_is_not_read_here_and_says_so(tmp_path: Path) -> None:
    (tmp_path / ".edgewarden.yaml").write_text(
        "version: 1\nclusters: [{name: prod, renderer: uploaded}]\n"
    )
    (tmp_path / "web.yaml").write_text("a: 1\n")

    checked = CliRunner().invoke(main, ["config", "check", str(tmp_path)])
    listed = CliRunner().invoke(main, ["connectivity", str(tmp_path)])

    assert checked.exit_code == 0
    assert "edgewarden rendered push" in checked.stdout
    assert "web.yaml" not in checked.stdout
    assert "is not known here" in " ".join(listed.stdout.split())


def test_the_check_tells_by_what_changes_are_judged_and_who_answers(tmp_path: Path) -> None:
    config = (
        "version: 1\nrules: [network/rules]\nowners:\n"
        "- {team: pay, namespaces: [ledger, bank], paths: [network, gone]}\n"
        "- {team: platform, policy_types: [dns, default-deny], labels: [zone/, tier]}\n"
    )
    root = shop(tmp_path, {**SHOP, FILE: config, "network/rules/a.yaml": RULE})
    shown = run("config", "check", root).stdout
    assert "What changes are judged by\n  rules: network/rules (1 file)\n" in shown
    assert (
        "Owned by\n  pay: namespace bank, namespace ledger, `network`, `gone` (1 file)\n"
        "  platform: policies of type default-deny, policies of type dns, labels `zone/*`, labels "
        "`tier`\n"
    ) in shown


def test_the_check_refuses_rules_that_are_not_there(tmp_path: Path) -> None:
    root = shop(tmp_path, {**SHOP, FILE: "version: 1\nrules: [network/rules]\n"})
    result = run("config", "check", root)
    assert result.exit_code == 2
    assert (
        "Error: .edgewarden.yaml:2:9: There is neither a file nor a directory network/rules. "
        "Add it, or correct `rules`.\n"
    ) in result.output
