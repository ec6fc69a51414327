"""A change becomes a stored review, one status and one comment."""

import pytest

from edgewarden.governance.review import Verdict
from edgewarden.reporting.status import InconclusiveStatus
from edgewarden.workflows import statuses
from edgewarden.workflows.failures import Failure
from edgewarden.workflows.people import ForgeLogin, add_member
from edgewarden.workflows.ports import ForgeError, GitError, Stage, StatusState
from edgewarden.workflows.reconcile import reconcile
from edgewarden.workflows.review import review_change
from tests.support import reviews
from tests.support.flow import FIRST, REPOSITORY, SECOND, Flow, quiet


def test_a_change_gets_one_comment_and_the_status_of_its_verdict() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.work()
    assert len(flow.forge.bodies(ref)) == 1
    assert flow.status(FIRST).state is StatusState.SUCCESS
    assert flow.status(FIRST).address == "https://edgewarden.example/reviews/public-1"
    assert flow.change(ref).done == flow.change(ref).wanted == 1


def test_a_review_is_made_by_whose_pull_request_it_is() -> None:
    flow = Flow()
    login = ForgeLogin.written("memory:dev")
    add_member("payments", "ada", flow.store, flow.clock, login=login)
    flow.propose(FIRST)
    flow.work()
    (request,) = flow.analyst.requests
    assert request.request.author == "dev"
    assert request.request.teams == frozenset({"payments"})


def test_a_quiet_review_is_a_green_status_and_no_comment() -> None:
    flow = Flow()
    flow.analyst.reviews[FIRST] = quiet()
    ref = flow.propose(FIRST)
    flow.work()
    assert flow.forge.bodies(ref) == []
    assert flow.status(FIRST).state is StatusState.SUCCESS


def test_a_doubled_hint_reviews_once() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    change_id = flow.change(ref).id
    review_change(change_id, flow.services)
    review_change(change_id, flow.services)
    assert len(flow.analyst.requests) == 1


def test_a_want_that_arrives_during_a_review_is_answered_without_waiting() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.queue.reviews.clear()

    def arrive() -> None:
        flow.propose(SECOND)
        flow.queue.reviews.clear()  # its hint finds the change held

    flow.observer.once[Stage.FETCHED] = arrive
    review_change(flow.change(ref).id, flow.services)
    flow.work()
    assert flow.change(ref).done == flow.change(ref).wanted == 2
    assert flow.status(SECOND).state is StatusState.SUCCESS


def test_a_change_that_another_worker_holds_is_left_alone() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    change = flow.change(ref)
    now = flow.clock.now()
    with flow.store.begin() as transaction:
        transaction.changes.claim(change.id, "other", now, now + flow.terms.review_lease)
    flow.work()
    assert flow.analyst.requests == []
    flow.clock.advance(minutes=11)
    reconcile(flow.services)
    flow.work()
    assert flow.change(ref).done == 1


def test_the_live_head_is_reviewed_whatever_the_webhook_said() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.push(SECOND)
    flow.work()
    assert [each.head for each in flow.mirrors.compared] == [SECOND]
    assert flow.status(FIRST).state is StatusState.ERROR
    assert "222222222222 came after" in flow.status(FIRST).description
    assert flow.status(SECOND).state is StatusState.SUCCESS
    assert "seen with head two" in flow.forge.bodies(ref)[0]


def test_what_is_wanted_during_a_review_stays_due() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.observer.once[Stage.FETCHED] = lambda: flow.propose(SECOND)
    review_change(flow.change(ref).id, flow.services)
    assert (flow.change(ref).wanted, flow.change(ref).done) == (2, 1)
    flow.work()
    assert flow.change(ref).done == 2
    assert len(flow.forge.bodies(ref)) == 1
    assert "seen with head two" in flow.forge.bodies(ref)[0]


def take_over(flow: Flow, at: Stage, failure: GitError | None = None) -> None:
    """At that boundary the lease runs out, and another worker answers; then ``failure``."""

    def happens() -> None:
        flow.clock.advance(minutes=11)
        reconcile(flow.services)
        review_change(flow.queue.reviews.pop(), flow.services)
        flow.mirrors.fail_next = failure

    flow.observer.once[at] = happens


def test_a_lost_lease_keeps_nothing_of_the_slow_worker() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    change_id = flow.change(ref).id
    flow.queue.reviews.clear()
    take_over(flow, Stage.FETCHED)
    review_change(change_id, flow.services)
    with flow.store.begin() as transaction:
        latest = transaction.reviews.latest(change_id)
    assert latest is not None
    assert latest.id == 1
    flow.work()
    assert len(flow.forge.bodies(ref)) == 1


def test_a_failure_after_a_lost_lease_leaves_the_answer_alone() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    change_id = flow.change(ref).id
    take_over(flow, Stage.LOOKED_UP, GitError("too late", permanent=False))
    review_change(change_id, flow.services)
    flow.work()
    assert flow.status(FIRST).state is StatusState.SUCCESS


def test_a_closed_change_is_closed_and_its_status_does_not_stay_pending() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.forge.close(ref)
    flow.work()
    assert not flow.change(ref).open
    assert flow.status(FIRST).state is StatusState.ERROR
    assert "closed before its review" in flow.status(FIRST).description


def test_a_change_that_is_gone_is_closed() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.queue.messages.clear()
    del flow.forge.pull_requests[ref]
    flow.work()
    assert not flow.change(ref).open


def test_a_change_that_is_reopened_while_it_is_closed_stays_wanted() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.forge.close(ref)
    flow.observer.once[Stage.LOOKED_UP] = lambda: flow.propose(FIRST)
    flow.work()
    assert flow.change(ref).open
    assert flow.change(ref).done == flow.change(ref).wanted == 2


def test_a_repository_that_cannot_be_fetched_is_said_and_tried_again() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.mirrors.fail_next = GitError("the server does not answer", permanent=False)
    flow.work()
    status = flow.status(FIRST)
    assert status.state is StatusState.PENDING
    assert status.description == "the server does not answer, retrying"
    assert flow.change(ref).last_error == "the server does not answer"
    assert flow.change(ref).attempts == 1
    reconcile(flow.services)
    assert flow.queue.reviews == []
    flow.clock.advance(seconds=6)
    reconcile(flow.services)
    flow.work()
    assert flow.status(FIRST).state is StatusState.SUCCESS
    assert flow.change(ref).last_error == ""


def test_the_pause_doubles_and_is_bounded() -> None:
    flow = Flow()
    failure, now = Failure("down", permanent=False), flow.clock.now()
    pauses = [
        (failure.retry_at(flow.terms, now, attempts) - now).total_seconds()
        for attempts in (0, 1, 2, 3, 10, 10_000)
    ]
    assert pauses == [5, 10, 20, 40, 900, 900]


@pytest.mark.parametrize(("asked", "pause"), [(2.0, 5), (120.0, 120), (1e9, 6 * 3600)])
def test_a_forge_that_asks_to_be_left_alone_is(asked: float, pause: float) -> None:
    flow = Flow()
    now = flow.clock.now()
    failure = Failure("limited", permanent=False, retry_after=asked)
    assert (failure.retry_at(flow.terms, now, 0) - now).total_seconds() == pause


def test_a_permanent_failure_is_an_error_that_a_new_want_tries_again() -> None:
    flow = Flow()
    flow.propose(FIRST)
    flow.mirrors.fail_next = GitError("no such repository", permanent=True)
    flow.work()
    assert flow.status(FIRST).state is StatusState.ERROR
    assert flow.status(FIRST).description == "no such repository"
    flow.deliver(FIRST)
    flow.work()
    assert flow.status(FIRST).state is StatusState.SUCCESS


def test_a_permanent_failure_is_tried_again_slowly_without_anybody_asking() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.mirrors.fail_next = GitError("no such repository", permanent=True)
    flow.work()
    flow.clock.advance(hours=5)
    reconcile(flow.services)
    assert flow.queue.reviews == []
    flow.clock.advance(hours=1)
    reconcile(flow.services)
    flow.work()
    assert flow.change(ref).done == 1


def test_a_forge_that_is_down_postpones_the_change() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.forge.fail_next = ForgeError("502", permanent=False, retry_after=60)
    review_change(flow.change(ref).id, flow.services)
    assert flow.change(ref).last_error == "502"
    flow.clock.advance(seconds=59)
    reconcile(flow.services)
    assert flow.change(ref).id not in flow.queue.reviews[1:]
    flow.clock.advance(seconds=2)
    reconcile(flow.services)
    flow.work()
    assert flow.change(ref).done == 1


def test_a_failure_after_ten_minutes_is_an_error_and_not_pending_again() -> None:
    flow = Flow()
    flow.propose(FIRST)
    flow.clock.advance(minutes=11)
    flow.mirrors.fail_next = GitError("still down", permanent=False)
    flow.work()
    assert flow.status(FIRST).state is StatusState.ERROR
    assert flow.status(FIRST).description.startswith("no answer yet: still down")


def test_a_defect_is_told_without_its_text_and_raised() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.analyst.break_next = ValueError("a secret")
    with pytest.raises(ValueError, match="a secret"):
        review_change(flow.change(ref).id, flow.services)
    assert "ValueError" in flow.change(ref).last_error
    assert "a secret" not in flow.change(ref).last_error
    flow.clock.advance(seconds=6)
    reconcile(flow.services)
    flow.work()
    assert flow.change(ref).done == 1


def test_a_change_of_a_forge_that_is_not_configured_says_so() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    renamed = flow.services
    flow.forge.name = "elsewhere"
    review_change(flow.change(ref).id, flow.services)
    assert "is not configured" in flow.change(ref).last_error
    assert renamed.repositories[0].name == REPOSITORY


def test_active_exceptions_go_into_the_assessment() -> None:
    flow = Flow()
    granted = flow.grant(reviews.exception())
    flow.propose(FIRST)
    flow.work()
    assert flow.analyst.requests[0].exceptions == (granted,)
    assert flow.analyst.requests[0].now == flow.clock.now()


@pytest.mark.parametrize(
    ("verdict", "inconclusive", "state"),
    [
        (Verdict.PASS, InconclusiveStatus.NEUTRAL, StatusState.SUCCESS),
        (Verdict.ATTENTION, InconclusiveStatus.FAILURE, StatusState.SUCCESS),
        (Verdict.BLOCKED, InconclusiveStatus.NEUTRAL, StatusState.FAILURE),
        (Verdict.INCONCLUSIVE, InconclusiveStatus.FAILURE, StatusState.FAILURE),
        (Verdict.INCONCLUSIVE, InconclusiveStatus.NEUTRAL, StatusState.NEUTRAL),
    ],
)
def test_the_verdict_decides_the_status(
    verdict: Verdict, inconclusive: InconclusiveStatus, state: StatusState
) -> None:
    assert statuses.answered(reviews.review(verdict), inconclusive, "").state is state


def test_a_status_is_one_line_that_github_takes() -> None:
    long = Failure("cannot\nfetch " + "x" * 300, permanent=False)
    for status in (
        statuses.retrying(long, ""),
        statuses.failed(long, ""),
        statuses.late(long.reason, ""),
        statuses.late("", ""),
    ):
        assert len(status.description) <= 140
        assert "\n" not in status.description
    assert statuses.retrying(long, "").description.endswith("…, retrying")
