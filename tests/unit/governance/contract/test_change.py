"""What a change does to a contract, and which new edges it does not speak of."""

from dataclasses import replace

import pytest

from edgewarden.governance.contract.change import contract_report
from edgewarden.governance.contract.contract import NO_CONTRACT, Contract, Entry
from edgewarden.governance.contract.report import NO_REPORT, ContractReport, Standing
from edgewarden.governance.contract.verification import Verification
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.diff import compare
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import AddressMatch, ClusterProfile, ClusterState
from edgewarden.reachability.reasons import CauseKind
from tests.support.clusters import namespace, pods, policy, rule, state, unjudged, workload
from tests.support.random_clusters import certain_pair, uncertain_pair
from tests.unit.governance.contract.entries import TODAY, deny, entry

NEVER = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)
OBJECTS = (
    namespace("shop"),
    workload("shop/web", "app=web"),
    workload("shop/job", "app=job"),
    workload("shop/db", "app=db"),
)
WEB_TO_DB = entry("shop/web > shop/db on 5432", name="web-to-db")
NO_JOBS = deny("shop/job > shop/db", name="no-jobs")
OPEN = state(*OBJECTS, profile=NEVER)


def admitting(*labels: str, line: int = 5) -> ClusterState:
    rules = tuple(rule(pods(each), ports="5432", line=line) for each in labels)
    return state(*OBJECTS, policy("shop/db", "app=db", ingress=rules), profile=NEVER)


def report(base: ClusterState, head: ClusterState, *entries: Entry) -> ContractReport:
    proposal = Proposal(base, head, compare(base, head))
    return contract_report(Contract(entries), proposal, TODAY)


def test_an_entry_that_breaks_and_held_is_newly_broken_with_the_cause() -> None:
    found = report(admitting("app=web"), admitting("app=job"), WEB_TO_DB)
    (broken,) = found.newly_broken
    assert (broken.before, broken.standing) == (Standing.HOLDS, Standing.BREAKS)
    assert CauseKind.RULE_GONE in {each.kind for each in broken.causes}
    assert {str(each.location) for each in broken.causes} == {"policies.yaml:5"}


def test_a_denied_connection_that_a_rule_opens_is_newly_broken() -> None:
    found = report(admitting("app=web"), admitting("app=web", "app=job"), NO_JOBS, WEB_TO_DB)
    assert [each.name for each in found.newly_broken] == ["no-jobs"]
    assert [each.kind for each in found.newly_broken[0].causes] == [CauseKind.RULE_ALLOWS]


def test_what_broke_before_is_not_news() -> None:
    (result,) = report(OPEN, admitting("app=job"), NO_JOBS).entries
    assert (result.before, result.standing) == (Standing.BREAKS, Standing.BREAKS)
    assert not result.newly_broken
    assert not result.changed
    assert result.causes == ()


def test_an_entry_that_broke_and_holds_is_mended() -> None:
    found = report(OPEN, admitting("app=web"), NO_JOBS)
    assert [each.name for each in found.mended] == ["no-jobs"]


def test_an_entry_is_broken_by_a_workload_that_comes_and_is_not_let_in() -> None:
    head = admitting("app=web")
    base = replace(head, workloads=tuple(w for w in head.workloads if w.name != "job"))
    (result,) = report(base, head, entry("shop/web, shop/job > shop/db on 5432")).newly_broken
    assert result.before is Standing.VACUOUS
    assert result.causes == ()
    assert [str(each) for each in result.breaches[0].grounds] == [
        "policy shop/db isolates for ingress, and no rule admits it"
    ]


def test_a_break_that_pods_that_could_exist_show_has_its_cause() -> None:
    bare = state(namespace("shop"), policy("shop/db", "app=db"), profile=NEVER)
    opened = state(
        namespace("shop"),
        policy("shop/db", "app=db", ingress=(rule(pods("app=job"), line=8),)),
        profile=NEVER,
    )
    (result,) = report(bare, opened, deny("shop/app=job > shop/app=db")).newly_broken
    assert result.before is Standing.VACUOUS
    assert [str(each.location) for each in result.causes] == ["policies.yaml:8"]


def test_new_edges_without_an_entry_are_told_by_exact_parts() -> None:
    found = report(admitting(), admitting("app=web", "app=job"), WEB_TO_DB)
    (edge,) = found.uncovered
    assert edge.text == "shop/job[Deployment] → shop/db[Deployment]: TCP 5432"
    assert edge.pairs == 1
    assert edge.certain
    assert [each.kind for each in edge.causes] == [CauseKind.RULE_ALLOWS]


def test_an_edge_that_an_entry_denies_has_an_entry() -> None:
    assert report(admitting(), admitting("app=job"), NO_JOBS).uncovered == ()


def test_new_edges_of_pods_that_no_manifest_shows_are_told_as_well() -> None:
    base = state(namespace("shop"), policy("shop/db", "app=db"), profile=NEVER)
    rules = (rule(pods("app in web,job"), ports="5432"),)
    head = state(namespace("shop"), policy("shop/db", "app=db", ingress=rules), profile=NEVER)
    found = report(base, head, entry("shop/app=web > shop/app=db"))
    assert [(each.text, each.pairs, each.certain) for each in found.uncovered] == [
        (
            "pods app=job in namespace shop → pods app=db in namespace shop: TCP 5432",
            0,
            True,
        )
    ]


def test_edges_that_only_may_open_are_told_as_such() -> None:
    head = replace(admitting("app=web"), unjudged=(unjudged("shop/rogue"),))
    found = report(admitting("app=web"), head, WEB_TO_DB)
    assert found.uncovered
    assert not any(each.certain for each in found.uncovered)


def test_entries_of_other_clusters_are_left_out() -> None:
    elsewhere = replace(WEB_TO_DB, clusters=frozenset({"production"}))
    assert report(OPEN, admitting("app=web"), elsewhere) is NO_REPORT
    here = replace(WEB_TO_DB, clusters=frozenset({"test"}))
    assert len(report(OPEN, admitting("app=web"), here).entries) == 1


def test_without_a_contract_nothing_is_told() -> None:
    base, head = OPEN, admitting("app=web")
    proposal = Proposal(base, head, compare(base, head))
    assert contract_report(NO_CONTRACT, proposal, TODAY) is NO_REPORT


def test_what_could_not_be_read_in_the_head_alone_is_a_change() -> None:
    base = admitting("app=web")
    unread = Problem(ProblemKind.UNPARSABLE, Location("a.yaml", 1), "It is no YAML.", "Mend it.")
    head = replace(base, problems=(unread,))
    (result,) = report(base, head, WEB_TO_DB).entries
    assert (result.before, result.standing) == (Standing.HOLDS, Standing.UNDETERMINED)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("pair", [certain_pair, uncertain_pair], ids=["certain", "uncertain"])
def test_the_standing_before_is_that_of_the_base_itself(pair: object, seed: int) -> None:
    """An entry that the change does not touch is not asked about again."""
    assert callable(pair)
    base, head = pair(seed)
    named = [f"{each.namespace}/{each.name}" for each in head.workloads[:3]]
    texts = [f"{one} > {other} on 80" for one in (*named, "a/*") for other in (*named, "b/app=x")]
    entries = [entry(text, name=f"e{n}") for n, text in enumerate(texts)]
    entries += [deny(text, name=f"d{n}") for n, text in enumerate(texts)]
    before, after = Verification(base), Verification(head)
    for asked, found in zip(entries, report(base, head, *entries).entries, strict=True):
        assert found.before is before.result(asked, TODAY).standing
        assert found.standing is after.result(asked, TODAY).standing


@pytest.mark.parametrize("seed", range(10))
def test_a_state_against_itself_breaks_and_mends_nothing(seed: int) -> None:
    same = certain_pair(seed)[1]
    found = report(same, same, entry("a/* > b/*"), deny("a/* > outside", name="d"))
    assert not any(each.changed for each in found.entries)
    assert found.uncovered == ()
