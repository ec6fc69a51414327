"""Which kinds are read for what the API server calls, and which parts of them."""

from collections.abc import Mapping

from edgewarden.manifests.masks import Fields, Take

SERVICE = ("", "Service")
VALIDATION = ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration")
MUTATION = ("admissionregistration.k8s.io", "MutatingWebhookConfiguration")
DEFINITION = ("apiextensions.k8s.io", "CustomResourceDefinition")
API = ("apiregistration.k8s.io", "APIService")

_REFERENCE: Fields = {"namespace": Take.SCALAR, "name": Take.SCALAR, "port": Take.SCALAR}
_CLIENT: Fields = {"clientConfig": {"service": _REFERENCE}}
_WEBHOOKS: Fields = {
    "webhooks": ({"name": Take.SCALAR, "failurePolicy": Take.SCALAR, **_CLIENT},),
}

SERVING: Mapping[tuple[str, str], Fields] = {
    SERVICE: {
        "spec": {
            "type": Take.SCALAR,
            "selector": Take.SCALARS,
            "ports": ({"port": Take.SCALAR, "targetPort": Take.SCALAR, "protocol": Take.SCALAR},),
        }
    },
    VALIDATION: _WEBHOOKS,
    MUTATION: _WEBHOOKS,
    DEFINITION: {"spec": {"conversion": {"strategy": Take.SCALAR, "webhook": _CLIENT}}},
    API: {"spec": {"service": _REFERENCE}},
}
"""By group and kind what is read of them beside their metadata."""
