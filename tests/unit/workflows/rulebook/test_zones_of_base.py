"""Zones of a repository: the base's count, and of the head's there is a preview."""

from edgewarden.governance.findings import Finding
from edgewarden.governance.review import Review, Verdict
from tests.support.manifests import deployment, ingress_policy
from tests.unit.workflows.test_states import FILE, review

ZONES = """\
version: 1
zones:
  zones:
    - {name: web, members: [{pods: {matchLabels: {app: web}}}]}
    - {name: data, members: [{pods: {matchLabels: {app: db}}}]}
  matrix:
    - {source: web, destination: data, rule: RULING}
"""
CLOSED = ingress_policy("none", "db", "nobody", 1)
OPEN = ingress_policy("db", "db", "web", 5432)
WORKLOADS = "---\n".join(map(deployment, ("web", "db")))
BASE = {
    FILE: "version: 1\nzones: network/zones.yaml\n",
    "network/zones.yaml": ZONES.replace("RULING", "deny"),
    "none.yaml": CLOSED,
    "workloads.yaml": WORKLOADS,
}


def crossing(found: Review) -> list[Finding]:
    return [
        each for cluster in found.clusters for each in cluster.findings if each.rule == "cross-zone"
    ]


def told(found: Review) -> str:
    return "\n".join(f"{each.location} {each.message}" for each in found.problems)


def test_zones_of_the_base_judge_a_change() -> None:
    (finding,) = crossing(review(BASE, {**BASE, "db.yaml": OPEN}))
    assert finding.location.path == "db.yaml"
    assert "which is denied (network/zones.yaml:7)" in finding.message


def test_a_change_cannot_move_the_zones_that_it_is_judged_by_and_is_told_what_it_makes() -> None:
    allowing = {**BASE, "network/zones.yaml": ZONES.replace("RULING", "allow"), "db.yaml": OPEN}
    found = review(BASE, allowing)
    assert len(crossing(found)) == 1
    assert (
        "Once merged, 0 edges of known workloads that stand would be against the terms of their "
        "zones, and by the base's 1 are."
    ) in told(found)
    assert not found.inconclusive


def test_zones_that_cannot_be_used_leave_the_review_inconclusive_with_their_place() -> None:
    base = {**BASE, "network/zones.yaml": ZONES.replace("RULING", "forbid")}
    found = review(base, {**base, "db.yaml": OPEN})
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "network/zones.yaml:7 No change is judged by what this repository adds" in told(found)


def test_the_faults_of_rules_and_zones_are_told_together() -> None:
    base = {
        **BASE,
        FILE: "version: 1\nzones: network/zones.yaml\nrules: [rules]\n",
        "network/zones.yaml": ZONES.replace("RULING", "forbid"),
        "rules/own.yaml": "id: own\n",
    }
    found = told(review(base, {**base, "db.yaml": OPEN}))
    assert "network/zones.yaml:7" in found
    assert "rules/own.yaml:1" in found


def test_there_is_one_file_of_zones() -> None:
    base = {**BASE, FILE: "version: 1\nzones: network\n", "network/more.yaml": "version: 1\n"}
    found = review(base, {**base, "db.yaml": OPEN})
    assert "A second file of zones, beside network/more.yaml." in told(found)
