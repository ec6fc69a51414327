"""Values that the tests of the store put into it."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from edgewarden.governance.exceptions import AddressScope, PodScope, PolicyException
from edgewarden.reachability.labels import (
    NAMESPACE_NAME_LABEL,
    LabelSelector,
    Operator,
    Requirement,
)
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.workflows.ports import Actor, Change, ChangeRef, Delivery, Role, Store

NOW = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LEASE = 10 * MINUTE
REF = ChangeRef("github", "team/shop", "7")
HEAD = "15b25be041364d28a735315595306290db0cc931"


def delivery(name: str = "d-1", *, forge: str = "github", hook: str = "default") -> Delivery:
    return Delivery(
        forge=forge,
        hook=hook,
        delivery=name,
        event="pull_request",
        repository="team/shop",
        payload_digest="0" * 64,
        outcome="change_updated",
        received_at=NOW,
    )


def want(store: Store, ref: ChangeRef = REF, *, head: str = HEAD, now: datetime = NOW) -> Change:
    """Want a change in a transaction of its own."""
    with store.begin() as transaction:
        return transaction.changes.want(ref, base_branch="main", head=head, now=now)


def claim(store: Store, change_id: int, owner: str, now: datetime = NOW) -> Change | None:
    """Claim a change in a transaction of its own."""
    with store.begin() as transaction:
        return transaction.changes.claim(change_id, owner, now, now + LEASE)


def due(store: Store, now: datetime = NOW) -> list[int]:
    with store.begin() as transaction:
        return list(transaction.changes.due(now, 100))


def load(store: Store, change_id: int) -> Change:
    with store.begin() as transaction:
        return transaction.changes.get(change_id)


def in_namespace(*names: str) -> PodScope:
    """All pods of the namespaces of these names."""
    named = Requirement(NAMESPACE_NAME_LABEL, Operator.IN, tuple(sorted(names)))
    return PodScope(LabelSelector.of(named), LabelSelector())


def exception(
    *,
    owner: str = "payments",
    starts_at: datetime = NOW,
    expires_at: datetime = NOW + 30 * DAY,
    source: PodScope | AddressScope | None = None,
    destination: PodScope | AddressScope | None = None,
) -> PolicyException:
    return PolicyException(
        number=0,
        reason="The old ledger is read until the migration ends.",
        owner=owner,
        ticket="PAY-311",
        test="tests/ledger.sh",
        source=source or in_namespace("shop"),
        destination=destination or AddressScope(ip_network("203.0.113.0/24")),
        ports=PortSet.of(Protocol.TCP, 5432) | PortSet.of(Protocol.UDP, 53),
        starts_at=starts_at,
        expires_at=expires_at,
    )


def person(store: Store, handle: str = "ada", roles: frozenset[Role] = frozenset()) -> Actor:
    with store.begin() as transaction:
        return transaction.people.ensure(handle, roles, NOW)


def grant(store: Store, granted: PolicyException) -> PolicyException:
    """Add an exception in a transaction of its own, as a person called ada."""
    actor = person(store)
    with store.begin() as transaction:
        return transaction.register.add(granted, actor, NOW)
