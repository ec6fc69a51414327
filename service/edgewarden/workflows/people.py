"""Who is in which team, and where their mail goes."""

import re
from collections.abc import Sequence

from edgewarden.workflows.ports import Clock, Member, Store
from edgewarden.workflows.texts import UnfitTextError, line

_LONGEST_ADDRESS = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*")
"""RFC 5321, section 4.1.2, without quoted names and address literals: what every server takes."""


class UnknownMemberError(Exception):
    """Somebody is not in a team."""

    def __init__(self, team: str, handle: str) -> None:
        super().__init__(f"{handle} is not in the team {team}")


def add_member(team: str, handle: str, mail: str | None, store: Store, clock: Clock) -> Member:
    """Make a person a member of a team; both are made where needed.

    ``mail`` is where the person gets mail from now on; without it that stays as it was. Raises
    ``UnfitTextError``.
    """
    team, handle = line(team, "team"), line(handle, "handle")
    address = None if mail is None else _address(mail)
    now = clock.now()
    with store.begin() as transaction:
        person = transaction.people.ensure(handle, frozenset(), now)
        transaction.people.join_team(person.person_id, team, now)
        if address is not None:
            transaction.people.set_mail(person.person_id, address)
        return next(each for each in transaction.people.members(team) if each.handle == handle)


def remove_member(team: str, handle: str, store: Store) -> None:
    """End a membership; the person and the team stay.

    Raises ``UnknownMemberError`` and ``UnfitTextError``.
    """
    team, handle = line(team, "team"), line(handle, "handle")
    with store.begin() as transaction:
        if not transaction.people.leave_team(handle, team):
            raise UnknownMemberError(team, handle)


def members_of(team: str, store: Store) -> Sequence[Member]:
    """Who is in a team, by handle; nobody where there is no such team.

    Raises ``UnfitTextError``.
    """
    team = line(team, "team")
    with store.begin() as transaction:
        return transaction.people.members(team)


def _address(text: str) -> str:
    stripped = text.strip()
    if len(stripped) > _LONGEST_ADDRESS or _ADDRESS.fullmatch(stripped) is None:
        raise UnfitTextError("mail: write an address such as ada@example.com, in ASCII")
    return stripped
