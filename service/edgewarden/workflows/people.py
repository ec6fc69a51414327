"""Who is in which team, and where their mail goes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from edgewarden.governance.request import Request
from edgewarden.workflows.ports import Clock, Member, People, PullRequest, Store
from edgewarden.workflows.texts import UnfitTextError, line

_LONGEST_ADDRESS = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*")
"""RFC 5321, section 4.1.2, without quoted names and address literals: what every server takes."""


@dataclass(frozen=True, slots=True)
class ForgeLogin:
    """Who somebody is on a forge. GitHub and GitLab tell logins apart by their letters, not by
    their case, so ``name`` is in small ones."""

    forge: str
    name: str

    @classmethod
    def of(cls, forge: str, login: str) -> "ForgeLogin":
        return cls(forge, login.casefold())

    @classmethod
    def written(cls, text: str) -> "ForgeLogin":
        """What ``github:ada`` stands for. Raises ``UnfitTextError``."""
        forge, colon, login = line(text, "login").partition(":")
        if not (forge and colon and login):
            raise UnfitTextError("login: write the forge and the name there, as in github:ada")
        return cls.of(forge, login)


class UnknownMemberError(Exception):
    """Somebody is not in a team."""

    def __init__(self, team: str, handle: str) -> None:
        super().__init__(f"{handle} is not in the team {team}")


def add_member(
    team: str,
    handle: str,
    store: Store,
    clock: Clock,
    *,
    mail: str | None = None,
    login: ForgeLogin | None = None,
) -> Member:
    """Make a person a member of a team; both are made where needed.

    ``mail`` is where the person gets mail from now on; without it that stays as it was. What the
    account ``login`` does is the person's from now on. Raises ``UnfitTextError``.
    """
    team, handle = line(team, "team"), line(handle, "handle")
    address = None if mail is None else _address(mail)
    now = clock.now()
    with store.begin() as transaction:
        person = transaction.people.ensure(handle, frozenset(), now)
        transaction.people.join_team(person.person_id, team, now)
        if address is not None:
            transaction.people.set_mail(person.person_id, address)
        if login is not None:
            transaction.people.link_login(person.person_id, login.forge, login.name, now)
        return next(each for each in transaction.people.members(team) if each.handle == handle)


def request_of(pull_request: PullRequest, people: People) -> Request:
    """What a forge tells of a pull request, with the teams of its author, if they are known."""
    author, teams = pull_request.author, None
    if author:
        login = ForgeLogin.of(pull_request.ref.forge, author)
        person = people.by_login(login.forge, login.name)
        teams = None if person is None else people.teams_of(person.person_id)
    return Request(
        author=author,
        teams=teams,
        registered=people.teams(),
        title=pull_request.title,
        labels=pull_request.labels,
        draft=pull_request.draft,
        branch=pull_request.base_branch,
    )


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
