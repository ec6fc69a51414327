"""Know who may hand in what was rendered, and nothing of what clusters hold.

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RENDERER = "renderer"

roles = sa.table("roles", sa.column("name", sa.Text()))
person_roles = sa.table("person_roles", sa.column("role", sa.Text()))


def upgrade() -> None:
    op.bulk_insert(roles, [{"name": RENDERER}])


def downgrade() -> None:
    op.execute(person_roles.delete().where(person_roles.c.role == RENDERER))
    op.execute(roles.delete().where(roles.c.name == RENDERER))
