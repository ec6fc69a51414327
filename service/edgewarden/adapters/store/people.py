"""People, what they may do, the teams they are in, and the credentials they hold."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from edgewarden.adapters.store.inserting import insert_into
from edgewarden.adapters.store.tables import (
    ForgeLoginRow,
    PersonRoleRow,
    PersonRow,
    TeamMemberRow,
    TeamRow,
    TokenRow,
)
from edgewarden.workflows.ports import Actor, Member, Role


class DatabasePeople:
    """``workflows.ports.People`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ensure(self, handle: str, roles: frozenset[Role], now: datetime) -> Actor:
        person = insert_into(self._session, PersonRow).values(
            handle=handle, mail="", created_at=now
        )
        self._session.execute(person.on_conflict_do_nothing(index_elements=["handle"]))
        person_id = self._session.scalars(
            select(PersonRow.id).where(PersonRow.handle == handle)
        ).one()
        for role in sorted(roles):
            grant = insert_into(self._session, PersonRoleRow).values(
                person_id=person_id, role=role.value, granted_at=now
            )
            self._session.execute(grant.on_conflict_do_nothing())
        return self._actor(person_id)

    def add_token(self, person_id: int, name: str, prefix: str, digest: str, now: datetime) -> None:
        self._session.add(
            TokenRow(person_id=person_id, name=name, prefix=prefix, digest=digest, created_at=now)
        )
        self._session.flush()

    def by_token(self, digest: str) -> Actor | None:
        person_id = self._session.scalar(
            select(TokenRow.person_id).where(
                TokenRow.digest == digest, TokenRow.revoked_at.is_(None)
            )
        )
        return None if person_id is None else self._actor(person_id)

    def revoke_tokens(self, prefix: str, now: datetime) -> int:
        revoked = self._session.scalars(
            update(TokenRow)
            .where(TokenRow.prefix == prefix, TokenRow.revoked_at.is_(None))
            .values(revoked_at=now)
            .returning(TokenRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(revoked.all())

    def set_mail(self, person_id: int, address: str) -> None:
        self._session.execute(
            update(PersonRow)
            .where(PersonRow.id == person_id)
            .values(mail=address)
            .execution_options(synchronize_session=False)
        )

    def join_team(self, person_id: int, team: str, now: datetime) -> None:
        ensure_team(self._session, team, now)
        member = insert_into(self._session, TeamMemberRow).values(
            team=team, person_id=person_id, joined_at=now
        )
        self._session.execute(member.on_conflict_do_nothing())

    def leave_team(self, handle: str, team: str) -> bool:
        person = select(PersonRow.id).where(PersonRow.handle == handle).scalar_subquery()
        left = self._session.scalar(
            delete(TeamMemberRow)
            .where(TeamMemberRow.team == team, TeamMemberRow.person_id == person)
            .returning(TeamMemberRow.person_id)
            .execution_options(synchronize_session=False)
        )
        return left is not None

    def members(self, team: str) -> Sequence[Member]:
        statement = (
            select(PersonRow.handle, PersonRow.mail)
            .join(TeamMemberRow, TeamMemberRow.person_id == PersonRow.id)
            .where(TeamMemberRow.team == team)
        )
        found = [Member(handle, mail) for handle, mail in self._session.execute(statement)]
        return sorted(found, key=lambda member: member.handle)

    def teams_of(self, person_id: int) -> frozenset[str]:
        mine = select(TeamMemberRow.team).where(TeamMemberRow.person_id == person_id)
        return frozenset(self._session.scalars(mine))

    def teams(self) -> frozenset[str]:
        return frozenset(self._session.scalars(select(TeamMemberRow.team).distinct()))

    def link_login(self, person_id: int, forge: str, login: str, now: datetime) -> None:
        link = insert_into(self._session, ForgeLoginRow).values(
            forge=forge, login=login, person_id=person_id, linked_at=now
        )
        self._session.execute(
            link.on_conflict_do_update(
                index_elements=["forge", "login"],
                set_={"person_id": person_id, "linked_at": now},
            )
        )

    def by_login(self, forge: str, login: str) -> Actor | None:
        person_id = self._session.scalar(
            select(ForgeLoginRow.person_id).where(
                ForgeLoginRow.forge == forge, ForgeLoginRow.login == login
            )
        )
        return None if person_id is None else self._actor(person_id)

    def team_addresses(self, team: str) -> Sequence[str]:
        statement = (
            select(PersonRow.mail)
            .join(TeamMemberRow, TeamMemberRow.person_id == PersonRow.id)
            .where(TeamMemberRow.team == team, PersonRow.mail != "")
        )
        return sorted(set(self._session.scalars(statement)))

    def _actor(self, person_id: int) -> Actor:
        handle = self._session.scalars(
            select(PersonRow.handle).where(PersonRow.id == person_id)
        ).one()
        roles = self._session.scalars(
            select(PersonRoleRow.role).where(PersonRoleRow.person_id == person_id)
        )
        return Actor(person_id, handle, frozenset(Role(role) for role in roles))


def ensure_team(session: Session, name: str, now: datetime) -> None:
    """Make the team where there is none of that name."""
    team = insert_into(session, TeamRow).values(name=name, created_at=now)
    session.execute(team.on_conflict_do_nothing(index_elements=["name"]))
