"""Policies as boxes: who is isolated, and what each rule admits.

The axis of the subject's namespace is left out throughout: the boxes of two namespaces whose
policies say the same are equal. Selectors of namespaces are boxes over labels, so that what they
mean does not hang on the namespaces that are known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from edgewarden.reachability.facts import OTHER, SUBJECT, Role
from edgewarden.reachability.labels import (
    NAMESPACE_NAME_LABEL,
    LabelSelector,
    Operator,
    Requirement,
)
from edgewarden.reachability.model import (
    Direction,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodPeer,
    PolicyPort,
    Rule,
)
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.axes import Axis
from edgewarden.reachability.symbolic.boxes import Box, conjunction, fused_boxes, without_covered
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Restriction, Spans, Values

_MOST_BOXES = 2_000
"""Of one rule. A rule of many peers times many port names is widened past it."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Where a box was written: a policy, or one of its rules."""

    policy: NetworkPolicy
    rule: Rule | None = None


@dataclass(frozen=True)
class Said:
    """What the policies of one namespace say in one direction.

    ``isolated`` and ``admitted`` hold each box with where it was written. Where ``widened``,
    some boxes of ``admitted`` are larger than their rules.
    """

    isolated: Mapping[Box, Sequence[Source]]
    admitted: Mapping[Box, Sequence[Source]]
    widened: bool = False

    @cached_property
    def isolating(self) -> tuple[Box, ...]:
        """``isolated`` in fewer boxes, wide ones first."""
        return without_covered(fused_boxes(self.isolated))

    @cached_property
    def admitting(self) -> tuple[Box, ...]:
        """``admitted`` in fewer boxes, wide ones first."""
        return without_covered(fused_boxes(self.admitted))


def say(policies: Iterable[NetworkPolicy], direction: Direction, pod_addresses: Spans) -> Said:
    """The boxes of policies of one namespace, in the order of the policies' names.

    ``pod_addresses`` are those that pods can have in the eyes of ``ipBlock``: none where it
    never matches pods.
    """
    isolated: dict[Box, list[Source]] = {}
    admitted: dict[Box, list[Source]] = {}
    widened = False
    for policy in policies:
        if direction not in policy.isolates:
            continue
        subject = selected_pods(SUBJECT[direction], policy.pods)
        if subject is None:
            continue
        isolated.setdefault(subject, []).append(Source(policy))
        for rule in policy.rules(direction):
            source = Source(policy, rule)
            peers = _peers(rule.peers, policy.namespace, OTHER[direction], pod_addresses)
            ports = _ports(rule.ports)
            if len(peers) * len(ports) > _MOST_BOXES:
                widened, ports = True, (_any_name(rule.ports),)
            for peer in peers:
                for port in ports:
                    box = conjunction(subject, peer, port)
                    if box is not None and not _names_port_of_address(box, direction):
                        admitted.setdefault(box, []).append(source)
    return Said(isolated, admitted, widened)


def selected_pods(end: Role, selector: LabelSelector) -> Box | None:
    """The pods of any namespace that ``selector`` selects; none where it contradicts itself."""
    sides = ((axes.pod_label(end, each.key), _values(each)) for each in selector.requirements)
    return _restricted(_pod(end), sides)


def pods_of(end: Role, namespaces: LabelSelector, pods: LabelSelector) -> Box | None:
    """The pods that ``pods`` selects in the namespaces that ``namespaces`` selects."""
    return conjunction(_namespaces(end, namespaces), selected_pods(end, pods))


def _namespaces(end: Role, selector: LabelSelector) -> Box | None:
    sides = (
        (axes.namespace(end), _names(each))
        if each.key == NAMESPACE_NAME_LABEL
        else (axes.namespace_label(end, each.key), _values(each))
        for each in selector.requirements
    )
    return _restricted(_pod(end), sides)


def _pod(end: Role) -> Box:
    return Box({axes.kind(end): axes.POD})


def _restricted(box: Box, sides: Iterable[tuple[Axis, Values]]) -> Box | None:
    """``box`` under further restrictions, several of which may be of one axis."""
    found: dict[Axis, Restriction] = dict(box.sides)
    for axis, values in sides:
        restriction = found.get(axis, axis.everything) & values
        if not restriction:
            return None
        found[axis] = restriction
    return Box({axis: each for axis, each in found.items() if each != axis.everything})


def _values(requirement: Requirement) -> Values:
    """The values of a label that satisfy ``requirement``; ``None`` where it is absent."""
    match requirement.operator:
        case Operator.IN:
            return Values.only(*requirement.values)
        case Operator.NOT_IN:
            return Values.all_but(*requirement.values)
        case Operator.EXISTS:
            return Values.all_but(None)
        case Operator.DOES_NOT_EXIST:
            return Values.only(None)


def _names(requirement: Requirement) -> Values:
    """The names of namespaces whose name label, which all have, satisfies ``requirement``."""
    match requirement.operator:
        case Operator.EXISTS:
            return ALL_VALUES
        case Operator.DOES_NOT_EXIST:
            return Values()
        case _:
            return _values(requirement)


def _peers(peers: Sequence[Peer], own: str, end: Role, pod_addresses: Spans) -> tuple[Box, ...]:
    """Without peers one box without restrictions.

    All address blocks of a rule are one box, and one more over the pods that they match.
    """
    if not peers:
        return (Box(),)
    pods = (_pod_peer(peer, own, end) for peer in peers if isinstance(peer, PodPeer))
    found = [box for box in pods if box is not None]
    blocks = Spans.of(
        span
        for peer in peers
        if isinstance(peer, IPBlock)
        for span in axes.block_addresses(peer).spans
    )
    if blocks:
        outside = Box({axes.kind(end): axes.ADDRESS})
        found.append(outside.having(axes.address(end), blocks))
        if blocks.overlaps(pod_addresses):
            found.append(_pod(end).having(axes.pod_address(end), blocks))
    return tuple(dict.fromkeys(found))


def _pod_peer(peer: PodPeer, own: str, end: Role) -> Box | None:
    pods = peer.pods or LabelSelector()
    if peer.namespaces is not None:
        return pods_of(end, peer.namespaces, pods)
    where = _pod(end).having(axes.namespace(end), Values.only(own))
    return conjunction(where, selected_pods(end, pods))


def _ports(items: Sequence[PolicyPort]) -> tuple[Box, ...]:
    """One box for all numbers, and one for each name. Without items no restriction."""
    if not items:
        return (Box(),)
    numbers = Spans.of(
        axes.port_span(item.protocol)
        if item.port is None
        else axes.port_span(item.protocol, item.port, item.end_port or item.port)
        for item in items
        if not isinstance(item.port, str)
    )
    names = dict.fromkeys(
        PortName(item.protocol, item.port) for item in items if isinstance(item.port, str)
    )
    found = [Box().having(axes.PORTS, numbers)] if numbers else []
    return (*found, *map(_named, names))


def _named(name: PortName) -> Box:
    """Names are resolved on the destination, so it is a pod."""
    whole = Spans.of((axes.port_span(name.protocol),))
    destination = _pod(Role.DESTINATION)
    return destination.having(axes.PORTS, whole).having(axes.port_name(name), axes.NAMED)


def _names_port_of_address(box: Box, direction: Direction) -> bool:
    """Whether ``box`` is to have a port by name of whoever has an address: no rule grants it."""
    return (
        direction is Direction.EGRESS
        and axes.pod_address(Role.DESTINATION) in box.sides
        and any(axis.is_port_name for axis in box.sides)
    )


def _any_name(items: Iterable[PolicyPort]) -> Box:
    """The ports of ``items``, with the whole of a protocol in place of its names."""
    return Box().having(
        axes.PORTS,
        Spans.of(
            axes.port_span(item.protocol, item.port, item.end_port or item.port)
            if isinstance(item.port, int)
            else axes.port_span(item.protocol)
            for item in items
        ),
    )
