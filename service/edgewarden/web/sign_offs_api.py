"""``/api/v1/changes/sign-offs``: what people checked of changes, over HTTP."""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from flask import Response
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag
from pydantic import BaseModel, Field, StringConstraints

from edgewarden.governance.sign_offs import SignOff, SignOffKind
from edgewarden.web.answers import json_answer
from edgewarden.web.authentication import current_actor
from edgewarden.web.problems import documented
from edgewarden.web.reviews_api import ChangeQuery
from edgewarden.web.schemas import Line, Prose
from edgewarden.web.services import WebServices
from edgewarden.workflows.ports import ChangeRef
from edgewarden.workflows.sign_offs.answer import Answer
from edgewarden.workflows.sign_offs.recording import revoke_sign_off, sign_off, sign_offs_of

_PREFIX = "/api/v1/changes/sign-offs"
_Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12,64}$")]
_Clusters = Annotated[list[Line], Field(max_length=100)]


class SignOffRequest(ChangeQuery):
    """What somebody says about an item of the checklist of a change."""

    item: Line = Field(description="The id of the item.", examples=["tests"])
    head: _Commit = Field(
        description="The commit whose review was read, or its first twelve characters or more."
    )
    statement: Prose = Field(
        description="What was checked, how, and what came out; why it does not count any more "
        "where a sign-off is taken back."
    )
    clusters: _Clusters = Field(
        default_factory=list,
        description="Where it was checked; needed where the item waits for a person in several.",
    )

    def answer(self) -> Answer:
        ref = ChangeRef(self.forge, self.repository, self.change)
        return Answer(ref, self.head, self.item, self.statement, tuple(self.clusters))


class SignOffDocument(BaseModel):
    """An entry of a change's record."""

    kind: SignOffKind
    item: str
    cluster: str
    head: str
    by: str
    at: datetime
    statement: str


class SignOffList(BaseModel):
    """Entries, the oldest first."""

    sign_offs: list[SignOffDocument]

    @classmethod
    def of(cls, entries: Iterable[SignOff]) -> "SignOffList":
        return cls(
            sign_offs=[
                SignOffDocument(
                    kind=each.kind,
                    item=each.item,
                    cluster=each.cluster,
                    head=each.head,
                    by=each.actor,
                    at=each.at,
                    statement=each.statement,
                )
                for each in entries
            ]
        )


def sign_offs_api(services: WebServices) -> APIBlueprint:
    api = APIBlueprint(
        "sign_offs",
        __name__,
        url_prefix=_PREFIX,
        abp_tags=[Tag(name="sign-offs", description="What people checked of changes")],
        abp_security=[{"token": []}],
        abp_responses=documented(400, 401, 403, 404),
    )

    @api.get("", responses={200: SignOffList})
    def list_sign_offs(query: ChangeQuery) -> Response:
        """Show what was signed off of a change, and what was taken back"""
        ref = ChangeRef(query.forge, query.repository, query.change)
        return json_answer(SignOffList.of(sign_offs_of(ref, current_actor(), services.store)))

    @api.post("", responses={201: SignOffList, **documented(409, 413, 415, 422)})
    def sign_off_item(body: SignOffRequest) -> Response:
        """Say what was checked of an item that is left to a person; again changes nothing"""
        counting = sign_off(body.answer(), current_actor(), services)
        return json_answer(SignOffList.of(counting), HTTPStatus.CREATED)

    @api.post("/revoke", responses={200: SignOffList, **documented(409, 413, 415, 422)})
    def revoke_item(body: SignOffRequest) -> Response:
        """Take a sign-off back; doing it again changes nothing"""
        return json_answer(
            SignOffList.of(revoke_sign_off(body.answer(), current_actor(), services))
        )

    return api
