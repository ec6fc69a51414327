"""The objects that have the API server call a Service: webhooks and aggregated APIs.

Sources: ``admissionregistration.k8s.io/v1``, ``CustomResourceConversion`` of
``apiextensions.k8s.io/v1`` and ``APIServiceSpec`` of ``apiregistration.k8s.io/v1``. A reference to
a Service without a port means 443; what a ``url`` names is called by its address and not read.
"""

from collections.abc import Iterator

from edgewarden.manifests.fields import Field
from edgewarden.manifests.serving.kinds import API, DEFINITION, MUTATION
from edgewarden.manifests.syntax import port_number_fault
from edgewarden.reachability.calls import CallKind, ServiceCall

_HTTPS = 443
_POLICIES = {"": True, "Fail": True, "Ignore": False}
"""``failurePolicy``: whether a request fails that cannot be asked about; so it does by default."""


def read_calls(root: Field, key: tuple[str, str], name: str) -> tuple[ServiceCall, ...]:
    """The calls that ``root`` writes down, an object of the type ``key``; a fault where it is
    wrong. Each call once, in order."""
    if key == DEFINITION:
        found = _conversion(root.child("spec").child("conversion"), name)
    elif key == API:
        service = root.child("spec").child("service")
        found = _call(service, CallKind.AGGREGATION, name, required=True)
    else:
        kind = CallKind.MUTATION if key == MUTATION else CallKind.VALIDATION
        found = (call for each in root.child("webhooks").items() for call in _webhook(each, kind))
    return tuple(sorted(set(found)))


def _conversion(conversion: Field, name: str) -> Iterator[ServiceCall]:
    if conversion.child("strategy").text() == "Webhook":
        service = conversion.child("webhook").child("clientConfig").child("service")
        yield from _call(service, CallKind.CONVERSION, name, required=True)


def _webhook(webhook: Field, kind: CallKind) -> Iterator[ServiceCall]:
    policy_field = webhook.child("failurePolicy")
    policy = policy_field.text()
    if policy not in _POLICIES:
        policy_field.refuse(
            f'Unsupported value: "{policy}": supported values: "Fail", "Ignore"',
            "Write Fail or Ignore.",
        )
    service = webhook.child("clientConfig").child("service")
    required = _POLICIES.get(policy, True)
    yield from _call(service, kind, webhook.child("name").text(), required=required)


def _call(service: Field, kind: CallKind, name: str, *, required: bool) -> Iterator[ServiceCall]:
    """Nothing where no Service is named."""
    if service.absent:
        return
    fields = service.children()
    for part in ("namespace", "name"):
        field = service.within(fields, part)
        if not field.text():
            field.refuse("Required value", "Name the Service and its namespace.")
    port_field = service.within(fields, "port")
    number = port_field.integer()
    port = _HTTPS if number is None else number
    if fault := port_number_fault(port):
        port_field.refuse(f"Invalid value: {port}: {fault}", "Name a port of the Service.")
    texts = {part: service.within(fields, part).text() for part in ("namespace", "name")}
    yield ServiceCall(kind, name, texts["namespace"], texts["name"], port, required)
