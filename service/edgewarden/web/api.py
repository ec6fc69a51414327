"""What holds for every ``/api`` route: a token first, JSON bodies, and problems for errors."""

from collections import Counter
from http import HTTPStatus

from flask import Response, request
from flask_openapi.openapi import OpenAPI
from pydantic import ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from edgewarden.manifests.inventory.errors import InventoryError, InventoryTooLargeError
from edgewarden.manifests.uploads.errors import UploadError, UploadTooLargeError
from edgewarden.reachability.wording import capitalised
from edgewarden.web import inventories_api, uploads_api
from edgewarden.web.authentication import refuse_strangers
from edgewarden.web.bodies import bounded_body
from edgewarden.web.problems import FieldProblem, ProblemError, pointer, problem_response
from edgewarden.web.services import WebServices
from edgewarden.workflows.authorisation import NotPermittedError
from edgewarden.workflows.inventories import (
    ClusterNameError,
    OlderInventoryError,
    TakenAtError,
    UnknownClusterError,
)
from edgewarden.workflows.register import ProposalRefusedError, UnknownExceptionError
from edgewarden.workflows.services import UnknownRepositoryError
from edgewarden.workflows.sign_offs.answer import (
    HeadMovedError,
    SignOffError,
    UnknownChangeError,
)
from edgewarden.workflows.uploads import BranchError, CommitError

API_PREFIX = "/api"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_READING_THEMSELVES = frozenset({inventories_api.PUSH_ENDPOINT, uploads_api.PUSH_ENDPOINT})
"""What takes its body in pieces, since it may be larger than memory should hold."""


def guard(app: OpenAPI, services: WebServices) -> None:
    """Install the checks that come before every API route, and the errors that end one."""

    @app.before_request
    def _before_api() -> Response | None:
        if request.path != API_PREFIX and not request.path.startswith(f"{API_PREFIX}/"):
            return None
        if (refused := refuse_strangers(services.store)) is not None:
            return refused
        if request.routing_exception is None:
            _refuse_repeated_parameters()
            if _has_json_body():
                _refuse_unreadable_body(services.body_limit)
        return None

    @app.errorhandler(ProblemError)
    def _problem(error: ProblemError) -> Response:
        return problem_response(error.status, error.detail, error.errors)

    @app.errorhandler(NotPermittedError)
    def _not_permitted(error: NotPermittedError) -> Response:
        return problem_response(HTTPStatus.FORBIDDEN, str(error))

    @app.errorhandler(UnknownExceptionError)
    def _unknown(error: UnknownExceptionError) -> Response:
        return problem_response(HTTPStatus.NOT_FOUND, f"There is no exception {error.number}.")

    @app.errorhandler(UnknownClusterError)
    @app.errorhandler(UnknownRepositoryError)
    @app.errorhandler(UnknownChangeError)
    def _unknown_to_us(error: Exception) -> Response:
        return problem_response(HTTPStatus.NOT_FOUND, str(error))

    @app.errorhandler(OlderInventoryError)
    @app.errorhandler(HeadMovedError)
    def _older(error: Exception) -> Response:
        return problem_response(HTTPStatus.CONFLICT, str(error))

    @app.errorhandler(InventoryTooLargeError)
    @app.errorhandler(UploadTooLargeError)
    def _too_large(error: ValueError) -> Response:
        return problem_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error))

    @app.errorhandler(InventoryError)
    @app.errorhandler(ClusterNameError)
    @app.errorhandler(TakenAtError)
    @app.errorhandler(UploadError)
    @app.errorhandler(CommitError)
    @app.errorhandler(BranchError)
    @app.errorhandler(SignOffError)
    def _not_taken(error: Exception) -> Response:
        return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))

    @app.errorhandler(ProposalRefusedError)
    def _refused(error: ProposalRefusedError) -> Response:
        return problem_response(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "What is proposed cannot be done.",
            [FieldProblem(detail=v.message, pointer=pointer([v.field])) for v in error.violations],
        )


_NO_MODEL = "model_type"
"""What pydantic calls a value where a mapping of known keys belongs; its message names a class."""
_NO_OBJECT = "Write an object here; /openapi shows its fields and an example."


def validation_problem(error: ValidationError) -> Response:
    """The answer to a body (422) or a query (400) that does not fit its schema."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if _has_json_body():
        problems = [
            FieldProblem(
                detail=_NO_OBJECT if each["type"] == _NO_MODEL else _sentence(each["msg"]),
                pointer=pointer(each["loc"]),
            )
            for each in faults
        ]
        detail = "The body does not fit its schema."
        return problem_response(HTTPStatus.UNPROCESSABLE_ENTITY, detail, problems)
    problems = [
        FieldProblem(
            detail=_sentence(each["msg"]), parameter=str(each["loc"][0]) if each["loc"] else None
        )
        for each in faults
    ]
    detail = "A query parameter is not known or makes no sense."
    return problem_response(HTTPStatus.BAD_REQUEST, detail, problems)


def _has_json_body() -> bool:
    return request.method in _WITH_BODY and request.endpoint not in _READING_THEMSELVES


def _refuse_repeated_parameters() -> None:
    counts = Counter(name for name, _ in request.args.items(multi=True))
    repeated = sorted(name for name, count in counts.items() if count > 1)
    if repeated:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "A query parameter is given more than once.",
            [FieldProblem(detail="Give it once.", parameter=name) for name in repeated],
        )


def _refuse_unreadable_body(limit: int) -> None:
    """Only a JSON object is looked at any further."""
    if not request.is_json:
        raise UnsupportedMediaType("Send the body as application/json.")
    bounded_body(limit)
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "The body is not a JSON object.")


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return capitalised(text) + ("" if text.endswith(".") else ".")
