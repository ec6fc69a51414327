"""The unit of work over all aggregates."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from edgewarden.adapters.store.changes import DatabaseChanges
from edgewarden.adapters.store.contributions import DatabaseContributions
from edgewarden.adapters.store.engine import open_engine
from edgewarden.adapters.store.inbox import DatabaseInbox
from edgewarden.adapters.store.inventories import DatabaseInventories
from edgewarden.adapters.store.outbox import DatabaseOutbox
from edgewarden.adapters.store.people import DatabasePeople
from edgewarden.adapters.store.register import DatabaseRegister
from edgewarden.adapters.store.reminders import DatabaseReminders
from edgewarden.adapters.store.reviews import DatabaseReviews
from edgewarden.adapters.store.sign_offs import DatabaseSignOffs
from edgewarden.adapters.store.uploads import DatabaseUploads


def unguessable_id() -> str:
    """128 random bits, fit for an address."""
    return secrets.token_urlsafe(16)


class DatabaseTransaction:
    """All aggregates over one database transaction."""

    def __init__(self, session: Session, new_public_id: Callable[[], str]) -> None:
        self.inbox = DatabaseInbox(session)
        self.changes = DatabaseChanges(session, new_public_id)
        self.reviews = DatabaseReviews(session)
        self.outbox = DatabaseOutbox(session)
        self.register = DatabaseRegister(session)
        self.people = DatabasePeople(session)
        self.reminders = DatabaseReminders(session)
        self.inventories = DatabaseInventories(session)
        self.uploads = DatabaseUploads(session)
        self.contributions = DatabaseContributions(session)
        self.sign_offs = DatabaseSignOffs(session)


class DatabaseStore:
    """``workflows.ports.Store`` on a database whose schema is current.

    May be shared by threads; each transaction has a connection of its own. Call ``close`` to
    give the connections back.
    """

    def __init__(self, engine: Engine, new_public_id: Callable[[], str] = unguessable_id) -> None:
        self._engine = engine
        self._new_public_id = new_public_id

    @classmethod
    def at(cls, database_url: str) -> "DatabaseStore":
        """The store at an address that ``engine.database_address`` understands."""
        return cls(open_engine(database_url))

    @contextmanager
    def begin(self) -> Iterator[DatabaseTransaction]:
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield DatabaseTransaction(session, self._new_public_id)

    def close(self) -> None:
        self._engine.dispose()
