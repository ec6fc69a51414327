"""Ends as people write them, as boxes over all pods that could exist."""

from collections.abc import Iterable, Iterator

from edgewarden.reachability.facts import Role
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import (
    ClusterState,
    Direction,
    NetworkPolicy,
    PodPeer,
    Workload,
)
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.rule_ports import PortName, RulePorts, named_ports, whole
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.restrictions import Spans, Values
from edgewarden.reachability.symbolic.statements import StatedPorts
from edgewarden.reachability.symbolic.stating import ports_box


class Asked:
    """What the policies of one state ask of pods: label keys, and port names."""

    def __init__(self, state: ClusterState) -> None:
        policies = (*state.policies, *state.lingering)
        self.keys = frozenset(each.key for s in _selectors(policies) for each in s.requirements)
        self.names = frozenset(
            name
            for policy in policies
            for direction in Direction
            for rule in policy.rules(direction)
            for name in RulePorts.of(rule.ports).names
        )


def like(end: Role, workload: Workload, asked: Asked) -> Box:
    """Pods like those of ``workload``, whatever its namespace is labelled with."""
    labels = {
        key: Values.only(workload.labels.get(key))
        for key in asked.keys | workload.labels.keys()
        if key not in workload.open_labels
    }
    return Box(
        {
            axes.kind(end): axes.POD,
            axes.namespace(end): Values.only(workload.namespace),
            **{axes.pod_label(end, key): values for key, values in labels.items()},
        }
    )


def outside(end: Role, addresses: Spans) -> Box:
    box = Box({axes.kind(end): axes.ADDRESS})
    return box.having(axes.address(end), addresses)


def on(ports: PortSet) -> Box:
    return Box().having(axes.PORTS, axes.port_spans(ports))


def called(name: PortName) -> Box:
    """The ports that the destination, a pod, calls so."""
    return ports_box(StatedPorts(whole(name.protocol), named=(name,)))


def on_workload(ports: PortSet, workload: Workload, asked: Asked) -> Iterator[Box]:
    """``ports`` of a workload, cut by the names that it gives them, as far as rules ask."""
    if workload.open_ports:
        yield on(ports)
        return
    given = named_ports(workload)
    for protocol, _ in ports.by_protocol():
        names = sorted(name for name in asked.names if name.protocol is protocol)
        left = {frozenset[PortName](): ports & whole(protocol)}
        for name in names:
            having = given.get(name, PortSet())
            left = {
                called_so: some
                for before, all_ports in left.items()
                for called_so, some in (
                    (before | {name}, all_ports & having),
                    (before, all_ports - having),
                )
                if some
            }
        for called_so, some in left.items():
            others = tuple(name for name in names if name not in called_so)
            yield ports_box(StatedPorts(some, tuple(sorted(called_so)), others))


def _selectors(policies: Iterable[NetworkPolicy]) -> Iterator[LabelSelector]:
    for policy in policies:
        yield policy.pods
        for direction in Direction:
            for rule in policy.rules(direction):
                yield from (p.pods for p in rule.peers if isinstance(p, PodPeer) and p.pods)
