"""All of a transaction is kept, or none."""

import pytest

from edgewarden.workflows.ports import Actor, MessageKind, Store, Transaction
from tests.integration.store.sample import HEAD, NOW, REF, delivery, exception, person


class PowerCutError(Exception):
    pass


def do_everything(transaction: Transaction, ada: Actor) -> None:
    transaction.inbox.record(delivery())
    transaction.inbox.count_refused("github", "signature")
    change = transaction.changes.want(REF, base_branch="main", head=HEAD, now=NOW)
    transaction.outbox.put(MessageKind.COMMENT, "1", "{}", now=NOW, change_id=change.id)
    granted = transaction.register.add(exception(), ada, NOW)
    transaction.people.join_team(ada.person_id, "payments", NOW)
    transaction.people.set_mail(ada.person_id, "ada@example.org")
    transaction.reminders.claim(granted.number, granted.expires_at, "week", NOW)


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    ada = person(store)

    def work() -> None:
        with store.begin() as transaction:
            do_everything(transaction, ada)
            raise PowerCutError

    with pytest.raises(PowerCutError):
        work()
    with store.begin() as transaction:
        assert transaction.inbox.record(delivery())
        assert transaction.inbox.refused("github", "signature") == 0
        assert transaction.changes.by_ref(REF) is None
        assert list(transaction.outbox.due(NOW, 10)) == []
        assert list(transaction.register.active(NOW)) == []
        assert list(transaction.people.team_addresses("payments")) == []


def test_a_transaction_sees_what_it_did(store: Store) -> None:
    with store.begin() as transaction:
        change = transaction.changes.want(REF, base_branch="main", head=HEAD, now=NOW)
        claimed = transaction.changes.claim(change.id, "one", NOW, NOW)
        assert claimed == change
        transaction.changes.remember_comment(change.id, "4711")
        assert transaction.changes.get(change.id).comment == "4711"
        transaction.changes.settle(change.id, "one", 1)
        assert transaction.changes.get(change.id).done == 1
