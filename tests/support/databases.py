"""Databases with the current schema, copied from a template that the migrations made."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edgewarden.adapters.store import schema
from tests.support.postgres import PostgresServer


class SqliteDatabases:
    """Migrates one file, of which every database is a copy."""

    def __init__(self, directory: Path) -> None:
        self._template = directory / "template.db"
        self._numbers = itertools.count(1)
        schema.upgrade(f"sqlite:///{self._template}")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        path = self._template.with_name(f"fresh-{next(self._numbers)}.db")
        shutil.copyfile(self._template, path)
        yield f"sqlite:///{path}"
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()


class PostgresDatabases:
    """Migrates one database, of which every other is a copy."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._template = server.create_database()
        schema.upgrade(server.url(self._template))

    @contextmanager
    def fresh(self) -> Iterator[str]:
        name = self._server.create_database(self._template)
        yield self._server.url(name)
        self._server.drop_database(name)
