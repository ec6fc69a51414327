"""Services as the API server defaults and validates them.

Sources: ``ServiceSpec`` of ``k8s.io/api/core/v1``, ``SetDefaults_Service`` of
``pkg/apis/core/v1/defaults.go`` and ``ValidateService`` of ``pkg/apis/core/validation``.
"""

from edgewarden.manifests.fields import Field
from edgewarden.manifests.metadata import Metadata, read_labels
from edgewarden.manifests.policies import read_protocol
from edgewarden.manifests.syntax import port_name_fault, port_number_fault
from edgewarden.reachability.calls import Service, ServicePort
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.ports import Protocol

_EXTERNAL = "ExternalName"


def read_service(root: Field, metadata: Metadata, namespace: str) -> Service:
    """The Service that ``root`` writes down; what is wrong with it goes to its faults."""
    spec = root.child("spec")
    labels = read_labels(spec.child("selector"))
    selects = labels and spec.child("type").text() != _EXTERNAL
    ports = dict.fromkeys(_port(each) for each in spec.child("ports").items())
    return Service(
        namespace=namespace,
        name=metadata.name,
        selector=LabelSelector.matching(labels) if selects else None,
        ports=tuple(port for port in ports if port),
        location=root.location,
    )


def _port(item: Field) -> ServicePort | None:
    """A port of TCP. Without ``targetPort`` the pods have the same number."""
    number_field, target_field = item.child("port"), item.child("targetPort")
    number, target = number_field.integer() or 0, target_field.integer_or_text()
    protocol = read_protocol(item.child("protocol"))
    if fault := port_number_fault(number):
        number_field.refuse(f"Invalid value: {number}: {fault}", "Name a port.")
    if fault := _target_fault(target):
        target_field.refuse(f"Invalid value: {target!r}: {fault}", "Name a port of the pods.")
    return ServicePort(number, target or number) if protocol is Protocol.TCP else None


def _target_fault(target: int | str | None) -> str:
    match target:
        case str() if target:
            return port_name_fault(target)
        case int() if target:
            return port_number_fault(target)
    return ""
