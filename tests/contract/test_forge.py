"""What every forge keeps to: the adapters against fakes in processes, and the fake in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pytest

from edgewarden.adapters.forges.github import GitHub
from edgewarden.workflows.ports import (
    ChangeGoneError,
    ChangeRef,
    CommitStatus,
    Forge,
    ForgeError,
    StatusState,
)
from tests.support.fake_github import FakeGitHub
from tests.support.memory_forge import MemoryForge
from tests.support.shared import shared_path_if_present

REPOSITORY = "team/shop"
HEAD = "a" * 40
BASE = "b" * 40
MARKER = "<!-- edgewarden:review:default -->"


class World(Protocol):
    """A forge and what happens there without this service."""

    @property
    def forge(self) -> Forge: ...

    def open(self, number: int, head: str) -> ChangeRef: ...

    def close(self, ref: ChangeRef) -> None: ...

    def say(self, ref: ChangeRef, body: str) -> None: ...

    def delete_comment(self, comment: str) -> None: ...

    def comments(self, ref: ChangeRef) -> list[str]: ...

    def statuses(self, commit: str) -> list[tuple[str, str, str]]: ...

    def lose_next_answer(self) -> None: ...

    def fail_next_lookup(self) -> None: ...


@dataclass
class MemoryWorld:
    forge: MemoryForge

    def open(self, number: int, head: str) -> ChangeRef:
        return self.forge.open(REPOSITORY, str(number), head=head, base=BASE).ref

    def close(self, ref: ChangeRef) -> None:
        self.forge.close(ref)

    def say(self, ref: ChangeRef, body: str) -> None:
        self.forge.say(ref, "somebody", body)

    def delete_comment(self, comment: str) -> None:
        self.forge.comments = [c for c in self.forge.comments if c.id != comment]

    def comments(self, ref: ChangeRef) -> list[str]:
        return [c.body for c in self.forge.comments if c.ref == ref]

    def statuses(self, commit: str) -> list[tuple[str, str, str]]:
        history = self.forge.statuses.get((REPOSITORY, commit), [])
        return [(s.state.value, s.description, s.address) for s in history]

    def lose_next_answer(self) -> None:
        self.forge.lose_answer = ForgeError("connection lost", permanent=False)

    def fail_next_lookup(self) -> None:
        self.forge.fail_next = ForgeError("down", permanent=False)


@dataclass
class GitHubWorld:
    forge: GitHub
    github: FakeGitHub

    def open(self, number: int, head: str) -> ChangeRef:
        self.github.pull_request(REPOSITORY, number, head=head, base=BASE)
        return ChangeRef("github", REPOSITORY, str(number))

    def close(self, ref: ChangeRef) -> None:
        self.github.pull_request(REPOSITORY, int(ref.key), head=HEAD, base=BASE, state="closed")

    def say(self, ref: ChangeRef, body: str) -> None:
        self.github.say(REPOSITORY, int(ref.key), "somebody", body)

    def delete_comment(self, comment: str) -> None:
        self.github.delete_comment(int(comment))

    def comments(self, ref: ChangeRef) -> list[str]:
        return self.github.comments(REPOSITORY, int(ref.key))

    def statuses(self, commit: str) -> list[tuple[str, str, str]]:
        history = self.github.statuses(REPOSITORY, commit)
        return [(s["state"], s["description"], s["target_url"]) for s in history]

    def lose_next_answer(self) -> None:
        self.github.break_next("accept_then_drop", "POST", ".*/comments")

    def fail_next_lookup(self) -> None:
        self.github.break_next("server_error", "GET", ".*/pulls/[0-9]+")


@pytest.fixture(scope="module")
def github() -> Iterator[FakeGitHub]:
    """Holds every request against GitHub's description where that is at hand."""
    with FakeGitHub(shared_path_if_present("forges/github-openapi-subset.json")) as fake:
        yield fake


@pytest.fixture(params=["memory", "github"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "memory":
        yield MemoryWorld(MemoryForge())
        return
    fake = request.getfixturevalue("github")
    fake.forget()
    forge = GitHub(token=fake.token, secret=fake.secret, api=fake.address)
    yield GitHubWorld(forge, fake)
    forge.close()


def test_a_pull_request_is_read_as_it_is_now(world: World) -> None:
    ref = world.open(7, "1" * 40)
    world.open(7, "2" * 40)

    live = world.forge.pull_request(ref)

    assert (live.ref, live.open, live.head, live.base) == (ref, True, "2" * 40, BASE)
    assert (live.base_branch, live.head_ref) == ("main", "refs/pull/7/head")


def test_a_closed_pull_request_is_not_open(world: World) -> None:
    ref = world.open(7, HEAD)
    world.close(ref)

    assert not world.forge.pull_request(ref).open


def test_a_pull_request_that_does_not_exist_is_gone(world: World) -> None:
    with pytest.raises(ChangeGoneError) as caught:
        world.forge.pull_request(ChangeRef(world.forge.name, REPOSITORY, "404"))

    assert caught.value.permanent


def test_only_open_pull_requests_are_listed(world: World) -> None:
    refs = [world.open(number, HEAD) for number in (1, 2, 3)]
    world.close(refs[1])

    listed = world.forge.open_pull_requests(REPOSITORY)

    assert [each.ref for each in listed] == [refs[0], refs[2]]


def test_a_posted_comment_is_found_again_by_its_marker(world: World) -> None:
    ref = world.open(7, HEAD)

    posted = world.forge.create_comment(ref, f"{MARKER}\nhello")

    assert world.forge.find_comment(ref, MARKER) == posted
    assert world.comments(ref) == [f"{MARKER}\nhello"]


def test_nothing_is_found_where_nothing_was_posted(world: World) -> None:
    ref = world.open(7, HEAD)
    world.forge.create_comment(ref, "another marker")

    assert world.forge.find_comment(ref, MARKER) is None


def test_a_comment_by_somebody_else_that_carries_the_marker_is_not_ours(world: World) -> None:
    ref = world.open(7, HEAD)
    world.say(ref, f"{MARKER}\nforged")
    posted = world.forge.create_comment(ref, f"{MARKER}\nreal")

    assert world.forge.find_comment(ref, MARKER) == posted


def test_the_oldest_of_our_own_comments_is_found(world: World) -> None:
    ref = world.open(7, HEAD)
    first = world.forge.create_comment(ref, f"{MARKER}\nfirst")
    world.forge.create_comment(ref, f"{MARKER}\nsecond")

    assert world.forge.find_comment(ref, MARKER) == first


def test_a_comment_is_found_behind_many_others(world: World) -> None:
    ref = world.open(7, HEAD)
    for number in range(105):
        world.say(ref, f"remark {number}")
    posted = world.forge.create_comment(ref, f"{MARKER}\nlast")

    assert world.forge.find_comment(ref, MARKER) == posted


def test_an_updated_comment_says_the_new_text_only(world: World) -> None:
    ref = world.open(7, HEAD)
    posted = world.forge.create_comment(ref, f"{MARKER}\nold")

    assert world.forge.update_comment(ref, posted, f"{MARKER}\nnew")
    assert world.comments(ref) == [f"{MARKER}\nnew"]


def test_a_deleted_comment_cannot_be_updated(world: World) -> None:
    ref = world.open(7, HEAD)
    posted = world.forge.create_comment(ref, f"{MARKER}\nold")
    world.delete_comment(posted)

    assert not world.forge.update_comment(ref, posted, f"{MARKER}\nnew")
    assert world.comments(ref) == []


def test_a_comment_on_a_change_that_is_gone_is_refused(world: World) -> None:
    with pytest.raises(ChangeGoneError):
        world.forge.create_comment(ChangeRef(world.forge.name, REPOSITORY, "404"), "hello")


def test_a_comment_whose_answer_was_lost_is_found_by_its_marker(world: World) -> None:
    ref = world.open(7, HEAD)
    world.lose_next_answer()

    with pytest.raises(ForgeError) as caught:
        world.forge.create_comment(ref, f"{MARKER}\nhello")

    assert not caught.value.permanent
    assert world.comments(ref) == [f"{MARKER}\nhello"]
    assert world.forge.find_comment(ref, MARKER) is not None


def test_a_status_is_set_as_it_is_said_and_may_be_repeated(world: World) -> None:
    ref = world.open(7, HEAD)
    pending = CommitStatus(StatusState.PENDING, "Waiting.", "https://edgewarden.example/reviews/x")
    success = CommitStatus(StatusState.SUCCESS, "Fine.", "https://edgewarden.example/reviews/x")

    for status in (pending, success, success):
        world.forge.set_status(ref, HEAD, status)

    states = [state for state, _, _ in world.statuses(HEAD)]
    assert states == ["pending", "success", "success"]
    assert world.statuses(HEAD)[-1][1:] == (success.description, success.address)


def test_a_forge_in_trouble_is_a_temporary_error(world: World) -> None:
    ref = world.open(7, HEAD)
    world.fail_next_lookup()

    with pytest.raises(ForgeError) as caught:
        world.forge.pull_request(ref)

    assert not caught.value.permanent
    assert world.forge.pull_request(ref).head == HEAD
