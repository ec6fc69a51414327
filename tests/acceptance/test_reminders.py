"""Reminders that arrive: by mail and by a signed call, each once, whatever happens on the way."""

import hashlib
import hmac
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update

from edgewarden.adapters.store import schema
from edgewarden.adapters.store.engine import open_engine
from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.adapters.store.tables import ExceptionRow, ReminderRow
from edgewarden.governance.exceptions import AddressScope
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.settings import DATABASE_FILE
from edgewarden.workflows.people import add_member
from edgewarden.workflows.ports import Role
from edgewarden.workflows.register import Proposal, grant
from tests.integration.store.sample import in_namespace
from tests.support.flow import SettableClock
from tests.support.mail_server import MailServer, mail_server
from tests.support.running_service import RunningService, eventually, running_service
from tests.support.webhook_receiver import Call, WebhookReceiver, webhook_receiver

SECRET = "shared with the receiver"
DOWNTIME = timedelta(days=95)
QUIET = 2.5
"""Seconds in which several runs find nothing to do."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where reminders arrive, and the service's directory."""

    mail: MailServer
    calls: WebhookReceiver
    directory: Path

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "REMINDER_SECONDS": "1",
            "RECONCILE_SECONDS": "0.5",
            "FIRST_RETRY_SECONDS": "0.5",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.mail.port),
            "SMTP_SECURITY": "none",
            "SMTP_SENDER": "Edgewarden <edgewarden@example.test>",
            "REMINDER_WEBHOOK": f"{self.calls.address}/reminders",
            "REMINDER_WEBHOOK_SECRET": SECRET,
        }

    @contextmanager
    def serving(self) -> Iterator[RunningService]:
        with running_service(self.directory, self.settings) as service:
            yield service

    @contextmanager
    def database(self) -> Iterator[Engine]:
        engine = open_engine(f"sqlite:///{self.directory / 'data' / DATABASE_FILE}")
        yield engine
        engine.dispose()

    def mailed(self) -> Counter[str]:
        """How often each exception was written about, as ``EXC-1 expires``."""
        return Counter(" ".join(mail["Subject"].split()[:2]) for mail in self.mail.messages)

    def called(self) -> Counter[str]:
        """How often each milestone was called about, as ``EXC-1 7d``."""
        bodies = [json.loads(call.body) for call in self.calls.calls]
        return Counter(f"{body['exception']} {body['milestone']}" for body in bodies)

    def forget(self) -> None:
        self.mail.mails.clear()
        self.calls.calls.clear()

    def undelivered(self) -> list[str]:
        with self.database() as engine, engine.connect() as connection:
            return list(
                connection.scalars(text("SELECT key FROM messages WHERE delivered_at IS NULL"))
            )


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    with mail_server() as mail, webhook_receiver() as calls:
        yield Post(mail, calls, tmp_path)


def midnight(days: int) -> datetime:
    """The beginning of a day in UTC, so many days from today."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)


def granted(
    engine: Engine,
    ends: datetime,
    *,
    starts: datetime | None = None,
    owner: str = "payments",
) -> str:
    """The name of a new exception, which starts when it is granted if nothing else is said."""
    store, clock = DatabaseStore(engine), SettableClock(starts or datetime.now(UTC))
    with store.begin() as transaction:
        ada = transaction.people.ensure("ada", frozenset({Role.OPERATOR}), clock.now())
    proposal = Proposal(
        reason="Agreed until the migration ends.",
        owner=owner,
        ticket="NET-42",
        test="make connectivity-test CASE=db",
        source=AddressScope(ip_network("192.0.2.0/24")),
        destination=in_namespace("shop"),
        ports=PortSet.of(Protocol.TCP, 5432),
        expires_at=ends,
    )
    return grant(proposal, ada, store, clock).exception.name


def signed(call: Call) -> bool:
    digest = hmac.new(SECRET.encode(), call.body, hashlib.sha256).hexdigest()
    return call.headers["x-edgewarden-signature-256"] == f"sha256={digest}"


def let_time_pass(engine: Engine, span: timedelta, *names: str) -> None:
    """What the database would hold if these exceptions had been granted that much earlier."""
    with engine.begin() as connection:
        for name in names:
            number = int(name.removeprefix("EXC-"))
            (starts, ends) = connection.execute(
                select(ExceptionRow.starts_at, ExceptionRow.expires_at).where(
                    ExceptionRow.number == number
                )
            ).one()
            connection.execute(
                update(ExceptionRow)
                .where(ExceptionRow.number == number)
                .values(starts_at=starts - span, expires_at=ends - span)
            )
            connection.execute(
                update(ReminderRow)
                .where(ReminderRow.number == number)
                .values(expires_at=ends - span)
            )


def test_each_milestone_is_told_once_also_by_a_worker_that_was_killed_and_after_downtime(
    post: Post,
) -> None:
    with post.serving() as service:
        recorded = service.command(
            "team", "add-member", "payments", "ada", "--mail", "ada@example.test"
        )
        assert recorded.returncode == 0, recorded.stderr
        with post.database() as engine:
            near = granted(engine, midnight(20), starts=midnight(-60))
            far = granted(engine, midnight(101))
            last_day = granted(engine, midnight(1))
        told = Counter({f"{near} 30d": 1, f"{last_day} 0d": 1})
        eventually(lambda: post.called() == told)
        eventually(lambda: not post.undelivered())

        worker = service.worker()
        os.kill(worker, signal.SIGKILL)
        eventually(lambda: service.worker() != worker)

        with post.database() as engine:
            let_time_pass(engine, timedelta(days=1), last_day)
        told[f"{last_day} expired"] += 1
        eventually(lambda: post.called() == told)
        eventually(lambda: not post.undelivered())
        time.sleep(QUIET)
        assert post.called() == told
        assert post.mailed() == Counter(
            {f"{near} expires": 1, f"{last_day} expires": 1, f"{last_day} expired": 1}
        )
    assert all(mail["To"] == "ada@example.test" for mail in post.mail.messages)
    assert all(signed(call) for call in post.calls.calls)
    assert len({call.headers["x-edgewarden-delivery"] for call in post.calls.calls}) == 3

    post.forget()
    with post.database() as engine:
        let_time_pass(engine, DOWNTIME, near, far, last_day)
    with post.serving():
        told = Counter({f"{near} expired": 1, f"{far} 7d": 1})
        eventually(lambda: post.called() == told)
        eventually(lambda: not post.undelivered())
        time.sleep(QUIET)
        assert post.called() == told
        assert post.mailed() == Counter({f"{near} expired": 1, f"{far} expires": 1})


def test_neither_a_bad_record_nor_a_receiver_that_hangs_holds_up_another_reminder(
    post: Post,
) -> None:
    with post.database() as engine:
        schema.upgrade(engine.url.render_as_string(hide_password=False))
        long_ago = datetime.now(UTC) - DOWNTIME
        store = DatabaseStore(engine)
        add_member("payments", "ada", store, SettableClock(long_ago), mail="ada@example.test")
        owners = ["payments", "payments", "a team without members", *["payments"] * 3]
        bad, hanging, nobody, *fine = [
            granted(engine, midnight(5), starts=long_ago, owner=owner) for owner in owners
        ]
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE exceptions SET source = :source WHERE number = :number"),
                {"source": '{"zone": "red"}', "number": int(bad.removeprefix("EXC-"))},
            )
    post.calls.hangs_on = b"exception_reminder"

    with post.serving() as service:
        eventually(lambda: post.called()[f"{hanging} 7d"])
        expected = Counter({f"{name} expires": 1 for name in (hanging, *fine)})
        eventually(lambda: post.mailed() == expected, seconds=12)
        assert post.called() == Counter({f"{hanging} 7d": 1}), "it hangs all the while"

        post.calls.let_go.set()
        told = Counter({f"{name} 7d": 1 for name in (hanging, nobody, *fine)})
        eventually(lambda: post.called() == told)
        eventually(lambda: all(nobody in key for key in post.undelivered()))
        assert post.mailed() == expected
        reasons = [str(entry["reason"]) for entry in service.logged("message put off")]
        assert any("EDGEWARDEN_SMTP_RECIPIENTS" in reason for reason in reasons)
        unreadable = service.logged("no reminder could be written for an exception")
        assert all(f"{bad} cannot be read" in str(entry["reason"]) for entry in unreadable)
        assert unreadable
