"""Fixtures that every suite may use: stores in memory, on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterator

import pytest

from edgewarden.adapters.store.store import DatabaseStore
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.memory_store import MemoryStore
from tests.support.postgres import PostgresServer, postgres_server

pytest_plugins = ["pytester", "tests.support.strict"]


@pytest.fixture(autouse=True, scope="session")
def _without_own_cache() -> Iterator[None]:
    """No test reads or writes the cache of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", os.devnull)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running PostgreSQL; an error where none can be had."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_databases(postgres: PostgresServer) -> PostgresDatabases:
    return PostgresDatabases(postgres)


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def sqlite_url(sqlite_databases: SqliteDatabases) -> Iterator[str]:
    """The address of an empty database with the current schema, on SQLite only."""
    with sqlite_databases.fresh() as url:
        yield url


@pytest.fixture
def postgresql_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """The address of an empty database with the current schema, on PostgreSQL only."""
    with postgres_databases.fresh() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database with the current schema, on each database in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[DatabaseStore]:
    opened = DatabaseStore.at(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[DatabaseStore]:
    opened = DatabaseStore.at(postgresql_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_store(request: pytest.FixtureRequest) -> DatabaseStore:
    """An empty store, on each database in turn."""
    opened: DatabaseStore = request.getfixturevalue(f"{request.param}_store")
    return opened


@pytest.fixture
def memory_store() -> MemoryStore:
    return MemoryStore()
