"""What is queued for the outside: the payloads of messages, as values and as JSON text."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from edgewarden.workflows.ports import CommitStatus


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """``status`` is to be set on ``commit`` of the change that the message belongs to."""

    commit: str
    status: CommitStatus


@dataclass(frozen=True, slots=True)
class CommentMessage:
    """The comment on the change is to say what the stored review ``review_id`` says.

    The text is rendered when the message goes out, so a rendering mended meanwhile counts.
    """

    review_id: int


_STATUS = TypeAdapter(StatusMessage)
_COMMENT = TypeAdapter(CommentMessage)


def status_key(change_id: int, commit: str) -> str:
    """The key under which a newer status of that commit replaces an older one."""
    return f"{change_id}:{commit}"


def comment_key(change_id: int) -> str:
    """The key of the one comment of a change."""
    return str(change_id)


def encode_status(message: StatusMessage) -> str:
    return _STATUS.dump_json(message).decode()


def decode_status(payload: str) -> StatusMessage:
    """The inverse of ``encode_status``; ``ValueError`` for anything else."""
    return _STATUS.validate_json(payload)


def encode_comment(message: CommentMessage) -> str:
    return _COMMENT.dump_json(message).decode()


def decode_comment(payload: str) -> CommentMessage:
    """The inverse of ``encode_comment``; ``ValueError`` for anything else."""
    return _COMMENT.validate_json(payload)
