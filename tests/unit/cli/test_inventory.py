"""The command that takes inventories: its refusals, and the role that it needs."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from edgewarden.cli.main import main
from edgewarden.manifests.inventory.resources import RESOURCES
from edgewarden.reporting.cluster_role import ROLE
from tests.support.live_objects import namespace, policy, printed

SHOP = printed(namespace("shop"))


@pytest.fixture
def printout(tmp_path: Path) -> str:
    path = tmp_path / "cluster.json"
    path.write_bytes(SHOP)
    return str(path)


def push(
    *arguments: str, text: bytes | None = None, environment: Mapping[str, str] | None = None
) -> Result:
    command = ["inventory", "push", "--cluster", "prod", *arguments]
    clean = {"EDGEWARDEN_TOKEN": None, "EDGEWARDEN_ADDRESS": None, "EDGEWARDEN_CONFIG": None}
    return CliRunner().invoke(main, command, input=text, env={**clean, **(environment or {})})


def test_the_role_allows_to_list_what_is_asked_for_and_nothing_else() -> None:
    role = yaml.safe_load(CliRunner().invoke(main, ["inventory", "role"]).stdout)

    assert (role["kind"], role["apiVersion"]) == ("ClusterRole", "rbac.authorization.k8s.io/v1")
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"list"}
    allowed = {
        (group, plural)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for plural in rule["resources"]
    }
    assert allowed == {(each.group, each.plural) for each in RESOURCES}


def test_the_binding_that_the_paper_shows_is_to_that_role() -> None:
    paper = (Path(__file__).parents[3] / "docs" / "inventory.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", paper, re.DOTALL)

    account, binding = yaml.safe_load_all(shown)

    assert binding["roleRef"]["name"] == ROLE
    (subject,) = binding["subjects"]
    assert subject == {"kind": "ServiceAccount", **account["metadata"]}


def test_a_dry_run_needs_no_service_and_prints_the_document_alone(printout: str) -> None:
    done = push("--from", printout, "--taken-at", "2026-11-23T08:00:00+01:00", "--dry-run")

    assert done.exit_code == 0
    assert done.stdout.startswith('{"apiVersion":"inventory.edgewarden/v1","kind":"Inventory"')
    assert '"takenAt":"2026-11-23T07:00:00+00:00"' in done.stdout
    assert "taken 2026-11-23 07:00 UTC: 1 object in " in done.stderr


def test_standard_input_is_read_as_well() -> None:
    done = push("--from", "-", "--taken-at", "now", "--dry-run", text=SHOP)

    assert done.exit_code == 0
    assert "Namespace: 1" in done.stderr


def test_what_is_not_understood_is_told() -> None:
    later = printed(namespace("shop"), policy("later", {"podSelector": {}, "mirror": True}))

    done = push("--from", "-", "--taken-at", "now", "--dry-run", text=later)

    assert "NetworkPolicy shop/later is in the cluster" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "{}"), "add --taken-at now"),
        (("--from", "{}", "--taken-at", "yesterday"), "is no time with its zone"),
        (("--from", "{}", "--taken-at", "2026-11-23T08:00:00"), "is no time with its zone"),
        (("--from", "{}", "--context", "admin"), "either --from or --context"),
        (("--taken-at", "now"), "belongs to --from"),
        (("--from", "/nowhere/at-all", "--taken-at", "now"), "cannot be read (No such file"),
        (("--from", "{}", "--taken-at", "now", "--cluster", "a b"), "up to 63 letters"),
    ],
)
def test_a_call_that_makes_no_sense_is_bad_input(
    printout: str, arguments: tuple[str, ...], said: str
) -> None:
    done = push(*(part.format(printout) for part in arguments), "--dry-run")

    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_a_text_that_is_no_inventory_is_bad_input() -> None:
    done = push("--from", "-", "--taken-at", "now", "--dry-run", text=b"kind: List\n")

    assert done.exit_code == 2
    assert "kubectl get -A -o json" in done.stderr


@pytest.mark.parametrize(
    ("environment", "server", "said"),
    [
        ({}, (), "EDGEWARDEN_TOKEN is not set"),
        ({"EDGEWARDEN_TOKEN": "ew_x"}, ("--server", "http://ew.example"), "give the https://"),
        ({"EDGEWARDEN_TOKEN": "ew_x"}, ("--server", "ew.example"), "begins with http://"),
        (
            {"EDGEWARDEN_TOKEN": "ew_x", "EDGEWARDEN_ADDRESS": "http://127.0.0.1:9"},
            (),
            "http://127.0.0.1:9 does not answer",
        ),
    ],
)
def test_without_a_service_nothing_is_sent_and_no_token_is_shown(
    printout: str, environment: dict[str, str], server: tuple[str, ...], said: str
) -> None:
    done = push("--from", printout, "--taken-at", "now", *server, environment=environment)

    assert done.exit_code == 1
    assert said in " ".join(done.stderr.split())
    assert "ew_x" not in done.output
