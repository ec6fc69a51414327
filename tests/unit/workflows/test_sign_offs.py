"""What only a person can check is said by one who may, of what they read, and shown everywhere."""

import re

import pytest

from edgewarden.governance.findings import ChecklistItem
from edgewarden.governance.sign_offs import Signers, SignOffKind
from edgewarden.workflows.authorisation import NotPermittedError
from edgewarden.workflows.ports import Actor, ChangeRef, Role
from edgewarden.workflows.reconcile import reconcile
from edgewarden.workflows.sign_offs.answer import (
    Answer,
    HeadMovedError,
    SignOffError,
    UnknownChangeError,
)
from edgewarden.workflows.sign_offs.recording import revoke_sign_off, sign_off, sign_offs_of
from tests.support.asked import BASIS, OTHER_BASIS, asked, asking, failing
from tests.support.flow import FIRST, REPOSITORY, SECOND, Flow

STATEMENT = "Tried web to db on 5432: refused."
REF = ChangeRef("memory", REPOSITORY, "7")


def answer(item: str = "tests", *, head: str = FIRST, clusters: tuple[str, ...] = ()) -> Answer:
    return Answer(REF, head, item, STATEMENT, clusters)


def person(flow: Flow, *roles: Role, handle: str = "ada", team: str = "") -> Actor:
    with flow.store.begin() as transaction:
        actor = transaction.people.ensure(handle, frozenset(roles), flow.clock.now())
        if team:
            transaction.people.join_team(actor.person_id, team, flow.clock.now())
    return actor


def reviewed(*items: ChecklistItem, clusters: tuple[str, ...] = ("cluster",)) -> Flow:
    """A change with a review of its first head, all told; without items one that asks."""
    flow = Flow()
    flow.analyst.reviews[FIRST] = asking(*items or (asked(),), clusters=clusters)
    flow.propose(FIRST)
    flow.work()
    return flow


def comment(flow: Flow) -> str:
    (body,) = flow.forge.bodies(REF)
    return body


def signed(flow: Flow, item: str = "tests", head: str = FIRST) -> None:
    sign_off(answer(item, head=head), person(flow, Role.OPERATOR), flow.services)
    flow.work()


# --- what is shown --------------------------------------------------------------------------------


def test_a_comment_asks_and_says_who_may_answer() -> None:
    body = comment(reviewed())
    assert "Checklist: 1 of 1 open" in body
    assert "needs a person" in body
    assert "**Asked:** Which of these connections did you try" in body
    assert "The role operator signs it off as `tests`." in body


def test_a_sign_off_turns_the_item_and_the_status_and_says_what_was_checked() -> None:
    flow = reviewed()
    assert flow.status(FIRST).description.endswith("1 question to a person")
    signed(flow)
    body = comment(flow)
    assert "Checklist: 0 of 1 open" in body
    assert re.search(r"signed off: .*Signed off by ada at `111111111111`: \"Tried web to db", body)
    assert "Asked:" not in body
    assert flow.status(FIRST).description.endswith("1 answer signed off")


def test_what_was_signed_off_is_told_although_the_hint_is_lost() -> None:
    flow = reviewed()
    sign_off(answer(), person(flow, Role.OPERATOR), flow.services)
    flow.queue.messages.clear()
    reconcile(flow.services)
    flow.work()
    assert "Signed off by ada" in comment(flow)


def test_the_same_sign_off_again_changes_nothing() -> None:
    flow = reviewed()
    signed(flow)
    flow.clock.advance(minutes=1)
    signed(flow)
    record = sign_offs_of(REF, person(flow, Role.READER), flow.store)
    assert [(each.actor, each.head, each.statement) for each in record] == [
        ("ada", FIRST, STATEMENT)
    ]


def test_of_several_clusters_each_is_signed_off_by_name() -> None:
    flow = reviewed(clusters=("dev", "prod"))
    actor = person(flow, Role.OPERATOR)
    with pytest.raises(SignOffError, match=r"waits for a person in dev and prod: name those"):
        sign_off(answer(), actor, flow.services)
    with pytest.raises(SignOffError, match=r"does nothing to qa, but to dev and prod"):
        sign_off(answer(clusters=("qa",)), actor, flow.services)
    sign_off(answer(clusters=("dev",)), actor, flow.services)
    flow.work()
    assert "Checklist: 1 of 1 open" in comment(flow)
    assert "Signed off for cluster dev by ada" in comment(flow)
    sign_off(answer(clusters=("prod",)), actor, flow.services)
    flow.work()
    assert "Checklist: 0 of 1 open" in comment(flow)


# --- a new head -----------------------------------------------------------------------------------


def test_a_new_head_on_which_nothing_relevant_changed_does_not_ask_again() -> None:
    flow = reviewed()
    signed(flow)
    flow.analyst.reviews[SECOND] = asking(asked())
    flow.propose(SECOND)
    flow.work()
    assert "by ada at `111111111111`; nothing that it rests on has changed since: " in comment(flow)
    assert flow.status(SECOND).description.endswith("1 answer signed off")


def test_a_new_head_with_another_ground_asks_again_and_going_back_does_not() -> None:
    flow = reviewed()
    signed(flow)
    flow.analyst.reviews[SECOND] = asking(asked(basis=OTHER_BASIS))
    flow.propose(SECOND)
    flow.work()
    assert "**Asked:**" in comment(flow)
    assert flow.status(SECOND).description.endswith("1 question to a person")
    flow.propose(FIRST)
    flow.work()
    assert "Signed off by ada at `111111111111`: " in comment(flow)


def test_what_was_signed_off_and_fails_now_fails() -> None:
    flow = reviewed()
    signed(flow)
    flow.analyst.reviews[SECOND] = asking(failing("tests"))
    flow.propose(SECOND)
    flow.work()
    assert "Checklist: 1 of 1 open" in comment(flow)
    assert "Signed off" not in comment(flow)


@pytest.mark.parametrize("read", [SECOND, FIRST[:11], "1" * 41, ""])
def test_only_the_head_that_stands_there_is_signed_off(read: str) -> None:
    flow = reviewed()
    with pytest.raises(HeadMovedError, match="newest review is of 111111111111"):
        sign_off(answer(head=read), person(flow, Role.OPERATOR), flow.services)


def test_a_head_whose_review_is_due_waits_for_it() -> None:
    flow = reviewed()
    flow.propose(SECOND)
    for head in (FIRST, SECOND):
        with pytest.raises(HeadMovedError, match="222222222222 is not reviewed yet"):
            sign_off(answer(head=head), person(flow, Role.OPERATOR), flow.services)


def test_while_the_same_head_is_judged_again_its_status_stays_pending() -> None:
    flow = reviewed()
    flow.deliver(FIRST)
    sign_off(answer(), person(flow, Role.OPERATOR), flow.services)
    flow.queue.reviews.clear()
    flow.work()
    assert flow.status(FIRST).state == "pending"
    assert "Signed off by ada" in comment(flow)


# --- who may, and what ----------------------------------------------------------------------------


def test_only_whoever_may_signs_off() -> None:
    team = Signers(teams=("data", "security"))
    flow = reviewed(asked(), asked("owner-told", signers=team))
    for actor in (person(flow), person(flow, Role.READER, Role.COLLECTOR, Role.RENDERER)):
        with pytest.raises(NotPermittedError, match="sign off tests: that takes the role operator"):
            sign_off(answer(), actor, flow.services)
    admin = person(flow, Role.ADMIN, handle="root")
    sign_off(answer(), admin, flow.services)
    with pytest.raises(NotPermittedError, match="the team data or the team security"):
        sign_off(answer("owner-told"), admin, flow.services)
    grace = person(flow, handle="grace", team="security")
    with pytest.raises(NotPermittedError):
        sign_off(answer("owner-told"), person(flow, handle="eve", team="sales"), flow.services)
    sign_off(answer("owner-told"), grace, flow.services)


def test_whoever_may_neither_sign_nor_read_learns_nothing_of_a_change() -> None:
    flow = reviewed(asked(), failing(), clusters=("dev", "prod"))
    stranger = person(flow, Role.RENDERER, handle="ci")
    unknown = ChangeRef("memory", REPOSITORY, "8")
    for wrong in (
        answer("no-such-item"),
        answer("tests", head=SECOND),
        answer("tests", clusters=("qa",)),
        Answer(unknown, FIRST, "tests", STATEMENT),
    ):
        for asking_for in (sign_off, revoke_sign_off):
            with pytest.raises(NotPermittedError):
                asking_for(wrong, stranger, flow.services)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("dns", "dns is not left to a person: it fails. Mend what it names, or have an exception"),
        ("ports", "There is no item ports in the checklist of this review: it has dns and tests."),
    ],
)
def test_what_is_not_left_to_a_person_is_not_signed_off(item: str, said: str) -> None:
    flow = reviewed(asked(), failing())
    with pytest.raises(SignOffError, match=re.escape(said)):
        sign_off(answer(item), person(flow, Role.ADMIN), flow.services)


def test_an_item_that_an_earlier_version_judged_is_not_signed_off() -> None:
    flow = reviewed(asked(basis=""))
    with pytest.raises(SignOffError, match="push it again"):
        sign_off(answer(), person(flow, Role.OPERATOR), flow.services)


@pytest.mark.parametrize("statement", ["", " \n\t", "\u200b", "a\x00b", "x" * 4001])
def test_a_click_that_states_nothing_is_refused(statement: str) -> None:
    flow = reviewed()
    with pytest.raises(SignOffError, match="What was checked has to be stated"):
        sign_off(Answer(REF, FIRST, "tests", statement), person(flow, Role.OPERATOR), flow.services)


def test_of_a_closed_or_unknown_change_nothing_is_signed_off() -> None:
    flow = reviewed()
    actor = person(flow, Role.OPERATOR)
    with flow.store.begin() as transaction:
        transaction.changes.close(REF, flow.clock.now())
    with pytest.raises(SignOffError, match="closed"):
        sign_off(answer(), actor, flow.services)
    with pytest.raises(UnknownChangeError, match="Change 8 of team/shop on memory"):
        sign_off(
            Answer(ChangeRef("memory", REPOSITORY, "8"), FIRST, "tests", STATEMENT),
            actor,
            flow.services,
        )


# --- taking it back -------------------------------------------------------------------------------


def test_a_sign_off_that_is_taken_back_asks_again_and_stays_on_record() -> None:
    flow = reviewed()
    signed(flow)
    added = revoke_sign_off(answer(), person(flow, Role.ADMIN, handle="grace"), flow.services)
    flow.work()
    assert "**Asked:**" in comment(flow)
    assert flow.status(FIRST).description.endswith("1 question to a person")
    record = sign_offs_of(REF, person(flow, Role.READER), flow.store)
    assert [(each.kind, each.actor) for each in record] == [
        (SignOffKind.SIGNED, "ada"),
        (SignOffKind.REVOKED, "grace"),
    ]
    assert record[1:] == added
    assert revoke_sign_off(answer(), person(flow, Role.ADMIN), flow.services) == []
    signed(flow)
    assert "Signed off by ada" in comment(flow)


def test_whoever_may_not_sign_off_takes_nothing_back() -> None:
    flow = reviewed()
    signed(flow)
    with pytest.raises(NotPermittedError):
        revoke_sign_off(answer(), person(flow, Role.READER, handle="eve"), flow.services)


def test_the_record_is_read_by_readers_only() -> None:
    flow = reviewed()
    signed(flow)
    with pytest.raises(NotPermittedError):
        sign_offs_of(REF, person(flow, Role.RENDERER, handle="ci"), flow.store)
    (entry,) = sign_offs_of(REF, person(flow, Role.READER), flow.store)
    assert (entry.item, entry.cluster, entry.head, entry.basis, entry.at) == (
        "tests",
        "cluster",
        FIRST,
        BASIS,
        flow.clock.now(),
    )
