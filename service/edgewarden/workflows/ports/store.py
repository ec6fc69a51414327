"""Units of work over everything that is kept."""

from contextlib import AbstractContextManager
from typing import Protocol

from edgewarden.workflows.ports.contributions import Contributions
from edgewarden.workflows.ports.inventories import Inventories
from edgewarden.workflows.ports.progress import Changes, Inbox, Outbox, Reviews
from edgewarden.workflows.ports.register import People, Register, ReminderLedger
from edgewarden.workflows.ports.sign_offs import SignOffs
from edgewarden.workflows.ports.uploads import Uploads


class Transaction(Protocol):
    """One unit of work: all of it is kept, or none."""

    @property
    def inbox(self) -> Inbox: ...

    @property
    def changes(self) -> Changes: ...

    @property
    def reviews(self) -> Reviews: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def register(self) -> Register: ...

    @property
    def people(self) -> People: ...

    @property
    def reminders(self) -> ReminderLedger: ...

    @property
    def inventories(self) -> Inventories: ...

    @property
    def uploads(self) -> Uploads: ...

    @property
    def contributions(self) -> Contributions: ...

    @property
    def sign_offs(self) -> SignOffs: ...


class Store(Protocol):
    def begin(self) -> AbstractContextManager[Transaction]:
        """Commit on leaving normally, roll back on an exception."""
