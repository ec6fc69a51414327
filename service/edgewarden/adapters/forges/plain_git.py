"""A Git server without pull requests: every branch is reviewed against the default branch.

The server's post-receive hook (``examples/post-receive``) sends a signed delivery for every
branch that moved. There is no place on such a server for a comment or a status: the review
lives on its page of this service, which shows what the store holds, and the hook prints it.
"""

# ruff: noqa: ARG002 - a server without comments needs less than the protocol offers

import hmac
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from edgewarden.adapters.git.address import RepositoryAddress
from edgewarden.adapters.git.command import DEFAULT_SECONDS
from edgewarden.adapters.git.leftovers import PRIVATE, remove_leftovers
from edgewarden.adapters.git.refs import branch_ref, check_ref
from edgewarden.adapters.git.remote import Remote
from edgewarden.workflows.ports import (
    ChangeGoneError,
    ChangeRef,
    CommitStatus,
    EventKind,
    ForgeError,
    ForgeEvent,
    GitError,
    MalformedDeliveryError,
    PullRequest,
    SignatureError,
)

SIGNATURE_HEADER = "X-Edgewarden-Signature-256"
BRANCHES = "refs/heads/"
PAGE = "page"
"""The id of every comment: there is one page for each change, and it always exists."""

ObjectId = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]


class Push(BaseModel):
    """The body of a delivery. ``new`` consists of zeros where the reference was deleted."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    repository: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,300}$")]
    ref: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    old: ObjectId
    new: ObjectId
    delivery: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{8,64}$")]

    @property
    def deletes(self) -> bool:
        return not self.new.strip("0")


class PlainGit:
    """Branches of plain Git repositories as changes; ``ChangeRef.key`` is the branch's name.

    ``secret`` signs the deliveries of this hook; without one every delivery is refused.
    ``scratch`` is a directory that only this user can read, ``seconds`` bounds each question to
    a server. At most ``branch_limit`` branches of a repository are looked at when changes
    whose delivery was lost are searched.
    """

    comment_limit = 1_000_000

    def __init__(
        self,
        name: str,
        secret: str,
        addresses: Iterable[RepositoryAddress],
        scratch: Path,
        *,
        seconds: float = DEFAULT_SECONDS,
        branch_limit: int = 500,
    ) -> None:
        self.name = name
        self._secret = secret.encode()
        self._addresses = {each.name: each for each in addresses if each.forge == name}
        self._scratch = scratch.absolute()
        self._seconds = seconds
        self._branch_limit = branch_limit
        remove_leftovers(self._scratch, PRIVATE, 2 * seconds)

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """``sha256=`` and the HMAC of the raw body in lower-case hex."""
        if not self._secret:
            raise SignatureError(
                f"no secret is configured for {self.name}, so no delivery is accepted"
            )
        given = _header(headers, SIGNATURE_HEADER)
        expected = "sha256=" + hmac.new(self._secret, body, sha256).hexdigest()
        if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
            raise SignatureError(f"{SIGNATURE_HEADER} does not sign the delivery")

    def parse(self, headers: Mapping[str, str], body: bytes) -> ForgeEvent:
        """A push, told by the signed body alone; unsigned headers decide nothing."""
        try:
            push = Push.model_validate_json(body)
        except ValidationError as error:
            raise MalformedDeliveryError(_complaint(error)) from error
        try:
            check_ref(push.ref)
        except ValueError as error:
            raise MalformedDeliveryError(str(error)) from error
        return self._event(push)

    def pull_request(self, ref: ChangeRef) -> PullRequest:
        """The branch and the default branch as the server has them now."""
        heads = self._heads(ref.repository)
        if ref.key not in heads:
            raise ChangeGoneError(
                f"{ref.repository} has no branch {ref.key} any more", permanent=True
            )
        return self._change(ref.repository, ref.key, heads)

    def open_pull_requests(self, repository: str) -> Sequence[PullRequest]:
        """All branches but the default one and those that are at the same commit, by name."""
        heads = self._heads(repository)
        default = self._default_branch(repository)
        branches = sorted(b for b in heads if b != default and heads[b] != heads.get(default))
        return [self._change(repository, b, heads) for b in branches[: self._branch_limit]]

    def find_comment(self, ref: ChangeRef, marker: str) -> str | None:
        """The page of the change, which is always there."""
        return PAGE

    def create_comment(self, ref: ChangeRef, body: str) -> str:
        """Nothing is posted: the page shows the stored review."""
        return PAGE

    def update_comment(self, ref: ChangeRef, comment: str, body: str) -> bool:
        """Nothing is posted: the page shows the stored review."""
        return True

    def set_status(self, ref: ChangeRef, commit: str, status: CommitStatus) -> None:
        """A plain Git server has no statuses; the page and the hook tell the verdict."""

    def _event(self, push: Push) -> ForgeEvent:
        default = self._default_branch(push.repository)
        branch = push.ref.removeprefix(BRANCHES)
        if not push.ref.startswith(BRANCHES):
            return self._ignored(push, f"{push.ref} is not a branch")
        if branch == default:
            if push.deletes:
                return self._ignored(push, "the default branch was deleted")
            return ForgeEvent(
                kind=EventKind.BRANCH_MOVED,
                delivery=push.delivery,
                event="push",
                repository=push.repository,
                branch=branch,
                head=push.new,
            )
        return ForgeEvent(
            kind=EventKind.CHANGE_CLOSED if push.deletes else EventKind.CHANGE_UPDATED,
            delivery=push.delivery,
            event="push",
            repository=push.repository,
            change=ChangeRef(self.name, push.repository, branch),
            base_branch=default,
            head=push.old if push.deletes else push.new,
        )

    def _ignored(self, push: Push, reason: str) -> ForgeEvent:
        return ForgeEvent(
            kind=EventKind.IGNORED,
            delivery=push.delivery,
            event="push",
            repository=push.repository,
            reason=reason,
        )

    def _default_branch(self, repository: str) -> str:
        """As configured; of a repository that is not governed nothing is reviewed anyway."""
        address = self._addresses.get(repository)
        return address.default_branch if address is not None else "main"

    def _heads(self, repository: str) -> Mapping[str, str]:
        address = self._addresses.get(repository)
        if address is None:
            raise ForgeError(
                f"{repository} has no configured address: add it to the governed repositories",
                permanent=True,
            )
        try:
            return Remote(address, self._scratch).branches(self._seconds)
        except GitError as error:
            raise ForgeError(str(error), permanent=error.permanent) from error

    def _change(self, repository: str, branch: str, heads: Mapping[str, str]) -> PullRequest:
        default = self._default_branch(repository)
        if default not in heads:
            raise ForgeError(
                f"{repository} has no branch {default} to review against:"
                " configure its default branch",
                permanent=True,
            )
        return PullRequest(
            ref=ChangeRef(self.name, repository, branch),
            title=branch,
            author="",
            open=branch != default,
            base_branch=default,
            base=heads[default],
            head=heads[branch],
            head_ref=branch_ref(branch),
            address="",
        )


def _header(headers: Mapping[str, str], name: str) -> str:
    """HTTP header names are the same in any case (RFC 9110, section 5.1)."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def _complaint(error: ValidationError) -> str:
    """Which fields are wrong, without what they hold."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{'.'.join(map(str, each['loc'])) or 'the body'}: {each['msg']}" for each in errors
    )
