"""What is kept of contributions follows the tips of default branches, whatever is lost."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from edgewarden.workflows.contributed import ClusterContribution, Contributor
from edgewarden.workflows.contributions import contribute, follow_tips, forget_contributions
from edgewarden.workflows.ports import DeploymentError, EventKind, ForgeEvent, GitError, Tip
from edgewarden.workflows.receive import Arrival, Receipt, receive
from edgewarden.workflows.services import GovernedRepository
from tests.support.contributions import PROD
from tests.support.flow import FIRST, REPOSITORY, Flow, Killed
from tests.support.manifest_trees import policy_named, tree

PLATFORM = "acme/platform"
OTHER = "acme/other"
A, B = "a" * 40, "b" * 40
CONTRIBUTORS = [Contributor(name, "memory") for name in (PLATFORM, OTHER, REPOSITORY)]


def flow_of(*contributing: str) -> Flow:
    others = tuple(GovernedRepository("memory", n, frozenset({"prod"})) for n in contributing)
    flow = Flow(others=others)
    flow.mirrors.tree = tree({".edgewarden.yaml": PROD})
    for name in (*contributing, REPOSITORY):
        deploy(flow, name, A, {"deny.yaml": policy_named("deny")})
    return flow


def deploy(flow: Flow, name: str, commit: str, files: Mapping[str, str]) -> None:
    flow.mirrors.tips[name] = Tip(commit, tree({".edgewarden.yaml": PROD, **files}))


def kept(flow: Flow) -> dict[str, ClusterContribution]:
    with flow.store.begin() as transaction:
        found = transaction.contributions.of("prod", CONTRIBUTORS)
    return {each.by.repository: each for each in found}


def pushed(flow: Flow, repository: str, delivery: str = "push-1") -> Receipt:
    """The webhook of a default branch that moved."""
    event = ForgeEvent(
        kind=EventKind.BRANCH_MOVED,
        delivery=delivery,
        event="push",
        repository=repository,
        branch="main",
        head=B,
    )
    return receive(
        event,
        Arrival("memory", "memory", "digest"),
        governed={PLATFORM},
        store=flow.store,
        queue=flow.queue,
        clock=flow.clock,
        review_address=flow.services.publication.review_address,
    ).receipt


def work(flow: Flow) -> list[str]:
    """Work off the hints; what could not be done."""
    told: list[str] = []
    while flow.queue.contributors:
        told += contribute(*flow.queue.contributors.pop(0), flow.services)
    return told


def sweep(flow: Flow) -> list[str]:
    return list(follow_tips(flow.services))


# --- following ------------------------------------------------------------------------------------
def test_a_push_brings_what_is_kept_up_to_the_tip() -> None:
    flow = flow_of(PLATFORM)
    assert pushed(flow, PLATFORM) is Receipt.ACCEPTED
    assert work(flow) == []
    first = kept(flow)[PLATFORM]
    assert (first.commit, first.cluster, first.seen_at) == (A, "prod", flow.clock.now())
    deploy(flow, PLATFORM, B, {"deny.yaml": policy_named("other")})
    pushed(flow, PLATFORM, "push-2")
    work(flow)
    assert kept(flow)[PLATFORM].commit == B
    assert kept(flow)[PLATFORM].digest != first.digest


def test_a_lost_hint_is_found_by_the_sweep() -> None:
    flow = flow_of(PLATFORM)
    assert sweep(flow) == []
    deploy(flow, PLATFORM, B, {})
    assert sweep(flow) == []
    assert kept(flow)[PLATFORM].commit == B


def test_a_doubled_hint_fetches_once() -> None:
    flow = flow_of(PLATFORM)
    flow.queue.contributors = [("memory", PLATFORM)] * 3
    work(flow)
    assert flow.mirrors.fetched == [PLATFORM]


def test_a_doubled_delivery_gives_no_further_hint() -> None:
    flow = flow_of(PLATFORM)
    pushed(flow, PLATFORM)
    assert pushed(flow, PLATFORM) is Receipt.DUPLICATE
    assert flow.queue.contributors == [("memory", PLATFORM)]


def test_what_is_still_the_tip_is_seen_anew() -> None:
    flow = flow_of(PLATFORM)
    sweep(flow)
    flow.clock.advance(days=3)
    sweep(flow)
    assert kept(flow)[PLATFORM].seen_at == flow.clock.now()
    assert flow.mirrors.fetched == [PLATFORM]


def test_a_look_that_began_earlier_does_not_undo_a_later_one() -> None:
    flow = flow_of(PLATFORM)

    def meanwhile() -> None:
        flow.clock.advance(seconds=1)
        deploy(flow, PLATFORM, B, {})
        sweep(flow)
        flow.clock.advance(seconds=1)

    flow.mirrors.once = [meanwhile]
    sweep(flow)
    assert kept(flow)[PLATFORM].commit == B


def test_a_branch_that_goes_back_is_followed() -> None:
    flow = flow_of(PLATFORM)
    for commit in (A, B, A):
        deploy(flow, PLATFORM, commit, {f"{commit[0]}.yaml": policy_named(commit[0])})
        sweep(flow)
        assert kept(flow)[PLATFORM].commit == commit


def test_a_worker_that_is_killed_leaves_all_or_nothing() -> None:
    flow = flow_of(PLATFORM)

    def die() -> None:
        raise Killed

    flow.mirrors.once = [die]
    with pytest.raises(Killed):
        sweep(flow)
    assert kept(flow) == {}
    assert sweep(flow) == []
    assert kept(flow)[PLATFORM].commit == A


# --- failures -------------------------------------------------------------------------------------
def test_a_repository_that_fails_keeps_what_it_had_and_hinders_no_other() -> None:
    flow = flow_of(PLATFORM, OTHER)
    sweep(flow)
    before = kept(flow)
    flow.clock.advance(hours=5)
    flow.mirrors.broken[PLATFORM] = GitError("the server is\naway", permanent=False)
    deploy(flow, OTHER, B, {})
    assert sweep(flow) == [f"{PLATFORM} on memory: the server is away"]
    assert kept(flow)[PLATFORM] == before[PLATFORM]
    assert kept(flow)[OTHER].commit == B


def test_a_defect_hinders_no_other_and_is_raised_in_the_end() -> None:
    flow = flow_of(PLATFORM, OTHER)
    flow.mirrors.broken[PLATFORM] = KeyError("a defect")
    with pytest.raises(ExceptionGroup) as caught:
        sweep(flow)
    assert [type(each) for each in caught.value.exceptions] == [KeyError]
    assert kept(flow).keys() == {OTHER}


@pytest.mark.parametrize("written", ["version: 1\nclusters: [{name: dev}]\n", "version: [\n"])
def test_a_cluster_that_the_repository_does_not_describe_any_more_stays_as_it_was(
    written: str,
) -> None:
    flow = flow_of(PLATFORM)
    sweep(flow)
    flow.mirrors.tips[PLATFORM] = Tip(B, tree({".edgewarden.yaml": written}))
    (told,) = sweep(flow)
    assert told.startswith(
        f"{PLATFORM} on memory: what it deploys to prod is not known: its .edgewarden.yaml cannot"
        " be used or names no such cluster"
    )
    assert kept(flow)[PLATFORM].commit == A
    assert awaited(flow) == [(PLATFORM, told.partition("not known: ")[2])]


def test_a_tip_with_an_obstacle_is_fetched_and_told_once_until_long_after() -> None:
    flow = flow_of(PLATFORM)
    flow.mirrors.tips[PLATFORM] = Tip(A, tree({".edgewarden.yaml": "version: [\n"}))
    assert len(sweep(flow)) == 1
    assert sweep(flow) == []
    flow.clock.advance(seconds=(flow.terms.slow_retry - timedelta(seconds=1)).total_seconds())
    assert sweep(flow) == []
    assert flow.mirrors.fetched == [PLATFORM]
    flow.clock.advance(seconds=1)
    assert len(sweep(flow)) == 1
    assert flow.mirrors.fetched == [PLATFORM] * 2


def test_a_tip_that_cannot_be_fetched_for_good_is_tried_once() -> None:
    flow = flow_of(PLATFORM)
    flow.mirrors.unfetched[PLATFORM] = GitError("git said: at\nhttps://10.0.0.7/", permanent=True)
    assert sweep(flow) == [f"{PLATFORM} on memory: git said: at https://10.0.0.7/"]
    assert sweep(flow) == []
    assert flow.mirrors.fetched == [PLATFORM]
    obstacle = "commit aaaaaaaaaaaa cannot be fetched: see the log of the worker"
    assert awaited(flow) == [(PLATFORM, obstacle)]


def test_a_tip_that_cannot_be_fetched_just_now_is_tried_by_every_sweep() -> None:
    flow = flow_of(PLATFORM)
    flow.mirrors.unfetched[PLATFORM] = GitError("the server is away", permanent=False)
    assert len(sweep(flow)) == len(sweep(flow)) == 1
    assert flow.mirrors.fetched == [PLATFORM] * 2
    flow.mirrors.unfetched.clear()
    assert sweep(flow) == []
    assert awaited(flow) == []


def test_a_tree_that_cannot_be_read_is_read_once() -> None:
    flow = flow_of(PLATFORM)
    flow.reader.fail_next = [DeploymentError("reading its files took longer than 60 s")]
    (told,) = sweep(flow)
    assert told.endswith("to prod is not known: reading its files took longer than 60 s")
    assert sweep(flow) == []
    assert flow.mirrors.fetched == [PLATFORM]


def test_what_other_code_read_is_read_anew() -> None:
    flow = flow_of(PLATFORM)
    sweep(flow)
    flow.reader.identity = "reader-2"
    sweep(flow)
    assert kept(flow)[PLATFORM].reader == "reader-2"
    assert flow.mirrors.fetched == [PLATFORM] * 2


def test_what_other_code_read_ages_where_it_cannot_be_read_anew() -> None:
    flow = flow_of(PLATFORM)
    sweep(flow)
    before = kept(flow)
    flow.clock.advance(hours=1)
    flow.reader.identity = "reader-2"
    flow.reader.fail_next = [DeploymentError("reading its files failed")]
    sweep(flow)
    flow.clock.advance(hours=1)
    sweep(flow)
    assert kept(flow) == before


def test_a_cluster_that_the_settings_name_anew_is_looked_at() -> None:
    flow = flow_of(PLATFORM)
    both = "version: 1\nclusters: [{name: prod}, {name: dev}]\n"
    flow.mirrors.tips[PLATFORM] = Tip(A, tree({".edgewarden.yaml": both}))
    sweep(flow)
    flow.others = (GovernedRepository("memory", PLATFORM, frozenset({"prod", "dev"})),)
    sweep(flow)
    with flow.store.begin() as transaction:
        assert len(transaction.contributions.of("dev", CONTRIBUTORS)) == 1


# --- forgetting -----------------------------------------------------------------------------------
def test_what_the_settings_do_not_ask_for_any_more_is_forgotten() -> None:
    flow = flow_of(PLATFORM, OTHER)
    sweep(flow)
    assert forget_contributions(flow.services) == 0
    flow.others = (
        GovernedRepository("memory", PLATFORM, frozenset({"dev"})),
        GovernedRepository("memory", OTHER, frozenset({"prod"})),
    )
    assert forget_contributions(flow.services) == 1
    assert kept(flow).keys() == {OTHER}


# --- who may ------------------------------------------------------------------------------------
def test_a_repository_that_the_settings_do_not_name_is_not_even_looked_at() -> None:
    flow = flow_of()
    flow.queue.contributors = [("memory", REPOSITORY), ("memory", "acme/unknown")]
    assert work(flow) == sweep(flow) == []
    assert (kept(flow), flow.mirrors.fetched) == ({}, [])


def awaited(flow: Flow) -> list[tuple[str, str]]:
    """What a review is told to be in the way."""
    flow.propose(FIRST)
    flow.work()
    return [(each.by.repository, each.obstacle) for each in flow.analyst.requests[-1].awaited]


def reviewed_with(flow: Flow) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """Which repositories the background of a review has, and which are awaited of which cluster."""
    flow.propose(FIRST)
    flow.work()
    request = flow.analyst.requests[-1]
    awaited = tuple((each.cluster, each.by.repository) for each in request.awaited)
    return [each.by.repository for each in request.contributions], awaited


def test_a_review_gets_what_the_others_contribute() -> None:
    flow = flow_of(PLATFORM, OTHER)
    sweep(flow)
    assert reviewed_with(flow) == ([OTHER, PLATFORM], ())


def test_a_review_says_what_is_awaited() -> None:
    flow = flow_of(PLATFORM, OTHER)
    flow.queue.contributors = [("memory", PLATFORM)]
    work(flow)
    assert reviewed_with(flow) == ([PLATFORM], (("prod", OTHER),))


def test_a_repository_is_never_its_own_background() -> None:
    flow = flow_of(PLATFORM)
    flow.contributes = frozenset({"prod"})
    sweep(flow)
    assert kept(flow).keys() == {PLATFORM, REPOSITORY}
    assert reviewed_with(flow) == ([PLATFORM], ())


def test_what_is_kept_of_a_repository_that_may_not_contribute_is_not_used() -> None:
    flow = flow_of(PLATFORM)
    sweep(flow)
    flow.others = (GovernedRepository("memory", PLATFORM),)
    assert reviewed_with(flow) == ([], ())


def test_a_review_gets_nothing_of_clusters_that_its_repository_does_not_describe() -> None:
    flow = flow_of(PLATFORM)
    sweep(flow)
    flow.mirrors.tree = tree({".edgewarden.yaml": "version: 1\nclusters: [{name: dev}]\n"})
    assert reviewed_with(flow) == ([], ())
