"""The form of ``zones.yaml``, and its JSON Schema."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema, model_validator

from edgewarden.governance.zones.zones import ANY, NO_ZONE, Ruling
from edgewarden.manifests.syntax import label_value_fault, port_name_fault
from edgewarden.reachability.ports import FIRST_PORT, LAST_PORT, PortSet, Protocol
from edgewarden.reachability.rule_ports import PortName, RulePorts
from edgewarden.reporting.schema import DIALECT
from edgewarden.workflows.configuration.terms import AddressRange, LabelKey
from edgewarden.workflows.forms.form import Form
from edgewarden.workflows.forms.selectors import NamespacesTerms, SelectorTerms

Item = TypeVar("Item")

_PORT = re.compile(r"(?P<port>[^/]+?)(?:/(?P<protocol>tcp|udp|sctp))?", re.IGNORECASE)
_NUMBERS = re.compile(r"(?P<first>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9}))?")


def _zone_name(name: str) -> str:
    fault = label_value_fault(name) if name else "it is empty"
    if fault:
        raise ValueError(f"{name!r} is no name of a zone: {fault}")
    return name


def _own_name(name: str) -> str:
    if name in {ANY, NO_ZONE}:
        raise ValueError(f"{name!r} stands for peers whatever their zone: choose another name")
    return name


def _version(number: int) -> int:
    if number != 1:
        raise ValueError("write 1, the only version that there is")
    return number


def ports_of(written: str) -> RulePorts:
    """``5432``, ``53/udp``, ``8000-8100``, ``http``. Raises ``ValueError``."""
    found = _PORT.fullmatch(written)
    if found is None:
        raise ValueError(f"{written!r} is no port: write one like 5432, 53/udp or http")
    protocol = Protocol((found["protocol"] or "tcp").upper())
    numbers = _NUMBERS.fullmatch(found["port"])
    if numbers is None:
        if fault := port_name_fault(found["port"]):
            raise ValueError(f"{written!r} is no port: {fault}")
        return RulePorts(names=frozenset({PortName(protocol, found["port"])}))
    first = int(numbers["first"])
    last = int(numbers["last"] or first)
    if not FIRST_PORT <= first <= last <= LAST_PORT:
        raise ValueError(
            f"{written!r} is no port: write numbers from {FIRST_PORT} to {LAST_PORT}, "
            "the smaller one first"
        )
    return RulePorts(PortSet.of(protocol, first, last))


def _port(written: object) -> str:
    if isinstance(written, bool) or not isinstance(written, int | str):
        raise ValueError("write a number or a text, like 5432, 53/udp or http")  # noqa: TRY004
    ports_of(str(written))
    return str(written)


def _some(items: tuple[Item, ...]) -> tuple[Item, ...]:
    if not items:
        raise ValueError("list at least one")
    return items


ZoneName = Annotated[str, AfterValidator(_zone_name)]
_Port = Annotated[
    str,
    PlainValidator(_port),
    WithJsonSchema({"type": ["integer", "string"], "examples": [5432, "53/udp", "http"]}),
]


class MemberTerms(Form):
    """Pods, or addresses outside the cluster."""

    namespaces: Annotated[
        NamespacesTerms | None,
        Field(description="The namespaces of the pods; every namespace if absent."),
    ] = None
    pods: Annotated[
        SelectorTerms | None, Field(description="The pods in them; all of them if absent.")
    ] = None
    cidrs: Annotated[
        tuple[AddressRange, ...],
        Field(max_length=1000, description="Address ranges outside the cluster."),
    ] = ()

    @model_validator(mode="after")
    def _of_one_kind(self) -> "MemberTerms":
        pods = self.namespaces is not None or self.pods is not None
        if pods and self.cidrs:
            raise ValueError("pods and addresses are different members: write two items")
        if not pods and not self.cidrs:
            raise ValueError("name `namespaces`, `pods` or `cidrs`")
        return self


class ZoneTerms(Form):
    """Peers under a name."""

    name: Annotated[
        ZoneName, AfterValidator(_own_name), Field(description="What the zone is called.")
    ]
    members: Annotated[
        tuple[MemberTerms, ...],
        Field(max_length=200, description="Its peers: those of any item."),
        AfterValidator(_some),
    ]
    priority: Annotated[
        int,
        Field(ge=0, le=1000, description="Of two zones that hold a peer the higher one has it."),
    ] = 0


class CellTerms(Form):
    """What may pass from one zone to another."""

    source: Annotated[
        ZoneName,
        Field(description="The zone that connects, `any` other one, or `none` for peers in none."),
    ]
    destination: Annotated[
        ZoneName, Field(description="The zone that is connected to, or `any`, or `none`.")
    ]
    rule: Annotated[Ruling, Field(description="What may pass.")]
    services: Annotated[
        tuple[str, ...],
        Field(max_length=100, description="With `allow-only`: the services that may pass."),
    ] = ()

    @model_validator(mode="after")
    def _fitting_services(self) -> "CellTerms":
        if self.rule is Ruling.ALLOW_ONLY and not self.services:
            raise ValueError("allow-only needs `services`: name at least one")
        if self.rule is not Ruling.ALLOW_ONLY and self.services:
            raise ValueError(f"{self.rule} takes no `services`: remove them, or write allow-only")
        return self


def _whole(ruling: Ruling) -> Ruling:
    if ruling is Ruling.ALLOW_ONLY:
        raise ValueError("allow-only stands in `matrix`, beside the services that it is about")
    return ruling


_WholeRuling = Annotated[Ruling, AfterValidator(_whole)]


class DimensionTerms(Form):
    """A division of all peers, and what may pass between its parts."""

    zones: Annotated[
        tuple[ZoneTerms, ...],
        Field(max_length=500, description="The parts, by the peers that are in them."),
    ] = ()
    labels: Annotated[
        tuple[LabelKey, ...],
        Field(
            max_length=10,
            description="Labels of namespaces whose values are parts, for pods that `zones` does "
            "not hold. The first that a namespace carries counts.",
        ),
    ] = ()
    matrix: Annotated[
        tuple[CellTerms, ...],
        Field(max_length=5000, description="What may pass between certain parts."),
    ] = ()
    across: Annotated[
        _WholeRuling | None,
        Field(description="What may pass between two different parts that no cell names."),
    ] = None
    default: Annotated[
        _WholeRuling,
        Field(description="What may pass where nothing else speaks of it."),
    ] = Ruling.ALLOW


class ZonesTerms(Form):
    """What an organisation says of its zones; the shipped file stands in for absent sections."""

    version: Annotated[
        int,
        AfterValidator(_version),
        WithJsonSchema({"const": 1}),
        Field(description="The version of this form."),
    ]
    services: Annotated[
        Mapping[str, Annotated[tuple[_Port, ...], Field(max_length=100), AfterValidator(_some)]],
        Field(description="Ports under a name: numbers, ranges, or what pods call them."),
    ] = {}
    zones: Annotated[
        DimensionTerms | None, Field(description="Zones of trust, as edge, app and data.")
    ] = None
    tenants: Annotated[DimensionTerms | None, Field(description="Who the workloads belong to.")] = (
        None
    )
    environments: Annotated[
        DimensionTerms | None, Field(description="Stages, as dev, staging and prod.")
    ] = None
    system: Annotated[
        DimensionTerms | None,
        Field(description="The namespaces that run the cluster, as the only zone."),
    ] = None


def zones_schema() -> str:
    """JSON Schema (2020-12) of the file."""
    schema = {"$schema": DIALECT, **ZonesTerms.model_json_schema(), "title": _TITLE}
    return json.dumps(schema, indent=2) + "\n"


_TITLE = "Zones of Edgewarden: zones.yaml"
