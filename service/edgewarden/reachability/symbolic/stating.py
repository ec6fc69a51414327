"""Boxes read as sets of ends and ports."""

from collections.abc import Iterator

from edgewarden.reachability.facts import Role
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.axes import Axis
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.restrictions import (
    ALL_VALUES,
    Restriction,
    Spans,
    Values,
)
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    EndSet,
    PodSet,
    StatedPorts,
)


def end_set(box: Box, end: Role) -> EndSet:
    """What ``box`` says of one end."""
    kind = box.sides.get(axes.kind(end))
    if kind == axes.ADDRESS:
        return AddressSet(axes.address_ranges(_spans(box.get(axes.address(end)))))
    if kind is None:
        return Anything()
    return pod_set(box, end)


def pod_set(box: Box, end: Role) -> PodSet:
    """What ``box`` says of one end, of which the kind is known to be pods."""
    sides = list(_values(box, end))
    addresses = box.sides.get(axes.pod_address(end))
    return PodSet(
        namespaces=next((each for axis, each in sides if axis == axes.namespace(end)), ALL_VALUES),
        namespace_labels={axis.key: each for axis, each in sides if axis.is_namespace_label},
        labels={axis.key: each for axis, each in sides if axis.is_pod_label},
        addresses=() if addresses is None else axes.address_ranges(_spans(addresses)),
    )


def box_of(ends: EndSet, end: Role) -> Box:
    """The inverse of ``end_set``."""
    match ends:
        case Anything():
            return Box()
        case AddressSet():
            outside = Box({axes.kind(end): axes.ADDRESS})
            return outside.having(axes.address(end), axes.range_addresses(ends.ranges))
        case PodSet():
            sides: dict[Axis, Restriction] = {
                axes.kind(end): axes.POD,
                axes.namespace(end): ends.namespaces,
                **{axes.namespace_label(end, k): each for k, each in ends.namespace_labels.items()},
                **{axes.pod_label(end, k): each for k, each in ends.labels.items()},
            }
            if ends.addresses:
                sides[axes.pod_address(end)] = axes.range_addresses(ends.addresses)
            return Box({axis: each for axis, each in sides.items() if each != axis.everything})


def _values(box: Box, end: Role) -> Iterator[tuple[Axis, Values]]:
    for axis in sorted(box.sides):
        restriction = box.sides[axis]
        if axis.end == end.value and isinstance(restriction, Values):
            yield axis, restriction


def stated_ports(box: Box) -> StatedPorts:
    names = [
        (axes.named(axis), restriction == axes.NAMED)
        for axis, restriction in box.sides.items()
        if axis.is_port_name
    ]
    return StatedPorts(
        numbers=axes.port_set(_spans(box.get(axes.PORTS))),
        named=tuple(sorted(name for name, so in names if so)),
        unnamed=tuple(sorted(name for name, so in names if not so)),
    )


def ports_box(ports: StatedPorts) -> Box:
    """The inverse of ``stated_ports``: names go with pods, which alone have them."""
    box = Box().having(axes.PORTS, axes.port_spans(ports.numbers))
    if ports.named or ports.unnamed:
        box = box.having(axes.kind(Role.DESTINATION), axes.POD)
    for names, called in ((ports.named, axes.NAMED), (ports.unnamed, ~axes.NAMED)):
        for name in names:
            box = box.having(axes.port_name(name), called)
    return box


def _spans(restriction: Restriction) -> Spans:
    """The axes of addresses and of ports hold spans."""
    if not isinstance(restriction, Spans):
        raise TypeError(f"{restriction} is no set of numbers; restrict this axis by spans only")
    return restriction
