"""Whether an entry holds, breaks, is undetermined or vacuous: a case for each sentence of that."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from edgewarden.governance.contract.contract import Entry
from edgewarden.governance.contract.parties import selected
from edgewarden.governance.contract.report import EntryResult, Standing
from edgewarden.governance.contract.verification import MOST_TOLD, Verification
from edgewarden.governance.exceptions import PodScope
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import AddressMatch, ClusterProfile, ClusterState, Effect
from edgewarden.reachability.reasons import FactKind
from tests.support.clusters import (
    BOTH,
    EGRESS,
    block,
    namespace,
    pods,
    policy,
    rule,
    selector,
    state,
    unjudged,
    workload,
)
from tests.unit.governance.contract.entries import TODAY, deny, entry, result

NEVER = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)
SHOP, BANK = namespace("shop", "team=red"), namespace("bank", "team=blue")
WEB = workload("shop/web", "app=web")
DB = workload("shop/db", "app=db", ports="sql:5432")
TELLER = workload("bank/teller", "app=teller")
OBJECTS = (SHOP, BANK, WEB, DB, TELLER)

FROM_WEB = policy("shop/db", "app=db", ingress=(rule(pods("app=web"), ports="5432", line=9),))
CLOSED = policy("shop/db", "app=db", line=4)


def shop(*more: object, profile: ClusterProfile = NEVER) -> ClusterState:
    return state(*OBJECTS, *more, profile=profile)  # type: ignore[arg-type]


def by_labels(namespaces: str, pods: str = "") -> Entry:
    scope = PodScope(selector(namespaces), selector(pods))
    return replace(entry("shop/web > shop/db on 5432"), source=selected(scope))


@dataclass(frozen=True)
class Case:
    because: str
    state: ClusterState
    entry: Entry
    standing: Standing


CASES = [
    Case(
        "every source reaches every destination on the port",
        shop(FROM_WEB),
        entry("shop/web > shop/db on 5432"),
        Standing.HOLDS,
    ),
    Case(
        "one of the ports is blocked",
        shop(FROM_WEB),
        entry("shop/web > shop/db on 5432 5433"),
        Standing.BREAKS,
    ),
    Case(
        "one of the sources is blocked",
        shop(FROM_WEB),
        entry("shop/web, bank/teller > shop/db on 5432"),
        Standing.BREAKS,
    ),
    Case(
        "one of the pods of a namespace is blocked",
        shop(FROM_WEB),
        entry("shop/* > shop/db on 5432"),
        Standing.BREAKS,
    ),
    Case(
        "a port by its name is that of the destination",
        shop(FROM_WEB),
        entry("shop/web > shop/db on sql"),
        Standing.HOLDS,
    ),
    Case(
        "nothing calls a port so",
        shop(FROM_WEB),
        entry("shop/web > shop/db on metrics"),
        Standing.VACUOUS,
    ),
    Case(
        "no known pod reaches it, nor could any other",
        shop(FROM_WEB),
        deny("bank/* > shop/app=db"),
        Standing.HOLDS,
    ),
    Case(
        "a known pod reaches it on a port",
        shop(FROM_WEB),
        deny("shop/web > shop/db on 1-9000"),
        Standing.BREAKS,
    ),
    Case(
        "a pod that nothing shows could reach it",
        shop(
            policy("shop/db", "app=db", ingress=(rule(pods("app=rogue", namespaces="team=blue")),))
        ),
        deny("bank/* > shop/app=db"),
        Standing.BREAKS,
    ),
    Case(
        "a workload by its name is no other pod",
        shop(
            policy("shop/db", "app=db", ingress=(rule(pods("app=rogue", namespaces="team=blue")),))
        ),
        deny("bank/teller > shop/db"),
        Standing.HOLDS,
    ),
    Case(
        "a label that the manifest of the namespace does not name counts as absent",
        shop(policy("shop/db", "app=db", ingress=(rule(pods(namespaces="zone=a")),))),
        deny("bank/* > shop/app=db"),
        Standing.HOLDS,
    ),
    Case(
        "a rule admits namespaces without a label that the manifest does not name",
        shop(policy("shop/db", "app=db", ingress=(rule(pods(namespaces="zone absent")),))),
        deny("bank/* > shop/app=db"),
        Standing.BREAKS,
    ),
    Case(
        "of a namespace without a manifest nobody knows the labels",
        shop(policy("shop/db", "app=db", ingress=(rule(pods(namespaces="zone=a")),))),
        deny("bank/*, unseen/* > shop/app=db"),
        Standing.UNDETERMINED,
    ),
    Case(
        "only a label that the manifest does not name would let pods through that nobody knows",
        shop(policy("shop/db", "app=db", ingress=(rule(pods(namespaces="zone=a")),))),
        entry("bank/app=new > shop/app=db"),
        Standing.BREAKS,
    ),
    Case(
        "the namespace is shown whole, so that it has no such label",
        state(
            SHOP,
            replace(BANK, complete=True),
            WEB,
            DB,
            TELLER,
            policy("shop/db", "app=db", ingress=(rule(pods(namespaces="zone=a")),)),
            profile=NEVER,
        ),
        deny("bank/* > shop/app=db"),
        Standing.HOLDS,
    ),
    Case(
        "no manifest shows such a workload",
        shop(),
        entry("shop/wed > shop/db"),
        Standing.VACUOUS,
    ),
    Case(
        "no manifest shows one of two workloads",
        shop(),
        entry("shop/web, shop/wed > shop/db"),
        Standing.VACUOUS,
    ),
    Case(
        "the workload is of another kind",
        shop(),
        entry("shop/web[Job] > shop/db"),
        Standing.VACUOUS,
    ),
    Case(
        "nothing is known of what must not be reached",
        shop(CLOSED),
        deny("shop/wed > shop/db"),
        Standing.VACUOUS,
    ),
    Case(
        "no pod has the labels, and every one that could would pass",
        shop(),
        entry("shop/app=wed > shop/db"),
        Standing.VACUOUS,
    ),
    Case(
        "no pod has the labels, and none that could would pass",
        shop(CLOSED),
        entry("shop/app=wed > shop/app=db"),
        Standing.BREAKS,
    ),
    Case(
        "no pod has the labels, and some that could would pass",
        shop(FROM_WEB),
        entry("shop/tier=front > shop/app=db on 5432"),
        Standing.VACUOUS,
    ),
    Case(
        "no pod has the labels, and one that could must not pass and would",
        shop(),
        deny("shop/app=wed > shop/app=db"),
        Standing.BREAKS,
    ),
    Case(
        "the internet is let in",
        shop(policy("shop/db", "app=db", ingress=(rule(block("0.0.0.0/0")),))),
        deny("internet > shop/db"),
        Standing.BREAKS,
    ),
    Case(
        "nobody outside is let in",
        shop(FROM_WEB),
        deny("outside > shop/app=db on 1-9000"),
        Standing.HOLDS,
    ),
    Case(
        "an address of the range is not let out to",
        shop(policy("shop/web", "app=web", isolates=EGRESS, egress=(rule(block("192.0.2.0/25")),))),
        entry("shop/web > 192.0.2.0/24 on 443"),
        Standing.BREAKS,
    ),
    Case(
        "all addresses of the range are",
        shop(policy("shop/web", "app=web", isolates=EGRESS, egress=(rule(block("192.0.2.0/24")),))),
        entry("shop/web > 192.0.2.0/25, 192.0.2.128/25 on 443"),
        Standing.HOLDS,
    ),
    Case(
        "a block might match the pods' addresses",
        shop(
            policy("shop/db", "app=db", ingress=(rule(block("10.0.0.0/8")),)),
            profile=ClusterProfile(),
        ),
        deny("bank/teller > shop/db"),
        Standing.UNDETERMINED,
    ),
    Case(
        "a block might match the addresses of pods that could exist",
        shop(
            policy("shop/db", "app=db", ingress=(rule(block("0.0.0.0/0"), block("::/0")),)),
            profile=ClusterProfile(),
        ),
        deny("bank/app=new > shop/app=db"),
        Standing.UNDETERMINED,
    ),
    Case(
        "a policy of a kind that is not judged might deny it",
        shop(FROM_WEB, unjudged("shop/rogue", effects=frozenset({Effect.DENY}))),
        entry("shop/web > shop/db on 5432"),
        Standing.UNDETERMINED,
    ),
    Case(
        "a policy of a kind that is not judged might allow it",
        shop(FROM_WEB, unjudged("shop/rogue", effects=frozenset({Effect.ALLOW}))),
        deny("bank/* > shop/app=db"),
        Standing.UNDETERMINED,
    ),
    Case(
        "two pods of one workload are two pods",
        shop(policy("shop/web", "app=web")),
        entry("shop/web > shop/web on 80"),
        Standing.BREAKS,
    ),
    Case(
        "every pod of every namespace reaches one that nothing isolates",
        shop(),
        entry("*/* > shop/db on 5432"),
        Standing.HOLDS,
    ),
    Case(
        "pods by labels in any namespace do not reach them",
        shop(FROM_WEB),
        deny("*/app=teller > shop/app=db"),
        Standing.HOLDS,
    ),
    Case(
        "pods of namespaces by their labels reach it",
        shop(policy("shop/db", "app=db", ingress=(rule(pods(namespaces="team=red")),))),
        by_labels("team=red", "app in web,api"),
        Standing.HOLDS,
    ),
    Case(
        "pods of namespaces by their labels do not",
        shop(policy("shop/db", "app=db", ingress=(rule(pods(namespaces="team=red")),))),
        by_labels("team=blue"),
        Standing.BREAKS,
    ),
    Case(
        "such pods could be in a namespace without policies",
        shop(FROM_WEB),
        deny("*/app=teller > */app=db"),
        Standing.BREAKS,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.because)
def test_the_standing_of_an_entry(case: Case) -> None:
    assert result(case.state, case.entry).standing is case.standing


def test_a_breach_of_an_allow_names_the_pair_and_the_policy_that_isolates() -> None:
    found = result(shop(CLOSED), entry("shop/web, bank/teller > shop/db on 5432"))
    (breach,) = found.breaches
    assert breach.pairs == 2
    assert breach.text == (
        "bank/teller[Deployment] and shop/web[Deployment] → shop/db[Deployment]: TCP 5432 is"
        " blocked"
    )
    assert [(str(each), str(each.location)) for each in breach.grounds] == [
        (
            "policy shop/db isolates for ingress, and no rule admits it",
            "policies.yaml:4",
        )
    ]


def test_a_breach_of_a_deny_names_the_rule_that_admits() -> None:
    (breach,) = result(shop(FROM_WEB), deny("shop/web > shop/db")).breaches
    assert [(str(each), str(each.location)) for each in breach.grounds] == [
        ("ingress rule 1 of policy shop/db admits it", "policies.yaml:9")
    ]


def test_the_part_that_leaks_is_told_of_pods_that_could_exist() -> None:
    rogue = policy(
        "shop/db", "app=db", ingress=(rule(pods("app=rogue", namespaces="team=blue"), ports="80"),)
    )
    (breach,) = result(shop(rogue), deny("bank/* > shop/app=db")).breaches
    assert breach.text == (
        "pods app=rogue in namespace bank → pods app=db in namespace shop: TCP 80 is allowed"
    )
    assert breach.pairs == 0
    assert str(breach.grounds[0].location) == "policies.yaml:1"


def test_a_leak_to_a_workload_names_the_workload_and_the_number_that_it_calls_so() -> None:
    named = policy("shop/db", "app=db", ingress=(rule(pods("app=r"), ports="sql"),))
    (breach,) = result(shop(named), deny("shop/app=r > shop/db")).breaches
    assert breach.text == (
        "pods app=r in namespace shop → shop/db[Deployment]: TCP 5432 is allowed"
    )


def test_what_would_settle_it_is_told() -> None:
    labelled = policy("shop/db", "app=db", ingress=(rule(pods(namespaces="zone=a"), line=7),))
    (doubt,) = result(shop(labelled), deny("unseen/* > shop/app=db")).doubts
    (fact,) = doubt.facts
    assert fact.kind is FactKind.NAMESPACE_LABELS
    assert (
        fact.question == "Do the labels of Namespace unseen satisfy zone=a? No manifest shows it."
    )
    assert fact.location.line == 7


def test_what_a_label_would_do_that_counts_as_absent_is_told() -> None:
    labelled = policy("shop/db", "app=db", ingress=(rule(pods(namespaces="zone=a"), line=7),))
    found = result(shop(labelled), deny("bank/* > shop/app=db"))
    (seen,) = found.seen
    assert seen == (
        "Were it labelled so, which its manifest does not show: all pods in namespace bank if its"
        " labels satisfy zone=a → pods app=db in namespace shop: every port (policies.yaml:7)."
    )


def test_pods_whose_labels_a_controller_sets_are_in_doubt() -> None:
    hashed = replace(WEB, open_labels=frozenset({"pod-template-hash"}))
    closed = state(SHOP, hashed, DB, CLOSED, profile=NEVER)
    found = result(closed, entry("shop/pod-template-hash=abc > shop/db"))
    assert found.standing is Standing.UNDETERMINED
    assert found.doubts[0].facts[0].kind is FactKind.OPEN_LABEL


def test_what_names_nothing_says_what_it_was_likely_meant_to_be() -> None:
    assert result(shop(), entry("shop/wed > shop/db")).seen == (
        "No manifest shows a workload shop/wed; did you mean shop/web?",
    )
    assert result(shop(), entry("bank/safe > shop/db")).seen == (
        "No manifest shows a workload bank/safe.",
    )


def test_of_pods_that_are_not_known_the_policies_still_tell() -> None:
    def seen(found: EntryResult) -> str:
        return found.seen[-1]

    assert seen(result(shop(), entry("shop/app=wed > shop/db"))) == (
        "By the policies every such pod that could exist would be let through."
    )
    assert seen(result(shop(CLOSED), deny("shop/app=wed > shop/app=db"))) == (
        "By the policies no such pod that could exist would be let through."
    )
    assert "pods app=web, tier=front in namespace shop" in seen(
        result(shop(FROM_WEB), entry("shop/tier=front > shop/app=db on 5432"))
    )


def _unread(*namespaces: str) -> Problem:
    return Problem(
        ProblemKind.UNPARSABLE,
        Location("broken.yaml", 2),
        "It is no YAML.",
        "Mend it.",
        namespaces=frozenset(namespaces),
    )


@pytest.mark.parametrize("place", [(), ("shop",)])
@pytest.mark.parametrize("asked", [entry("shop/web > shop/db"), deny("shop/web > shop/db")])
def test_nothing_is_certain_where_a_file_could_not_be_read(
    asked: Entry, place: tuple[str, ...]
) -> None:
    unread = replace(shop(FROM_WEB), problems=(_unread(*place),))
    found = result(unread, asked)
    assert found.standing is Standing.UNDETERMINED
    assert not found.breaches
    assert found.doubts[0].text == "broken.yaml:2: It is no YAML."


def test_a_file_of_another_namespace_changes_nothing() -> None:
    unread = replace(shop(FROM_WEB), problems=(_unread("bank"),))
    assert result(unread, entry("shop/web > shop/db on 5432")).standing is Standing.HOLDS


def test_an_entry_is_overdue_from_the_day_after_its_date() -> None:
    dated = replace(entry("shop/web > shop/db"), review_by=date(2026, 11, 23))
    verification = Verification(shop())
    assert not verification.result(dated, TODAY).overdue
    assert verification.result(dated, date(2026, 11, 24)).overdue


def test_what_nobody_wrote_is_told() -> None:
    bare = entry("shop/web > shop/db")
    written = replace(bare, owner="shop", approver="ann", reason="Orders.", review_by=TODAY)
    assert result(shop(), bare).unwritten == ("owner", "approver", "reason", "review_by")
    assert result(shop(), written).unwritten == ()


def test_of_many_breaches_the_first_are_told_and_the_others_counted() -> None:
    many = [workload(f"shop/w{n}", f"app=w{n}") for n in range(MOST_TOLD + 3)]
    rules = [
        policy(f"shop/p{n}", f"app=w{n}", ingress=(rule(pods(f"app=w{n}"), ports=str(n + 1)),))
        for n in range(MOST_TOLD + 3)
    ]
    found = result(
        state(SHOP, *many, *rules, profile=NEVER), deny("shop/* > shop/*", name="nothing")
    )
    assert len(found.breaches) == MOST_TOLD
    assert found.left_out > 0


def test_policies_that_are_too_many_to_tell_leave_a_deny_open() -> None:
    rules = tuple(
        rule(pods(f"a{n} notin x,y; b{n % 7} notin z; c{n % 11} exists", namespaces=f"n{n}=1"))
        for n in range(400)
    )
    crowded = shop(
        policy("shop/all", isolates=BOTH, ingress=rules, egress=rules),
    )
    found = result(crowded, deny("shop/* > shop/*"))
    assert found.standing in {Standing.UNDETERMINED, Standing.BREAKS}
