"""Huey as the queue: hints that a worker takes, and the beat of the schedule.

Jobs are hints and hold nothing but the name of what to look at, so a lost one, a doubled one and
one that waited for a killed worker do no harm: the database knows what is wanted, and the schedule
hints at it again. They are written as JSON instead of Huey's pickles, so that whoever can write to
the queue cannot run code in the worker.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import psycopg
import structlog
from huey import Huey, PostgresHuey, SqliteHuey
from huey.consumer import Consumer, Scheduler
from huey.registry import Message
from huey.serializer import Serializer

MOST_WAITING = 2000
"""With so many jobs waiting a further hint is dropped; ``reconcile`` gives it again."""

_NAME = "edgewarden"
_TABLES_LOCK = 0x45445155
"""The advisory lock that whoever opens the queue on PostgreSQL holds."""


class _JsonSerializer(Serializer):  # type: ignore[misc]  # huey is untyped
    """Jobs as JSON; of a job only its id, name and arguments are kept."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps([data.id, data.name, list(data.args or ())]).encode()

    def _deserialize(self, data: bytes) -> Message:
        job, name, arguments = json.loads(data)
        return Message(id=job, name=name, args=tuple(arguments), kwargs={}, retries=0)


def sqlite_huey(file: str) -> Huey:
    """Jobs in a file of this machine; made where it is absent."""
    return SqliteHuey(_NAME, filename=file, results=False, serializer=_JsonSerializer(), timeout=30)


def postgres_huey(dsn: str) -> Huey:
    """Jobs in tables ``huey_*`` of a PostgreSQL database, over psycopg 3; made where absent.

    Workers wait for notifications instead of polling. ``dsn`` is libpq's. Several processes may
    open it at once: ``CREATE TABLE IF NOT EXISTS`` fails where two make the same table, so each
    waits for the one before it.
    """
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_TABLES_LOCK,))
        return PostgresHuey(_NAME, dsn=dsn, results=False, serializer=_JsonSerializer())


@dataclass(frozen=True, slots=True)
class Jobs:
    """What a worker does for each hint."""

    review: Callable[[int], object]
    publish: Callable[[int], object]
    contribute: Callable[[str, str], object]


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that comes round about every ``seconds``, first when the worker starts.

    Its turn passes while it is still at work.
    """

    name: str
    seconds: float
    run: Callable[[], object]


class HueyQueue:
    """The queue of the use cases. Every process gives hints, a worker takes them as well."""

    def __init__(self, huey: Huey) -> None:
        self._huey = huey
        self._jobs: Jobs | None = None
        self._log = structlog.get_logger("edgewarden.queue")
        self._review_task = huey.task(name="review")(self._run_review)
        self._publish_task = huey.task(name="publish")(self._run_publish)
        self._contribute_task = huey.task(name="contribute")(self._run_contribute)

    def review(self, change_id: int) -> None:
        self._hint(self._review_task, change_id)

    def publish(self, message_id: int) -> None:
        self._hint(self._publish_task, message_id)

    def contribute(self, forge: str, repository: str) -> None:
        self._hint(self._contribute_task, forge, repository)

    def work(self, jobs: Jobs, periodic: Sequence[Periodic], *, threads: int) -> None:
        """Take hints until SIGTERM or SIGINT; for the main thread, which gets the signals.

        Jobs that run have ten seconds to end. What one that does not end has claimed comes free
        with its lease, and nothing outside is done twice.
        """
        self._jobs = jobs
        for each in periodic:
            self._huey.periodic_task(_every(each.seconds), name=each.name)(_calling(each.run))
        _Worker(
            self._huey,
            workers=threads,
            initial_delay=0.05,
            max_delay=0.5,
            scheduler_interval=1,
            shutdown_timeout=10,
            graceful_signal="TERM",
        ).run()

    def _hint(self, task: Any, *names: int | str) -> None:
        """A queue that is down must not undo what is stored already: the hint is lost."""
        try:
            if self._huey.pending_count() < MOST_WAITING:
                task(*names)
        except (sqlite3.Error, psycopg.Error) as error:
            self._log.warning("hint lost", task=task.name, names=names, error=str(error))

    def _run_review(self, change_id: int) -> None:
        self._assigned().review(change_id)

    def _run_publish(self, message_id: int) -> None:
        self._assigned().publish(message_id)

    def _run_contribute(self, forge: str, repository: str) -> None:
        self._assigned().contribute(forge, repository)

    def _assigned(self) -> Jobs:
        if self._jobs is None:
            raise RuntimeError("this process gives hints and takes none: start a worker")
        return self._jobs


class _Beat(Scheduler):  # type: ignore[misc]  # huey is untyped
    """Huey's scheduler looks once a minute; a second is the finest it can be told."""

    periodic_task_seconds = 1


class _Worker(Consumer):  # type: ignore[misc]  # huey is untyped
    scheduler_class = _Beat


def _calling(run: Callable[[], object]) -> Callable[[], None]:
    """One that takes longer than its turn lasts keeps no second thread of this process busy."""
    at_it = Lock()

    def call() -> None:
        if at_it.acquire(blocking=False):
            try:
                run()
            finally:
                at_it.release()

    return call


def _every(seconds: float) -> Callable[[datetime], bool]:
    """A test for Huey's scheduler that holds at once and then whenever ``seconds`` are over.

    Only the scheduler's own thread calls it.
    """
    next_time = float("-inf")

    def due(_: datetime) -> bool:
        nonlocal next_time
        now = time.monotonic()
        if now < next_time:
            return False
        next_time = now + seconds
        return True

    return due
