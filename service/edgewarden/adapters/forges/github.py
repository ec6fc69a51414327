"""GitHub and GitHub Enterprise Server by REST, with a token."""

import re
import threading
from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from edgewarden.adapters.forges import github_deliveries
from edgewarden.adapters.forges.github_client import GitHubClient, refusal, understood
from edgewarden.workflows.ports import (
    ChangeGoneError,
    ChangeRef,
    CommitStatus,
    ForgeError,
    ForgeEvent,
    PullRequest,
    StatusState,
)

PUBLIC_API = "https://api.github.com"
STATUS_CONTEXT = "edgewarden"
_GONE = frozenset({404, 410})
_LONGEST_DESCRIPTION = 140
_STATES: Mapping[StatusState, str] = {
    StatusState.PENDING: "pending",
    StatusState.SUCCESS: "success",
    StatusState.FAILURE: "failure",
    StatusState.ERROR: "error",
    StatusState.NEUTRAL: "failure",
}
"""Commit statuses know no neutral state, and what was not judged is never a success."""

_Commit = Annotated[str, Field(pattern=github_deliveries.COMMIT)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _User(_Answer):
    id: int
    login: str


class _Branch(_Answer):
    ref: str
    sha: _Commit


class _Label(_Answer):
    name: str


class _PullRequest(_Answer):
    """``user`` is null where the account was deleted."""

    number: int
    state: str
    title: str
    user: _User | None
    base: _Branch
    head: _Branch
    html_url: str
    labels: tuple[_Label, ...] = ()
    draft: bool = False


class _Comment(_Answer):
    id: int
    user: _User | None
    body: str | None = None


_USER = TypeAdapter(_User)
_PULL_REQUEST = TypeAdapter(_PullRequest)
_PULL_REQUESTS = TypeAdapter(list[_PullRequest])
_COMMENT = TypeAdapter(_Comment)
_COMMENTS = TypeAdapter(list[_Comment])


class GitHub:
    """A ``Forge``. ``api`` is the REST address: ``https://HOST/api/v3`` for an Enterprise Server.

    The key of a change is the number of its pull request. A neutral status arrives as a
    failure, because commit statuses have no neutral state.
    """

    comment_limit = 65536

    def __init__(
        self,
        *,
        token: str,
        secret: str,
        api: str = PUBLIC_API,
        name: str = "github",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.name = name
        self._secret = secret
        self._client = GitHubClient(api, token, transport)
        self._own_id: int | None = None
        self._own_id_lock = threading.Lock()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        github_deliveries.verify(self._secret, headers, body)

    def parse(self, headers: Mapping[str, str], body: bytes) -> ForgeEvent:
        return github_deliveries.parse(self.name, headers, body)

    def pull_request(self, ref: ChangeRef) -> PullRequest:
        answer = self._client.send("GET", f"{_repository(ref.repository)}/pulls/{_number(ref)}")
        _expect(answer, 200, ref)
        return self._live(ref.repository, understood(answer, _PULL_REQUEST))

    def open_pull_requests(self, repository: str) -> Sequence[PullRequest]:
        path = f"{_repository(repository)}/pulls?state=open&per_page=100"
        found: list[PullRequest] = []
        for page in self._client.pages(path):
            if page.status_code != 200:
                raise refusal(page)
            found += (self._live(repository, each) for each in understood(page, _PULL_REQUESTS))
        return found

    def find_comment(self, ref: ChangeRef, marker: str) -> str | None:
        own_id = self._own()
        for page in self._client.pages(f"{_comments(ref)}?per_page=100"):
            _expect(page, 200, ref)
            for comment in understood(page, _COMMENTS):
                author = comment.user.id if comment.user else None
                if author == own_id and marker in (comment.body or ""):
                    return str(comment.id)
        return None

    def create_comment(self, ref: ChangeRef, body: str) -> str:
        answer = self._client.send("POST", _comments(ref), json={"body": body})
        _expect(answer, 201, ref)
        return str(understood(answer, _COMMENT).id)

    def update_comment(self, ref: ChangeRef, comment: str, body: str) -> bool:
        path = f"{_repository(ref.repository)}/issues/comments/{quote(comment, safe='')}"
        answer = self._client.send("PATCH", path, json={"body": body})
        if answer.status_code in _GONE:
            return False
        if answer.status_code != 200:
            raise refusal(answer)
        return True

    def set_status(self, ref: ChangeRef, commit: str, status: CommitStatus) -> None:
        fields = {
            "state": _STATES[status.state],
            "description": status.description[:_LONGEST_DESCRIPTION],
            "context": STATUS_CONTEXT,
        }
        if status.address:
            fields["target_url"] = status.address
        path = f"{_repository(ref.repository)}/statuses/{quote(commit, safe='')}"
        answer = self._client.send("POST", path, json=fields)
        if answer.status_code != 201:
            raise refusal(answer)

    def _live(self, repository: str, answer: _PullRequest) -> PullRequest:
        return PullRequest(
            ref=ChangeRef(self.name, repository, str(answer.number)),
            title=answer.title,
            author=answer.user.login if answer.user else "ghost",
            open=answer.state == "open",
            base_branch=answer.base.ref,
            base=answer.base.sha,
            head=answer.head.sha,
            head_ref=f"refs/pull/{answer.number}/head",
            address=answer.html_url,
            labels=tuple(sorted(label.name for label in answer.labels)),
            draft=answer.draft,
        )

    def _own(self) -> int:
        """The account that the token belongs to, asked for once."""
        with self._own_id_lock:
            if self._own_id is None:
                answer = self._client.send("GET", "user")
                if answer.status_code != 200:
                    raise refusal(answer)
                self._own_id = understood(answer, _USER).id
            return self._own_id


def _repository(name: str) -> str:
    if not re.fullmatch(github_deliveries.REPOSITORY, name) or {".", ".."} & set(name.split("/")):
        raise ForgeError(f"{name!r} is not a repository (owner/name)", permanent=True)
    return f"repos/{name}"


def _number(ref: ChangeRef) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,17}", ref.key):
        raise ForgeError(f"{ref.key!r} is not the number of a pull request", permanent=True)
    return ref.key


def _comments(ref: ChangeRef) -> str:
    return f"{_repository(ref.repository)}/issues/{_number(ref)}/comments"


def _expect(answer: httpx.Response, code: int, ref: ChangeRef) -> None:
    """Raise unless the answer has that status code; 404 and 410 mean the change is gone."""
    if answer.status_code == code:
        return
    if answer.status_code in _GONE:
        raise ChangeGoneError(
            f"pull request {ref.key} of {ref.repository} does not exist, "
            "or the token cannot see it",
            permanent=True,
        )
    raise refusal(answer)
