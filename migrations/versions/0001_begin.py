"""Begin with an inbox, changes, reviews, an outbox, a register and people.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

BLANKS = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)


def not_blank(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"length(trim({column}, '{BLANKS}')) > 0", name=op.f(f"ck_{table}_{column}_not_blank")
    )


def counted(name: str) -> sa.Column[int]:
    return sa.Column(name, NUMBER, autoincrement=True, nullable=False)


def references(table: str, column: str, target: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.{key}"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def upgrade() -> None:
    make_inbox()
    make_changes()
    make_messages()
    make_people()
    make_exceptions()


def make_inbox() -> None:
    op.create_table(
        "deliveries",
        counted("id"),
        sa.Column("forge", sa.Text(), nullable=False),
        sa.Column("hook", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("repository", sa.Text(), nullable=False),
        sa.Column("payload_digest", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint(
            "forge", "hook", "delivery", name=op.f("uq_deliveries_forge_hook_delivery")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deliveries_received_at"), "deliveries", ["received_at"])
    op.create_table(
        "refusals",
        sa.Column("forge", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("count", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("forge", "reason", name=op.f("pk_refusals")),
    )


def make_changes() -> None:
    op.create_table(
        "changes",
        counted("id"),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("forge", sa.Text(), nullable=False),
        sa.Column("repository", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("base_branch", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("wanted", NUMBER, nullable=False),
        sa.Column("done", NUMBER, nullable=False),
        sa.Column("first_wanted_at", INSTANT, nullable=False),
        sa.Column("newer_wanted_at", INSTANT, nullable=True),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("retry_at", INSTANT, nullable=True),
        sa.Column("claim_owner", sa.Text(), nullable=True),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_changes_public_id")),
        sa.UniqueConstraint(
            "forge", "repository", "key", name=op.f("uq_changes_forge_repository_key")
        ),
        sa.CheckConstraint("done <= wanted", name=op.f("ck_changes_done_was_wanted")),
        sa.CheckConstraint(
            "(claim_owner IS NULL) = (claimed_until IS NULL)",
            name=op.f("ck_changes_claim_has_owner_and_end"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_on_branch", "changes", ["forge", "repository", "base_branch"])
    waiting = sa.text("closed_at IS NULL AND done < wanted")
    op.create_index(
        "ix_changes_waiting",
        "changes",
        ["first_wanted_at", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "reviews",
        counted("id"),
        sa.Column("change_id", NUMBER, nullable=False),
        sa.Column("wanted", NUMBER, nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        references("reviews", "change_id", "changes", "id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reviews_change_id_id"), "reviews", ["change_id", "id"])


def make_messages() -> None:
    op.create_table(
        "messages",
        counted("id"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("change_id", NUMBER, nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("retry_at", INSTANT, nullable=True),
        sa.Column("claim_owner", sa.Text(), nullable=True),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("claimed_version", NUMBER, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("dead", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_messages_kind_key")),
        sa.CheckConstraint(
            "(claim_owner IS NULL) = (claimed_until IS NULL)",
            name=op.f("ck_messages_claim_has_owner_and_end"),
        ),
        references("messages", "change_id", "changes", "id"),
        sqlite_autoincrement=True,
    )
    undelivered = sa.text("delivered_at IS NULL AND NOT dead")
    op.create_index(
        "ix_messages_undelivered",
        "messages",
        ["queued_at", "id"],
        sqlite_where=undelivered,
        postgresql_where=undelivered,
    )
    op.create_index(
        "ix_messages_undelivered_of_change",
        "messages",
        ["change_id", "queued_at", "id"],
        sqlite_where=undelivered,
        postgresql_where=undelivered,
    )


def make_people() -> None:
    roles = op.create_table(
        "roles",
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_roles")),
    )
    op.bulk_insert(roles, [{"name": name} for name in ("reader", "operator", "admin")])
    op.create_table(
        "people",
        counted("id"),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("handle", name=op.f("uq_people_handle")),
        not_blank("people", "handle"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "person_roles",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_roles")),
        references("person_roles", "person_id", "people", "id"),
        references("person_roles", "role", "roles", "name"),
    )
    op.create_table(
        "teams",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_teams")),
        not_blank("teams", "name"),
    )
    op.create_table(
        "team_members",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("team", "person_id", name=op.f("pk_team_members")),
        references("team_members", "team", "teams", "name"),
        references("team_members", "person_id", "people", "id"),
    )
    op.create_index(op.f("ix_team_members_person_id"), "team_members", ["person_id"])
    op.create_table(
        "forge_logins",
        sa.Column("forge", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("linked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("forge", "login", name=op.f("pk_forge_logins")),
        references("forge_logins", "person_id", "people", "id"),
    )
    op.create_index(op.f("ix_forge_logins_person_id"), "forge_logins", ["person_id"])
    op.create_table(
        "tokens",
        counted("id"),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_tokens_digest")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_tokens_digest_is_sha256")),
        references("tokens", "person_id", "people", "id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_tokens_prefix"), "tokens", ["prefix"])
    op.create_index(op.f("ix_tokens_person_id"), "tokens", ["person_id"])


def make_exceptions() -> None:
    op.create_table(
        "exceptions",
        counted("number"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("test", sa.Text(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("destination", sa.JSON(), nullable=False),
        sa.Column("ports", sa.JSON(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("requested_by", NUMBER, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_exceptions")),
        not_blank("exceptions", "reason"),
        not_blank("exceptions", "owner"),
        sa.CheckConstraint(
            "expires_at > starts_at", name=op.f("ck_exceptions_ends_after_it_starts")
        ),
        references("exceptions", "owner", "teams", "name"),
        references("exceptions", "requested_by", "people", "id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_exceptions_owner"), "exceptions", ["owner"])
    op.create_index(op.f("ix_exceptions_expires_at"), "exceptions", ["expires_at"])
    op.create_table(
        "exception_namespaces",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", "namespace", name=op.f("pk_exception_namespaces")),
        references("exception_namespaces", "number", "exceptions", "number"),
    )
    op.create_index(
        op.f("ix_exception_namespaces_namespace_number"),
        "exception_namespaces",
        ["namespace", "number"],
    )
    op.create_table(
        "exception_events",
        counted("id"),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exception_events")),
        references("exception_events", "number", "exceptions", "number"),
        references("exception_events", "actor_id", "people", "id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_exception_events_number_id"), "exception_events", ["number", "id"])
    op.create_table(
        "reminders",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("milestone", sa.Text(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", "expires_at", "milestone", name=op.f("pk_reminders")),
        references("reminders", "number", "exceptions", "number"),
    )


def downgrade() -> None:
    for table in (
        "reminders",
        "exception_events",
        "exception_namespaces",
        "exceptions",
        "tokens",
        "forge_logins",
        "team_members",
        "teams",
        "person_roles",
        "people",
        "roles",
        "messages",
        "reviews",
        "changes",
        "refusals",
        "deliveries",
    ):
        op.drop_table(table)
