"""A client of the API that holds every answer against the description at ``/openapi``."""

import json
from typing import Any

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse

EXCEPTIONS = "/api/v1/exceptions"


class DescribedApi:
    """The API of a running service, which ``http`` leads to, as the owner of ``token`` sees it.

    An answer that is not described exactly, down to a field too many, fails the test.
    """

    def __init__(self, http: httpx.Client, token: str = "") -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._description = OpenAPI.from_dict(
            _exact(http.get("/openapi").raise_for_status().json()),
            config=Config(extra_media_type_deserializers={"application/problem+json": json.loads}),
        )

    def get(self, path: str = EXCEPTIONS, **query: Any) -> httpx.Response:
        return self._held(self._http.get(path, params=query or None, headers=self._headers))

    def post(self, body: Any, path: str = EXCEPTIONS) -> httpx.Response:
        """Send JSON in ASCII, so that a lone surrogate arrives as one."""
        headers = {"Content-Type": "application/json", **self._headers}
        return self._held(self._http.post(path, content=json.dumps(body), headers=headers))

    def granted(self, body: Any) -> dict[str, Any]:
        answer = self.post(body)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        granted: dict[str, Any] = answer.json()
        return granted

    def _held(self, answer: httpx.Response) -> httpx.Response:
        asked = answer.request
        host = f"{asked.url.scheme}://{asked.url.netloc.decode()}"
        request = MockRequest(host, asked.method, asked.url.path)
        response = MockResponse(
            answer.content,
            answer.status_code,
            dict(answer.headers),
            answer.headers["Content-Type"],
        )
        self._description.validate_response(request, response)
        return answer


def _exact(description: Any) -> Any:
    """The same description, by which no object has a property that is not described."""
    if isinstance(description, list):
        return [_exact(each) for each in description]
    if not isinstance(description, dict):
        return description
    exact = {name: _exact(value) for name, value in description.items()}
    if "properties" in exact and exact.get("type") == "object":
        exact.setdefault("additionalProperties", False)
    return exact
