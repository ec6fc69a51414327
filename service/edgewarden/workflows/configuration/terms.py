"""How claims about a cluster are written: the same keys in the settings and in a repository."""

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    WithJsonSchema,
)

from edgewarden.manifests.syntax import label_key_fault, label_name_fault, label_value_fault
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import AddressMatch, Applier, PlatformPods
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.forms.form import Form


def _range(written: object) -> IPv4Network | IPv6Network:
    if isinstance(written, IPv4Network | IPv6Network):
        return written
    if not isinstance(written, str):
        raise ValueError("write an address range as a text, like 10.0.0.0/8")  # noqa: TRY004
    try:
        meant = ip_network(written, strict=False)
    except ValueError as error:
        raise ValueError(f"{written!r} is no address range: write one like 10.0.0.0/8") from error
    try:
        return ip_network(written)
    except ValueError as error:
        raise ValueError(f"{written!r} has bits behind its prefix: write {meant}") from error


def _namespace(name: str) -> str:
    if fault := label_name_fault(name):
        raise ValueError(f"{name!r} is no namespace: {fault}")
    return name


def _label_key(key: str) -> str:
    if fault := label_key_fault(key):
        raise ValueError(f"{key!r} is no key of a label: {fault}")
    return key


def _label_value(value: str) -> str:
    if fault := label_value_fault(value):
        raise ValueError(f"{value!r} is no value of a label: {fault}")
    return value


def _some(ports: tuple[int, ...]) -> tuple[int, ...]:
    if not ports:
        raise ValueError("name at least one port, or leave the key out")
    return ports


NamespaceName = Annotated[str, AfterValidator(_namespace)]
AddressRange = Annotated[
    IPv4Network | IPv6Network,
    PlainValidator(_range),
    WithJsonSchema({"type": "string", "examples": ["10.0.0.0/8", "fd00::/8"]}),
]
_Ranges = Annotated[tuple[AddressRange, ...], Field(max_length=100)]
_Port = Annotated[int, Field(ge=1, le=65535)]
_Ports = Annotated[tuple[_Port, ...], Field(max_length=100), AfterValidator(_some)]
LabelKey = Annotated[str, AfterValidator(_label_key)]
LabelValue = Annotated[str, AfterValidator(_label_value)]


_Labels = Annotated[Mapping[LabelKey, LabelValue], Field(min_length=1, max_length=20)]


class PlatformPodsTerms(Form):
    """Pods that the platform runs, by the labels of their namespaces and their own."""

    namespaces: Annotated[
        _Labels,
        Field(description="Labels of their namespaces, as `kubernetes.io/metadata.name`."),
    ]
    pods: Annotated[
        _Labels | None, Field(description="Their labels; every pod there if absent.")
    ] = None

    def meant(self) -> PlatformPods:
        selected = LabelSelector.matching(self.pods or {})
        return PlatformPods(LabelSelector.matching(self.namespaces), selected)


class ProfileTerms(Form):
    """What is known of the cluster and no manifest shows; unknown where a key is absent."""

    cni: Annotated[
        str | None, Field(max_length=100, description="The network plugin, by its name.")
    ] = None
    enforces_policies: Annotated[
        bool | None, Field(description="Whether the network plugin enforces NetworkPolicy.")
    ] = None
    ip_block_matches_pods: Annotated[
        AddressMatch | None,
        Field(description="Whether the network plugin lets ipBlock match addresses of pods."),
    ] = None
    pod_ranges: Annotated[
        _Ranges | None, Field(description="Where addresses of pods come from.")
    ] = None
    service_ranges: Annotated[
        _Ranges | None, Field(description="Where addresses of Services come from.")
    ] = None
    node_ranges: Annotated[
        _Ranges | None, Field(description="Where addresses of nodes come from.")
    ] = None
    control_plane_ranges: Annotated[
        _Ranges | None,
        Field(description="Where connections of the API server to webhooks in pods come from."),
    ] = None
    dns_namespace: Annotated[
        NamespaceName | None,
        Field(description="The namespace of the pods that answer DNS; kube-system if absent."),
    ] = None
    dns_labels: Annotated[
        Mapping[LabelKey, LabelValue] | None,
        Field(description="The labels of these pods; k8s-app: kube-dns if absent."),
    ] = None
    dns_ports: Annotated[
        _Ports | None, Field(description="The ports of these pods; 53 if absent.")
    ] = None
    node_local_dns: Annotated[
        bool | None,
        Field(description="Whether nodes run NodeLocal DNSCache, at 169.254.20.10."),
    ] = None
    monitoring: Annotated[
        PlatformPodsTerms | None, Field(description="The pods that ask others for metrics.")
    ] = None
    gateway: Annotated[
        PlatformPodsTerms | None,
        Field(description="The pods that let traffic into the cluster."),
    ] = None
    egress_gateway: Annotated[
        PlatformPodsTerms | None,
        Field(description="The pods through which traffic to the internet is to go, if any are."),
    ] = None
    applier: Annotated[
        Applier | None, Field(description="What brings the manifests into the cluster.")
    ] = None
    prunes: Annotated[
        bool | None,
        Field(
            description="Whether deleting a manifest deletes the object. If absent, kubectl never "
            "does, helm does, and of the others it is not known."
        ),
    ] = None

    def claims(self) -> ProfileClaims:
        pods = {name: terms.meant() for name, terms in self if isinstance(terms, PlatformPodsTerms)}
        return ProfileClaims(**{**dict(self), **pods})
