"""``/api/v1/changes/review``: the newest review of a change, for programs."""

import json
from http import HTTPStatus
from typing import Annotated, Any

from flask import Response
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag
from pydantic import BaseModel, Field, StringConstraints

from edgewarden.reporting.json_report import diff_json
from edgewarden.web.answers import json_answer
from edgewarden.web.authentication import current_actor
from edgewarden.web.problems import ProblemError, documented
from edgewarden.web.scopes import Document
from edgewarden.web.services import WebServices
from edgewarden.workflows.ports import ChangeRef
from edgewarden.workflows.reading import ChangeAnswer, Progress, answer_to

_Name = Annotated[
    str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class ChangeQuery(Document):
    """Which change is meant."""

    forge: _Name = Field(description="As configured, for example `github`.")
    repository: _Name = Field(description="owner/name")
    change: _Name = Field(description="The number of the pull request, or the branch.")


class ReviewAnswer(BaseModel):
    """How far the answer to a change is, and what it says.

    `review` has the form of `edgewarden diff --format json`.
    """

    progress: Progress
    head: str | None = Field(description="The commit that was reviewed.")
    page: str = Field(description="Where people read it.")
    last_error: str = Field(description="Why there is no newer answer yet; empty if all is well.")
    review: dict[str, Any] | None


def reviews_api(services: WebServices) -> APIBlueprint:
    api = APIBlueprint(
        "reviews",
        __name__,
        url_prefix="/api/v1/changes",
        abp_tags=[Tag(name="reviews", description="What reviews concluded")],
        abp_security=[{"token": []}],
        abp_responses=documented(400, 401, 403, 404),
    )

    @api.get("/review", responses={200: ReviewAnswer, 202: ReviewAnswer})
    def latest_review(query: ChangeQuery) -> Response:
        """Show the newest review of a change; 202 while it is pending"""
        ref = ChangeRef(query.forge, query.repository, query.change)
        answer = answer_to(ref, current_actor(), services.store)
        if answer is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "This change is not known here.")
        pending = answer.progress is Progress.PENDING
        status = HTTPStatus.ACCEPTED if pending else HTTPStatus.OK
        return json_answer(_document(answer, services), status)

    return api


def _document(answer: ChangeAnswer, services: WebServices) -> ReviewAnswer:
    stored = answer.review
    return ReviewAnswer(
        progress=answer.progress,
        head=stored.head if stored else None,
        page=services.publication.review_address(answer.change),
        last_error=answer.change.last_error,
        review=json.loads("".join(diff_json(stored.review))) if stored else None,
    )
