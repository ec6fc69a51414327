"""Which workloads a change of policies concerns."""

from collections.abc import Iterable
from dataclasses import dataclass

from edgewarden.reachability.concrete.compiled_policy import selected
from edgewarden.reachability.concrete.delta import PolicyChange
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.peers import meant
from edgewarden.reachability.model import Direction, NetworkPolicy, PodPeer, Rule


@dataclass(frozen=True, slots=True)
class Bound:
    """In one direction, the workloads whose policies changed, and where that shows.

    A connection changes for this reason only if the end that the policies bind is in
    ``subjects``; it is enough to look at the subjects in ``ends`` and at the other ends in
    ``others``. Connections with addresses change at the subjects in ``ends`` only.
    """

    subjects: int
    ends: int
    others: int


def bound(base: Index, head: Index, changes: Iterable[PolicyChange], direction: Direction) -> Bound:
    """Where only rules changed, the smaller side of the pairs that these are about is enough."""
    subjects = ends = others = 0
    for change in changes:
        before, after = change.before, change.after
        chosen = _subjects(base, before, direction) | _subjects(head, after, direction)
        if before is None or after is None or not change.binds_alike(direction):
            subjects |= chosen
            ends |= chosen
            continue
        rules = change.rules(direction)
        if not rules:
            continue
        subjects |= chosen
        admitted = _admitted((base, head), after.namespace, rules)
        if admitted is not None and admitted.bit_count() < chosen.bit_count():
            others |= admitted
        else:
            ends |= chosen
    return Bound(subjects, ends, others)


def _subjects(index: Index, policy: NetworkPolicy | None, direction: Direction) -> int:
    if policy is None or direction not in policy.isolates:
        return 0
    return selected(index.inventory, policy).possible


def _admitted(indexes: Iterable[Index], own: str, rules: Iterable[Rule]) -> int | None:
    """The workloads that ``rules`` of namespace ``own`` admit, if they admit only pods by name."""
    peers = [peer for rule in rules for peer in rule.peers or (None,)]
    found = 0
    for index in indexes:
        for peer in peers:
            if not isinstance(peer, PodPeer):
                return None
            found |= meant(peer, own).among(index.inventory).possible
    return found
