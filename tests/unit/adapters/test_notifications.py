"""Reminders leave by mail, by a signed call and through the log."""

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedRWPair

import httpx
import pytest
import structlog

from edgewarden.adapters.notifications.log import LogNotifier
from edgewarden.adapters.notifications.smtp import MailServer, Security, SmtpNotifier
from edgewarden.adapters.notifications.webhook import SIGNATURE_HEADER, WebhookNotifier
from edgewarden.workflows.ports import Notice, NotificationError

NOTICE = Notice(
    subject="EXC-1 expires\r\nBcc: everybody@example.test",
    text="EXC-1 expires tomorrow.\n.\nReason: Grüße",
    recipients=("ada@example.test", "bob@example.test"),
    data={"exception": "EXC-1", "milestone": "1d"},
)


@dataclass
class MailSink:
    """A mail server for one connection at a time that keeps what it is told."""

    port: int = 0
    refuses: str = ""
    commands: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def converse(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as stream:
            self._say(stream, "220 sink")
            while line := stream.readline():
                command = line.decode().strip()
                self.commands.append(command)
                if self.refuses and command.startswith(self.refuses):
                    self._say(stream, "550 not from here")
                elif command == "data":
                    self._say(stream, "354 go on")
                    self.messages.append(_message(stream))
                    self._say(stream, "250 kept")
                elif command == "QUIT":
                    self._say(stream, "221 bye")
                    return
                else:
                    self._say(stream, "250 sink")

    def _say(self, stream: BufferedRWPair, text: str) -> None:
        stream.write(f"{text}\r\n".encode())
        stream.flush()


def _message(stream: BufferedRWPair) -> str:
    lines: list[bytes] = []
    while (line := stream.readline()) != b".\r\n":
        lines.append(line)
    return b"".join(lines).decode()


@contextmanager
def mail_sink(refuses: str = "") -> Iterator[MailSink]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sink = MailSink(listener.getsockname()[1], refuses)

        def accept() -> None:
            connection, _ = listener.accept()
            sink.converse(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield sink
        thread.join(5)


def notifier(port: int, *fallback: str, security: Security = Security.NONE) -> SmtpNotifier:
    return SmtpNotifier(
        MailServer("127.0.0.1", port, security), "edgewarden@example.test", fallback
    )


def test_mail_goes_to_every_recipient_and_takes_no_header_from_the_subject() -> None:
    with mail_sink() as sink:
        notifier(sink.port).send(NOTICE)
    [message] = sink.messages
    header = message.partition("\r\n\r\n")[0]
    assert "To: ada@example.test, bob@example.test" in header
    assert "\nBcc:" not in header
    assert [c for c in sink.commands if c.startswith("rcpt")] == [
        "rcpt TO:<ada@example.test>",
        "rcpt TO:<bob@example.test>",
    ]


def test_mail_without_known_members_goes_to_the_fallback() -> None:
    notice = Notice(NOTICE.subject, NOTICE.text, (), NOTICE.data)
    with mail_sink() as sink:
        notifier(sink.port, "security@example.test").send(notice)
    assert "rcpt TO:<security@example.test>" in sink.commands
    with pytest.raises(NotificationError, match="EDGEWARDEN_SMTP_RECIPIENTS"):
        notifier(sink.port).send(notice)


def test_a_mail_server_that_refuses_says_why() -> None:
    with mail_sink(refuses="mail") as sink, pytest.raises(NotificationError, match="not from here"):
        notifier(sink.port).send(NOTICE)


def test_a_mail_server_without_tls_gets_nothing_where_tls_is_asked_for() -> None:
    with mail_sink() as sink, pytest.raises(NotificationError, match="STARTTLS"):
        notifier(sink.port, security=Security.STARTTLS).send(NOTICE)
    assert sink.messages == []


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
    assert json.loads(call.content)["exception"] == "EXC-1"


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
