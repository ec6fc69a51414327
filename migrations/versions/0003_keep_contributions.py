"""Keep what repositories deploy to clusters.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "contributions",
        sa.Column("forge", sa.Text(), nullable=False),
        sa.Column("repository", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=False),
        sa.Column("commit", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("forge", "repository", "cluster", name=op.f("pk_contributions")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_contributions_digest_is_sha256")),
    )
    op.create_index(op.f("ix_contributions_cluster"), "contributions", ["cluster"])


def downgrade() -> None:
    op.drop_table("contributions")
