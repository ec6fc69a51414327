"""Reminders leave by mail, by a signed call and through the log."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import httpx
import pytest
import structlog

from edgewarden.adapters.notifications.log import LogNotifier
from edgewarden.adapters.notifications.smtp import MailServer, Security, SmtpNotifier
from edgewarden.adapters.notifications.turnstile import Turnstile
from edgewarden.adapters.notifications.webhook import (
    DELIVERY_HEADER,
    SIGNATURE_HEADER,
    WebhookNotifier,
)
from edgewarden.workflows.ports import Notice, NotificationError
from tests.support.mail_server import mail_server

NOTICE = Notice(
    key="EXC-1:2026-12-31:1d:smtp",
    subject="EXC-1 expires\r\nBcc: everybody@example.test",
    text="EXC-1 expires tomorrow.\n.\nReason: Grüße",
    recipients=("ada@example.test", "bob@example.test"),
    data={"exception": "EXC-1", "milestone": "1d"},
)


def notifier(port: int, *fallback: str, security: Security = Security.NONE) -> SmtpNotifier:
    return SmtpNotifier(
        MailServer("127.0.0.1", port, security), "edgewarden@example.test", fallback
    )


def test_mail_goes_to_every_recipient_and_takes_no_header_from_the_subject() -> None:
    with mail_server() as server:
        notifier(server.port).send(NOTICE)
    [message] = server.messages
    assert message["To"] == "ada@example.test, bob@example.test"
    assert message["Bcc"] is None
    assert message.get_content().splitlines() == NOTICE.text.splitlines()
    assert [c for c in server.commands if c.startswith("rcpt")] == [
        "rcpt TO:<ada@example.test>",
        "rcpt TO:<bob@example.test>",
    ]


def test_mail_without_known_members_goes_to_the_fallback() -> None:
    notice = replace(NOTICE, recipients=())
    with mail_server() as server:
        notifier(server.port, "security@example.test").send(notice)
    assert "rcpt TO:<security@example.test>" in server.commands
    with pytest.raises(NotificationError, match="EDGEWARDEN_SMTP_RECIPIENTS"):
        notifier(server.port).send(notice)


def test_a_repeated_mail_can_be_told_by_its_id() -> None:
    with mail_server() as server:
        named = SmtpNotifier(
            MailServer("127.0.0.1", server.port, Security.NONE), "Edgewarden <ew@example.test>", ()
        )
        for key in ("a", "a", "b"):
            named.send(replace(NOTICE, key=key))
    first, again, other = (message["Message-ID"] for message in server.messages)
    assert first == again != other
    assert first.endswith("@example.test>")


def test_a_refused_recipient_does_not_keep_the_others_from_their_mail() -> None:
    with mail_server(refuses="rcpt TO:<ada") as server, structlog.testing.capture_logs() as logs:
        notifier(server.port).send(NOTICE)
    assert len(server.messages) == 1
    assert [entry["refused"] for entry in logs] == [1]
    assert "ada" not in str(logs)


def test_mail_that_was_accepted_is_delivered_whatever_follows() -> None:
    with mail_server(refuses="QUIT") as server:
        notifier(server.port).send(NOTICE)
    assert len(server.messages) == 1


def test_a_mail_server_that_refuses_says_why() -> None:
    with (
        mail_server(refuses="mail") as server,
        pytest.raises(NotificationError, match="not from here"),
    ):
        notifier(server.port).send(NOTICE)


def test_a_mail_server_without_tls_gets_nothing_where_tls_is_asked_for() -> None:
    with mail_server() as server, pytest.raises(NotificationError, match="STARTTLS"):
        notifier(server.port, security=Security.STARTTLS).send(NOTICE)
    assert server.messages == []


def test_a_mail_server_that_is_not_there_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotificationError, match=f"127.0.0.1:{port}"):
        notifier(port).send(NOTICE)


def test_a_call_is_signed_over_its_body() -> None:
    calls: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(204)

    WebhookNotifier("https://chat.example.test/x", "key", httpx.MockTransport(answer)).send(NOTICE)
    [call] = calls
    digest = hmac.new(b"key", call.content, hashlib.sha256).hexdigest()
    assert call.headers[SIGNATURE_HEADER] == f"sha256={digest}"
    assert call.headers[DELIVERY_HEADER] == NOTICE.key
    assert json.loads(call.content)["exception"] == "EXC-1"


def test_an_endless_answer_is_not_read() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 65536

    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=endless()))
    WebhookNotifier("https://chat.example.test/x", "key", transport).send(NOTICE)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_answer_but_success_is_no_delivery(status: int) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status))
    with pytest.raises(NotificationError, match=str(status)):
        WebhookNotifier("https://chat.example.test/secret-path", "key", transport).send(NOTICE)


def test_a_call_that_cannot_be_made_does_not_tell_its_address() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to secret-path", request=request)

    with pytest.raises(NotificationError) as caught:
        WebhookNotifier("https://h/secret-path", "key", httpx.MockTransport(fail)).send(NOTICE)
    assert "secret-path" not in str(caught.value)


def test_an_unsigned_webhook_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        WebhookNotifier("https://h/x", "")


def test_the_log_gets_the_facts_and_no_recipients() -> None:
    with structlog.testing.capture_logs() as logs:
        LogNotifier().send(NOTICE)
    [entry] = logs
    assert entry["exception"] == "EXC-1"
    assert "ada@example.test" not in str(entry)


@dataclass
class SlowNotifier:
    """Takes ``seconds`` on a clock of its own, and fails when told to."""

    name: str = "slow"
    seconds: float = 0.0
    failing: bool = False
    now: float = 100.0
    sent: int = 0

    def clock(self) -> float:
        return self.now

    def send(self, notice: Notice) -> None:
        self.now += self.seconds
        if self.failing:
            raise NotificationError("no answer")
        self.sent += 1


def test_a_receiver_that_took_long_to_fail_is_left_alone_for_as_long() -> None:
    slow = SlowNotifier(seconds=15, failing=True)
    turnstile = Turnstile(slow, slow.clock)
    with pytest.raises(NotificationError, match="no answer"):
        turnstile.send(NOTICE)
    slow.seconds, slow.failing = 0, False
    slow.now += 14.9
    with pytest.raises(NotificationError, match="left alone"):
        turnstile.send(NOTICE)
    slow.now += 0.1
    turnstile.send(NOTICE)
    assert slow.sent == 1


def test_a_receiver_that_refuses_at_once_is_tried_again_at_once() -> None:
    slow = SlowNotifier(failing=True)
    turnstile = Turnstile(slow, slow.clock)
    with pytest.raises(NotificationError, match="no answer"):
        turnstile.send(NOTICE)
    slow.failing = False
    turnstile.send(NOTICE)
    assert slow.sent == 1


@dataclass
class HangingNotifier:
    """Hangs until it is let go."""

    name: str = "hanging"
    entered: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def send(self, notice: Notice) -> None:
        self.entered.set()
        self.let_go.wait(30)


def test_a_receiver_that_hangs_holds_up_one_reminder_only() -> None:
    hanging = HangingNotifier()
    turnstile = Turnstile(hanging)
    first = threading.Thread(target=turnstile.send, args=(NOTICE,))
    first.start()
    try:
        assert hanging.entered.wait(10)
        with pytest.raises(NotificationError, match="busy"):
            turnstile.send(NOTICE)
    finally:
        hanging.let_go.set()
        first.join()
    turnstile.send(NOTICE)
