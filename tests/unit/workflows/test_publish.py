"""What is queued reaches the forge once, in its newest form."""

import pytest

from edgewarden.workflows.ports import ForgeError, MessageKind, Stage, StatusState
from edgewarden.workflows.publish import publish
from edgewarden.workflows.reconcile import reconcile
from edgewarden.workflows.review import review_change
from tests.support.flow import FIRST, SECOND, Flow, Killed, quiet


def restarted(flow: Flow) -> None:
    """What a killed worker held comes free, and a new one starts."""
    flow.clock.advance(minutes=11)
    reconcile(flow.services)
    flow.work()


def test_a_second_review_updates_the_comment() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.work()
    flow.propose(SECOND)
    flow.work()
    assert len(flow.forge.bodies(ref)) == 1
    assert "seen with head two" in flow.forge.bodies(ref)[0]


def test_an_older_analysis_never_replaces_a_newer_one() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.observer.once[Stage.STORED] = lambda: flow.push(SECOND)
    flow.work()
    assert len(flow.forge.bodies(ref)) == 1
    assert "seen with head two" in flow.forge.bodies(ref)[0]
    assert flow.status(SECOND).state is StatusState.SUCCESS


def test_a_comment_for_a_head_that_is_not_live_is_not_published() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.observer.once[Stage.STORED] = lambda: flow.push(SECOND)
    change_id = flow.queue.reviews[0]
    flow.queue.messages.clear()
    review_change(change_id, flow.services)
    flow.queue.reviews.clear()
    while flow.queue.messages:
        publish(flow.queue.messages.pop(0), flow.services)
    assert flow.forge.bodies(ref) == []
    assert flow.change(ref).head == SECOND
    assert flow.change(ref).done < flow.change(ref).wanted


def test_a_deleted_comment_is_posted_again() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.work()
    flow.forge.comments.clear()
    flow.propose(SECOND)
    flow.work()
    assert len(flow.forge.bodies(ref)) == 1
    assert flow.change(ref).comment == flow.forge.comments[0].id


def test_a_quiet_review_shrinks_the_comment_that_is_there() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.work()
    flow.analyst.reviews[SECOND] = quiet()
    flow.propose(SECOND)
    flow.work()
    [body] = flow.forge.bodies(ref)
    assert "nothing to report any more" in body


def test_a_quiet_review_does_not_bring_a_deleted_comment_back() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.work()
    flow.forge.comments.clear()
    flow.analyst.reviews[SECOND] = quiet()
    flow.propose(SECOND)
    flow.work()
    assert flow.forge.bodies(ref) == []
    assert flow.change(ref).comment is None


def test_somebody_elses_comment_with_our_marker_is_left_alone() -> None:
    flow = Flow()
    ref = flow.push(FIRST)
    flow.forge.say(ref, "mallory", "<!-- edgewarden:review:default -->\nall is well")
    flow.deliver(FIRST)
    flow.work()
    assert len(flow.forge.bodies(ref)) == 1
    assert flow.forge.comments[0].body.endswith("all is well")


@pytest.mark.parametrize("stage", list(Stage))
def test_a_worker_killed_at_any_boundary_leaves_one_comment(stage: Stage) -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.observer.kill_at(stage)
    with pytest.raises(Killed):
        flow.work()
    flow.queue.reviews.clear()
    flow.queue.messages.clear()
    restarted(flow)
    assert len(flow.forge.bodies(ref)) == 1
    assert flow.change(ref).comment == flow.forge.comments[0].id
    assert flow.status(FIRST).state is StatusState.SUCCESS


@pytest.mark.parametrize("stage", [Stage.SENT, Stage.MESSAGE_CLAIMED, Stage.DELIVERED])
def test_a_worker_killed_while_it_publishes_the_comment_leaves_one(stage: Stage) -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    # the status goes out first: from its delivery on, the next message is the comment
    flow.observer.once[Stage.DELIVERED] = lambda: flow.observer.kill_at(stage)
    with pytest.raises(Killed):
        flow.work()
    restarted(flow)
    assert len(flow.forge.bodies(ref)) == 1
    assert flow.change(ref).comment is not None


def test_an_answer_that_is_lost_on_the_way_does_not_double_the_comment() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.forge.lose_answer = ForgeError("connection reset", permanent=False)
    flow.work()
    assert flow.change(ref).comment is None
    restarted(flow)
    assert len(flow.forge.bodies(ref)) == 1
    assert flow.change(ref).comment == flow.forge.comments[0].id


def test_a_quiet_review_after_a_lost_answer_still_shrinks_the_comment() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.forge.lose_answer = ForgeError("connection reset", permanent=False)
    flow.work()
    flow.analyst.reviews[SECOND] = quiet()
    flow.propose(SECOND)
    flow.work()
    restarted(flow)
    [body] = flow.forge.bodies(ref)
    assert "nothing to report any more" in body


def test_a_forge_that_fails_gets_the_message_later() -> None:
    flow = Flow()
    flow.propose(FIRST)
    flow.queue.reviews.clear()
    flow.forge.fail_next = ForgeError("503", permanent=False, retry_after=30)
    flow.work()
    assert flow.forge.statuses == {}
    flow.clock.advance(seconds=29)
    with flow.store.begin() as transaction:
        assert transaction.outbox.due(flow.clock.now(), 10) == []
    flow.clock.advance(seconds=2)
    reconcile(flow.services)
    flow.queue.reviews.clear()
    flow.work()
    assert flow.status(FIRST).state is StatusState.PENDING


def test_a_comment_that_a_revoked_token_held_back_appears_once_it_is_mended() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    revoked = ForgeError("401: bad credentials", permanent=True)
    # the pending status goes out, then that of the review, and then the comment
    flow.observer.once[Stage.STORED] = lambda: flow.observer.once.update(
        {Stage.DELIVERED: lambda: setattr(flow.forge, "fail_next", revoked)}
    )
    flow.work()
    flow.clock.advance(minutes=359)
    reconcile(flow.services)
    flow.work()
    assert flow.forge.fail_next is None
    assert flow.forge.bodies(ref) == []
    flow.clock.advance(minutes=2)
    reconcile(flow.services)
    flow.work()
    assert len(flow.forge.bodies(ref)) == 1


def test_nothing_is_tried_again_for_a_change_that_is_gone() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.observer.once[Stage.STORED] = lambda: flow.forge.pull_requests.pop(ref)
    flow.work()
    assert flow.forge.bodies(ref) == []
    flow.clock.advance(days=30)
    with flow.store.begin() as transaction:
        assert transaction.outbox.due(flow.clock.now(), 10) == []


def test_a_message_that_the_forge_refuses_does_not_hold_up_the_next() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.queue.messages.clear()
    flow.observer.once[Stage.STORED] = lambda: setattr(
        flow.forge, "fail_next", ForgeError("no right to set a status", permanent=True)
    )
    flow.work()
    assert flow.forge.statuses == {}
    assert len(flow.forge.bodies(ref)) == 1


def test_a_defect_is_raised_and_the_message_tried_again() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    change_id = flow.change(ref).id
    flow.queue.reviews.clear()
    flow.queue.messages.clear()
    now = flow.clock.now()
    with flow.store.begin() as transaction:
        transaction.outbox.put(
            MessageKind.STATUS, f"{change_id}:{FIRST}", "{}", now=now, change_id=change_id
        )
        [message] = transaction.outbox.due(now, 10)
    with pytest.raises(ValueError, match="StatusMessage"):
        publish(message, flow.services)
    flow.clock.advance(seconds=6)
    with flow.store.begin() as transaction:
        assert transaction.outbox.due(flow.clock.now(), 10) == [message]
