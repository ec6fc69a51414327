"""Pages for people: plain HTML that needs no script, or text for a terminal."""

import re
from collections.abc import Collection

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from edgewarden import __version__
from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.brief import brief_blocks, summary_blocks
from edgewarden.reporting.escaping import visible
from edgewarden.reporting.layout import review_blocks
from edgewarden.reporting.lengths import FIRST, WHOLE
from edgewarden.reporting.text import plain_text
from edgewarden.reporting.view import review_view
from edgewarden.reporting.wording import sets_text
from edgewarden.web.sentences import sentence
from edgewarden.web.services import WebServices
from edgewarden.workflows.ports import StoredReview
from edgewarden.workflows.reading import ChangeAnswer, Progress, answer_on_page

PAGE_PREFIX = "/reviews/"
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{6,100}")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_HTML, _TEXT = "text/html", "text/plain"
_TEXT_TYPE = "text/plain; charset=utf-8"
_ALL, _SUMMARY = "all", "summary"
_SHORTENED = f"Shortened: `?{_ALL}=1` behind the address tells everything."
_PAUSE = 2
_PAUSE_AFTER_FAILURE = 15
"""Seconds after which a page without an answer looks again."""


def pages(services: WebServices) -> Blueprint:
    blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static")
    blueprint.add_app_template_filter(visible, "visible")
    blueprint.add_app_template_filter(sentence, "sentence")
    blueprint.add_app_template_filter(sets_text, "sets")
    blueprint.add_app_template_filter(capitalised, "capitalised")

    @blueprint.get("/")
    def landing() -> str:
        return render_template("landing.html", version=__version__)

    @blueprint.get(f"{PAGE_PREFIX}<public_id>")
    def review(public_id: str) -> Response:
        head = request.args.get("head")
        if head is not None and not _COMMIT.fullmatch(head):
            raise BadRequest("head is not the full id of a commit.")
        answer = None
        if _PUBLIC_ID.fullmatch(public_id):
            answer = answer_on_page(public_id, head, services.store)
        if answer is None:
            raise NotFound("There is no review at this address.")
        asked = request.args
        page = _as_text(answer, asked) if _wants_text() else _as_page(answer, asked)
        page.headers["Vary"] = "Accept"
        return page

    return blueprint


def error_page(error: HTTPException) -> Response:
    """An error on a page, for people or as text."""
    code = error.code or 500
    if _wants_text():
        page = Response(f"{error.name}: {error.description}\n", content_type=_TEXT_TYPE)
    else:
        page = Response(render_template("error.html", error=error, version=__version__))
    page.status_code = code
    for name, value in error.get_headers():
        if name.lower() == "allow":
            page.headers[name] = value
    return page


def _wants_text() -> bool:
    return request.accept_mimetypes.best_match([_HTML, _TEXT]) == _TEXT


def _as_page(answer: ChangeAnswer, asked: Collection[str]) -> Response:
    """Shortened, unless ``all`` is ``asked`` for."""
    if answer.review is not None:
        text = render_template(
            "review.html",
            answer=answer,
            stored=answer.review,
            view=review_view(answer.review.review),
            lengths=WHOLE if _ALL in asked else FIRST,
            whole=f"?{_ALL}=1&head={answer.review.head}",
            version=__version__,
        )
        return Response(text)
    pause = _pause(answer)
    text = render_template("pending.html", answer=answer, pause=pause, version=__version__)
    return _unanswered(answer, Response(text))


def _as_text(answer: ChangeAnswer, asked: Collection[str]) -> Response:
    if answer.review is not None:
        return Response(_review_text(answer.review, asked), content_type=_TEXT_TYPE)
    if answer.progress is Progress.CLOSED:
        text = "closed: this change was closed before it was reviewed\n"
    else:
        text = "pending: this change is not reviewed yet\n"
        if answer.change.last_error:
            text += f"last error: {visible(answer.change.last_error)}\n"
    return _unanswered(answer, Response(text, content_type=_TEXT_TYPE))


def _review_text(stored: StoredReview, asked: Collection[str]) -> str:
    """Shortened, unless ``all`` or a ``summary`` is ``asked`` for."""
    view = review_view(stored.review)
    if _SUMMARY in asked:
        return plain_text(summary_blocks(view))
    blocks = review_blocks(view) if _ALL in asked else brief_blocks(view, _SHORTENED)
    return f"{plain_text(blocks)}\nReviewed head: {stored.head}\n"


def _unanswered(answer: ChangeAnswer, page: Response) -> Response:
    if answer.progress is Progress.PENDING:
        page.status_code = 202
        page.headers["Retry-After"] = str(_pause(answer))
    return page


def _pause(answer: ChangeAnswer) -> int:
    return _PAUSE_AFTER_FAILURE if answer.change.last_error else _PAUSE
