"""GitHub's webhook deliveries: authentic or refused, then understood once.

Source: GitHub Docs, "Webhook events and payloads" and "Validating webhook deliveries".
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edgewarden.workflows.ports import (
    ChangeRef,
    EventKind,
    ForgeEvent,
    MalformedDeliveryError,
    SignatureError,
)

_SIGNATURE = "X-Hub-Signature-256"
_DELIVERY = "X-GitHub-Delivery"
_EVENT = "X-GitHub-Event"
_SCHEME = "sha256="

_DELIVERY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_EVENT_NAME = re.compile(r"[a-z_]{1,64}")
_BRANCHES = "refs/heads/"

REPOSITORY = r"^[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}$"
COMMIT = r"^[0-9a-f]{40}([0-9a-f]{24})?$"

_RepositoryName = Annotated[str, Field(pattern=REPOSITORY)]
_Commit = Annotated[str, Field(pattern=COMMIT)]
_RefName = Annotated[str, Field(pattern=r"^[^\x00-\x20\x7f]{1,500}$")]

_MOVING_ACTIONS = frozenset(
    {
        "opened",
        "reopened",
        "synchronize",
        "ready_for_review",
        "converted_to_draft",
        "labeled",
        "unlabeled",
    }
)
"""Those after which head, base or what rules may ask of a pull request is another."""


class _Payload(BaseModel):
    """What GitHub sends holds far more than is read here, and grows."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Repository(_Payload):
    full_name: _RepositoryName


class _Branch(_Payload):
    ref: _RefName
    sha: _Commit


class _PullRequest(_Payload):
    base: _Branch
    head: _Branch


class _Edit(_Payload):
    """Present in ``changes`` where something was edited."""


class _Changes(_Payload):
    base: _Edit | None = None
    title: _Edit | None = None


class _PullRequestEvent(_Payload):
    action: str
    number: Annotated[int, Field(ge=1, le=2**53)]
    pull_request: _PullRequest
    repository: _Repository
    changes: _Changes = _Changes()


class _PushEvent(_Payload):
    ref: _RefName
    after: _Commit
    deleted: bool = False
    repository: _Repository


class _OtherEvent(_Payload):
    """Events of an organisation or an installation have no repository."""

    action: str = ""
    repository: _Repository | None = None


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raise ``SignatureError`` unless ``X-Hub-Signature-256`` is the HMAC of ``body``.

    Without a secret nothing is authentic. The SHA-1 signature is not looked at.
    """
    if not secret:
        raise SignatureError("no webhook secret is configured for GitHub, so nothing is accepted")
    given = headers.get(_SIGNATURE, "")
    if not given:
        raise SignatureError(f"{_SIGNATURE} is missing; give the webhook a secret")
    expected = _SCHEME + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        raise SignatureError(f"{_SIGNATURE} does not fit the body; compare the two secrets")


def parse(forge: str, headers: Mapping[str, str], body: bytes) -> ForgeEvent:
    """Understand a verified delivery to the forge of that name.

    What this service has no use for becomes ``ignored`` with the reason. Raises
    ``MalformedDeliveryError`` for what GitHub would not send.
    """
    delivery = _header(headers, _DELIVERY, _DELIVERY_ID)
    event = _header(headers, _EVENT, _EVENT_NAME)
    try:
        match event:
            case "pull_request":
                return _pull_request(forge, delivery, body)
            case "push":
                return _push(delivery, body)
            case _:
                return _other(event, delivery, body)
    except ValidationError as error:
        raise MalformedDeliveryError(_first_fault(event, error)) from error


def _pull_request(forge: str, delivery: str, body: bytes) -> ForgeEvent:
    payload = _PullRequestEvent.model_validate_json(body)
    repository = payload.repository.full_name
    kind, reason = _meaning(payload)
    return ForgeEvent(
        kind=kind,
        delivery=delivery,
        event="pull_request",
        repository=repository,
        change=ChangeRef(forge, repository, str(payload.number)),
        base_branch=payload.pull_request.base.ref,
        head=payload.pull_request.head.sha,
        reason=reason,
    )


def _meaning(payload: _PullRequestEvent) -> tuple[EventKind, str]:
    if payload.action == "closed":
        return EventKind.CHANGE_CLOSED, ""
    if payload.action in _MOVING_ACTIONS:
        return EventKind.CHANGE_UPDATED, ""
    if payload.action == "edited":
        if payload.changes.base is not None or payload.changes.title is not None:
            return EventKind.CHANGE_UPDATED, ""
        return EventKind.IGNORED, "the edit left base branch and title alone"
    return EventKind.IGNORED, "the action changes nothing that is judged"


def _push(delivery: str, body: bytes) -> ForgeEvent:
    payload = _PushEvent.model_validate_json(body)
    repository = payload.repository.full_name
    if not payload.ref.startswith(_BRANCHES):
        return _ignored("push", delivery, repository, "the ref is not a branch")
    if payload.deleted:
        return _ignored("push", delivery, repository, "the branch was deleted")
    return ForgeEvent(
        kind=EventKind.BRANCH_MOVED,
        delivery=delivery,
        event="push",
        repository=repository,
        head=payload.after,
        branch=payload.ref.removeprefix(_BRANCHES),
    )


def _other(event: str, delivery: str, body: bytes) -> ForgeEvent:
    payload = _OtherEvent.model_validate_json(body)
    repository = payload.repository.full_name if payload.repository else ""
    if event == "ping":
        return ForgeEvent(EventKind.PING, delivery, event, repository)
    return _ignored(event, delivery, repository, "nothing is decided by this event")


def _ignored(event: str, delivery: str, repository: str, reason: str) -> ForgeEvent:
    return ForgeEvent(EventKind.IGNORED, delivery, event, repository, reason=reason)


def _header(headers: Mapping[str, str], name: str, form: re.Pattern[str]) -> str:
    value = headers.get(name, "")
    if not form.fullmatch(value):
        raise MalformedDeliveryError(f"{name} is missing, or is not what GitHub sends")
    return value


def _first_fault(event: str, error: ValidationError) -> str:
    """Where the first fault lies; never what stands there, which is the sender's to keep."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if fault["type"] == "json_invalid":
        return "the body is not JSON; set the webhook's content type to application/json"
    place = ".".join(str(part) for part in fault["loc"])
    return f"the {event} payload is not understood at {place or 'its top level'}"
