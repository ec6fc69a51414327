"""Connections to the database, set up alike wherever they are made."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from psycopg import Connection as PostgresConnection
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

_LOCK_WAIT = 30_000
"""Milliseconds that a transaction waits for the one before it on SQLite."""


class DatabaseAddressError(Exception):
    """The database address is not one that the store can use; the message says what is."""


def database_address(text: str) -> URL:
    """Read an address such as ``sqlite:///data/edgewarden.db`` or ``postgresql://host/name``.

    PostgreSQL is always reached by psycopg 3. Raises ``DatabaseAddressError``, which never
    repeats the address, since that can hold a password.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseAddressError(
            "the database address is no URL: write sqlite:///FILE or postgresql://HOST/NAME"
        ) from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise DatabaseAddressError(
            f"databases of kind {url.drivername} are not supported: use sqlite or postgresql"
        )
    if url.database in (None, "", ":memory:"):
        raise DatabaseAddressError(
            "an SQLite database needs a file, which several processes share: write sqlite:///FILE"
        )
    return url


def open_engine(database_url: str) -> Engine:
    """An engine for the store, connected when first used.

    On SQLite every transaction takes the write lock as it begins, so that what it read still
    holds when it writes; the directory of the file is made where it is missing.
    """
    url = database_address(database_url)
    if url.get_backend_name() == "sqlite":
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    else:
        engine = create_engine(url, pool_pre_ping=True)
        event.listen(engine, "connect", _prepare_postgres)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing: _begin_immediate does
    connection.execute(f"PRAGMA busy_timeout = {_LOCK_WAIT}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare_postgres(connection: PostgresConnection, _record: object) -> None:
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()
