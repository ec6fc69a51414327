"""Reminders by mail."""

import hashlib
import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from enum import StrEnum

import structlog

from edgewarden.workflows.ports import Notice, NotificationError

_TIMEOUT = 20.0


class Security(StrEnum):
    """How the connection is protected: from its start, after a command, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. Without ``username`` nobody logs in.

    ``certificates`` is a file of authorities to trust instead of the system's.
    """

    host: str
    port: int
    security: Security = Security.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    certificates: str | None = None


class SmtpNotifier:
    """Sends a reminder to its recipients, or to ``fallback`` where none are known."""

    name = "smtp"

    def __init__(self, server: MailServer, sender: str, fallback: tuple[str, ...]) -> None:
        self._server = server
        self._sender = sender
        self._fallback = fallback
        self._log = structlog.get_logger("edgewarden.reminders")

    def send(self, notice: Notice) -> None:
        recipients = notice.recipients or self._fallback
        if not recipients:
            raise NotificationError(
                "nobody is known to write to: give the members of the owning team mail addresses, "
                "or set EDGEWARDEN_SMTP_RECIPIENTS"
            )
        try:
            refused = self._hand_over(self._message(notice, recipients), recipients)
        except (OSError, smtplib.SMTPException) as error:
            reason = f"{self._server.host}:{self._server.port}: {_reason(error)}"
            raise NotificationError(reason) from error
        if refused:
            self._log.warning("some recipients were refused", key=notice.key, refused=refused)

    def _message(self, notice: Notice, recipients: tuple[str, ...]) -> EmailMessage:
        """The ``Message-ID`` is the same whenever this reminder is sent."""
        domain = parseaddr(self._sender)[1].rpartition("@")[2] or "localhost"
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = ", ".join(recipients)
        message["Subject"] = " ".join(notice.subject.split())
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{hashlib.sha256(notice.key.encode()).hexdigest()[:32]}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(notice.text)
        return message

    def _hand_over(self, message: EmailMessage, recipients: tuple[str, ...]) -> int:
        """How many recipients were refused; others got the mail.

        What the server says when we leave does not matter: the mail is its own by then.
        """
        server = self._server
        context = ssl.create_default_context(cafile=server.certificates)
        if server.security is Security.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=_TIMEOUT, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)
        with closing(connection):
            if server.security is Security.STARTTLS:
                connection.starttls(context=context)
            if server.username:
                connection.login(server.username, server.password)
            refused = connection.send_message(message, to_addrs=list(recipients))
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
        return len(refused)


def _reason(error: Exception) -> str:
    """What the server said; never what was sent to it."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "every recipient was refused"
    return str(error) or type(error).__name__
