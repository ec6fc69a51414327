"""What the use cases of the flow are given: the ports, and the terms they work on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from edgewarden.reporting.links import BlobLinks
from edgewarden.reporting.status import InconclusiveStatus
from edgewarden.workflows.ports import (
    Analyst,
    Change,
    ChangeRef,
    Clock,
    DeploymentReader,
    Forge,
    ForgeError,
    Mirrors,
    Notifier,
    Observer,
    Queue,
    Store,
)


@dataclass(frozen=True, slots=True)
class GovernedRepository:
    """A repository whose changes are reviewed. ``name`` is ``owner/name``.

    ``contributes`` are the clusters that it is trusted to be background of for other repositories,
    by the names that its own configuration gives them.
    """

    forge: str
    name: str
    contributes: frozenset[str] = frozenset()


class UnknownRepositoryError(Exception):
    """It is not governed here."""

    def __init__(self, forge: str, name: str) -> None:
        super().__init__(
            f"{name} on {forge} is not governed by this service: give its forge and its name as "
            "EDGEWARDEN_REPOSITORIES has them."
        )


def governed_as(
    forge: str, name: str, repositories: Sequence[GovernedRepository]
) -> GovernedRepository:
    """The governed repository of that name, or ``UnknownRepositoryError``."""
    for each in repositories:
        if (each.forge, each.name) == (forge, name):
            return each
    raise UnknownRepositoryError(forge, name)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long things may take, and how often they are tried.

    A lease outlasts the work it covers: ``review_lease`` the fetch and the analysis,
    ``message_lease`` the calls to a forge for one message. After a temporary failure the pause
    doubles from ``first_retry`` to ``longest_retry``; after a permanent one it is
    ``slow_retry``. Without an answer for ``answer_within`` the status becomes an error.
    What CI rendered is kept for ``uploads_kept``, and longer where it is needed.
    ``milestones`` are the days before its expiry on which an exception is called to mind.
    """

    review_lease: timedelta = timedelta(minutes=10)
    message_lease: timedelta = timedelta(minutes=5)
    answer_within: timedelta = timedelta(minutes=10)
    first_retry: timedelta = timedelta(seconds=5)
    longest_retry: timedelta = timedelta(minutes=15)
    slow_retry: timedelta = timedelta(hours=6)
    uploads_kept: timedelta = timedelta(days=30)
    milestones: tuple[int, ...] = (30, 14, 7, 1, 0)
    batch: int = 200


@dataclass(frozen=True, slots=True)
class Publication:
    """How a review is shown to the outside.

    ``address`` is where people reach this service, without a slash at its end.
    ``configuration`` names this service in the marker of its comments, so that two of them on
    one repository do not write over each other. ``inconclusive`` is the status of a review
    that could not judge everything: a failure, or neutral.
    """

    address: str
    configuration: str = "default"
    inconclusive: InconclusiveStatus = InconclusiveStatus.FAILURE

    def review_address(self, change: Change) -> str:
        return f"{self.address}/reviews/{change.public_id}"


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a job needs.

    ``links`` leads to the files of a change, where its forge shows them. ``fresh_name`` makes
    a name that nobody else has.
    """

    store: Store
    queue: Queue
    clock: Clock
    observer: Observer
    forges: Mapping[str, Forge]
    mirrors: Mirrors
    analyst: Analyst
    reader: DeploymentReader
    notifiers: Sequence[Notifier]
    repositories: Sequence[GovernedRepository]
    publication: Publication
    terms: Terms
    links: Callable[[ChangeRef], BlobLinks | None]
    fresh_name: Callable[[], str]

    def forge(self, name: str) -> Forge:
        """Raises a permanent ``ForgeError`` where that forge is not configured (any more)."""
        try:
            return self.forges[name]
        except KeyError:
            raise ForgeError(
                f"the forge {name!r} is not configured: name it in the settings, or close its "
                "changes",
                permanent=True,
            ) from None

    def announce(self, most: int) -> None:
        """Hint at the messages that have been due the longest."""
        with self.store.begin() as transaction:
            due = transaction.outbox.due(self.clock.now(), most)
        for message_id in due:
            self.queue.publish(message_id)
