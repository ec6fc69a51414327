"""INSERT with ON CONFLICT, which both databases have and SQLAlchemy keeps per dialect."""

from typing import TypeAlias

from sqlalchemy import literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from edgewarden.adapters.store.tables import Base

Insert: TypeAlias = postgresql.Insert | sqlite.Insert


def insert_into(session: Session, table: type[Base]) -> Insert:
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def inserted(session: Session, statement: Insert) -> bool:
    """Run an INSERT that does nothing on a conflict; whether it made its one row."""
    return session.scalar(statement.returning(literal(1))) is not None
