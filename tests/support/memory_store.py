"""A store in memory that keeps the contract of ``workflows.ports.Store``."""

import copy
import itertools
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from edgewarden.governance.exceptions import PodScope, PolicyException, Scope, Standing
from edgewarden.governance.review import Review
from edgewarden.governance.sign_offs import SignOff
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, Operator
from edgewarden.workflows.ports import (
    Actor,
    Change,
    ChangeRef,
    Delivery,
    ExceptionEvent,
    ExceptionEventKind,
    ExceptionFilter,
    Member,
    Message,
    MessageKind,
    Role,
    StoredInventory,
    StoredReview,
)
from tests.support.memory_contributions import ContributionRows, MemoryContributions
from tests.support.memory_inventories import MemoryInventories
from tests.support.memory_uploads import MemoryUploads, Rows


@dataclass
class _ChangeRow:
    change: Change
    owner: str | None = None
    claimed_until: datetime | None = None
    retry_at: datetime | None = None
    newer_wanted_at: datetime | None = None

    def due(self, now: datetime) -> bool:
        return self.wanted and self.free(now) and self.rested(now)

    def rested(self, now: datetime) -> bool:
        return self.retry_at is None or self.retry_at <= now

    def free(self, now: datetime) -> bool:
        return self.claimed_until is None or self.claimed_until <= now

    @property
    def wanted(self) -> bool:
        return self.change.open and self.change.done < self.change.wanted


@dataclass
class _MessageRow:
    message: Message
    queued_at: datetime
    claimed_until: datetime | None = None
    claimed_version: int | None = None
    retry_at: datetime | None = None
    delivered_at: datetime | None = None
    dead: bool = False

    @property
    def undelivered(self) -> bool:
        return self.delivered_at is None and not self.dead

    @property
    def place(self) -> tuple[datetime, int]:
        return self.queued_at, self.message.id

    def taken(self, now: datetime) -> bool:
        return self.claimed_until is not None and self.claimed_until > now

    def resting(self, now: datetime) -> bool:
        return self.retry_at is not None and self.retry_at > now


@dataclass
class _Person:
    actor: Actor
    mail: str = ""
    teams: set[str] = field(default_factory=set)


@dataclass
class _Token:
    person_id: int
    prefix: str
    revoked: bool = False


@dataclass
class _State:
    deliveries: dict[tuple[str, str, str], Delivery] = field(default_factory=dict)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: dict[int, _ChangeRow] = field(default_factory=dict)
    reviews: dict[int, StoredReview] = field(default_factory=dict)
    messages: dict[int, _MessageRow] = field(default_factory=dict)
    exceptions: dict[int, PolicyException] = field(default_factory=dict)
    events: list[ExceptionEvent] = field(default_factory=list)
    people: dict[int, _Person] = field(default_factory=dict)
    tokens: dict[str, _Token] = field(default_factory=dict)
    logins: dict[tuple[str, str], int] = field(default_factory=dict)
    reminders: set[tuple[int, datetime, str]] = field(default_factory=set)
    inventories: dict[str, tuple[StoredInventory, bytes]] = field(default_factory=dict)
    contributions: ContributionRows = field(default_factory=ContributionRows)
    uploads: Rows = field(default_factory=dict)
    sign_offs: list[tuple[int, SignOff]] = field(default_factory=list)

    def newest_merge_base(self, change: Change) -> str:
        """What the newest review of a change compares with; empty without one."""
        own = [review for review in self.reviews.values() if review.change_id == change.id]
        return max(own, key=lambda each: each.id).review.provenance.merge_base if own else ""


class MemoryInbox:
    def __init__(self, state: _State) -> None:
        self._state = state

    def record(self, delivery: Delivery) -> bool:
        key = (delivery.forge, delivery.hook, delivery.delivery)
        if key in self._state.deliveries:
            return False
        self._state.deliveries[key] = delivery
        return True

    def get(self, forge: str, hook: str, delivery: str) -> Delivery | None:
        return self._state.deliveries.get((forge, hook, delivery))

    def count_refused(self, forge: str, reason: str) -> None:
        self._state.refused[forge, reason] += 1

    def refused(self, forge: str, reason: str) -> int:
        return self._state.refused[forge, reason]


class MemoryChanges:
    def __init__(self, state: _State) -> None:
        self._state = state
        self._rows = state.changes

    def want(self, ref: ChangeRef, *, base_branch: str, head: str, now: datetime) -> Change:
        row = next((row for row in self._rows.values() if row.change.ref == ref), None)
        if row is None:
            change_id = len(self._rows) + 1
            self._rows[change_id] = _ChangeRow(
                Change(
                    id=change_id,
                    public_id=f"public-{change_id}",
                    ref=ref,
                    base_branch=base_branch,
                    head=head,
                    open=True,
                    wanted=1,
                    done=0,
                    first_wanted_at=now,
                    attempts=0,
                    last_error="",
                    comment=None,
                )
            )
            return self._rows[change_id].change
        if row.owner is not None and row.newer_wanted_at is None:
            row.newer_wanted_at = now
        row.change = replace(
            row.change,
            base_branch=base_branch,
            head=head,
            first_wanted_at=row.change.first_wanted_at if row.wanted else now,
            open=True,
            wanted=row.change.wanted + 1,
            attempts=0,
        )
        row.retry_at = None
        return row.change

    def close(self, ref: ChangeRef, now: datetime) -> None:
        for row in self._rows.values():
            if row.change.ref == ref:
                row.change = replace(row.change, open=False)

    def get(self, change_id: int) -> Change:
        return self._rows[change_id].change

    def hold(self, change_id: int) -> Change:
        return self.get(change_id)

    def by_public_id(self, public_id: str) -> Change | None:
        return next((c for c in self._all() if c.public_id == public_id), None)

    def by_ref(self, ref: ChangeRef) -> Change | None:
        return next((change for change in self._all() if change.ref == ref), None)

    def open_on(self, forge: str, repository: str, base_branch: str) -> Sequence[Change]:
        return [
            change
            for change in self._all()
            if change.open
            and (change.ref.forge, change.ref.repository) == (forge, repository)
            and change.base_branch == base_branch
        ]

    def open_by_commit(self, forge: str, repository: str, commit: str) -> Sequence[Change]:
        return [
            change
            for change in self._all()
            if change.open
            and (change.ref.forge, change.ref.repository) == (forge, repository)
            and (
                commit in {change.head, self._state.newest_merge_base(change)}
                or change.done < change.wanted
            )
        ]

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        due = (row.change for row in self._rows.values() if row.due(now))
        return [c.id for c in sorted(due, key=lambda c: (c.first_wanted_at, c.id))][:limit]

    def overdue(self, wanted_before: datetime) -> Sequence[Change]:
        waiting = (row.change for row in self._rows.values() if row.wanted)
        late = (change for change in waiting if change.first_wanted_at < wanted_before)
        return sorted(late, key=lambda change: (change.first_wanted_at, change.id))

    def claim(self, change_id: int, owner: str, now: datetime, until: datetime) -> Change | None:
        row = self._rows.get(change_id)
        if row is None or not row.due(now):
            return None
        row.owner, row.claimed_until, row.newer_wanted_at = owner, until, None
        return row.change

    def settle(self, change_id: int, owner: str, done: int) -> bool:
        row = self._rows.get(change_id)
        if row is None or row.owner != owner:
            return False
        row.change = replace(
            row.change,
            done=max(row.change.done, done),
            first_wanted_at=row.newer_wanted_at or row.change.first_wanted_at,
            attempts=0,
            last_error="",
        )
        row.owner = row.claimed_until = row.retry_at = row.newer_wanted_at = None
        return True

    def postpone(self, change_id: int, owner: str, error: str, retry_at: datetime) -> None:
        row = self._rows.get(change_id)
        if row is None or row.owner != owner:
            return
        row.change = replace(row.change, attempts=row.change.attempts + 1, last_error=error)
        row.owner = row.claimed_until = row.newer_wanted_at = None
        row.retry_at = retry_at

    def remember_comment(self, change_id: int, comment: str | None) -> None:
        row = self._rows[change_id]
        row.change = replace(row.change, comment=comment)

    def _all(self) -> Iterator[Change]:
        return (row.change for row in self._rows.values())


class MemoryReviews:
    def __init__(self, state: _State) -> None:
        self._rows = state.reviews
        self._changes = state.changes

    def add(self, change_id: int, wanted: int, head: str, review: Review, now: datetime) -> int:
        review_id = len(self._rows) + 1
        self._rows[review_id] = StoredReview(review_id, change_id, wanted, head, review, now)
        return review_id

    def get(self, review_id: int) -> StoredReview:
        return self._rows[review_id]

    def latest(self, change_id: int) -> StoredReview | None:
        own = (review for review in self._rows.values() if review.change_id == change_id)
        return max(own, key=lambda review: review.id, default=None)

    def of_commit(self, forge: str, repository: str, commit: str) -> StoredReview | None:
        place = (forge, repository)
        of_repository = {
            number
            for number, row in self._changes.items()
            if (row.change.ref.forge, row.change.ref.repository) == place
        }
        found = (
            review
            for review in self._rows.values()
            if review.head == commit and review.change_id in of_repository
        )
        return max(found, key=lambda review: review.id, default=None)


class MemoryOutbox:
    def __init__(self, state: _State) -> None:
        self._rows = state.messages

    def put(
        self,
        kind: MessageKind,
        key: str,
        payload: str,
        *,
        now: datetime,
        change_id: int | None = None,
    ) -> None:
        for row in self._rows.values():
            if (row.message.kind, row.message.key) == (kind, key):
                if not row.undelivered:
                    row.queued_at = now
                row.message = replace(
                    row.message,
                    change_id=change_id,
                    payload=payload,
                    attempts=0,
                    version=row.message.version + 1,
                )
                row.retry_at = row.delivered_at = None
                row.dead = False
                return
        message_id = len(self._rows) + 1
        message = Message(message_id, kind, key, change_id, payload, attempts=0, version=1)
        self._rows[message_id] = _MessageRow(message, queued_at=now)

    def due(self, now: datetime, limit: int) -> Sequence[int]:
        ready = (
            row
            for row in self._rows.values()
            if row.undelivered
            and not row.taken(now)
            and not row.resting(now)
            and not any(other.resting(now) for other in self._before(row))
        )
        return [row.message.id for row in sorted(ready, key=lambda row: row.place)][:limit]

    def claim(self, message_id: int, owner: str, now: datetime, until: datetime) -> Message | None:
        row = self._rows.get(message_id)
        if row is None or not row.undelivered or row.taken(now) or row.resting(now):
            return None
        if any(self._before(row)):
            return None
        if any(other.taken(now) for other in self._siblings(row)):
            return None
        row.claimed_until, row.claimed_version = until, row.message.version
        return row.message

    def delivered(self, message_id: int, version: int, now: datetime) -> None:
        row = self._rows[message_id]
        if row.message.version == version:
            row.delivered_at = now
        if row.claimed_version == version:
            row.claimed_until = row.claimed_version = None

    def postpone(self, message_id: int, error: str, retry_at: datetime | None) -> None:
        row = self._rows[message_id]
        if self._failed(row):
            row.retry_at = retry_at
            row.dead = retry_at is None

    def set_aside(self, message_id: int, error: str, retry_at: datetime) -> None:
        row = self._rows[message_id]
        if self._failed(row):
            row.retry_at = row.queued_at = retry_at

    def _failed(self, row: _MessageRow) -> bool:
        """Release and count the attempt, unless a newer version has replaced what failed."""
        replaced = row.claimed_version is not None and row.claimed_version < row.message.version
        row.claimed_until = row.claimed_version = None
        if not replaced:
            row.message = replace(row.message, attempts=row.message.attempts + 1)
        return not replaced

    def _siblings(self, row: _MessageRow) -> Iterator[_MessageRow]:
        change_id = row.message.change_id
        if change_id is None:
            return iter(())
        return (
            other
            for other in self._rows.values()
            if other is not row and other.message.change_id == change_id
        )

    def _before(self, row: _MessageRow) -> Iterator[_MessageRow]:
        siblings = self._siblings(row)
        return (other for other in siblings if other.undelivered and other.place < row.place)


class MemoryRegister:
    def __init__(self, state: _State) -> None:
        self._rows = state.exceptions
        self._events = state.events

    def add(self, exception: PolicyException, actor: Actor, now: datetime) -> PolicyException:
        stored = replace(exception, number=len(self._rows) + 1)
        self._rows[stored.number] = stored
        self._note(stored.number, ExceptionEventKind.GRANTED, actor, now, stored.reason)
        return stored

    def get(self, number: int) -> PolicyException | None:
        return self._rows.get(number)

    def find(
        self, wanted: ExceptionFilter, now: datetime, *, after: int = 0, limit: int = 100
    ) -> Sequence[PolicyException]:
        if wanted.standing is not None:
            Standing(wanted.standing)  # a ValueError where there is no such standing
        found = (e for e in self._rows.values() if e.number > after and _fits(e, wanted, now))
        return list(itertools.islice(found, limit))

    def active(self, now: datetime) -> Sequence[PolicyException]:
        return [e for e in self._rows.values() if e.standing(now) == "active"]

    def revoke(self, number: int, actor: Actor, reason: str, now: datetime) -> PolicyException:
        if self._rows[number].revoked_at is None:
            self._rows[number] = replace(self._rows[number], revoked_at=now)
            self._note(number, ExceptionEventKind.REVOKED, actor, now, reason)
        return self._rows[number]

    def events(self, number: int) -> Sequence[ExceptionEvent]:
        return [event for event in self._events if event.number == number]

    def _note(
        self, number: int, kind: ExceptionEventKind, actor: Actor, now: datetime, detail: str
    ) -> None:
        self._events.append(ExceptionEvent(number, kind, actor.handle, now, detail))


def _fits(exception: PolicyException, wanted: ExceptionFilter, now: datetime) -> bool:
    return (
        wanted.owner in (None, exception.owner)
        and wanted.standing in (None, exception.standing(now).value)
        and (wanted.expires_before is None or exception.expires_at < wanted.expires_before)
        and (
            wanted.namespace is None
            or _names(exception.source, wanted.namespace)
            or _names(exception.destination, wanted.namespace)
        )
    )


def _names(scope: Scope, namespace: str) -> bool:
    if not isinstance(scope, PodScope):
        return False
    named = [
        requirement.values
        for requirement in scope.namespaces.requirements
        if requirement.key == NAMESPACE_NAME_LABEL and requirement.operator is Operator.IN
    ]
    return bool(named) and all(namespace in values for values in named)


class MemoryPeople:
    def __init__(self, state: _State) -> None:
        self._state = state

    def ensure(self, handle: str, roles: frozenset[Role], now: datetime) -> Actor:
        people = self._state.people
        person = next((p for p in people.values() if p.actor.handle == handle), None)
        if person is None:
            person = _Person(Actor(len(people) + 1, handle, frozenset()))
            people[person.actor.person_id] = person
        person.actor = replace(person.actor, roles=person.actor.roles | roles)
        return person.actor

    def add_token(self, person_id: int, name: str, prefix: str, digest: str, now: datetime) -> None:
        self._state.tokens[digest] = _Token(person_id, prefix)

    def by_token(self, digest: str) -> Actor | None:
        token = self._state.tokens.get(digest)
        if token is None or token.revoked:
            return None
        return self._state.people[token.person_id].actor

    def revoke_tokens(self, prefix: str, now: datetime) -> int:
        valid = [t for t in self._state.tokens.values() if t.prefix == prefix and not t.revoked]
        for token in valid:
            token.revoked = True
        return len(valid)

    def set_mail(self, person_id: int, address: str) -> None:
        self._state.people[person_id].mail = address

    def join_team(self, person_id: int, team: str, now: datetime) -> None:
        self._state.people[person_id].teams.add(team)

    def leave_team(self, handle: str, team: str) -> bool:
        people = self._state.people.values()
        person = next((p for p in people if p.actor.handle == handle and team in p.teams), None)
        if person is not None:
            person.teams.remove(team)
        return person is not None

    def members(self, team: str) -> Sequence[Member]:
        people = self._state.people.values()
        found = [Member(p.actor.handle, p.mail) for p in people if team in p.teams]
        return sorted(found, key=lambda member: member.handle)

    def teams_of(self, person_id: int) -> frozenset[str]:
        return frozenset(self._state.people[person_id].teams)

    def teams(self) -> frozenset[str]:
        return frozenset(team for each in self._state.people.values() for team in each.teams)

    def link_login(self, person_id: int, forge: str, login: str, now: datetime) -> None:
        self._state.logins[forge, login] = person_id

    def by_login(self, forge: str, login: str) -> Actor | None:
        person_id = self._state.logins.get((forge, login))
        return None if person_id is None else self._state.people[person_id].actor

    def team_addresses(self, team: str) -> Sequence[str]:
        members = (person for person in self._state.people.values() if team in person.teams)
        return sorted({person.mail for person in members if person.mail})


class MemoryReminders:
    def __init__(self, state: _State) -> None:
        self._rows = state.reminders
        self._exceptions = state.exceptions

    def claim(self, number: int, expires_at: datetime, milestone: str, now: datetime) -> bool:
        key = (number, expires_at, milestone)
        if key in self._rows:
            return False
        self._rows.add(key)
        return True

    def outstanding(self, horizon: datetime, last: str) -> Sequence[int]:
        found = [
            (each.expires_at, each.number)
            for each in self._exceptions.values()
            if each.revoked_at is None
            and each.expires_at < horizon
            and (each.number, each.expires_at, last) not in self._rows
        ]
        return [number for _, number in sorted(found)]


class MemorySignOffs:
    def __init__(self, state: _State) -> None:
        self._rows = state.sign_offs

    def add(self, change_id: int, sign_off: SignOff, actor: Actor) -> None:
        self._rows.append((change_id, replace(sign_off, actor=actor.handle)))

    def of(self, change_id: int) -> Sequence[SignOff]:
        return [sign_off for number, sign_off in self._rows if number == change_id]


class MemoryTransaction:
    """All aggregates over one copy of the state."""

    def __init__(self, state: _State) -> None:
        self.inbox = MemoryInbox(state)
        self.changes = MemoryChanges(state)
        self.reviews = MemoryReviews(state)
        self.outbox = MemoryOutbox(state)
        self.register = MemoryRegister(state)
        self.people = MemoryPeople(state)
        self.reminders = MemoryReminders(state)
        self.inventories = MemoryInventories(state.inventories)
        self.contributions = MemoryContributions(state.contributions)
        self.sign_offs = MemorySignOffs(state)
        self.uploads = MemoryUploads(
            state.uploads,
            lambda: [
                (row.change, state.newest_merge_base(row.change)) for row in state.changes.values()
            ],
            state.contributions.looks.values,
        )


class MemoryStore:
    """Transactions run one after the other; each works on a copy that is kept on success."""

    def __init__(self) -> None:
        self._state = _State()
        self._lock = threading.Lock()

    @contextmanager
    def begin(self) -> Iterator[MemoryTransaction]:
        with self._lock:
            state = copy.deepcopy(self._state)
            yield MemoryTransaction(state)
            self._state = state
