"""``/api/v1/exceptions``: the register over HTTP."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, request
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

from edgewarden.web.answers import json_answer
from edgewarden.web.authentication import current_actor
from edgewarden.web.problems import documented
from edgewarden.web.schemas import (
    ExceptionDocument,
    ExceptionPage,
    ExceptionProposal,
    ExceptionQuery,
    ExceptionWithHistory,
    NumberPath,
    Revocation,
)
from edgewarden.web.services import WebServices
from edgewarden.workflows import register
from edgewarden.workflows.ports import ExceptionFilter
from edgewarden.workflows.register import Proposal

_PREFIX = "/api/v1/exceptions"
_ONE = "/<int(min=1,max=2147483647):number>"


def exceptions_api(services: WebServices) -> APIBlueprint:
    api = APIBlueprint(
        "exceptions",
        __name__,
        url_prefix=_PREFIX,
        abp_tags=[Tag(name="exceptions", description="The register of granted exceptions")],
        abp_security=[{"token": []}],
        abp_responses=documented(400, 401, 403),
    )

    @api.get("", responses={200: ExceptionPage})
    def list_exceptions(query: ExceptionQuery) -> Response:
        """List exceptions"""
        page = register.find(
            ExceptionFilter(
                owner=query.owner,
                standing=query.state.value if query.state else None,
                namespace=query.namespace,
                expires_before=query.expires_before,
            ),
            current_actor(),
            services.store,
            services.clock,
            after=query.cursor,
            limit=query.limit,
        )
        answer = json_answer(
            ExceptionPage(
                exceptions=[ExceptionDocument.of(each, page.now) for each in page.exceptions],
                next_cursor=page.next_after,
            )
        )
        if page.next_after is not None:
            following = urlencode({**request.args.to_dict(), "cursor": page.next_after})
            answer.headers["Link"] = f'<{_PREFIX}?{following}>; rel="next"'
        return answer

    @api.post("", responses={201: ExceptionWithHistory, **documented(413, 415, 422)})
    def create_exception(body: ExceptionProposal) -> Response:
        """Grant an exception"""
        entry = register.grant(
            Proposal(
                reason=body.reason,
                owner=body.owner,
                ticket=body.ticket,
                test=body.test,
                source=body.source.scope(),
                destination=body.destination.scope(),
                ports=body.ports.ports(),
                expires_at=body.expires_at,
                starts_at=body.starts_at,
            ),
            current_actor(),
            services.store,
            services.clock,
        )
        answer = json_answer(ExceptionWithHistory.of_entry(entry), HTTPStatus.CREATED)
        answer.headers["Location"] = f"{_PREFIX}/{entry.exception.number}"
        return answer

    @api.get(_ONE, responses={200: ExceptionWithHistory, **documented(404)})
    def show_exception(path: NumberPath) -> Response:
        """Show an exception and its history"""
        return json_answer(
            ExceptionWithHistory.of_entry(
                register.show(path.number, current_actor(), services.store, services.clock)
            )
        )

    @api.post(
        f"{_ONE}/revoke", responses={200: ExceptionWithHistory, **documented(404, 413, 415, 422)}
    )
    def revoke_exception(path: NumberPath, body: Revocation) -> Response:
        """End an exception now; doing it again changes nothing"""
        entry = register.revoke(
            path.number, body.reason, current_actor(), services.store, services.clock
        )
        return json_answer(ExceptionWithHistory.of_entry(entry))

    return api
