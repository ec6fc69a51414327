"""Connections that could exist, as sets, and what it hangs on that they are there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from edgewarden.reachability.location import Location
from edgewarden.reachability.passage.grounds import Ground
from edgewarden.reachability.reasons import Fact, FactKind
from edgewarden.reachability.symbolic import wording
from edgewarden.reachability.symbolic.statements import EndSet, PodSet, StatedPorts


@dataclass(frozen=True, slots=True)
class Connections:
    """Connections that could exist, all of which pass or none of which does.

    ``grounds`` say why of some of them. With ``facts`` it hangs on these. ``supposing`` are labels
    that the manifests of their namespaces do not name: as long as these count as absent, as they do
    for known pods, it is so where ``shown``, and not so elsewhere.
    """

    source: EndSet
    destination: EndSet
    ports: StatedPorts
    grounds: tuple[Ground, ...]
    facts: tuple[Fact, ...] = ()
    supposing: tuple[Fact, ...] = ()
    shown: bool = True

    def __str__(self) -> str:
        return f"{self.source} → {self.destination}: {self.ports}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of the connections that were asked about.

    What has no facts certainly passes, or certainly is blocked, but for policies of kinds that are
    not judged: ``may_allow`` and ``may_deny`` say what those could do to any of it.
    """

    passing: tuple[Connections, ...]
    blocked: tuple[Connections, ...]
    may_allow: tuple[Fact, ...]
    may_deny: tuple[Fact, ...]


def asks_labels(ends: EndSet) -> TypeGuard[PodSet]:
    """Whether it hangs on labels of namespaces that are named."""
    return isinstance(ends, PodSet) and bool(ends.namespace_labels) and not ends.namespaces.inverted


def labels_fact(pods: PodSet, place: Location) -> Fact:
    names = ", ".join(sorted(filter(None, pods.namespaces.listed)))
    wanted = wording.conditions(pods.namespace_labels)
    question = f"Do the labels of Namespace {names} satisfy {wanted}? No manifest shows it."
    return Fact(FactKind.NAMESPACE_LABELS, f"Namespace {names}", question, place)


def conditions(ends: Iterable[EndSet], ports: StatedPorts, place: Location) -> Iterator[Fact]:
    """What nothing shows of the addresses of pods, and of the names of ports."""
    for each in ends:
        if isinstance(each, PodSet) and each.addresses:
            question = f"Are there {each}? No manifest shows it."
            yield Fact(FactKind.IP_BLOCK, str(each), question, place)
    if ports.conditional:
        question = f"Do the destination's pods have {ports}? No manifest shows it."
        yield Fact(FactKind.PORT_NAME, str(ports), question, place)
