"""What the API server calls in the cluster: Services, and the objects that have it call them.

None of it decides an edge. It tells which pods have to let the control plane in.
"""

from dataclasses import dataclass
from enum import StrEnum

from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location


@dataclass(frozen=True, slots=True, order=True)
class ServicePort:
    """A TCP port of a Service, and that of its pods: a number, or the name of a container port."""

    number: int
    target: int | str


@dataclass(frozen=True, slots=True)
class Service:
    """A Service by what says which pods answer for it.

    ``selector`` selects pods of its namespace; it is none where something else says who answers
    (a Service without a selector, or an ``ExternalName``). Only TCP ports are kept.
    """

    namespace: str
    name: str
    selector: LabelSelector | None
    ports: tuple[ServicePort, ...]
    location: Location


class CallKind(StrEnum):
    VALIDATION = "validating webhook"
    MUTATION = "mutating webhook"
    CONVERSION = "conversion webhook"
    AGGREGATION = "aggregated API"


@dataclass(frozen=True, slots=True, order=True)
class ServiceCall:
    """A call of the API server to ``port`` of a Service.

    ``name`` is that of the webhook, or of the resource or the API that the call is about. One that
    is ``required`` fails the request that it is made for where nobody answers (``failurePolicy``).
    """

    kind: CallKind
    name: str
    namespace: str
    service: str
    port: int
    required: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """An object of the whole cluster that has the API server make ``calls``, at least one."""

    group: str
    kind: str
    name: str
    calls: tuple[ServiceCall, ...]
    location: Location
