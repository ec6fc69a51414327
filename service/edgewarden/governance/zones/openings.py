"""What a proposal newly allows between all conceivable peers, as far as zones are about it."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import product

from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.model import Workload
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Cause, CauseKind, Fact
from edgewarden.reachability.report import Edges
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    EndSet,
    PodSet,
    Precision,
    StatedPorts,
    Statement,
)

_OF_A_WORKLOAD = frozenset({CauseKind.LABELS_CHANGED, CauseKind.PORTS_CHANGED})
"""What opens connections of a known workload and of no other pod."""


def newly_allowed(proposal: Proposal, keys: Iterable[str]) -> Iterator[Statement]:
    """The statements of the difference, and what opens because a known workload is another one.

    Zones ask pods for the labels ``keys``. A workload that is new has the connections which its
    pods would have had before. Pods on the network of their node are in no zone: no policy tells
    them from the node.
    """
    yield from proposal.diff.symbolic.opened
    certain = [each for each in proposal.opened if _of_a_workload(each.causes)]
    doubtful = [each for each in proposal.diff.may_added if _of_a_workload(each.causes)]
    if not (certain or doubtful):
        return
    named = {end for each in (*certain, *doubtful) for end in each.ends()}
    wanted = {end.identity for end in named if isinstance(end, WorkloadEnd)}
    known = (each for each in proposal.head.workloads if each.identity in wanted)
    asked = frozenset(keys)
    pods = {each.identity: pods_of(each, asked) for each in known if not each.host_network}
    for change in certain:
        yield from _statements(change, change.opened, change.causes, (), pods)
    for doubt in doubtful:
        yield from _statements(doubt, doubt.ports, doubt.causes, doubt.facts, pods)


def pods_of(workload: Workload, keys: AbstractSet[str]) -> PodSet:
    """The pods of a known workload, as far as labels ``keys`` tell them from others.

    Labels that their controller sets are free.
    """
    asked = {*keys, *workload.labels} - workload.open_labels
    labels = {key: Values.only(workload.labels.get(key)) for key in sorted(asked)}
    return PodSet(Values.only(workload.namespace), labels=labels)


def _of_a_workload(causes: Iterable[Cause]) -> bool:
    kinds = {cause.kind for cause in causes if cause.subject.kind != "Namespace"}
    return bool(kinds & _OF_A_WORKLOAD) and CauseKind.WORKLOAD_ADDED not in kinds


def _statements(
    edges: Edges,
    ports: PortSet,
    causes: tuple[Cause, ...],
    facts: tuple[Fact, ...],
    pods: Mapping[tuple[str, str, str], PodSet],
) -> Iterator[Statement]:
    sources, destinations = _sets(edges.sources, pods), _sets(edges.destinations, pods)
    for source, destination in product(sources, destinations):
        yield Statement(
            source, destination, StatedPorts(ports), Precision.EXACT, causes, facts=facts
        )


def _sets(ends: Iterable[End], pods: Mapping[tuple[str, str, str], PodSet]) -> Iterator[EndSet]:
    """Workloads that look alike are one set, and so are all addresses."""
    several = tuple(ends)
    known = (pods.get(end.identity) for end in several if isinstance(end, WorkloadEnd))
    alike = {str(each): each for each in known if each is not None}
    yield from alike.values()
    addresses = tuple(end for end in several if isinstance(end, AddressEnd))
    if addresses:
        yield AddressSet(addresses)
