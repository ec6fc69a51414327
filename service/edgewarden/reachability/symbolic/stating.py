"""Boxes read as statements."""

from collections.abc import Iterable, Iterator

from edgewarden.reachability.causes import ordered
from edgewarden.reachability.facts import Role
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.axes import Axis
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.gains import Found
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
    Statement,
)


def stated(boxes: Iterable[Found]) -> tuple[Statement, ...]:
    """One statement for each box, in the order of their words."""
    statements = (
        Statement(
            source=_end(each.box, Role.SOURCE),
            destination=_end(each.box, Role.DESTINATION),
            ports=_ports(each.box),
            precision=each.precision,
            causes=ordered(each.causes),
            guard=each.guard,
            unsubtracted=each.unsubtracted,
        )
        for each in boxes
    )
    return tuple(sorted(statements, key=str))


def _end(box: Box, end: Role) -> EndSet:
    kind = box.sides.get(axes.kind(end))
    if kind == axes.ADDRESS:
        return AddressSet(axes.address_ranges(_spans(box.get(axes.address(end)))))
    if kind is None:
        return Anything()
    sides = list(_values(box, end))
    return PodSet(
        namespaces=next((each for axis, each in sides if axis == axes.namespace(end)), ALL_VALUES),
        namespace_labels={axis.key: each for axis, each in sides if axis.is_namespace_label},
        labels={axis.key: each for axis, each in sides if axis.is_pod_label},
    )


def _values(box: Box, end: Role) -> Iterator[tuple[Axis, Values]]:
    for axis in sorted(box.sides):
        restriction = box.sides[axis]
        if axis.end == end.value and isinstance(restriction, Values):
            yield axis, restriction


def _ports(box: Box) -> StatedPorts:
    return StatedPorts(
        numbers=axes.port_set(_spans(box.get(axes.PORTS))),
        names={
            axes.named(axis): restriction == axes.NAMED
            for axis, restriction in box.sides.items()
            if axis.is_port_name
        },
    )


def _spans(restriction: Restriction) -> Spans:
    """The axes of addresses and of ports hold spans."""
    if not isinstance(restriction, Spans):
        raise TypeError(f"{restriction} is no set of numbers; restrict this axis by spans only")
    return restriction
