"""Keep the newest inventory of each cluster, and know who may hand it in.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
COLLECTOR = "collector"

BLANKS = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)

roles = sa.table("roles", sa.column("name", sa.Text()))
person_roles = sa.table("person_roles", sa.column("role", sa.Text()))


def upgrade() -> None:
    op.bulk_insert(roles, [{"name": COLLECTOR}])
    op.create_table(
        "inventories",
        sa.Column("cluster", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("actor_id", NUMBER, nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("unseen", sa.JSON(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("cluster", name=op.f("pk_inventories")),
        sa.CheckConstraint(
            f"length(trim(cluster, '{BLANKS}')) > 0", name=op.f("ck_inventories_cluster_not_blank")
        ),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_inventories_digest_is_sha256")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_inventories_actor_id_people")
        ),
    )
    op.create_index(op.f("ix_inventories_actor_id"), "inventories", ["actor_id"])


def downgrade() -> None:
    op.drop_table("inventories")
    op.execute(person_roles.delete().where(person_roles.c.role == COLLECTOR))
    op.execute(roles.delete().where(roles.c.name == COLLECTOR))
