"""HTTP to GitHub: one request and its answer, or a ``ForgeError`` that says what to do.

Source: GitHub Docs, "Best practices for using the REST API" and "Rate limits for the REST API".
"""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx
import stamina
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from edgewarden import __version__
from edgewarden.workflows.ports import ForgeError

_API_VERSION = "2022-11-28"
_TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_ATTEMPTS = 3
_MOST_PAGES = 200
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 307, 308})
_SECONDARY_LIMIT_PAUSE = 60.0
"""What GitHub asks for where it names no time."""
_IDEMPOTENT = frozenset({"GET", "PATCH"})
_HIDDEN = re.compile(r"[\x00-\x1f\x7f]+")

_T = TypeVar("_T")


class _ErrorBody(BaseModel):
    model_config = ConfigDict(extra="ignore")

    message: str = ""


class GitHubClient:
    """Requests to one GitHub with one token. ``api`` is the address of its REST API.

    The token goes to that origin only: redirects and links to another one are refused. Requests
    that may be repeated are, for a moment, when the network fails; the queue does the rest.
    """

    def __init__(self, api: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        self._api = httpx.URL(api.rstrip("/") + "/")
        self._http = httpx.Client(
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "User-Agent": f"edgewarden/{__version__}",
                "X-GitHub-Api-Version": _API_VERSION,
            },
            timeout=_TIMEOUT,
            follow_redirects=False,
            transport=transport,
        )

    def close(self) -> None:
        self._http.close()

    def send(self, method: str, path: str, *, json: dict[str, str] | None = None) -> httpx.Response:
        """The answer to a request, of any status below 500 that is not a rate limit.

        ``path`` is relative to the API and quoted already. Raises ``ForgeError`` otherwise.
        """
        return self._settled(method, self._api.join(path), json)

    def pages(self, path: str) -> Iterator[httpx.Response]:
        """The answers to a GET and to every following page that it links to."""
        address: httpx.URL | None = self._api.join(path)
        for _ in range(_MOST_PAGES):
            if address is None:
                return
            answer = self._settled("GET", address, None)
            yield answer
            following = answer.links.get("next", {}).get("url")
            address = None if following is None else self._own(answer.url, following)
        raise ForgeError(f"GitHub lists more than {_MOST_PAGES} pages at {path}", permanent=True)

    def _settled(
        self, method: str, address: httpx.URL, json: dict[str, str] | None
    ) -> httpx.Response:
        """Follow redirects that stay with the same GitHub, with method and body."""
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._exchange(method, address, json)
            if answer.status_code not in _REDIRECTS or "Location" not in answer.headers:
                _refuse_failures(answer)
                return answer
            address = self._own(address, answer.headers["Location"])
        raise ForgeError("GitHub redirects without end", permanent=True)

    def _exchange(
        self, method: str, address: httpx.URL, json: dict[str, str] | None
    ) -> httpx.Response:
        attempts = _ATTEMPTS if method in _IDEMPOTENT else 1
        try:
            for attempt in stamina.retry_context(
                on=httpx.TransportError, attempts=attempts, timeout=30, wait_initial=0.2, wait_max=2
            ):
                with attempt:
                    return self._http.request(method, address, json=json)
        except httpx.RequestError as error:
            raise ForgeError(
                f"GitHub at {address.host} does not answer ({type(error).__name__})",
                permanent=False,
            ) from error
        raise AssertionError("a retried request returns or raises")

    def _own(self, origin: httpx.URL, reference: str) -> httpx.URL:
        """Where ``reference`` leads from ``origin``, unless that is another host."""
        try:
            address = origin.join(reference)
        except httpx.InvalidURL as error:
            raise ForgeError("GitHub points to an address that is none", permanent=True) from error
        if _origin(address) != _origin(self._api):
            raise ForgeError(
                f"GitHub points to another host ({address.host}), where the token is not sent; "
                "check the configured API address",
                permanent=True,
            )
        return address


def _origin(address: httpx.URL) -> tuple[str, str, int | None]:
    return address.scheme, address.host, address.port


def understood(answer: httpx.Response, form: TypeAdapter[_T]) -> _T:
    """The body of a successful answer, or ``ForgeError``."""
    try:
        return form.validate_json(answer.content)
    except ValidationError as error:
        raise ForgeError(
            f"GitHub answered {answer.request.method} {answer.url.path} with a body that is not "
            "understood; is the API address right?",
            permanent=False,
        ) from error


def refusal(answer: httpx.Response) -> ForgeError:
    """The error for a request that GitHub understood and did not carry out."""
    what = f"{answer.request.method} {answer.url.path}"
    said = said_in(answer)
    match answer.status_code:
        case 401:
            text = f"GitHub does not accept the token ({said}); make a new one"
        case 403:
            text = f"GitHub gives the token no right to {what} ({said})"
        case 404 | 410:
            text = f"GitHub has nothing at {answer.url.path} that this token can see"
        case code:
            text = f"GitHub refused {what} with {code} ({said})"
    return ForgeError(text, permanent=True)


def said_in(answer: httpx.Response) -> str:
    """GitHub's own words on an error, on one line."""
    try:
        message = _ErrorBody.model_validate_json(answer.content).message
    except ValidationError:
        message = ""
    return _HIDDEN.sub(" ", message)[:200] or "no reason given"


def _refuse_failures(answer: httpx.Response) -> None:
    """Raise a temporary ``ForgeError`` for what another try can mend."""
    if answer.status_code >= 500:
        raise ForgeError(
            f"GitHub is in trouble: {answer.request.method} {answer.url.path} ended with "
            f"{answer.status_code}",
            permanent=False,
            retry_after=_stated_pause(answer),
        )
    if answer.status_code == 429 or (answer.status_code == 403 and _is_limit(answer)):
        pause = _stated_pause(answer) or _until_reset(answer) or _SECONDARY_LIMIT_PAUSE
        raise ForgeError(
            f"GitHub's rate limit is used up for the next {pause:.0f} s",
            permanent=False,
            retry_after=pause,
        )


def _is_limit(answer: httpx.Response) -> bool:
    return (
        answer.headers.get("X-RateLimit-Remaining") == "0"
        or "Retry-After" in answer.headers
        or "rate limit" in said_in(answer).lower()
    )


def _stated_pause(answer: httpx.Response) -> float | None:
    """``Retry-After`` in seconds (RFC 9110, 10.2.3; GitHub does not send the date form)."""
    stated = answer.headers.get("Retry-After", "")
    return float(stated) if re.fullmatch(r"[0-9]{1,6}", stated) else None


def _until_reset(answer: httpx.Response) -> float | None:
    """Seconds from the answer's own ``Date`` until the limit is renewed."""
    reset = answer.headers.get("X-RateLimit-Reset", "")
    if answer.headers.get("X-RateLimit-Remaining") != "0" or not re.fullmatch(
        r"[0-9]{1,12}", reset
    ):
        return None
    try:
        sent = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
    return max(1.0, float(reset) - sent.timestamp())
