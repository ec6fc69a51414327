"""What the inbox keeps."""

import pytest

from edgewarden.workflows.ports import Delivery, Store
from tests.integration.store.sample import delivery


def test_a_delivery_is_recorded_once(store: Store) -> None:
    with store.begin() as transaction:
        assert transaction.inbox.record(delivery())
    with store.begin() as transaction:
        assert not transaction.inbox.record(delivery())


def test_a_repeated_delivery_leaves_its_transaction_usable(store: Store) -> None:
    with store.begin() as transaction:
        assert transaction.inbox.record(delivery("d-1"))
        assert not transaction.inbox.record(delivery("d-1"))
        assert transaction.inbox.record(delivery("d-2"))
    with store.begin() as transaction:
        assert transaction.inbox.get("github", "default", "d-2") == delivery("d-2")


@pytest.mark.parametrize("other", [delivery("d-2"), delivery(forge="git"), delivery(hook="second")])
def test_forge_hook_and_id_together_name_a_delivery(store: Store, other: Delivery) -> None:
    with store.begin() as transaction:
        assert transaction.inbox.record(delivery())
        assert transaction.inbox.record(other)


def test_a_delivery_comes_back_as_it_was_recorded(store: Store) -> None:
    with store.begin() as transaction:
        transaction.inbox.record(delivery())
    with store.begin() as transaction:
        assert transaction.inbox.get("github", "default", "d-1") == delivery()
        assert transaction.inbox.get("github", "default", "d-9") is None


def test_refusals_are_counted_by_forge_and_reason(store: Store) -> None:
    for _ in range(3):
        with store.begin() as transaction:
            transaction.inbox.count_refused("github", "signature")
    with store.begin() as transaction:
        assert transaction.inbox.refused("github", "signature") == 3
        assert transaction.inbox.refused("git", "signature") == 0
