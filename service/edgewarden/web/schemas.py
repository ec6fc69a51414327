"""The documents of the API: what may be sent, and what is answered."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from edgewarden.governance.exceptions import PolicyException, Standing
from edgewarden.web.scopes import Document, NamespaceName, PortsDocument, ScopeDocument
from edgewarden.workflows.ports import ExceptionEventKind
from edgewarden.workflows.register import RegisterEntry
from edgewarden.workflows.texts import (
    LINE,
    LONGEST_LINE,
    LONGEST_PROSE,
    PROSE,
    line_fault,
    prose_fault,
)

LARGEST_NUMBER = 2**31 - 1

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{5,}([Zz]|[+-][0-9]{2}:?[0-9]{2})?")
_A_DAY = timedelta(days=1)
_LEAST = timedelta(microseconds=1)


def _line(text: str) -> str:
    return _without(line_fault(text), text)


def _prose(text: str) -> str:
    return _without(prose_fault(text), text)


def _without(fault: str | None, text: str) -> str:
    if fault is not None:
        raise ValueError(fault)
    return text


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    AfterValidator(_line),
    Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_LINE, "pattern": LINE}),
]
Prose = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    AfterValidator(_prose),
    Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_PROSE, "pattern": PROSE}),
]
# --- times ----------------------------------------------------------------------------------------


def _text(value: object) -> str:
    if not isinstance(value, str) or not (_DATE.fullmatch(value) or _MOMENT.fullmatch(value)):
        raise ValueError("write a date (2026-12-31) or a time with its zone (RFC 3339)")
    return value


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time is out of range") from error


def _day(text: str, shift: timedelta) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) + shift
    except OverflowError as error:
        raise ValueError("the date is out of range") from error


def _moment(value: object) -> object:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("write a time with its zone (RFC 3339)")
    return value


def _start(value: object) -> object:
    text = _text(value)
    return _day(text, timedelta()) if _DATE.fullmatch(text) else text


def _end(value: object) -> object:
    text = _text(value)
    return _day(text, _A_DAY) if _DATE.fullmatch(text) else text


def _bound(value: object) -> object:
    """Whatever does not last into that day ends before it, up to midnight exactly."""
    text = _text(value)
    return _day(text, _LEAST) if _DATE.fullmatch(text) else text


_TIME_SCHEMA = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}
Moment = Annotated[AwareDatetime, AfterValidator(_utc), BeforeValidator(_moment)]
Start = Annotated[
    AwareDatetime, AfterValidator(_utc), BeforeValidator(_start), WithJsonSchema(_TIME_SCHEMA)
]
End = Annotated[
    AwareDatetime, AfterValidator(_utc), BeforeValidator(_end), WithJsonSchema(_TIME_SCHEMA)
]
Bound = Annotated[
    AwareDatetime, AfterValidator(_utc), BeforeValidator(_bound), WithJsonSchema(_TIME_SCHEMA)
]


# --- what is sent ---------------------------------------------------------------------------------


class ExceptionProposal(Document):
    """An exception to be granted."""

    reason: Prose = Field(description="Why the opening is needed.")
    owner: Line = Field(description="The team that answers for it.")
    ticket: Line = Field(description="Where it was discussed.")
    test: Prose = Field(description="How to prove that it works and does not over-allow.")
    source: ScopeDocument
    destination: ScopeDocument
    ports: PortsDocument
    expires_at: End = Field(
        description="The moment from which it no longer holds, with its zone; a date alone means "
        "to the end of that day in UTC."
    )
    starts_at: Start | None = Field(
        default=None, description="Now, if left out; a date alone means its beginning in UTC."
    )


class Revocation(Document):
    """Why an exception ends before its time."""

    reason: Prose


class ExceptionQuery(Document):
    """Filters of the list; all of them must hold."""

    owner: Line | None = Field(default=None, description="The team that answers for it.")
    state: Standing | None = Field(default=None, description="Where it is in its life, now.")
    namespace: NamespaceName | None = Field(
        default=None, description="Source or destination names this namespace."
    )
    expires_before: Bound | None = Field(
        default=None, description="It no longer holds at that moment, or on that day."
    )
    cursor: Annotated[int, Field(ge=0, le=LARGEST_NUMBER)] = Field(
        default=0, description="Where the page starts: `next_cursor` of the page before."
    )
    limit: Annotated[int, Field(ge=1, le=200)] = Field(default=50, description="Most entries.")


class NumberPath(Document):
    """The 12 of EXC-12."""

    number: Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]


# --- what is answered -----------------------------------------------------------------------------


class ExceptionDocument(BaseModel):
    """An exception as the register holds it."""

    number: int
    name: str = Field(examples=["EXC-12"])
    state: Standing
    reason: str
    owner: str
    ticket: str
    test: str
    source: ScopeDocument
    destination: ScopeDocument
    ports: PortsDocument
    starts_at: datetime
    expires_at: datetime = Field(description="The first moment at which it no longer holds.")
    revoked_at: datetime | None

    @classmethod
    def of(cls, exception: PolicyException, now: datetime) -> "ExceptionDocument":
        return cls(
            number=exception.number,
            name=exception.name,
            state=exception.standing(now),
            reason=exception.reason,
            owner=exception.owner,
            ticket=exception.ticket,
            test=exception.test,
            source=ScopeDocument.of(exception.source),
            destination=ScopeDocument.of(exception.destination),
            ports=PortsDocument.of(exception.ports),
            starts_at=exception.starts_at,
            expires_at=exception.expires_at,
            revoked_at=exception.revoked_at,
        )


class HistoryEntry(BaseModel):
    """Something that somebody did to an exception."""

    at: datetime
    actor: str
    kind: ExceptionEventKind
    detail: str


class ExceptionWithHistory(ExceptionDocument):
    """An exception, and who did what to it, the oldest first."""

    history: list[HistoryEntry]

    @classmethod
    def of_entry(cls, entry: RegisterEntry) -> "ExceptionWithHistory":
        history = [
            HistoryEntry(at=each.at, actor=each.actor, kind=each.kind, detail=each.detail)
            for each in entry.history
        ]
        document = ExceptionDocument.of(entry.exception, entry.now)
        return cls(**dict(document), history=history)


class ExceptionPage(BaseModel):
    """Some exceptions, in the order of their numbers."""

    exceptions: list[ExceptionDocument]
    next_cursor: int | None = Field(description="For the following page; none on the last one.")
