"""A connection that somebody asks about, found in one state of a cluster or in two."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeAlias

from edgewarden.reachability.designations import (
    Addresses,
    EndDesignation,
    LabelledPods,
    NamedWorkload,
    NumberedPort,
    PortDesignation,
)
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import Identity
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, ContainerPort, Direction, Workload
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.reachability.rule_ports import PortName, whole

MOST_SUGGESTED = 5
ASKED_ABOUT = Location("(asked about)", 1)
"""Where a pod is written that exists in the question only."""

AskedEnd: TypeAlias = Identity | AddressEnd
"""A workload by its identity, or one address outside the cluster."""


class QuestionError(ValueError):
    """The states cannot tell what was meant; the message says what to ask instead."""


@dataclass(frozen=True, slots=True)
class Question:
    """May ``source`` open connections to ``destination`` on this port?

    ``port_name`` is what the port was called by whoever asked, if not by its number. Where no
    manifest shows the number, ``port`` is a ``stand_in`` that no rule names.
    """

    source: AskedEnd
    destination: AskedEnd
    protocol: Protocol
    port: int
    port_name: str | None = None
    stand_in: bool = False

    @property
    def ports(self) -> PortSet:
        return PortSet.of(self.protocol, self.port)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the states that it is put to.

    The states hold a workload of their own for every pod that exists in the question only.
    """

    question: Question
    states: tuple[ClusterState, ...]


def ask(
    states: Sequence[ClusterState],
    source: EndDesignation,
    destination: EndDesignation,
    port: PortDesignation,
) -> Asked:
    """Find the ends and the port, the same for all ``states``.

    Raises ``QuestionError`` where an end is in none of the states, is several things or is no
    single end, where neither end is a pod, and where the destination has no port of that name. A
    pod by its labels is the workload that has these very labels, where it is the only one, and
    has every port that it is asked about by name.
    """
    if isinstance(source, Addresses) and isinstance(destination, Addresses):
        raise QuestionError(
            f"{source} and {destination} are both addresses outside the cluster, and policies only"
            " decide on connections of pods: name a workload at one end"
        )
    ends = _found(states, source), _found(states, destination)
    labelled = {
        str(end): (end, identity)
        for end, identity in zip((source, destination), ends, strict=True)
        if isinstance(end, LabelledPods) and not isinstance(identity, AddressEnd)
    }
    unshown = [pods for pods, identity in labelled.values() if identity == _imagined(pods).identity]
    said = [sentence for each in labelled.values() for sentence in _identified(states, *each)]
    known = tuple(assuming(imagining(state, unshown), said) for state in states)
    if isinstance(port, PortName) and any(_imagined(pods).identity == ends[1] for pods in unshown):
        number = _free_number(states, port.protocol)
        known = tuple(_calling(state, ends[1], port, number) for state in known)
        return Asked(Question(*ends, port.protocol, number, port.name, stand_in=True), known)
    protocol, number, name = _port(known, ends[1], port)
    return Asked(Question(*ends, protocol, number, name), known)


def imagining(state: ClusterState, unshown: Iterable[LabelledPods]) -> ClusterState:
    """``state`` with a workload for each of some pods of which no manifest exists.

    They have the labels that are named and no others, and may call any port by any name. Of a
    namespace without a manifest the labels are open, but for its name.
    """
    pods = {str(each): each for each in unshown}
    shown = {namespace.name for namespace in state.namespaces}
    imagined = replace(
        state,
        workloads=(
            *state.workloads,
            *(
                replace(_imagined(each), open_namespace=each.namespace not in shown)
                for each in pods.values()
            ),
        ),
    )
    return assuming(
        imagined, [f"{name} is taken for one pod with these labels and no others." for name in pods]
    )


def assuming(state: ClusterState, sentences: Iterable[str]) -> ClusterState:
    """``state`` with more that is taken for granted."""
    return replace(state, assumptions=(*state.assumptions, *sentences))


def _imagined(pods: LabelledPods) -> Workload:
    labels = str(pods).partition("/")[2]
    return Workload(pods.namespace, labels, "Pod", pods.labels, ASKED_ABOUT, open_ports=True)


def _found(states: Sequence[ClusterState], end: EndDesignation) -> AskedEnd:
    match end:
        case NamedWorkload():
            return _named(states, end)
        case LabelledPods():
            return _looking_like(states, end) or _imagined(end).identity
        case Addresses() if end.network.num_addresses == 1:
            address = end.network.network_address
            return AddressEnd(address, address)
        case _:
            raise QuestionError(
                f"{end} is many ends: name one workload, one pod by its labels or one address"
            )


def _looking_like(states: Sequence[ClusterState], pods: LabelledPods) -> Identity | None:
    """The one workload that has these labels and no others, in every state."""
    found = {
        frozenset(
            workload.identity
            for workload in state.workloads
            if workload.namespace == pods.namespace and workload.labels == pods.labels
        )
        for state in states
    }
    if len(found) > 1:
        return None
    (same,) = found
    return next(iter(same)) if len(same) == 1 else None


def _identified(
    states: Sequence[ClusterState], pods: LabelledPods, taken: Identity
) -> Iterator[str]:
    """Says which workload the pods are taken for, or which they could be meant to be."""
    if taken != _imagined(pods).identity:
        yield f"{pods} is taken for {_spelled(taken)}, whose pods have these labels."
        return
    having = {
        _spelled(workload.identity)
        for state in states
        for workload in state.workloads
        if workload.namespace == pods.namespace
        and pods.labels.items() <= dict(workload.labels).items()
    }
    if having:
        names = " or ".join(sorted(having)[:MOST_SUGGESTED])
        yield f"{pods} is taken for no pod of a workload: ask about those of {names} by name."


def _free_number(states: Iterable[ClusterState], protocol: Protocol) -> int:
    """A port that no rule names by its number, where there is one."""
    named = PortSet.union(
        PortSet.of(protocol, item.port, item.end_port)
        for state in states
        for policy in (*state.policies, *state.lingering)
        for direction in Direction
        for rule in policy.rules(direction)
        for item in rule.ports
        if item.protocol is protocol and isinstance(item.port, int)
    )
    free = whole(protocol) - named or whole(protocol)
    (spans,) = (spans for _, spans in free.by_protocol())
    return spans[-1][1]


def _calling(state: ClusterState, pods: AskedEnd, port: PortName, number: int) -> ClusterState:
    """``state`` with ``pods`` that call ``number`` so, and nothing else by a name."""
    ports = (ContainerPort(port.name, port.protocol, number),)
    workloads = tuple(
        replace(each, ports=ports, open_ports=False) if each.identity == pods else each
        for each in state.workloads
    )
    sentence = (
        f"Its port {port} is taken for one that no rule names by its number: ask by the number to"
        " know of those."
    )
    return assuming(replace(state, workloads=workloads), [sentence])


def _named(states: Sequence[ClusterState], end: NamedWorkload) -> Identity:
    found = named_workloads(states, end)
    if len(found) > 1:
        spelled = " or ".join(map(_spelled, found))
        raise QuestionError(f"{end} is more than one workload: write {spelled}")
    return found[0]


def named_workloads(states: Sequence[ClusterState], end: NamedWorkload) -> list[Identity]:
    """The workloads of that name in any of the states, sorted; at least one.

    Raises ``QuestionError`` where there is none, with names like it.
    """
    known = {workload.identity for state in states for workload in state.workloads}
    found = sorted(
        identity
        for identity in known
        if identity[:2] == (end.namespace, end.name) and end.kind in (None, identity[2])
    )
    if not found:
        raise QuestionError(_unknown(end, known))
    return found


def _unknown(end: NamedWorkload, known: Iterable[Identity]) -> str:
    near = _near(end, tuple(known))
    meant = f"did you mean {' or '.join(near)}? Otherwise " if near else ""
    return (
        f"no manifest shows a workload {end}: {meant}ask about a pod that no manifest shows by"
        f" its labels, as {end.namespace}/app={end.name}"
    )


def _near(end: NamedWorkload, known: Sequence[Identity]) -> list[str]:
    """The name under other kinds and in other namespaces, then what is spelled like it."""
    namespaces = {namespace for namespace, _, _ in known}
    like = {end.namespace, *get_close_matches(end.namespace, namespaces)}
    names = get_close_matches(end.name, {name for namespace, name, _ in known if namespace in like})
    same = sorted(identity for identity in known if identity[1] == end.name)
    similar = sorted(identity for identity in known if identity[0] in like and identity[1] in names)
    return [*dict.fromkeys(map(_spelled, (*same, *similar)))][:MOST_SUGGESTED]


def _spelled(identity: Identity) -> str:
    namespace, name, kind = identity
    return f"{namespace}/{name}[{kind}]"


def _port(
    states: Sequence[ClusterState], destination: AskedEnd, port: PortDesignation
) -> tuple[Protocol, int, str | None]:
    if isinstance(port, NumberedPort):
        return port.protocol, port.number, None
    if isinstance(destination, AddressEnd):
        raise QuestionError(
            f"{destination.first} gives no port the name {port.name}: ask for a port by its number"
        )
    workloads = [w for state in states for w in state.workloads if w.identity == destination]
    found = sorted(
        {p.number for w in workloads for p in w.ports if _is_named(port, p.name, p.protocol)}
    )
    if not found:
        raise QuestionError(_unresolved(destination, port, workloads))
    if len(found) > 1:
        numbers = ", ".join(map(str, found))
        raise QuestionError(
            f"{_spelled(destination)} calls {port.protocol} {numbers} {port.name}: ask for one of"
            " them by its number"
        )
    return port.protocol, found[0], port.name


def _is_named(port: PortName, name: str, protocol: Protocol) -> bool:
    return (name, protocol) == (port.name, port.protocol)


def _unresolved(destination: Identity, port: PortName, workloads: Iterable[Workload]) -> str:
    names = sorted({PortName(p.protocol, p.name) for w in workloads for p in w.ports})
    named, ask = (
        (", ".join(map(str, names)), "one of these or for a port by its number")
        if names
        else ("none", "a port by its number")
    )
    return (
        f"{_spelled(destination)} has no {port.protocol} port called {port.name} (it names"
        f" {named}): ask for {ask}"
    )
