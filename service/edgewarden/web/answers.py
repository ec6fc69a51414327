"""What the API answers where all is well."""

from http import HTTPStatus

from flask import Response
from pydantic import BaseModel


def json_answer(document: BaseModel, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The document with all of its fields, also those that say nothing."""
    return Response(
        document.model_dump_json(), status=status.value, content_type="application/json"
    )
