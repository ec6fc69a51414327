"""Handing in to a running service what it cannot see by itself."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from edgewarden import __version__
from edgewarden.workflows.inventories import InventoryOutcome
from edgewarden.workflows.ports import UploadPlace
from edgewarden.workflows.uploads import UploadOutcome

_TIMEOUT = httpx.Timeout(120.0, connect=10.0)


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


class _Problem(_Answer):
    detail: str


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

    def _put(
        self, path: str, query: Mapping[str, str], document: bytes, answers: type[_AnswerT]
    ) -> _AnswerT:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "User-Agent": f"edgewarden/{__version__}",
        }
        body = gzip.compress(document, mtime=0)
        try:
            with httpx.Client(timeout=_TIMEOUT) as http:
                answer = http.put(
                    f"{self.address}{path}", params=query, content=body, headers=headers
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


def _detail(answer: httpx.Response) -> str:
    try:
        return _Problem.model_validate_json(answer.content).detail
    except ValidationError:
        return "see whether it is the address of Edgewarden"
