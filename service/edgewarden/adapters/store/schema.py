"""Bringing a database to the schema that this version of the code needs."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from edgewarden.adapters.resources import migrations_directory
from edgewarden.adapters.store.engine import database_address, open_engine


def upgrade(database_url: str) -> None:
    """Run the migrations that are missing, all of them or none.

    Several processes may do so at once: each waits for the one before it.
    """
    command.upgrade(_config(database_url), "head")


def current(database_url: str) -> str | None:
    """The revision that the database is at; none where it has no schema yet."""
    engine = open_engine(database_url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def newest() -> str | None:
    """The revision that this version of the code needs."""
    return ScriptDirectory(str(migrations_directory())).get_current_head()


def is_current(database_url: str) -> bool:
    """Whether the store can work on the database as it is."""
    return current(database_url) == newest()


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_directory()).replace("%", "%%"))
    url = database_address(database_url).render_as_string(hide_password=False)
    config.attributes["database_url"] = url
    return config
