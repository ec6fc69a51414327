"""The description of the API, and that it describes what is answered."""

import json
from typing import Any

import pytest
from openapi_core import Config
from openapi_core import OpenAPI as Description
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from edgewarden.manifests.uploads.document import API_VERSION, KIND
from edgewarden.workflows.ports import Role
from tests.support.web import HEAD, Web
from tests.unit.reporting import situations
from tests.unit.web.test_exceptions_api import EXCEPTIONS, proposal

PROD = "/api/v1/clusters/prod/inventory"
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
COMMIT = f"/api/v1/commits/{HEAD}/clusters"
SHOP = "forge=memory&repository=team/shop"
RENDERED = {
    "apiVersion": API_VERSION,
    "kind": KIND,
    "files": {"a.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"},
}
TAKEN_AT = "2026-01-01T00:00:00Z"


def described() -> dict[str, Any]:
    document: dict[str, Any] = Web().client.get("/openapi").get_json()
    return document


def test_the_description_is_valid_openapi() -> None:
    document = described()

    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_every_operation_needs_a_token_and_names_its_errors() -> None:
    operations = [
        operation for path in described()["paths"].values() for operation in path.values()
    ]

    assert len(operations) == 14
    for operation in operations:
        assert operation["security"] == [{"token": []}]
        problems = [code for code in operation["responses"] if code >= "400"]
        assert {"400", "401", "403"} <= set(problems)
        for code in problems:
            assert list(operation["responses"][code]["content"]) == ["application/problem+json"]


def test_the_description_says_what_an_exception_needs() -> None:
    schemas = described()["components"]["schemas"]

    assert set(schemas["ExceptionProposal"]["required"]) == {
        "reason", "owner", "ticket", "test", "source", "destination", "ports", "expires_at",
    }  # fmt: skip
    assert schemas["Selector"]["minProperties"] == 1
    assert schemas["ScopeDocument"]["examples"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", EXCEPTIONS, proposal()),
        ("POST", EXCEPTIONS, proposal(source={"cidr": "192.0.2.0/24"})),
        ("POST", EXCEPTIONS, proposal(ports={"TCP": [1, [2, 3]], "UDP": [53]})),
        ("GET", f"{EXCEPTIONS}?state=active&limit=1", None),
        ("GET", f"{EXCEPTIONS}/1", None),
        ("POST", f"{EXCEPTIONS}/1/revoke", {"reason": "over"}),
        ("GET", f"{EXCEPTIONS}/99", None),
        ("GET", "/api/v1/changes/review?forge=memory&repository=team/shop&change=7", None),
        ("GET", "/api/v1/changes/review?forge=memory&repository=team/shop&change=8", None),
        ("GET", "/api/v1/changes/review?forge=memory&repository=team/shop&change=9", None),
        ("PUT", f"{PROD}?taken_at=2026-11-23T08:00:00Z", NAMESPACE),
        ("PUT", PROD, NAMESPACE),
        ("GET", PROD, None),
        ("GET", "/api/v1/clusters/dev/inventory", None),
        ("GET", "/api/v1/clusters", None),
        ("PUT", f"{COMMIT}/prod/manifests?{SHOP}", RENDERED),
        ("PUT", f"{COMMIT}/prod/manifests?{SHOP}&branch=main", {"kind": "List"}),
        ("GET", f"{COMMIT}?{SHOP}", None),
        ("GET", f"{COMMIT}?forge=github&repository=team/shop", None),
        ("GET", f"/api/v1/commits/{HEAD}/contract?{SHOP}", None),
        ("GET", f"/api/v1/commits/{'f' * 40}/contract?{SHOP}", None),
    ],
)
def test_requests_and_answers_are_as_described(
    method: str, path: str, body: dict[str, Any] | None
) -> None:
    web = Web()
    headers = {"Authorization": f"Bearer {web.token(Role.OPERATOR)}"}
    web.client.post(EXCEPTIONS, json=proposal(), headers=headers)
    web.client.post(EXCEPTIONS, json=proposal(), headers=headers)
    web.client.put(PROD, json=NAMESPACE, headers=headers, query_string={"taken_at": TAKEN_AT})
    web.answer(web.want(), situations.the_shop())
    web.want(key="8")

    answer = web.client.open(path, method=method, json=body, headers=headers)

    understood = Config(extra_media_type_deserializers={"application/problem+json": json.loads})
    description = Description.from_dict(described(), config=understood)
    builder = EnvironBuilder(path, method=method, json=body, headers=Headers(headers))
    sent = builder.get_request()
    request = WerkzeugOpenAPIRequest(sent)
    description.validate_request(request)
    description.validate_response(request, WerkzeugOpenAPIResponse(answer))
