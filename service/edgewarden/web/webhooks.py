"""Deliveries: size, signature, form, repository, and one transaction; then 202."""

import hashlib
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from prometheus_client import Counter
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from edgewarden.web.bodies import bounded_body
from edgewarden.web.problems import problem_response
from edgewarden.web.services import Hook, WebServices
from edgewarden.workflows.ports import MalformedDeliveryError, SignatureError
from edgewarden.workflows.receive import Arrival, Receipt, receive

GITHUB_HOOK = "github"
_UNSIGNED = "signature"
_MALFORMED = "malformed"
_TOO_LARGE = "too_large"


class HeaderMapping(Mapping[str, str]):
    """The headers of a request; names are the same in any case (RFC 9110, section 5.1)."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers

    def __getitem__(self, name: str) -> str:
        value = self._headers.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers.keys())

    def __len__(self) -> int:
        return len(self._headers)


def webhooks(services: WebServices) -> Blueprint:
    blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")
    deliveries = Counter(
        "edgewarden_deliveries",
        "Webhook deliveries by what became of them",
        ["forge", "outcome"],
        registry=services.registry,
    )

    @blueprint.post("/github")
    def github() -> Response:
        return _take(GITHUB_HOOK, services.github)

    @blueprint.post("/git/<hook>")
    def git(hook: str) -> Response:
        return _take(hook, services.git_hooks.get(hook))

    def _take(name: str, hook: Hook | None) -> Response:
        if hook is None:
            raise NotFound("No forge is configured for this address.")
        forge = hook.forge
        try:
            body = bounded_body(services.delivery_limit)
        except RequestEntityTooLarge:
            deliveries.labels(forge.name, _TOO_LARGE).inc()
            raise
        headers = HeaderMapping(request.headers)
        try:
            forge.verify(headers, body)
            event = forge.parse(headers, body)
        except SignatureError as error:
            return _refuse(hook, _UNSIGNED, HTTPStatus.UNAUTHORIZED, str(error))
        except MalformedDeliveryError as error:
            return _refuse(hook, _MALFORMED, HTTPStatus.BAD_REQUEST, str(error))
        received = receive(
            event,
            Arrival(forge.name, name, hashlib.sha256(body).hexdigest()),
            governed=hook.repositories,
            store=services.store,
            queue=services.queue,
            clock=services.clock,
            review_address=services.publication.review_address,
        )
        deliveries.labels(forge.name, received.receipt.value).inc()
        if received.receipt is Receipt.UNKNOWN_REPOSITORY:
            return problem_response(
                HTTPStatus.NOT_FOUND,
                "This repository is not governed here; add it to the configuration.",
            )
        answer = jsonify(outcome=received.receipt.value, review=received.review)
        answer.status_code = HTTPStatus.ACCEPTED
        return answer

    def _refuse(hook: Hook, reason: str, status: HTTPStatus, detail: str) -> Response:
        deliveries.labels(hook.forge.name, reason).inc()
        with services.store.begin() as transaction:
            transaction.inbox.count_refused(hook.forge.name, reason)
        return problem_response(status, detail)

    return blueprint
