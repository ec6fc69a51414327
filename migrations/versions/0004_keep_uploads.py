"""Keep what CI rendered of commits, and know which commit a review compares with.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

BLANKS = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)


def upgrade() -> None:
    op.add_column("reviews", sa.Column("merge_base", sa.Text(), nullable=True))
    op.create_table(
        "uploads",
        sa.Column("forge", sa.Text(), nullable=False),
        sa.Column("repository", sa.Text(), nullable=False),
        sa.Column("commit", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("replaced", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "forge", "repository", "commit", "cluster", name=op.f("pk_uploads")
        ),
        sa.CheckConstraint(
            f"length(trim(cluster, '{BLANKS}')) > 0", name=op.f("ck_uploads_cluster_not_blank")
        ),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_uploads_digest_is_sha256")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_uploads_actor_id_people")
        ),
    )
    op.create_index(op.f("ix_uploads_actor_id"), "uploads", ["actor_id"])
    op.create_index(op.f("ix_uploads_received_at"), "uploads", ["received_at"])


def downgrade() -> None:
    op.drop_table("uploads")
    op.drop_column("reviews", "merge_base")
