"""An operator says who is in a team, and where reminders go."""

from dataclasses import replace

import pytest

from edgewarden.governance.request import Request, TeamStanding
from edgewarden.workflows.people import (
    ForgeLogin,
    UnknownMemberError,
    add_member,
    members_of,
    remove_member,
    request_of,
)
from edgewarden.workflows.ports import ChangeRef, Member, PullRequest
from edgewarden.workflows.texts import UnfitTextError
from tests.support.flow import SettableClock
from tests.support.memory_store import MemoryStore

CLOCK = SettableClock()


def test_a_member_without_a_new_address_keeps_the_old_one() -> None:
    store = MemoryStore()
    add_member("payments", "ada", store, CLOCK, mail="ada@example.org")
    assert add_member("shop", " ada ", store, CLOCK) == Member("ada", "ada@example.org")
    assert add_member("shop", "ada", store, CLOCK, mail="a@example.org").mail == "a@example.org"
    assert list(members_of("payments", store)) == [Member("ada", "a@example.org")]


PULL_REQUEST = PullRequest(
    ref=ChangeRef("github", "team/shop", "7"),
    title="Open the shop",
    author="Ada",
    open=True,
    base_branch="main",
    base="b" * 40,
    head="a" * 40,
    head_ref="refs/pull/7/head",
    address="",
    labels=("network",),
    draft=True,
)


def asked(store: MemoryStore, author: str = "Ada") -> Request:
    with store.begin() as transaction:
        return request_of(replace(PULL_REQUEST, author=author), transaction.people)


def test_the_author_of_a_pull_request_is_in_the_teams_of_the_person_with_that_login() -> None:
    store = MemoryStore()
    add_member("payments", "ada", store, CLOCK, login=ForgeLogin.written("github:aDa"))
    add_member("platform", "bob", store, CLOCK, login=ForgeLogin.written("gitlab:ada"))
    found = asked(store)
    assert found == Request(
        author="Ada",
        teams=frozenset({"payments"}),
        registered=frozenset({"payments", "platform"}),
        title="Open the shop",
        labels=("network",),
        draft=True,
        branch="main",
    )
    assert found.author_in("payments") is TeamStanding.YES
    assert found.author_in("platform") is TeamStanding.NO
    assert found.author_in("security") is TeamStanding.MAY


def test_of_an_author_whom_nobody_knows_nothing_is_said() -> None:
    store = MemoryStore()
    add_member("payments", "ada", store, CLOCK)
    for author in ("ada", ""):
        assert asked(store, author).teams is None
        assert asked(store, author).author_in("payments") is TeamStanding.MAY


@pytest.mark.parametrize("text", ["ada", ":ada", "github:", ""])
def test_a_login_is_written_with_its_forge(text: str) -> None:
    with pytest.raises(UnfitTextError, match="login"):
        ForgeLogin.written(text)


def test_a_removed_member_is_written_to_no_more() -> None:
    store = MemoryStore()
    add_member("payments", "ada", store, CLOCK, mail="ada@example.org")
    remove_member("payments", "ada", store)
    assert list(members_of("payments", store)) == []
    with pytest.raises(UnknownMemberError, match="ada is not in the team payments"):
        remove_member("payments", "ada", store)


@pytest.mark.parametrize(
    "mail",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example.org, eve@example.org",
        "Ada <ada@example.org>",
        "ada@example.org\r\nBcc: eve@example.org",
        "a da@example.org",
        "ada..b@example.org",
        "\u00e4da@example.org",
        "ada@ex\u00e4mple.org",
        "ada@-example.org",
        "a" * 250 + "@example.org",
    ],
)
def test_an_address_that_a_mail_server_could_refuse_is_not_recorded(mail: str) -> None:
    store = MemoryStore()
    with pytest.raises(UnfitTextError, match=r"such as ada@example\.com"):
        add_member("payments", "ada", store, CLOCK, mail=mail)
    assert list(members_of("payments", store)) == []


@pytest.mark.parametrize("mail", ["ada@example.org", "a.b+c@mail.example.org", "root@localhost"])
def test_usual_addresses_are_recorded(mail: str) -> None:
    assert add_member("payments", "ada", MemoryStore(), CLOCK, mail=f" {mail}\n").mail == mail


@pytest.mark.parametrize(("team", "handle"), [(" ", "ada"), ("payments", "\u200b"), ("a\0", "b")])
def test_nobody_joins_without_a_name(team: str, handle: str) -> None:
    with pytest.raises(UnfitTextError):
        add_member(team, handle, MemoryStore(), CLOCK)
