"""An operator says who is in a team, and where reminders go."""

import pytest

from edgewarden.workflows.people import (
    UnknownMemberError,
    add_member,
    members_of,
    remove_member,
)
from edgewarden.workflows.ports import Member
from edgewarden.workflows.texts import UnfitTextError
from tests.support.flow import SettableClock
from tests.support.memory_store import MemoryStore

CLOCK = SettableClock()


def test_a_member_without_a_new_address_keeps_the_old_one() -> None:
    store = MemoryStore()
    add_member("payments", "ada", "ada@example.org", store, CLOCK)
    assert add_member("shop", " ada ", None, store, CLOCK) == Member("ada", "ada@example.org")
    assert add_member("shop", "ada", "a@example.org", store, CLOCK).mail == "a@example.org"
    assert list(members_of("payments", store)) == [Member("ada", "a@example.org")]


def test_a_removed_member_is_written_to_no_more() -> None:
    store = MemoryStore()
    add_member("payments", "ada", "ada@example.org", store, CLOCK)
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
        add_member("payments", "ada", mail, store, CLOCK)
    assert list(members_of("payments", store)) == []


@pytest.mark.parametrize("mail", ["ada@example.org", "a.b+c@mail.example.org", "root@localhost"])
def test_usual_addresses_are_recorded(mail: str) -> None:
    assert add_member("payments", "ada", f" {mail}\n", MemoryStore(), CLOCK).mail == mail


@pytest.mark.parametrize(("team", "handle"), [(" ", "ada"), ("payments", "\u200b"), ("a\0", "b")])
def test_nobody_joins_without_a_name(team: str, handle: str) -> None:
    with pytest.raises(UnfitTextError):
        add_member(team, handle, None, MemoryStore(), CLOCK)
