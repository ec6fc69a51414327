"""What clusters hold: handed in by whoever may ask them, kept as far as it is needed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from edgewarden.manifests.inventory.cleaning import Cleaning, Tally
from edgewarden.manifests.inventory.document import Inventory
from edgewarden.manifests.inventory.reading import read_inventory
from edgewarden.reachability.location import Problem
from edgewarden.workflows.authorisation import Right, authorise
from edgewarden.workflows.configuration.named_clusters import NamedClusters
from edgewarden.workflows.configuration.schema import CLUSTER_NAME
from edgewarden.workflows.ports import (
    Actor,
    Clock,
    Store,
    StoredInventory,
    Transaction,
)
from edgewarden.workflows.surroundings import ClusterInventory

SKEW = timedelta(minutes=5)
"""How far the clock of who hands in an inventory may be ahead."""


class ClusterNameError(ValueError):
    """``.edgewarden.yaml`` can call no cluster so."""

    def __init__(self) -> None:
        super().__init__(
            "A cluster has a name of up to 63 letters, digits, dots, hyphens and underscores, with "
            "a letter or digit at both ends: give the one that .edgewarden.yaml says."
        )


class UnknownClusterError(Exception):
    """Nobody handed in an inventory of that cluster."""

    def __init__(self, cluster: str) -> None:
        super().__init__(
            f"There is no inventory of {cluster}: hand one in by `edgewarden inventory push`."
        )


class TakenAtError(ValueError):
    """Nobody knows when the cluster was asked; the message says what to do."""


class OlderInventoryError(Exception):
    """A newer inventory is known."""

    def __init__(self, known: datetime, given: datetime) -> None:
        super().__init__(
            f"An inventory taken at {known.isoformat()} is known, and this one was taken before, "
            f"at {given.isoformat()}: take a new one."
        )


class InventoryOutcome(StrEnum):
    """What an inventory that was handed in changed."""

    FIRST = "first"
    """Nothing was known of the cluster."""
    REPLACED = "replaced"
    CONFIRMED = "confirmed"
    """The one before says the same; now it is known to hold longer."""
    UNCHANGED = "unchanged"
    """It is known already."""


@dataclass(frozen=True, slots=True)
class InventoryReceipt:
    """``problems`` tell of objects that the cluster has and that nobody here understands."""

    received_at: datetime
    outcome: InventoryOutcome
    inventory: StoredInventory
    tally: Tally
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class KnownInventories:
    """Inventories by the names of their clusters, as of ``now``."""

    inventories: Sequence[StoredInventory]
    now: datetime


def receive(
    cluster: str,
    text: Iterable[bytes],
    actor: Actor,
    *,
    store: Store,
    clock: Clock,
    taken_at: datetime | None = None,
) -> InventoryReceipt:
    """Clean what ``kubectl`` printed, or what was cleaned elsewhere, and keep it.

    ``taken_at`` is for texts that do not name it. Raises ``NotPermittedError``,
    ``ClusterNameError``, ``InventoryError``, ``TakenAtError`` and ``OlderInventoryError``.
    """
    authorise(actor, Right.PUSH_INVENTORIES)
    check_cluster_name(cluster)
    cleaning = Cleaning()
    cleaning.read(text)
    inventory, tally = cleaning.done(taken_at)
    problems = not_understood(inventory, cluster)
    now = clock.now()
    given = StoredInventory(
        cluster=cluster,
        digest=inventory.digest,
        taken_at=_plausible(inventory.taken_at, now),
        received_at=now,
        actor=actor.handle,
        counts=tally.kept,
        unseen=inventory.unseen,
    )
    with store.begin() as transaction:
        stored = transaction.inventories.get(cluster)
        outcome = _outcome(stored, given)
        if stored is not None and outcome is InventoryOutcome.UNCHANGED:
            return InventoryReceipt(now, outcome, stored, tally, problems)
        kept = transaction.inventories.keep(given, inventory.document, actor)
    if kept.taken_at > given.taken_at:
        raise OlderInventoryError(kept.taken_at, given.taken_at)
    return InventoryReceipt(now, outcome, given, tally, problems)


def check_cluster_name(name: str) -> None:
    """Raises ``ClusterNameError``."""
    if CLUSTER_NAME.fullmatch(name) is None:
        raise ClusterNameError


def not_understood(inventory: Inventory, cluster: str) -> tuple[Problem, ...]:
    """What of an inventory nobody here can read. Raises ``InventoryError`` for what is none."""
    reading = read_inventory([inventory.document], cluster)
    return tuple(problem for refused in reading.refused for problem in refused.problems)


def known(actor: Actor, store: Store, clock: Clock) -> KnownInventories:
    """The inventory of every cluster. Raises ``NotPermittedError``."""
    authorise(actor, Right.READ_INVENTORIES)
    with store.begin() as transaction:
        return KnownInventories(transaction.inventories.all(), clock.now())


def show(cluster: str, actor: Actor, store: Store, clock: Clock) -> KnownInventories:
    """The inventory of one cluster. Raises ``NotPermittedError`` and ``UnknownClusterError``."""
    authorise(actor, Right.READ_INVENTORIES)
    with store.begin() as transaction:
        stored = transaction.inventories.get(cluster)
    if stored is None:
        raise UnknownClusterError(cluster)
    return KnownInventories((stored,), clock.now())


def of_change(named: NamedClusters, transaction: Transaction) -> Iterator[ClusterInventory]:
    """The inventories of all clusters that a change may be about; its analysis tells which are."""
    for each in transaction.inventories.all():
        if named.may_hold(each.cluster):
            document = transaction.inventories.document(each.cluster)
            if document is not None:
                yield ClusterInventory(each.cluster, each.digest, document)


def _outcome(stored: StoredInventory | None, given: StoredInventory) -> InventoryOutcome:
    if stored is None:
        return InventoryOutcome.FIRST
    if stored.digest != given.digest:
        return InventoryOutcome.REPLACED
    newer = stored.taken_at < given.taken_at
    return InventoryOutcome.CONFIRMED if newer else InventoryOutcome.UNCHANGED


def _plausible(taken_at: datetime | None, now: datetime) -> datetime:
    if taken_at is None:
        raise TakenAtError(
            "Nobody says when the cluster was asked: add it as taken_at, a time with its zone "
            "(RFC 3339) such as 2026-11-23T08:00:00Z."
        )
    if taken_at > now + SKEW:
        raise TakenAtError(
            f"The inventory is said to be taken at {taken_at.isoformat()}, which is not yet: set "
            "the clock of the machine that took it."
        )
    return taken_at
