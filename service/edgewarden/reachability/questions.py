"""A connection that somebody asks about, found in one state of a cluster or in two."""

from collections.abc import Iterable, Sequence
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
from edgewarden.reachability.model import ClusterState, Workload
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.reachability.rule_ports import PortName

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

    ``port_name`` is what the port was called by whoever asked, if not by its number.
    """

    source: AskedEnd
    destination: AskedEnd
    protocol: Protocol
    port: int
    port_name: str | None = None

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
    single end, where neither end is a pod, and where the destination has no port of that name.
    """
    if isinstance(source, Addresses) and isinstance(destination, Addresses):
        raise QuestionError(
            f"{source} and {destination} are both addresses outside the cluster, and policies only"
            " decide on connections of pods: name a workload at one end"
        )
    unshown = [end for end in (source, destination) if isinstance(end, LabelledPods)]
    known = tuple(imagining(state, unshown) for state in states)
    ends = _found(states, source), _found(states, destination)
    protocol, number, name = _port(known, ends[1], port)
    return Asked(Question(*ends, protocol, number, name), known)


def imagining(state: ClusterState, unshown: Iterable[LabelledPods]) -> ClusterState:
    """``state`` with a workload for each of some pods of which no manifest exists.

    They have the labels that are named and no others, and no names for their ports.
    """
    pods = {str(each): each for each in unshown}
    return replace(
        state,
        workloads=(*state.workloads, *map(_imagined, pods.values())),
        assumptions=(
            *state.assumptions,
            *(
                f"{name} is taken for one pod with these labels, no others, and no named ports."
                for name in pods
            ),
        ),
    )


def _imagined(pods: LabelledPods) -> Workload:
    labels = str(pods).partition("/")[2]
    return Workload(pods.namespace, labels, "Pod", pods.labels, ASKED_ABOUT)


def _found(states: Sequence[ClusterState], end: EndDesignation) -> AskedEnd:
    match end:
        case NamedWorkload():
            return _named(states, end)
        case LabelledPods():
            return _imagined(end).identity
        case Addresses() if end.network.num_addresses == 1:
            address = end.network.network_address
            return AddressEnd(address, address)
        case _:
            raise QuestionError(
                f"{end} is many ends: name one workload, one pod by its labels or one address"
            )


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
