"""What an exception connects, as the API spells it: pods, addresses and ports."""

from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from edgewarden.governance.exceptions import AddressScope, PodScope, Scope
from edgewarden.reachability.labels import (
    NAMESPACE_NAME_LABEL,
    LabelSelector,
    Operator,
    Requirement,
)
from edgewarden.reachability.ports import FIRST_PORT, LAST_PORT, PortSet

NamespaceName = Annotated[
    str, StringConstraints(max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
]
LabelKey = Annotated[
    str,
    StringConstraints(
        max_length=317,
        pattern=r"^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$",
    ),
]
LabelValue = Annotated[
    str,
    StringConstraints(max_length=63, pattern=r"^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$"),
]


class Document(BaseModel):
    """What is not known is refused: a misspelt field must not be dropped in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _absent(value: object) -> bool:
    """What was not given is not answered either."""
    return not value


class LabelExpression(Document):
    """One condition on one label, as in a Kubernetes label selector."""

    key: LabelKey
    operator: Operator
    values: Annotated[list[LabelValue], Field(max_length=100)] = Field(
        default_factory=list, exclude_if=_absent
    )

    @model_validator(mode="after")
    def _fits_its_operator(self) -> "LabelExpression":
        if self.operator in (Operator.IN, Operator.NOT_IN):
            if not self.values:
                raise ValueError(f"{self.operator.value} needs at least one value")
        elif self.values:
            raise ValueError(f"{self.operator.value} takes no values")
        return self


class Selector(Document):
    """A Kubernetes label selector. One that selects everything is written `{"any": true}`."""

    model_config = ConfigDict(
        json_schema_extra={
            "minProperties": 1,
            "examples": [{"matchLabels": {"app": "api"}}, {"any": True}],
        }
    )

    any: Literal[True] | None = Field(
        default=None, exclude_if=_absent, description="Everything, said on purpose."
    )
    matchLabels: Annotated[dict[LabelKey, LabelValue], Field(max_length=100)] = Field(  # noqa: N815
        default_factory=dict, exclude_if=_absent, description="Labels that must have these values."
    )
    matchExpressions: Annotated[list[LabelExpression], Field(max_length=100)] = Field(  # noqa: N815
        default_factory=list, exclude_if=_absent, description="Further conditions; all must hold."
    )

    @model_validator(mode="after")
    def _says_what_it_selects(self) -> "Selector":
        narrowed = bool(self.matchLabels or self.matchExpressions)
        if self.any and narrowed:
            raise ValueError("leave out either any or the labels")
        if not self.any and not narrowed:
            raise ValueError(
                'an empty selector selects everything; if you mean it, write {"any": true}'
            )
        return self

    def selector(self) -> LabelSelector:
        return LabelSelector.of(
            *LabelSelector.matching(self.matchLabels).requirements,
            *(
                Requirement(each.key, each.operator, tuple(sorted(set(each.values))))
                for each in self.matchExpressions
            ),
        )

    @classmethod
    def of(cls, selector: LabelSelector) -> "Selector":
        """The same selector again, labels with one value as ``matchLabels``."""
        if selector.selects_everything:
            return cls(any=True)
        labels: dict[str, str] = {}
        expressions = []
        for each in selector.requirements:
            if each.operator is Operator.IN and len(each.values) == 1 and each.key not in labels:
                labels[each.key] = each.values[0]
            else:
                expressions.append(
                    LabelExpression(key=each.key, operator=each.operator, values=list(each.values))
                )
        return cls(matchLabels=labels, matchExpressions=expressions)


def _network(text: str) -> str:
    if "%" in text:
        raise ValueError("a block of addresses has no zone")
    if "/" in text and not text.rpartition("/")[2].isdecimal():
        raise ValueError("write the prefix as a number of bits, as in 192.0.2.0/24")
    network = ip_network(text, strict=False)
    if str(network.network_address) != str(ip_network(text.partition("/")[0]).network_address):
        raise ValueError(f"the address has bits outside its prefix; did you mean {network}?")
    return str(network)


_Block = Annotated[str, StringConstraints(max_length=50), AfterValidator(_network)]


class ScopeDocument(Document):
    """One side of an exception: pods, or addresses outside the cluster.

    Pods are given by `podSelector` together with either `namespace` (one namespace by name) or
    `namespaceSelector`; addresses by `cidr` alone.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["namespace", "podSelector"]},
                {"required": ["namespaceSelector", "podSelector"]},
                {"required": ["cidr"]},
            ],
            "examples": [
                {"namespace": "shop", "podSelector": {"matchLabels": {"app": "api"}}},
                {
                    "namespaceSelector": {"matchLabels": {"team": "data"}},
                    "podSelector": {"any": True},
                },
                {"cidr": "192.0.2.0/24"},
            ],
        }
    )

    namespace: NamespaceName | None = Field(default=None, exclude_if=_absent)
    namespaceSelector: Selector | None = Field(  # noqa: N815 - as Kubernetes spells it
        default=None, exclude_if=_absent
    )
    podSelector: Selector | None = Field(default=None, exclude_if=_absent)  # noqa: N815
    cidr: Annotated[str, StringConstraints(max_length=50), AfterValidator(_network)] | None = Field(
        default=None, exclude_if=_absent
    )

    @model_validator(mode="after")
    def _is_one_side(self) -> "ScopeDocument":
        if self.cidr is not None:
            if self.namespace or self.namespaceSelector or self.podSelector:
                raise ValueError("give either cidr or pods, not both")
            return self
        if (self.namespace is None) == (self.namespaceSelector is None):
            raise ValueError("give cidr, or exactly one of namespace and namespaceSelector")
        if self.podSelector is None:
            raise ValueError('give podSelector; {"any": true} for all pods')
        return self

    def scope(self) -> Scope:
        if self.cidr is not None:
            return AddressScope(ip_network(self.cidr))
        if self.namespaceSelector is not None:
            namespaces = self.namespaceSelector.selector()
        else:
            namespaces = LabelSelector.matching({NAMESPACE_NAME_LABEL: self.namespace or ""})
        pods = self.podSelector.selector() if self.podSelector is not None else LabelSelector()
        return PodScope(namespaces, pods)

    @classmethod
    def of(cls, scope: Scope) -> "ScopeDocument":
        if isinstance(scope, AddressScope):
            return cls(cidr=str(scope.cidr))
        pods = Selector.of(scope.pods)
        match scope.namespaces.requirements:
            case (Requirement(key=key, operator=Operator.IN, values=(name,)),) if (
                key == NAMESPACE_NAME_LABEL
            ):
                return cls(namespace=name, podSelector=pods)
            case _:
                return cls(namespaceSelector=Selector.of(scope.namespaces), podSelector=pods)


# --- ports ----------------------------------------------------------------------------------------


def _widened(item: object) -> object:
    return (item, item) if isinstance(item, int) and not isinstance(item, bool) else item


def _ordered(span: tuple[int, int]) -> tuple[int, int]:
    if span[0] > span[1]:
        raise ValueError("the first port is greater than the last")
    return span


_Port = Annotated[int, Field(strict=True, ge=FIRST_PORT, le=LAST_PORT)]
_PORT_SCHEMA = {"type": "integer", "minimum": FIRST_PORT, "maximum": LAST_PORT}
Span = Annotated[
    tuple[_Port, _Port],
    AfterValidator(_ordered),
    BeforeValidator(_widened),
    WithJsonSchema(
        {
            "anyOf": [
                _PORT_SCHEMA,
                {"type": "array", "items": _PORT_SCHEMA, "minItems": 2, "maxItems": 2},
            ]
        }
    ),
]
_Spans = Annotated[list[Span], Field(max_length=1000)]


class PortsDocument(Document):
    """Ports by protocol: single ports, or ranges as `[first, last]` with both included."""

    model_config = ConfigDict(
        json_schema_extra={
            "minProperties": 1,
            "examples": [{"TCP": [5432, [8000, 8100]], "UDP": [53]}],
        }
    )

    TCP: _Spans = Field(default_factory=list, exclude_if=_absent)
    UDP: _Spans = Field(default_factory=list, exclude_if=_absent)
    SCTP: _Spans = Field(default_factory=list, exclude_if=_absent)

    @model_validator(mode="after")
    def _names_a_port(self) -> "PortsDocument":
        if not (self.TCP or self.UDP or self.SCTP):
            raise ValueError('name at least one port; every TCP port is {"TCP": [[1, 65535]]}')
        return self

    def ports(self) -> PortSet:
        return PortSet.from_mapping({"TCP": self.TCP, "UDP": self.UDP, "SCTP": self.SCTP})

    @classmethod
    def of(cls, ports: PortSet) -> "PortsDocument":
        return cls.model_validate(ports.as_mapping())
