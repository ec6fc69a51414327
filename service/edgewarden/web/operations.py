"""For those who run the service: is it alive, is it ready, what does it do."""

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, generate_latest

from edgewarden.web.services import WebServices

_COUNTED_UP_TO = 1000
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def operations(services: WebServices) -> Blueprint:
    blueprint = Blueprint("operations", __name__)
    requests = Counter(
        "edgewarden_http_requests",
        "HTTP requests by route, method and status",
        ["route", "method", "status"],
        registry=services.registry,
    )
    changes_due = Gauge(
        "edgewarden_changes_due",
        f"Changes that wait for a review (counted up to {_COUNTED_UP_TO})",
        registry=services.registry,
    )
    messages_due = Gauge(
        "edgewarden_messages_due",
        f"Messages that wait to be sent (counted up to {_COUNTED_UP_TO})",
        registry=services.registry,
    )

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @blueprint.get("/readyz")
    def readyz() -> Response:
        problem = services.readiness.problem()
        return Response(
            f"{problem or 'ready'}\n",
            status=503 if problem else 200,
            content_type="text/plain; charset=utf-8",
        )

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if services.readiness.problem() is None:
            now = services.clock.now()
            with services.store.begin() as transaction:
                changes_due.set(len(transaction.changes.due(now, _COUNTED_UP_TO)))
                messages_due.set(len(transaction.outbox.due(now, _COUNTED_UP_TO)))
        return Response(generate_latest(services.registry), content_type=CONTENT_TYPE_LATEST)

    @blueprint.after_app_request
    def count(answer: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        requests.labels(route, method, str(answer.status_code)).inc()
        return answer

    return blueprint
