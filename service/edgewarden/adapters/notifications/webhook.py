"""Reminders as signed calls to an address of the organisation's own."""

import hashlib
import hmac
import json

import httpx

from edgewarden import __version__
from edgewarden.workflows.ports import Notice, NotificationError

SIGNATURE_HEADER = "X-Edgewarden-Signature-256"
DELIVERY_HEADER = "X-Edgewarden-Delivery"
_TIMEOUT = 15.0


class WebhookNotifier:
    """Posts a reminder as JSON.

    The header ``X-Edgewarden-Signature-256`` is ``sha256=`` and the HMAC-SHA256 of the body in
    hex, keyed with ``secret``; ``X-Edgewarden-Delivery`` is the same whenever this reminder is
    sent. Any 2xx answer is a delivery, whatever follows its headers; redirects are not followed.
    """

    name = "webhook"

    def __init__(
        self, address: str, secret: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        if not secret:
            raise ValueError("a reminder webhook needs a secret to sign with")
        self._address = address
        self._secret = secret.encode()
        self._http = httpx.Client(
            timeout=_TIMEOUT,
            follow_redirects=False,
            headers={"User-Agent": f"edgewarden/{__version__}"},
            transport=transport,
        )

    def send(self, notice: Notice) -> None:
        body = json.dumps(
            {
                "event": "exception_reminder",
                "subject": notice.subject,
                "text": notice.text,
                "recipients": list(notice.recipients),
                **notice.data,
            },
            sort_keys=True,
        ).encode()
        signature = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: f"sha256={signature}",
            DELIVERY_HEADER: notice.key,
        }
        call = self._http.stream("POST", self._address, content=body, headers=headers)
        try:
            with call as answer:
                status = answer.status_code
        except httpx.HTTPError as error:
            raise NotificationError(
                f"the webhook could not be called: {type(error).__name__}"
            ) from error
        if not httpx.codes.is_success(status):
            raise NotificationError(f"the webhook answered {status}")
