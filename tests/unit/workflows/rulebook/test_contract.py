"""The contract of a repository: the base's counts, and of the head's there is a preview."""

from edgewarden.governance.contract.report import ContractReport, Standing
from edgewarden.governance.review import Review, Verdict
from tests.support.manifests import deployment, ingress_policy
from tests.support.reviews import only
from tests.unit.workflows.test_states import FILE, review

CONFIGURED = "version: 1\ncontract: [network/contract]\n"
AGREED = """\
version: 1
entries:
- {name: web, source: shop/web, destination: shop/db, ports: 5432, expected: allow}
"""
JOBS = """\
version: 1
entries:
- {name: jobs, source: shop/job, destination: shop/db, ports: 5432, expected: allow}
"""
WORKLOADS = "---\n".join(map(deployment, ("web", "job", "db")))
WEB = ingress_policy("db", "db", "web", 5432)
JOB = ingress_policy("db", "db", "job", 5432)
BASE = {
    FILE: CONFIGURED,
    "network/contract/shop.yaml": AGREED,
    "shop/workloads.yaml": WORKLOADS,
    "shop/db.yaml": WEB,
}


def contract(found: Review) -> ContractReport:
    return only(found).contract


def rules(found: Review) -> list[str]:
    return [each.rule for each in only(found).findings if "contract" in each.rule]


def told(found: Review) -> str:
    return "\n".join(f"{each.location} {each.message}" for each in found.problems)


def test_a_change_is_held_against_the_contract_of_its_base() -> None:
    found = review(BASE, {**BASE, "shop/db.yaml": JOB})
    (entry,) = contract(found).newly_broken
    assert (entry.name, str(entry.location)) == ("web", "network/contract/shop.yaml:3")
    assert [each.text for each in contract(found).uncovered] == [
        "shop/job[Deployment] → shop/db[Deployment]: TCP 5432"
    ]
    assert rules(found) == ["contract-broken", "uncontracted-edge"]


def test_an_audited_breach_does_not_change_the_verdict() -> None:
    assert review(BASE, {**BASE, "shop/db.yaml": JOB}).verdict is Verdict.PASS


def test_what_broke_before_makes_no_finding() -> None:
    base = {**BASE, "shop/db.yaml": JOB}
    found = review(base, {**base, "shop/more.yaml": ingress_policy("more", "job", "web", 80)})
    assert [each.standing for each in contract(found).entries] == [Standing.BREAKS]
    assert "contract-broken" not in rules(found)


def test_a_change_cannot_excuse_itself_by_what_it_writes_into_the_contract() -> None:
    without = {key: text for key, text in BASE.items() if not key.startswith("network")}
    found = review(BASE, {**without, FILE: "version: 1\n", "shop/db.yaml": JOB})
    assert [each.name for each in contract(found).newly_broken] == ["web"]


def test_of_entries_that_the_change_writes_it_is_told_what_they_come_to() -> None:
    found = review(BASE, {**BASE, "network/contract/jobs.yaml": JOBS})
    assert "Once merged, 1 entry of the contract will count; broken: jobs." in told(found)
    moved = {**BASE, "network/contract/shop.yaml": f"# Moved by a line.\n{AGREED}"}
    assert "of the contract will count" not in told(review(BASE, moved))


def test_files_that_cannot_be_used_leave_the_review_inconclusive_with_their_place() -> None:
    base = {**BASE, "network/contract/again.yaml": AGREED}
    found = review(base, {**base, "shop/db.yaml": JOB})
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "network/contract/shop.yaml:3" in told(found)
    assert "A second entry is called web, after network/contract/again.yaml:3." in told(found)


def test_a_review_names_the_contract_by_its_digest() -> None:
    head = {**BASE, "shop/db.yaml": JOB}
    other = {**BASE, "network/contract/shop.yaml": AGREED.replace("5432", "5433")}
    packs = {review(base, head).provenance.policy_pack for base in (BASE, other)}
    assert len(packs) == 2
