"""Handing in to a running service what it cannot see by itself, and what people checked."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from edgewarden import __version__
from edgewarden.governance.sign_offs import SignOffKind
from edgewarden.workflows.inventories import InventoryOutcome
from edgewarden.workflows.ports import ChangeRef, UploadPlace
from edgewarden.workflows.sign_offs.answer import Answer
from edgewarden.workflows.uploads import UploadOutcome

_TIMEOUT = httpx.Timeout(120.0, connect=10.0)
_SIGN_OFFS = "/api/v1/changes/sign-offs"
_NOTHING: Mapping[str, str] = MappingProxyType({})


class PushError(Exception):
    """The service did not take what was handed in; the message says what to do."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _InventoryAnswer(_Answer):
    outcome: InventoryOutcome


class ManifestsAnswer(_Answer):
    """``wanted`` is the number of open changes that are reviewed again."""

    outcome: UploadOutcome
    wanted: int


class SignedOff(_Answer):
    """An entry of the record of a change."""

    kind: SignOffKind
    item: str
    cluster: str
    head: str
    by: str
    at: datetime
    statement: str


class _SignOffsAnswer(_Answer):
    sign_offs: list[SignedOff]


class _FieldProblem(_Answer):
    detail: str
    pointer: str = ""
    parameter: str = ""

    def __str__(self) -> str:
        field = self.pointer.removeprefix("#/") or self.parameter
        return f"{field}: {self.detail}" if field else self.detail


class _Problem(_Answer):
    detail: str
    errors: list[_FieldProblem] = []


_AnswerT = TypeVar("_AnswerT", bound=_Answer)


@dataclass(frozen=True, slots=True)
class ServiceClient:
    """The service at ``address``, as the owner of ``token`` sees it. Redirects are not followed.

    Documents are cleaned ones. Every method raises ``PushError``.
    """

    address: str
    token: str = field(repr=False)

    def push_inventory(self, cluster: str, document: bytes) -> InventoryOutcome:
        """Hand in what a cluster holds, and tell what that changed."""
        path = f"/api/v1/clusters/{cluster}/inventory"
        return self._put(path, {}, document, _InventoryAnswer).outcome

    def push_manifests(self, place: UploadPlace, branch: str, document: bytes) -> ManifestsAnswer:
        """Hand in what was rendered of a commit, and tell what that changed."""
        path = f"/api/v1/commits/{place.commit}/clusters/{place.cluster}/manifests"
        where = {"forge": place.forge, "repository": place.repository}
        query = {**where, "branch": branch} if branch else where
        return self._put(path, query, document, ManifestsAnswer)

    def sign_offs(self, ref: ChangeRef) -> Sequence[SignedOff]:
        """The record of a change, the oldest first."""
        return self._call("GET", _SIGN_OFFS, _SignOffsAnswer, params=_named(ref)).sign_offs

    def sign_off(self, answer: Answer) -> Sequence[SignedOff]:
        """Say what was checked, and tell what counts now."""
        return self._call("POST", _SIGN_OFFS, _SignOffsAnswer, json=_body(answer)).sign_offs

    def revoke_sign_off(self, answer: Answer) -> Sequence[SignedOff]:
        """Say what does not count any more, and tell what was taken back."""
        path = f"{_SIGN_OFFS}/revoke"
        return self._call("POST", path, _SignOffsAnswer, json=_body(answer)).sign_offs

    def _put(
        self, path: str, query: Mapping[str, str], document: bytes, answers: type[_AnswerT]
    ) -> _AnswerT:
        packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        body = gzip.compress(document, mtime=0)
        return self._call("PUT", path, answers, params=query, content=body, headers=packed)

    def _call(
        self,
        method: str,
        path: str,
        answers: type[_AnswerT],
        *,
        params: Mapping[str, str] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
        content: bytes | None = None,
        json: Mapping[str, object] | None = None,
    ) -> _AnswerT:
        own = {
            "Authorization": f"Bearer {self.token}",
            "User-Agent": f"edgewarden/{__version__}",
            **headers,
        }
        try:
            with httpx.Client(timeout=_TIMEOUT) as http:
                answer = http.request(
                    method,
                    f"{self.address}{path}",
                    params=params,
                    headers=own,
                    content=content,
                    json=json,
                )
        except httpx.HTTPError as error:
            raise PushError(
                f"{self.address} does not answer ({type(error).__name__}): give the address of "
                "the service by --server or EDGEWARDEN_ADDRESS"
            ) from error
        if not answer.is_success:
            raise PushError(f"{self.address} answered {answer.status_code}: {_detail(answer)}")
        try:
            return answers.model_validate_json(answer.content)
        except ValidationError as error:
            raise PushError(
                f"{self.address} is no Edgewarden that takes this: correct the address, or bring "
                "the service to this version"
            ) from error


def _named(ref: ChangeRef) -> dict[str, str]:
    return {"forge": ref.forge, "repository": ref.repository, "change": ref.key}


def _body(answer: Answer) -> Mapping[str, object]:
    return {
        **_named(answer.ref),
        "item": answer.item,
        "head": answer.head,
        "statement": answer.statement,
        "clusters": [*answer.clusters],
    }


def _detail(answer: httpx.Response) -> str:
    try:
        problem = _Problem.model_validate_json(answer.content)
        return " ".join((problem.detail, *map(str, problem.errors)))
    except ValidationError:
        return "see whether it is the address of Edgewarden"
