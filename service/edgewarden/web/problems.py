"""Errors as problem documents (RFC 9457), on every route that people do not read."""

from collections.abc import Iterable
from http import HTTPStatus

from flask import Response
from flask_openapi.types import ResponseDict
from pydantic import BaseModel, Field
from werkzeug.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """One thing that is wrong with the request."""

    detail: str = Field(description="What is wrong, and what to do about it.")
    pointer: str | None = Field(
        default=None,
        description="JSON Pointer to the field of the body, as a URI fragment.",
        examples=["#/expires_at"],
    )
    parameter: str | None = Field(default=None, description="The query parameter at fault.")


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = Field(default_factory=list)


class ProblemError(Exception):
    """Ends a request with a problem document."""

    def __init__(
        self, status: HTTPStatus, detail: str, errors: Iterable[FieldProblem] = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)


def problem_response(
    status: HTTPStatus, detail: str, errors: Iterable[FieldProblem] = ()
) -> Response:
    document = Problem(title=status.phrase, status=status.value, detail=detail, errors=list(errors))
    text = document.model_dump_json(exclude_none=True, exclude_defaults=False)
    return Response(text, status=status.value, content_type=MEDIA_TYPE)


def of_http_error(error: HTTPException) -> Response:
    """The problem document of an error that the framework raised; keeps its headers."""
    if error.response is not None and isinstance(error.response, Response):
        return error.response
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    answer = problem_response(status, error.description or status.phrase)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def pointer(place: Iterable[str | int]) -> str:
    """A place in a body as a JSON Pointer (RFC 6901) in a URI fragment."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in place)
    return "#" + "".join(f"/{part}" for part in parts)


def documented(*statuses: int) -> ResponseDict:
    """These statuses as responses of an operation, for the description of the API."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }
