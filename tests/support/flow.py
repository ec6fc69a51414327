"""A whole flow in memory: every port has a small fake with a state that tests read."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from edgewarden.governance.exceptions import PolicyException
from edgewarden.governance.review import Comparison, Review, Verdict
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.deployed import deployed
from edgewarden.workflows.ports import (
    AssessmentRequest,
    Branches,
    Change,
    ChangeRef,
    CommitStatus,
    Deployed,
    DeploymentError,
    DeploymentRequest,
    EventKind,
    ForgeEvent,
    GitError,
    Message,
    Notice,
    NotificationError,
    PullRequest,
    Role,
    Stage,
    Tip,
    TreePair,
)
from edgewarden.workflows.publish import publish
from edgewarden.workflows.receive import Arrival, Received, receive
from edgewarden.workflows.review import review_change
from edgewarden.workflows.services import GovernedRepository, Publication, Services, Terms
from tests.support.memory_forge import MemoryForge
from tests.support.memory_store import MemoryStore
from tests.support.reviews import NOW, finding, provenance
from tests.support.reviews import review as make_review

REPOSITORY = "team/shop"
MAIN = "main"
FIRST = "1" * 40
SECOND = "2" * 40
THIRD = "3" * 40
WORDS = {FIRST: "one", SECOND: "two", THIRD: "three"}


class SettableClock:
    """Stands still until it is told otherwise."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **span: float) -> None:
        self._now += timedelta(**span)

    def set(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)


@dataclass
class HintedQueue:
    """Keeps the hints in their order until a test works them off."""

    reviews: list[int] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    contributors: list[tuple[str, str]] = field(default_factory=list)

    def review(self, change_id: int) -> None:
        self.reviews.append(change_id)

    def publish(self, message_id: int) -> None:
        self.messages.append(message_id)

    def contribute(self, forge: str, repository: str) -> None:
        self.contributors.append((forge, repository))


class Killed(BaseException):
    """What a SIGKILL is to a test that has only one process."""


@dataclass
class WatchingObserver:
    """Remembers the boundaries; ``once`` holds what happens when one is next passed."""

    passed_stages: list[Stage] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    once: dict[Stage, Callable[[], object]] = field(default_factory=dict)

    def kill_at(self, stage: Stage) -> None:
        def kill() -> None:
            raise Killed

        self.once[stage] = kill

    def passed(self, stage: Stage, change_id: int | None) -> None:
        self.passed_stages.append(stage)
        happens = self.once.pop(stage, None)
        if happens is not None:
            happens()

    def put_off(self, message: Message, reason: str) -> None:
        self.failures.append(f"{message.kind.value}: {reason}")


@dataclass
class CannedMirrors:
    """Answers every change with ``tree`` on both sides, or fails when told to.

    ``tips`` are those of default branches by repository, ``others`` those of other branches, and
    ``once`` what happens at the next fetch of one. A repository in ``broken`` cannot be asked, one
    in ``unfetched`` not be fetched.
    """

    fail_next: GitError | None = None
    compared: list[PullRequest] = field(default_factory=list)
    tree: Snapshot = field(default_factory=lambda: Snapshot(()))
    tips: dict[str, Tip] = field(default_factory=dict)
    others: dict[tuple[str, str], Tip] = field(default_factory=dict)
    broken: dict[str, Exception] = field(default_factory=dict)
    unfetched: dict[str, Exception] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    once: list[Callable[[], object]] = field(default_factory=list)

    def branches(self, forge: str, repository: str) -> Branches:
        if repository in self.broken:
            raise self.broken[repository]
        others = {
            branch: tip.commit for (name, branch), tip in self.others.items() if name == repository
        }
        return Branches(MAIN, {MAIN: self.tips[repository].commit, **others})

    def fetch_tip(self, forge: str, repository: str, branch: str) -> Tip:
        self.fetched.append(repository)
        if repository in self.unfetched:
            raise self.unfetched[repository]
        found = self.tips[repository] if branch == MAIN else self.others[repository, branch]
        while self.once:
            self.once.pop()()
        return found

    def compare(self, pull_request: PullRequest) -> TreePair:
        if self.fail_next is not None:
            failure, self.fail_next = self.fail_next, None
            raise failure
        self.compared.append(pull_request)
        return TreePair(
            base=self.tree,
            head=self.tree,
            comparison=Comparison.MERGE_RESULT,
            base_commit=pull_request.base,
            head_commit=pull_request.head,
            base_tree="a" * 40,
            head_tree="b" * 40,
        )


@dataclass
class CannedAnalyst:
    """Answers by head: the review that a test gave for it, or one that finds something."""

    reviews: dict[str, Review] = field(default_factory=dict)
    requests: list[AssessmentRequest] = field(default_factory=list)
    break_next: Exception | None = None

    def assess(self, request: AssessmentRequest) -> Review:
        self.requests.append(request)
        if self.break_next is not None:
            defect, self.break_next = self.break_next, None
            raise defect
        head = request.trees.head_commit
        review = self.reviews.get(head, loud(f"seen with head {WORDS[head]}"))
        return replace(
            review,
            provenance=replace(provenance(), base=request.trees.base_commit, head=head),
            judged_at=request.now,
        )


@dataclass
class SameProcessReader:
    """Reads trees as the child does, without one; ``fail_next`` are reasons why it cannot."""

    identity: str = "reader-1"
    fail_next: list[DeploymentError] = field(default_factory=list)

    def deployed(self, request: DeploymentRequest) -> Deployed:
        if self.fail_next:
            raise self.fail_next.pop()
        return deployed(request, NO_CLAIMS)


def loud(message: str) -> Review:
    """A review that asks for attention and says ``message``."""
    return make_review(
        Verdict.ATTENTION,
        reasons=(message,),
        findings=(finding(message=message),),
    )


def quiet() -> Review:
    return make_review(Verdict.PASS)


@dataclass
class RecordingNotifier:
    """Keeps what it delivers, or fails when told to."""

    name: str = "log"
    sent: list[Notice] = field(default_factory=list)
    fail_next: NotificationError | None = None

    def send(self, notice: Notice) -> None:
        if self.fail_next is not None:
            failure, self.fail_next = self.fail_next, None
            raise failure
        self.sent.append(notice)


@dataclass
class Flow:
    """The fakes, the services over them, and the short words in which tests speak."""

    store: MemoryStore = field(default_factory=MemoryStore)
    forge: MemoryForge = field(default_factory=MemoryForge)
    queue: HintedQueue = field(default_factory=HintedQueue)
    clock: SettableClock = field(default_factory=SettableClock)
    observer: WatchingObserver = field(default_factory=WatchingObserver)
    mirrors: CannedMirrors = field(default_factory=CannedMirrors)
    analyst: CannedAnalyst = field(default_factory=CannedAnalyst)
    reader: SameProcessReader = field(default_factory=SameProcessReader)
    notifiers: tuple[RecordingNotifier, ...] = field(default_factory=lambda: (RecordingNotifier(),))
    terms: Terms = field(default_factory=Terms)
    others: tuple[GovernedRepository, ...] = ()
    contributes: frozenset[str] = frozenset()
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def services(self) -> Services:
        return Services(
            store=self.store,
            queue=self.queue,
            clock=self.clock,
            observer=self.observer,
            forges={self.forge.name: self.forge},
            mirrors=self.mirrors,
            analyst=self.analyst,
            reader=self.reader,
            notifiers=self.notifiers,
            repositories=(
                GovernedRepository(self.forge.name, REPOSITORY, self.contributes),
                *self.others,
            ),
            publication=Publication("https://edgewarden.example"),
            terms=self.terms,
            links=lambda _: None,
            fresh_name=lambda: f"job-{next(self._numbers)}",
        )

    def push(self, head: str, *, key: str = "7", base: str = "b" * 40) -> ChangeRef:
        """The forge has a new head, and nobody was told."""
        return self.forge.open(REPOSITORY, key, head=head, base=base).ref

    def deliver(self, head: str, *, key: str = "7") -> Received:
        """The webhook of a head."""
        event = ForgeEvent(
            kind=EventKind.CHANGE_UPDATED,
            delivery=f"delivery-{next(self._numbers)}",
            event="pull_request",
            repository=REPOSITORY,
            change=ChangeRef(self.forge.name, REPOSITORY, key),
            base_branch="main",
            head=head,
        )
        return receive(
            event,
            Arrival(self.forge.name, self.forge.name, "digest"),
            governed={REPOSITORY},
            store=self.store,
            queue=self.queue,
            clock=self.clock,
            review_address=self.services.publication.review_address,
        )

    def propose(self, head: str, *, key: str = "7") -> ChangeRef:
        """A head with its webhook."""
        ref = self.push(head, key=key)
        self.deliver(head, key=key)
        return ref

    def work(self) -> None:
        """Work off every hint, and those that the work gives."""
        while self.queue.reviews or self.queue.messages:
            while self.queue.reviews:
                review_change(self.queue.reviews.pop(0), self.services)
            if self.queue.messages:
                publish(self.queue.messages.pop(0), self.services)

    def change(self, ref: ChangeRef) -> Change:
        with self.store.begin() as transaction:
            change = transaction.changes.by_ref(ref)
        assert change is not None
        return change

    def status(self, commit: str) -> CommitStatus:
        status = self.forge.status(REPOSITORY, commit)
        assert status is not None
        return status

    def grant(self, exception: PolicyException) -> PolicyException:
        with self.store.begin() as transaction:
            people = transaction.people
            actor = people.ensure("ada", frozenset({Role.ADMIN}), self.clock.now())
            people.set_mail(actor.person_id, "ada@example.test")
            people.join_team(actor.person_id, exception.owner, self.clock.now())
            return transaction.register.add(exception, actor, self.clock.now())
