"""The tables as the running code reads and writes them.

``migrations/`` makes them; ``alembic check`` holds the two together.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from edgewarden.adapters.store.columns import (
    Compressed,
    Number,
    PlainText,
    PortsColumn,
    RowNumber,
    ScopeColumn,
    UtcDateTime,
)
from edgewarden.governance.exceptions import Scope
from edgewarden.reachability.ports import PortSet

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BLANKS = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
"""What a text must not consist of alone where one is required."""


def not_blank(column: str) -> CheckConstraint:
    return CheckConstraint(f"length(trim({column}, '{BLANKS}')) > 0", name=f"{column}_not_blank")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: UtcDateTime, str: PlainText, int: Number}


class DeliveryRow(Base):
    """A webhook that was accepted, once."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("forge", "hook", "delivery"),
        Index(None, "received_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[RowNumber]
    forge: Mapped[str]
    hook: Mapped[str]
    delivery: Mapped[str]
    event: Mapped[str]
    repository: Mapped[str]
    payload_digest: Mapped[str]
    outcome: Mapped[str]
    received_at: Mapped[datetime]


class RefusalRow(Base):
    """How many deliveries were refused of which nothing is kept."""

    __tablename__ = "refusals"

    forge: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


_WAITING = "closed_at IS NULL AND done < wanted"


class ChangeRow(Base):
    """What is wanted of a change, what is done, and who is at it until when."""

    __tablename__ = "changes"
    __table_args__ = (
        UniqueConstraint("public_id"),
        UniqueConstraint("forge", "repository", "key"),
        CheckConstraint("done <= wanted", name="done_was_wanted"),
        CheckConstraint(
            "(claim_owner IS NULL) = (claimed_until IS NULL)", name="claim_has_owner_and_end"
        ),
        Index("ix_changes_on_branch", "forge", "repository", "base_branch"),
        Index(
            "ix_changes_waiting",
            "first_wanted_at",
            "id",
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[RowNumber]
    public_id: Mapped[str]
    forge: Mapped[str]
    repository: Mapped[str]
    key: Mapped[str]
    base_branch: Mapped[str]
    head: Mapped[str]
    closed_at: Mapped[datetime | None]
    wanted: Mapped[int]
    done: Mapped[int]
    first_wanted_at: Mapped[datetime]
    newer_wanted_at: Mapped[datetime | None]
    """When the oldest want arrived that the present claim does not answer."""
    attempts: Mapped[int]
    last_error: Mapped[str]
    retry_at: Mapped[datetime | None]
    claim_owner: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    comment: Mapped[str | None]


class ReviewRow(Base):
    """A review as ``workflows.codec`` writes it."""

    __tablename__ = "reviews"
    __table_args__ = (Index(None, "change_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[RowNumber]
    change_id: Mapped[int] = mapped_column(ForeignKey("changes.id"))
    wanted: Mapped[int]
    head: Mapped[str]
    merge_base: Mapped[str | None]
    """None in reviews of versions that did not know it."""
    verdict: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]


_UNDELIVERED = "delivered_at IS NULL AND NOT dead"


class MessageRow(Base):
    """Something to be told to the outside."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint(
            "(claim_owner IS NULL) = (claimed_until IS NULL)", name="claim_has_owner_and_end"
        ),
        Index(
            "ix_messages_undelivered",
            "queued_at",
            "id",
            sqlite_where=text(_UNDELIVERED),
            postgresql_where=text(_UNDELIVERED),
        ),
        Index(
            "ix_messages_undelivered_of_change",
            "change_id",
            "queued_at",
            "id",
            sqlite_where=text(_UNDELIVERED),
            postgresql_where=text(_UNDELIVERED),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[RowNumber]
    kind: Mapped[str]
    key: Mapped[str]
    change_id: Mapped[int | None] = mapped_column(ForeignKey("changes.id"))
    payload: Mapped[str]
    version: Mapped[int]
    queued_at: Mapped[datetime]
    """Its place in the order: when it was queued after the last one of its key was done."""
    attempts: Mapped[int]
    last_error: Mapped[str]
    retry_at: Mapped[datetime | None]
    claim_owner: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    claimed_version: Mapped[int | None]
    delivered_at: Mapped[datetime | None]
    dead: Mapped[bool]
    """Failed for good; kept to be looked at."""


class RoleRow(Base):
    """What a person can be allowed to do; the migrations name the roles."""

    __tablename__ = "roles"

    name: Mapped[str] = mapped_column(primary_key=True)


class PersonRow(Base):
    """Somebody who acts. ``mail`` is empty where nobody said."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("handle"),
        not_blank("handle"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[RowNumber]
    handle: Mapped[str]
    mail: Mapped[str]
    created_at: Mapped[datetime]


class PersonRoleRow(Base):
    __tablename__ = "person_roles"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[str] = mapped_column(ForeignKey("roles.name"), primary_key=True)
    granted_at: Mapped[datetime]


class TeamRow(Base):
    """A team that owns exceptions, from the first time that it is named."""

    __tablename__ = "teams"
    __table_args__ = (not_blank("name"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class TeamMemberRow(Base):
    __tablename__ = "team_members"
    __table_args__ = (Index(None, "person_id"),)

    team: Mapped[str] = mapped_column(ForeignKey("teams.name"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    joined_at: Mapped[datetime]


class ForgeLoginRow(Base):
    """Who a person is on a forge."""

    __tablename__ = "forge_logins"
    __table_args__ = (Index(None, "person_id"),)

    forge: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    linked_at: Mapped[datetime]


class TokenRow(Base):
    """A bearer token, of which only the SHA-256 digest and a recognisable prefix are kept."""

    __tablename__ = "tokens"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        Index(None, "prefix"),
        Index(None, "person_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[RowNumber]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    prefix: Mapped[str]
    digest: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ExceptionRow(Base):
    """A granted exception."""

    __tablename__ = "exceptions"
    __table_args__ = (
        not_blank("reason"),
        not_blank("owner"),
        CheckConstraint("expires_at > starts_at", name="ends_after_it_starts"),
        Index(None, "owner"),
        Index(None, "expires_at"),
        {"sqlite_autoincrement": True},
    )

    number: Mapped[RowNumber]
    reason: Mapped[str]
    owner: Mapped[str] = mapped_column(ForeignKey("teams.name"))
    ticket: Mapped[str]
    test: Mapped[str]
    source: Mapped[Scope] = mapped_column(ScopeColumn)
    destination: Mapped[Scope] = mapped_column(ScopeColumn)
    ports: Mapped[PortSet] = mapped_column(PortsColumn)
    starts_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    requested_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]


class ExceptionNamespaceRow(Base):
    """A namespace that an end of an exception names."""

    __tablename__ = "exception_namespaces"
    __table_args__ = (Index(None, "namespace", "number"),)

    number: Mapped[int] = mapped_column(ForeignKey("exceptions.number"), primary_key=True)
    namespace: Mapped[str] = mapped_column(primary_key=True)


class ExceptionEventRow(Base):
    """What was done to an exception; rows are only ever added."""

    __tablename__ = "exception_events"
    __table_args__ = (Index(None, "number", "id"), {"sqlite_autoincrement": True})

    id: Mapped[RowNumber]
    number: Mapped[int] = mapped_column(ForeignKey("exceptions.number"))
    kind: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    detail: Mapped[str]


class ReminderRow(Base):
    """A reminder that was written, once per end and milestone."""

    __tablename__ = "reminders"

    number: Mapped[int] = mapped_column(ForeignKey("exceptions.number"), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(primary_key=True)
    milestone: Mapped[str] = mapped_column(primary_key=True)
    written_at: Mapped[datetime]


class InventoryRow(Base):
    """The newest inventory of a cluster."""

    __tablename__ = "inventories"
    __table_args__ = (
        not_blank("cluster"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        Index(None, "actor_id"),
    )

    cluster: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    taken_at: Mapped[datetime]
    received_at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    unseen: Mapped[dict[str, str]] = mapped_column(JSON)
    document: Mapped[bytes] = mapped_column(Compressed)


class ContributionRow(Base):
    """What a repository deploys to a cluster, as ``workflows.contribution_codec`` packs it."""

    __tablename__ = "contributions"
    __table_args__ = (
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        Index(None, "cluster"),
    )

    forge: Mapped[str] = mapped_column(primary_key=True)
    repository: Mapped[str] = mapped_column(primary_key=True)
    cluster: Mapped[str] = mapped_column(primary_key=True)
    commit: Mapped[str]
    digest: Mapped[str]
    reader: Mapped[str]
    seen_at: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class LookRow(Base):
    """The last look at what a repository deploys to a cluster."""

    __tablename__ = "looks"
    __table_args__ = (CheckConstraint("length(made_of) = 64", name="made_of_is_sha256"),)

    forge: Mapped[str] = mapped_column(primary_key=True)
    repository: Mapped[str] = mapped_column(primary_key=True)
    cluster: Mapped[str] = mapped_column(primary_key=True)
    branch: Mapped[str]
    commit: Mapped[str]
    made_of: Mapped[str]
    obstacle: Mapped[str]
    looked_at: Mapped[datetime]


class UploadRow(Base):
    """What CI rendered of a cluster at a commit."""

    __tablename__ = "uploads"
    __table_args__ = (
        not_blank("cluster"),
        CheckConstraint("length(digest) = 64", name="digest_is_sha256"),
        Index(None, "received_at"),
        Index(None, "actor_id"),
    )

    forge: Mapped[str] = mapped_column(primary_key=True)
    repository: Mapped[str] = mapped_column(primary_key=True)
    commit: Mapped[str] = mapped_column(primary_key=True)
    cluster: Mapped[str] = mapped_column(primary_key=True)
    branch: Mapped[str]
    digest: Mapped[str]
    replaced: Mapped[str]
    received_at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    document: Mapped[bytes] = mapped_column(Compressed)


class SignOffRow(Base):
    """What somebody said about an item of the checklist of a change; rows are only ever added."""

    __tablename__ = "sign_offs"
    __table_args__ = (
        not_blank("statement"),
        CheckConstraint("length(basis) = 64", name="basis_is_sha256"),
        Index(None, "change_id", "id"),
        Index(None, "actor_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[RowNumber]
    change_id: Mapped[int] = mapped_column(ForeignKey("changes.id"))
    kind: Mapped[str]
    item: Mapped[str]
    cluster: Mapped[str]
    head: Mapped[str]
    basis: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    statement: Mapped[str]
