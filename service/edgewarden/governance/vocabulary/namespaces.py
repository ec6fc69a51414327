"""Namespaces as values of the language of rules."""

from collections.abc import Iterator

from google.protobuf.message import Message

from edgewarden.governance.posture.dns_access import dns_word
from edgewarden.governance.posture.isolation import Isolation
from edgewarden.governance.posture.platform import admission_word
from edgewarden.governance.posture.posture import Posture, Postures
from edgewarden.governance.vocabulary.objects import location_value, object_value
from edgewarden.governance.vocabulary.table import TYPES
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, ObjectRef
from edgewarden.reachability.reasons import Side

_NOWHERE = Location(".", 1)


def namespace_values(state: ClusterState, names: frozenset[str], side: Side) -> Iterator[Message]:
    """A ``Posture`` for each of ``names`` that there is in the state."""
    if names:
        postures = Postures(state)
        for name in sorted(names.intersection(postures.names)):
            yield _posture(postures.of(name), side)


def _posture(posture: Posture, side: Side) -> Message:
    """``workloads`` counts the known ones that policies bind, ``host_network`` the others. ``dns``,
    ``internet``, ``monitoring`` and ``gateway`` are the words of the table that ``edgewarden
    posture`` prints. Where not ``certain``, something that is not judged or not known bears on it.
    """
    manifest, sensitive = posture.manifest, posture.sensitive
    return TYPES.value(
        "Posture",
        key=posture.namespace,
        text=f"namespace {posture.namespace}",
        name=posture.namespace,
        labels={} if manifest is None else manifest.labels,
        annotations={} if manifest is None else manifest.annotations,
        owner=posture.owner,
        policies=len(posture.policies),
        workloads=len(posture.workloads),
        host_network=len(posture.nodes),
        ingress=_isolation(posture.ingress),
        egress=_isolation(posture.egress),
        dns=dns_word(posture.dns),
        internet=posture.internet.way.word,
        monitoring=admission_word(posture.monitoring, posture.ingress),
        gateway=admission_word(posture.gateway, posture.ingress),
        sensitive=sensitive and sensitive.kind,
        sensitive_because=sensitive and sensitive.because,
        certain=posture.certain,
        location=location_value(posture.location or _NOWHERE),
        about=object_value(ObjectRef("", "Namespace", "", posture.namespace)),
        side=side.value,
    )


def _isolation(isolation: Isolation) -> Message:
    """An ``Isolation``: ``extent`` is ``all``, ``some`` or ``none`` of the pods that could exist,
    ``left`` the others in words, and ``workloads`` known ones among them."""
    return TYPES.value(
        "Isolation",
        extent=isolation.word,
        default_deny=bool(isolation.default_denies),
        allow_all=bool(isolation.allow_all),
        left=str(isolation.left),
        workloads=[str(each) for each in isolation.workloads],
        policies=[str(each.ref) for each in isolation.policies],
    )
