"""A forge that lives in memory and keeps the contract of ``Forge``."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from edgewarden.workflows.ports import (
    ChangeGoneError,
    ChangeRef,
    CommitStatus,
    EventKind,
    ForgeError,
    ForgeEvent,
    MalformedDeliveryError,
    PullRequest,
    SignatureError,
)

SIGNATURE_HEADER = "X-Memory-Signature"


@dataclass(frozen=True, slots=True)
class MemoryComment:
    """A comment as the forge keeps it; ids grow in the order of posting."""

    id: str
    ref: ChangeRef
    author: str
    body: str


class MemoryForge:
    """Keeps pull requests, comments and statuses, and fails when told to.

    ``fail_next`` is raised by the next call that would reach the forge, ``lose_answer`` after
    the next comment was created: the forge accepted it and nobody learns its id.
    """

    comment_limit = 65536

    def __init__(self, name: str = "memory", *, secret: str = "memory-secret") -> None:
        self.name = name
        self.author = "edgewarden"
        self.pull_requests: dict[ChangeRef, PullRequest] = {}
        self.comments: list[MemoryComment] = []
        self.statuses: dict[tuple[str, str], list[CommitStatus]] = {}
        self.calls: list[str] = []
        self.fail_next: ForgeError | None = None
        self.lose_answer: ForgeError | None = None
        self._secret = secret.encode()
        self._comments_posted = 0

    # --- what tests set up and read -----------------------------------------------------

    def open(
        self,
        repository: str,
        key: str,
        *,
        head: str,
        base: str = "b" * 40,
        base_branch: str = "main",
        title: str = "A change",
        author: str = "dev",
    ) -> PullRequest:
        """Open a pull request, or push ``head`` to the one of that key."""
        ref = ChangeRef(self.name, repository, key)
        pull_request = PullRequest(
            ref=ref,
            title=title,
            author=author,
            open=True,
            base_branch=base_branch,
            base=base,
            head=head,
            head_ref=f"refs/pull/{key}/head",
            address=f"https://forge.example/{repository}/pull/{key}",
        )
        self.pull_requests[ref] = pull_request
        return pull_request

    def close(self, ref: ChangeRef) -> None:
        self.pull_requests[ref] = replace(self.pull_requests[ref], open=False)

    def say(self, ref: ChangeRef, author: str, body: str) -> str:
        """A comment by somebody else."""
        self._comments_posted += 1
        comment = MemoryComment(str(self._comments_posted), ref, author, body)
        self.comments.append(comment)
        return comment.id

    def bodies(self, ref: ChangeRef) -> list[str]:
        """What this service has said on a change, oldest first."""
        return [c.body for c in self.comments if c.ref == ref and c.author == self.author]

    def status(self, repository: str, commit: str) -> CommitStatus | None:
        """The status last set on a commit."""
        history = self.statuses.get((repository, commit))
        return history[-1] if history else None

    def deliver(self, event: ForgeEvent) -> tuple[dict[str, str], bytes]:
        """Headers and body of a signed delivery of ``event``."""
        fields = {
            "kind": event.kind.value,
            "delivery": event.delivery,
            "event": event.event,
            "repository": event.repository,
            "key": event.change.key if event.change else "",
            "base_branch": event.base_branch,
            "head": event.head,
            "branch": event.branch,
            "reason": event.reason,
        }
        body = json.dumps(fields).encode()
        return {SIGNATURE_HEADER: self._signature(body)}, body

    # --- the port -------------------------------------------------------------------------

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        if not self._secret:
            raise SignatureError("no secret is configured")
        given = headers.get(SIGNATURE_HEADER, "").encode(errors="replace")
        if not hmac.compare_digest(given, self._signature(body).encode()):
            raise SignatureError("the signature does not fit the body")

    def parse(self, headers: Mapping[str, str], body: bytes) -> ForgeEvent:
        try:
            fields = json.loads(body)
            key = fields["key"]
            return ForgeEvent(
                kind=EventKind(fields["kind"]),
                delivery=fields["delivery"],
                event=fields["event"],
                repository=fields["repository"],
                change=ChangeRef(self.name, fields["repository"], key) if key else None,
                base_branch=fields["base_branch"],
                head=fields["head"],
                branch=fields["branch"],
                reason=fields["reason"],
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise MalformedDeliveryError("the body is not a delivery") from error

    def pull_request(self, ref: ChangeRef) -> PullRequest:
        self._reach("pull_request")
        return self._existing(ref)

    def open_pull_requests(self, repository: str) -> Sequence[PullRequest]:
        self._reach("open_pull_requests")
        return [p for p in self.pull_requests.values() if p.open and p.ref.repository == repository]

    def find_comment(self, ref: ChangeRef, marker: str) -> str | None:
        self._reach("find_comment")
        self._existing(ref)
        return next(
            (
                c.id
                for c in self.comments
                if c.ref == ref and c.author == self.author and marker in c.body
            ),
            None,
        )

    def create_comment(self, ref: ChangeRef, body: str) -> str:
        self._reach("create_comment")
        self._existing(ref)
        comment = self.say(ref, self.author, body)
        if self.lose_answer is not None:
            lost, self.lose_answer = self.lose_answer, None
            raise lost
        return comment

    def update_comment(self, ref: ChangeRef, comment: str, body: str) -> bool:
        self._reach("update_comment")
        for place, existing in enumerate(self.comments):
            if existing.id == comment and existing.ref == ref:
                self.comments[place] = replace(existing, body=body)
                return True
        return False

    def set_status(self, ref: ChangeRef, commit: str, status: CommitStatus) -> None:
        self._reach("set_status")
        self.statuses.setdefault((ref.repository, commit), []).append(status)

    # --- inside ---------------------------------------------------------------------------

    def _reach(self, call: str) -> None:
        self.calls.append(call)
        if self.fail_next is not None:
            failure, self.fail_next = self.fail_next, None
            raise failure

    def _existing(self, ref: ChangeRef) -> PullRequest:
        try:
            return self.pull_requests[ref]
        except KeyError:
            raise ChangeGoneError(f"{ref.key} does not exist", permanent=True) from None

    def _signature(self, body: bytes) -> str:
        return hmac.new(self._secret, body, hashlib.sha256).hexdigest()
