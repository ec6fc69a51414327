"""Readings as bytes, for a cache, and back.

They are pickled, since a base of thousands of files has to be there in a few milliseconds: a
pickle of these values loads in half the time that their JSON takes to be validated, and in a tenth
of the time that their YAML takes to be read. A pickle may name anything that Python can import and
have it called, so this one may not: classes are looked up in ``ADMITTED`` and nowhere else, and
those make values and do nothing. The bytes are still no input that anybody else may write: a value
of an admitted class with wrong parts would be taken.
"""

import io
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from edgewarden.manifests import nodes
from edgewarden.manifests.collector import collector_paused
from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.deployments.reading import deployers_in
from edgewarden.manifests.metadata import Owner
from edgewarden.manifests.objects import Declared, Refused
from edgewarden.manifests.readings import FileReading, Lost
from edgewarden.manifests.recalled import NOTHING_RECALLED, Facts, Recalled, Source
from edgewarden.manifests.serving.served import Served
from edgewarden.reachability.calls import Caller, CallKind, Service, ServiceCall, ServicePort
from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import (
    ContainerPort,
    Direction,
    Effect,
    IPBlock,
    Namespace,
    NetworkPolicy,
    ObjectRef,
    PodPeer,
    PolicyPort,
    Rule,
    UnjudgedPolicy,
    Workload,
)
from edgewarden.reachability.ports import Protocol

ADMITTED: Mapping[tuple[str, str], type] = {
    (each.__module__, each.__qualname__): each
    for each in (
        Caller,
        CallKind,
        ContainerPort,
        nodes.Entry,
        nodes.Mapping,
        nodes.Scalar,
        nodes.Sequence,
        Declared,
        Deployer,
        Direction,
        Effect,
        FileReading,
        IPBlock,
        IPv4Network,
        IPv6Network,
        LabelSelector,
        Location,
        Lost,
        Namespace,
        NetworkPolicy,
        ObjectRef,
        Operator,
        Owner,
        PodPeer,
        PolicyPort,
        Problem,
        ProblemKind,
        Protocol,
        Refused,
        Requirement,
        Rule,
        Served,
        Service,
        ServiceCall,
        ServicePort,
        UnjudgedPolicy,
        Workload,
    )
}
"""What readings are made of, by module and name. Everything else is refused."""

_FIELDS: Mapping[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind))
    for kind in ADMITTED.values()
    if is_dataclass(kind)
}

_WITHOUT_PLACE: Mapping[type, tuple[str, ...]] = {
    IPBlock: ("cidr", "excepts"),
    NetworkPolicy: ("pods", "isolates"),
    PodPeer: ("namespaces", "pods"),
    UnjudgedPolicy: ("effects",),
    Workload: ("ports", "open_labels"),
}
"""Parts of which two that are equal are the same: they do not know where they are written."""


_PLAIN, _DEPLOYING = b"-", b"d"
"""The first byte tells whoever moves the bytes whether something in them deploys."""


def encode_readings(readings: Recalled) -> bytes:
    """The readings as bytes, which ``decode_readings`` makes equal ones of."""
    stream = io.BytesIO()
    stream.write(_DEPLOYING if any(map(_standing, readings.values())) else _PLAIN)
    _Pickler(stream).dump(readings)
    return stream.getvalue()


def _standing(readings: Mapping[Source, FileReading]) -> bool:
    return bool(deployers_in({path: reading for (path, _), reading in readings.items()}))


def deploys(encoded: bytes) -> bool:
    """Whether an object among these readings decides what else is deployed, and how."""
    return not encoded.startswith(_PLAIN)


def decode_readings(encoded: Iterable[bytes]) -> Recalled:
    """All readings in several encodings. Raises ``ValueError`` where one is not one."""
    found: dict[Facts, dict[Source, FileReading]] = {}
    try:
        with collector_paused():
            for each in encoded:
                for facts, readings in _Unpickler(io.BytesIO(each[1:])).load().items():
                    found.setdefault(facts, {}).update(readings)
    except Exception as error:  # a pickle that nobody made may raise anything
        msg = f"these are no readings: {type(error).__name__}"
        raise ValueError(msg) from error
    return found or NOTHING_RECALLED


class _Pickler(pickle.Pickler):
    """Spells a dataclass as its class and the values of its fields: faster to make again than by
    its state, which a frozen one has to set field by field."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream, protocol=5)
        self._known: dict[Any, Any] = {}

    def reducer_override(self, value: object) -> Any:
        kind = type(value)
        names = _FIELDS.get(kind)
        if names is None:
            return self._of_other(value)
        alike = _WITHOUT_PLACE.get(kind, ())
        parts = ((name, getattr(value, name)) for name in names)
        return kind, tuple(self._one(part) if name in alike else part for name, part in parts)

    def _of_other(self, value: object) -> Any:
        """A kind of scalar that only the reader tells apart is a scalar afterwards."""
        if isinstance(value, nodes.Scalar) and type(value) is not nodes.Scalar:
            return nodes.Scalar, tuple(value)
        if isinstance(value, Enum) and type(value) in ADMITTED.values():
            # Some versions of Python spell a member as an attribute of its class.
            return type(value), (value.value,)
        if isinstance(value, type) or type(value) in ADMITTED.values():
            return NotImplemented
        msg = f"{type(value).__name__} is not admitted"
        raise pickle.PicklingError(msg)

    def _one(self, part: Any) -> Any:
        """Of equal parts the first, so that the others cost nothing."""
        return self._known.setdefault(part, part)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> Any:
        try:
            return ADMITTED[module_name, global_name]
        except KeyError:
            msg = f"{module_name}.{global_name} is not admitted"
            raise pickle.UnpicklingError(msg) from None
