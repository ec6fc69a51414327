"""The history makes the tables that the code expects, on both databases."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect

from edgewarden.adapters.store import schema
from edgewarden.adapters.store.engine import DatabaseAddressError, database_address, open_engine
from edgewarden.adapters.store.store import DatabaseStore
from tests.integration.store.sample import exception, grant, want
from tests.support.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database in which nothing is."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new directory/50%.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


def alembic(url: str, *arguments: str) -> str:
    """The command that developers use, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=ROOT,
        env=os.environ | {"EDGEWARDEN_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_upgrade_makes_a_database_current(bare_url: str) -> None:
    assert schema.current(bare_url) is None
    assert not schema.is_current(bare_url)
    schema.upgrade(bare_url)
    assert schema.is_current(bare_url)
    assert schema.current(bare_url) == schema.newest()


def test_an_upgrade_of_a_current_database_keeps_what_is_in_it(bare_url: str) -> None:
    schema.upgrade(bare_url)
    store = DatabaseStore.at(bare_url)
    change = want(store)
    schema.upgrade(bare_url)
    with store.begin() as transaction:
        assert transaction.changes.get(change.id) == change
    store.close()


def test_upgrades_at_once_wait_for_each_other(bare_url: str) -> None:
    processes = 3
    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(lambda _: alembic(bare_url, "upgrade", "head"), range(processes)))
    assert schema.is_current(bare_url)


def test_the_history_and_the_tables_of_the_code_agree(bare_url: str) -> None:
    alembic(bare_url, "upgrade", "head")
    assert "No new upgrade operations detected" in alembic(bare_url, "check")


def test_the_history_leads_back_to_nothing(bare_url: str) -> None:
    schema.upgrade(bare_url)
    store = DatabaseStore.at(bare_url)
    grant(store, exception())
    store.close()
    alembic(bare_url, "downgrade", "base")
    assert tables(bare_url) == {"alembic_version"}
    assert schema.current(bare_url) is None


def test_no_revision_imports_the_application() -> None:
    revisions = list((ROOT / "migrations" / "versions").glob("*.py"))
    assert revisions
    for revision in revisions:
        assert "edgewarden" not in revision.read_text()


def test_every_constraint_has_a_name_to_change_it_by(bare_url: str) -> None:
    schema.upgrade(bare_url)
    engine = open_engine(bare_url)
    found = inspect(engine)
    for table in found.get_table_names():
        if table == "alembic_version":
            continue
        constraints = [
            *found.get_unique_constraints(table),
            *found.get_check_constraints(table),
            *found.get_foreign_keys(table),
        ]
        assert all(constraint["name"] for constraint in constraints)
    engine.dispose()


def test_every_foreign_key_is_the_start_of_an_index(bare_url: str) -> None:
    schema.upgrade(bare_url)
    engine = open_engine(bare_url)
    found = inspect(engine)
    bare = []
    for table in sorted(found.get_table_names()):
        indexed = {tuple(index["column_names"])[:1] for index in found.get_indexes(table)}
        indexed.add(tuple(found.get_pk_constraint(table)["constrained_columns"])[:1])
        bare += [
            (table, *key["constrained_columns"])
            for key in found.get_foreign_keys(table)
            if tuple(key["constrained_columns"])[:1] not in indexed
        ]
    engine.dispose()
    assert bare == NEVER_SEARCHED


NEVER_SEARCHED = [
    ("exception_events", "actor_id"),
    ("exceptions", "requested_by"),
    ("person_roles", "role"),
]
"""Nothing asks for these, and what they refer to is never deleted."""


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("sqlite:///data/edgewarden.db", "sqlite"),
        ("postgresql://host/name", "postgresql+psycopg"),
        ("postgres://host/name", "postgresql+psycopg"),
        ("postgresql+psycopg://host/name", "postgresql+psycopg"),
    ],
)
def test_both_databases_are_reached_by_one_driver_each(written: str, used: str) -> None:
    assert database_address(written).drivername == used


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("edgewarden.db", "is no URL"),
        ("mysql://user:secret@host/name", "mysql are not supported"),
        ("postgresql+psycopg2://user:secret@host/name", "psycopg2 are not supported"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_other_addresses_are_refused_without_repeating_them(written: str, complaint: str) -> None:
    with pytest.raises(DatabaseAddressError, match=complaint) as refused:
        database_address(written)
    assert "secret" not in str(refused.value)
