"""Runs migrations in one transaction and under a lock, so that two starts do not race.

The address comes from whoever runs the migrations, else from EDGEWARDEN_DATABASE_URL. Nothing
of the application is imported, save by the two commands that compare its tables with the
history.
"""

import os
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from alembic import command, context
from alembic.util import CommandError
from sqlalchemy import URL, Connection, MetaData, NullPool, create_engine, event, make_url

MIGRATION_LOCK = 0x45444745
"""The advisory lock on PostgreSQL that whoever migrates holds."""

LOCK_WAIT = 60_000
"""Milliseconds to wait for somebody else's migration on SQLite."""

DEFAULT_URL = "sqlite:///data/edgewarden.sqlite"


def database_url() -> URL:
    given = context.config.attributes.get("database_url")
    url = make_url(given or os.environ.get("EDGEWARDEN_DATABASE_URL") or DEFAULT_URL)
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def tables_to_compare() -> MetaData | None:
    """The application's tables, for ``alembic check`` and ``alembic revision`` alone."""
    chosen = getattr(context.config.cmd_opts, "cmd", (None,))[0]
    if chosen not in (command.check, command.revision):
        return None
    from edgewarden.adapters.store.tables import Base  # noqa: PLC0415

    return Base.metadata


def prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    """Foreign keys are off while tables are rebuilt, and checked before the commit."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {LOCK_WAIT}")
    connection.execute("PRAGMA foreign_keys = OFF")


def lock(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


def refuse_dangling_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if dangling:
            raise CommandError(f"the migration would leave rows without their parents: {dangling}")


def run() -> None:
    if context.is_offline_mode():
        raise CommandError("migrations look at the database: run them without --sql")
    url = database_url()
    engine = create_engine(url, poolclass=NullPool)
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", prepare_sqlite)
    with engine.connect() as connection, connection.begin():
        lock(connection)
        context.configure(
            connection=connection,
            target_metadata=tables_to_compare(),
            render_as_batch=connection.dialect.name == "sqlite",
        )
        context.run_migrations()
        refuse_dangling_references(connection)


run()
