"""One inventory of each cluster is kept, and never one that was taken before it."""

from dataclasses import replace

from edgewarden.manifests.inventory.document import Unseen
from edgewarden.workflows.ports import Role, Store, StoredInventory
from tests.integration.store.sample import MINUTE, NOW, person

DOCUMENT = b'{"items":[]}' * 100
PROD = StoredInventory(
    cluster="prod",
    digest="ab" * 32,
    taken_at=NOW - MINUTE,
    received_at=NOW,
    actor="scout",
    counts={"Deployment": 12, "Namespace": 3},
    unseen={"pods": Unseen.FORBIDDEN},
)


def keep(
    store: Store, inventory: StoredInventory = PROD, document: bytes = DOCUMENT
) -> StoredInventory:
    """Keep an inventory in a transaction of its own, handed in by its actor."""
    actor = person(store, inventory.actor, frozenset({Role.COLLECTOR}))
    with store.begin() as transaction:
        return transaction.inventories.keep(inventory, document, actor)


def kept(store: Store, cluster: str = "prod") -> tuple[StoredInventory | None, bytes | None]:
    with store.begin() as transaction:
        return transaction.inventories.get(cluster), transaction.inventories.document(cluster)


def test_an_inventory_comes_back_as_it_was_kept(store: Store) -> None:
    assert keep(store) == PROD
    assert kept(store) == (PROD, DOCUMENT)


def test_a_cluster_that_nobody_looked_at_has_none(store: Store) -> None:
    assert kept(store) == (None, None)
    with store.begin() as transaction:
        assert list(transaction.inventories.all()) == []


def test_a_newer_one_takes_the_place_of_the_one_before(store: Store) -> None:
    keep(store)
    newer = replace(
        PROD, digest="cd" * 32, taken_at=NOW, received_at=NOW + MINUTE, actor="ada", unseen={}
    )

    assert keep(store, newer, b"newer") == newer
    assert kept(store) == (newer, b"newer")


def test_one_of_the_same_moment_does_so_too(store: Store) -> None:
    keep(store)
    again = replace(PROD, digest="cd" * 32)

    assert keep(store, again, b"again") == again


def test_an_older_one_changes_nothing(store: Store) -> None:
    keep(store)
    older = replace(PROD, digest="cd" * 32, taken_at=PROD.taken_at - MINUTE)

    assert keep(store, older, b"older") == PROD
    assert kept(store) == (PROD, DOCUMENT)


def test_each_cluster_has_its_own(store: Store) -> None:
    staging = replace(PROD, cluster="Staging", digest="cd" * 32)
    keep(store)
    keep(store, staging, b"staging")

    assert kept(store) == (PROD, DOCUMENT)
    with store.begin() as transaction:
        assert [each.cluster for each in transaction.inventories.all()] == ["Staging", "prod"]
