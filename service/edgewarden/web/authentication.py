"""Who is asking: the bearer token of a request, and nothing else in it."""

from http import HTTPStatus

from flask import Response, g, request

from edgewarden.web.problems import problem_response
from edgewarden.workflows.ports import Actor, Store
from edgewarden.workflows.tokens import authenticate

_CHALLENGE = 'Bearer realm="edgewarden"'


def refuse_strangers(store: Store) -> Response | None:
    """Remember whose token the request carries, or answer 401 (RFC 6750, section 3)."""
    given = request.authorization
    secret = given.token if given is not None and given.type == "bearer" else None
    if not secret:
        return _unauthorised("Send a token: Authorization: Bearer ew_...", _CHALLENGE)
    actor = authenticate(secret, store)
    if actor is None:
        return _unauthorised(
            "The token is not known or was revoked; make one with: edgewarden token create",
            f'{_CHALLENGE}, error="invalid_token"',
        )
    g.actor = actor
    return None


def current_actor() -> Actor:
    """The person whose token the request carries; only behind ``refuse_strangers``."""
    actor: Actor = g.actor
    return actor


def _unauthorised(detail: str, challenge: str) -> Response:
    answer = problem_response(HTTPStatus.UNAUTHORIZED, detail)
    answer.headers["WWW-Authenticate"] = challenge
    return answer
