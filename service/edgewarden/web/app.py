"""The web application: routes, errors and headers put together."""

import traceback
from http import HTTPStatus
from importlib import resources

import structlog
from flask import Response, jsonify, request
from flask_openapi.models.info import Info
from flask_openapi.models.security_scheme import SecurityScheme
from flask_openapi.openapi import OpenAPI
from werkzeug.exceptions import HTTPException, InternalServerError

from edgewarden import __version__
from edgewarden.web.api import guard, validation_problem
from edgewarden.web.contracts_api import contracts_api
from edgewarden.web.exceptions_api import exceptions_api
from edgewarden.web.inventories_api import inventories_api
from edgewarden.web.operations import operations
from edgewarden.web.pages import PAGE_PREFIX, error_page, pages
from edgewarden.web.problems import Problem, of_http_error, problem_response
from edgewarden.web.reviews_api import reviews_api
from edgewarden.web.services import WebServices
from edgewarden.web.sign_offs_api import sign_offs_api
from edgewarden.web.uploads_api import uploads_api
from edgewarden.web.webhooks import webhooks

OPENAPI_VERSION = "3.1.0"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
_STATIC_CACHE = "public, max-age=3600"


def create_app(services: WebServices) -> OpenAPI:
    """A WSGI application over the given services; it reads no environment and starts nothing."""
    app = OpenAPI(
        "edgewarden.web",
        info=Info(
            title="Edgewarden",
            version=__version__,
            description="The register of exceptions to a cluster's network policies, what reviews "
            "concluded, what people signed off, what clusters hold, and what CI rendered. Errors "
            "are problem documents (RFC 9457).",
        ),
        security_schemes={
            "token": SecurityScheme(
                type="http",
                scheme="bearer",
                description="A token made with: edgewarden token create",
            )
        },
        validation_error_status=400,
        validation_error_model=Problem,
        validation_error_callback=validation_problem,
        doc_ui=False,
        static_folder=None,
        root_path=str(resources.files("edgewarden.web")),
    )
    app.openapi_version = OPENAPI_VERSION
    app.json.sort_keys = False  # type: ignore[attr-defined] # the default provider has it
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.register_blueprint(operations(services))
    app.register_blueprint(webhooks(services))
    app.register_blueprint(pages(services))
    app.register_api(exceptions_api(services))
    app.register_api(reviews_api(services))
    app.register_api(sign_offs_api(services))
    app.register_api(contracts_api(services))
    app.register_api(inventories_api(services))
    app.register_api(uploads_api(services))
    app.add_url_rule("/openapi", "openapi", lambda: jsonify(app.api_doc))
    guard(app, services)
    _answer_errors(app)
    app.after_request(_harden)
    return app


def _answer_errors(app: OpenAPI) -> None:
    log = structlog.get_logger("edgewarden.web")

    @app.errorhandler(HTTPException)
    def _http_error(error: HTTPException) -> Response:
        return error_page(error) if _is_page() else of_http_error(error)

    @app.errorhandler(Exception)
    def _defect(error: Exception) -> Response:
        route = request.url_rule.rule if request.url_rule else ""
        log.error(
            "request failed",
            method=request.method,
            route=route,
            error=type(error).__qualname__,
            frames=_frames(error),
        )
        if _is_page():
            return error_page(InternalServerError("The log of the service has the details."))
        return problem_response(
            HTTPStatus.INTERNAL_SERVER_ERROR, "The log of the service has the details."
        )


def _frames(error: BaseException) -> list[str]:
    """Where it happened. Messages and local variables may hold what was sent, and stay out."""
    return [
        f"{frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]


def _is_page() -> bool:
    return request.path == "/" or request.path.startswith(PAGE_PREFIX)


def _harden(answer: Response) -> Response:
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.endpoint == "pages.static":
        answer.headers["Cache-Control"] = _STATIC_CACHE
    return answer
