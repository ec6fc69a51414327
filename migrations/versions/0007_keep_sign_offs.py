"""Keep what people signed off of changes.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

BLANKS = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)


def upgrade() -> None:
    op.create_table(
        "sign_offs",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("change_id", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_offs")),
        sa.CheckConstraint(
            f"length(trim(statement, '{BLANKS}')) > 0",
            name=op.f("ck_sign_offs_statement_not_blank"),
        ),
        sa.CheckConstraint("length(basis) = 64", name=op.f("ck_sign_offs_basis_is_sha256")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["changes.id"], name=op.f("fk_sign_offs_change_id_changes")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_sign_offs_actor_id_people")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sign_offs_change_id_id"), "sign_offs", ["change_id", "id"])
    op.create_index(op.f("ix_sign_offs_actor_id"), "sign_offs", ["actor_id"])


def downgrade() -> None:
    op.drop_table("sign_offs")
