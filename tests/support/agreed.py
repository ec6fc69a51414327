"""A small shop, what was agreed on there, and a change that undoes some of it."""

from dataclasses import replace
from datetime import date

from edgewarden.governance.contract.change import contract_report
from edgewarden.governance.contract.contract import Contract, Entry, Expected
from edgewarden.governance.contract.parties import party_of, ports_of
from edgewarden.governance.contract.report import ContractReport
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.diff import compare
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import AddressMatch, ClusterProfile
from edgewarden.reachability.report import ReachabilityDiff
from tests.support.clusters import namespace, pods, policy, rule, state, workload

_OBJECTS = (
    namespace("shop", "team=red"),
    workload("shop/web", "app=web"),
    workload("shop/job", "app=job"),
    workload("shop/db", "app=db"),
    workload("bank/teller", "app=teller"),
)
_NEVER = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)


def entry(
    name: str, source: str, destination: str, ports: str = "", *, deny: bool = False
) -> Entry:
    numbers, names = ports_of(ports.split())
    return Entry(
        name=name,
        source=party_of([source]),
        destination=party_of([destination]),
        ports=numbers,
        port_names=names,
        expected=Expected.DENY if deny else Expected.ALLOW,
        location=Location("network/contract.yaml", 3),
        owner="payments",
        approver="ann",
        reason="Orders are written there.",
        review_by=date(2026, 11, 1),
    )


AGREED = Contract(
    (
        replace(entry("web-to-db", "shop/web", "shop/db", "5432"), review_by=date(2027, 1, 31)),
        entry("no-jobs", "shop/job", "shop/db", deny=True),
        entry("bank-apart", "bank/*", "shop/app=db", deny=True),
        entry("search", "shop/web", "shop/search"),
        entry("jobs-to-web", "shop/job", "shop/web", "8080"),
    )
)


def changed_shop() -> Proposal:
    """Jobs take the place of the web at the database, beside what a label may admit."""
    labelled = rule(pods(namespaces="zone=a"), ports="5432", line=21)
    before, after = (
        state(
            *_OBJECTS,
            policy(
                "shop/db",
                "app=db",
                ingress=(rule(pods(f"app={caller}"), ports="5432", line=12), labelled),
            ),
            profile=_NEVER,
        )
        for caller in ("web", "job")
    )
    return Proposal(before, after, compare(before, after))


def undone() -> tuple[ReachabilityDiff, ContractReport]:
    proposal = changed_shop()
    without_jobs = Contract(AGREED.entries[:1] + AGREED.entries[2:])
    return proposal.diff, contract_report(without_jobs, proposal, date(2026, 11, 23))
