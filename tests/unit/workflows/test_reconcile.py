"""What is done follows what is wanted, whatever was lost on the way."""

from edgewarden.workflows.ports import ForgeError, GitError, StatusState
from edgewarden.workflows.reconcile import find_lost, reconcile
from tests.support.flow import FIRST, SECOND, Flow


def test_lost_hints_are_given_again() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.queue.reviews.clear()
    flow.queue.messages.clear()
    found = reconcile(flow.services)
    assert (found.due, found.messages) == (1, 1)
    flow.work()
    assert len(flow.forge.bodies(ref)) == 1


def test_a_change_without_an_answer_gets_an_error_once() -> None:
    flow = Flow()
    flow.propose(FIRST)
    flow.queue.reviews.clear()
    flow.work()
    flow.clock.advance(minutes=9, seconds=59)
    assert reconcile(flow.services).late == 0
    flow.clock.advance(seconds=2)
    assert reconcile(flow.services).late == 1
    assert reconcile(flow.services).late == 0
    flow.queue.reviews.clear()
    flow.work()
    assert flow.status(FIRST).state is StatusState.ERROR
    assert flow.status(FIRST).description.startswith("no answer yet")


def test_the_late_status_names_the_last_error() -> None:
    flow = Flow()
    flow.propose(FIRST)
    flow.mirrors.fail_next = GitError("the server does not answer", permanent=False)
    flow.work()
    flow.clock.advance(minutes=11)
    assert reconcile(flow.services).late == 1
    flow.queue.reviews.clear()
    flow.work()
    assert flow.status(FIRST).description == "no answer yet: the server does not answer"


def test_the_first_answer_replaces_the_error() -> None:
    flow = Flow()
    flow.propose(FIRST)
    flow.queue.reviews.clear()
    flow.clock.advance(minutes=11)
    reconcile(flow.services)
    flow.work()
    assert flow.status(FIRST).state is StatusState.SUCCESS


def test_a_new_want_of_an_unanswered_change_is_told_late_again() -> None:
    flow = Flow()
    flow.propose(FIRST)
    flow.clock.advance(minutes=11)
    assert reconcile(flow.services).late == 1
    flow.deliver(FIRST)
    assert reconcile(flow.services).late == 1


def test_an_open_change_without_a_webhook_is_found() -> None:
    flow = Flow()
    ref = flow.push(FIRST)
    assert find_lost(flow.services).wanted == 1
    flow.work()
    assert len(flow.forge.bodies(ref)) == 1
    assert find_lost(flow.services).wanted == 0


def test_a_lost_push_is_found() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.work()
    flow.push(SECOND)
    assert find_lost(flow.services).wanted == 1
    flow.work()
    assert "seen with head two" in flow.forge.bodies(ref)[0]
    flow.push(FIRST)
    assert find_lost(flow.services).wanted == 1
    flow.work()
    assert "seen with head one" in flow.forge.bodies(ref)[0]


def test_a_base_that_moved_is_found_once() -> None:
    flow = Flow()
    flow.propose(FIRST)
    flow.work()
    flow.push(FIRST, base="c" * 40)
    assert find_lost(flow.services).wanted == 1
    assert find_lost(flow.services).wanted == 0
    flow.work()
    assert find_lost(flow.services).wanted == 0
    assert flow.mirrors.compared[-1].base == "c" * 40


def test_a_change_that_is_due_is_not_wanted_twice() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    assert find_lost(flow.services).wanted == 0
    assert flow.change(ref).wanted == 1


def test_a_reopened_change_without_a_webhook_is_found() -> None:
    flow = Flow()
    ref = flow.propose(FIRST)
    flow.work()
    flow.forge.close(ref)
    flow.deliver(FIRST)
    flow.work()
    assert not flow.change(ref).open
    flow.push(FIRST)
    assert find_lost(flow.services).wanted == 1
    assert flow.change(ref).open


def test_a_forge_that_fails_is_reported() -> None:
    flow = Flow()
    flow.push(FIRST)
    flow.forge.fail_next = ForgeError("502", permanent=False)
    sweep = find_lost(flow.services)
    assert sweep.wanted == 0
    assert sweep.failures == ("team/shop on memory: 502",)
