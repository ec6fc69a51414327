"""Handing in an inventory to a running service."""

import gzip
from dataclasses import dataclass, field

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from edgewarden import __version__
from edgewarden.workflows.inventories import Outcome

_TIMEOUT = httpx.Timeout(120.0, connect=10.0)


class PushError(Exception):
    """The service did not take the inventory; the message says what to do."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    outcome: Outcome


class _Problem(BaseModel):
    model_config = ConfigDict(extra="ignore")

    detail: str


@dataclass(frozen=True, slots=True)
class InventoryClient:
    """The service at ``address``, as the owner of ``token`` sees it. Redirects are not followed."""

    address: str
    token: str = field(repr=False)

    def push(self, cluster: str, document: bytes) -> Outcome:
        """Hand in a cleaned document, and tell what that changed. Raises ``PushError``."""
        path = f"/api/v1/clusters/{cluster}/inventory"
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "User-Agent": f"edgewarden/{__version__}",
        }
        body = gzip.compress(document, mtime=0)
        try:
            with httpx.Client(timeout=_TIMEOUT) as http:
                answer = http.put(f"{self.address}{path}", content=body, headers=headers)
        except httpx.HTTPError as error:
            raise PushError(
                f"{self.address} does not answer ({type(error).__name__}): give the address of "
                "the service by --server or EDGEWARDEN_ADDRESS"
            ) from error
        if not answer.is_success:
            raise PushError(f"{self.address} answered {answer.status_code}: {_detail(answer)}")
        try:
            return _Answer.model_validate_json(answer.content).outcome
        except ValidationError as error:
            raise PushError(
                f"{self.address} is no Edgewarden that takes inventories: correct the address, or "
                "bring the service to this version"
            ) from error


def _detail(answer: httpx.Response) -> str:
    try:
        return _Problem.model_validate_json(answer.content).detail
    except ValidationError:
        return "see whether it is the address of Edgewarden"
