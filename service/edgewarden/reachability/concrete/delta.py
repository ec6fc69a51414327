"""Which objects a state does not share with the one before it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import is_
from typing import TypeVar

from edgewarden.reachability.facts import Identity
from edgewarden.reachability.matching import namespace_labels
from edgewarden.reachability.model import (
    ClusterState,
    Direction,
    Namespace,
    NetworkPolicy,
    ObjectRef,
    Rule,
    Workload,
)

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Numbering:
    """The workloads of a state by number; absent where a number belongs to another state."""

    workloads: Sequence[Workload | None]
    numbers: Mapping[Identity, int]

    def workload(self, number: int) -> Workload | None:
        """Absent where only another state has it."""
        return self.workloads[number] if number < len(self.workloads) else None


@dataclass(frozen=True, slots=True)
class Delta:
    """What a state has otherwise than the one before it.

    ``numbering`` keeps the numbers of the state before. ``changed`` are the numbers of workloads
    that selectors or rules could tell from what they were; ``reweighed`` of those with another
    number of pods. ``relabelled`` are the namespaces with other labels, with their manifests as
    far as there are any. ``policies`` are those that do not say what they said; ``gone`` and
    ``new`` are all that are not shared, so also those that only stand elsewhere. ``lingering``
    are those of the state that may still be there.
    """

    numbering: Numbering
    changed: frozenset[int]
    reweighed: frozenset[int]
    relabelled: Mapping[str, Namespace | None]
    policies: tuple["PolicyChange", ...]
    gone: Mapping[ObjectRef, NetworkPolicy]
    new: Mapping[ObjectRef, NetworkPolicy]
    lingering: Mapping[ObjectRef, NetworkPolicy]


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """The policy of one name in both states, which does not say the same in them."""

    before: NetworkPolicy | None
    after: NetworkPolicy | None
    doubted: bool = False
    """Whether one state only knows for certain that it is there."""

    @property
    def namespaces(self) -> frozenset[str]:
        return frozenset(p.namespace for p in (self.before, self.after) if p is not None)

    def rules(self, direction: Direction) -> frozenset[Rule]:
        """Those of which one state only has an equal one; all of both where they bind otherwise."""
        before, after = (
            frozenset(policy.rules(direction)) if policy is not None else frozenset[Rule]()
            for policy in (self.before, self.after)
        )
        if self.binds_alike(direction):
            return before ^ after
        return before | after

    def binds_alike(self, direction: Direction) -> bool:
        """Whether both isolate the same pods, so that only their rules can make a difference."""
        before, after = self.before, self.after
        if before is None or after is None or self.doubted:
            return False
        isolates = direction in before.isolates, direction in after.isolates
        return before.pods == after.pods and isolates[0] is isolates[1]


def delta(before: ClusterState, numbering: Numbering, after: ClusterState) -> Delta:
    """``numbering`` is that of ``before``. Shared objects cost next to nothing."""
    lost, won = unshared(before.workloads, after.workloads)
    renumbered = _renumbered(numbering, lost, won)
    pairs = {
        number: (numbering.workload(number), renumbered.workload(number))
        for number in (renumbered.numbers[each.identity] for each in (*lost, *won))
    }
    old_policies, new_policies = unshared(before.policies, after.policies)
    gone, new = _by_ref(old_policies), _by_ref(new_policies)
    lingering = _by_ref(after.lingering)
    return Delta(
        numbering=renumbered,
        changed=frozenset(n for n, (old, now) in pairs.items() if _look(old) != _look(now)),
        reweighed=frozenset(n for n, (old, now) in pairs.items() if replicas(old) != replicas(now)),
        relabelled=_relabelled(before.namespaces, after.namespaces),
        policies=tuple(_changes(gone, new, _by_ref(before.lingering), lingering)),
        gone=gone,
        new=new,
        lingering=lingering,
    )


def _by_ref(policies: Iterable[NetworkPolicy]) -> dict[ObjectRef, NetworkPolicy]:
    return {policy.ref: policy for policy in policies}


def _changes(
    gone: Mapping[ObjectRef, NetworkPolicy],
    new: Mapping[ObjectRef, NetworkPolicy],
    lingered: Mapping[ObjectRef, NetworkPolicy],
    lingering: Mapping[ObjectRef, NetworkPolicy],
) -> Iterator[PolicyChange]:
    for ref in sorted({*gone, *new, *lingered, *lingering}):
        before, after = gone.get(ref) or lingered.get(ref), new.get(ref) or lingering.get(ref)
        doubted = (ref in lingered) is not (ref in lingering)
        if doubted or not _same(before, after):
            yield PolicyChange(before, after, doubted)


def unshared(before: Sequence[Thing], after: Sequence[Thing]) -> tuple[list[Thing], list[Thing]]:
    """The objects that only ``before`` has, and those that only ``after`` has.

    Told by identity, so objects that were read twice are not shared however equal they are.
    """
    if before is after:
        return [], []
    start = _alike(before, after)
    lost, won = before[start:], after[start:]
    end = _alike(lost[::-1], won[::-1])
    lost, won = lost[: len(lost) - end], won[: len(won) - end]
    known, still = set(map(id, lost)), set(map(id, won))
    return [each for each in lost if id(each) not in still], [
        each for each in won if id(each) not in known
    ]


def replicas(workload: Workload | None) -> int:
    """The number of pods; none where there is no workload."""
    return 0 if workload is None else workload.replicas


def _alike(before: Sequence[object], after: Sequence[object]) -> int:
    """How many objects both begin with."""
    different = bytes(map(is_, before, after)).find(0)
    return min(len(before), len(after)) if different < 0 else different


def _renumbered(
    numbering: Numbering, lost: Iterable[Workload], won: Iterable[Workload]
) -> Numbering:
    """Without ``lost``, and with ``won`` at the number of their names or at new ones."""
    lost, won = tuple(lost), tuple(won)
    if not lost and not won:
        return numbering
    workloads = list(numbering.workloads)
    numbers = dict(numbering.numbers)
    for each in lost:
        workloads[numbers[each.identity]] = None
    for each in won:
        number = numbers.setdefault(each.identity, len(workloads))
        if number == len(workloads):
            workloads.append(each)
        else:
            workloads[number] = each
    return Numbering(workloads, numbers)


def _look(workload: Workload | None) -> object:
    """Everything that selectors and rules see of a workload."""
    if workload is None:
        return None
    return (
        workload.labels,
        workload.open_labels,
        frozenset(workload.ports),
        workload.open_ports,
        workload.open_namespace,
        workload.host_network,
        workload.lingering,
    )


def _relabelled(
    before: Iterable[Namespace], after: Iterable[Namespace]
) -> Mapping[str, Namespace | None]:
    if before is after:
        return {}
    known = {each.name: each for each in before}
    now = {each.name: each for each in after}
    return {
        name: now.get(name)
        for name in {*known, *now}
        if known.get(name) is not now.get(name)
        and namespace_labels(name, known.get(name)) != namespace_labels(name, now.get(name))
    }


def _same(before: NetworkPolicy | None, after: NetworkPolicy | None) -> bool:
    """Whether both say the same of the same pods; the order of rules says nothing."""
    if before is None or after is None:
        return before is after
    return (
        before.pods == after.pods
        and before.isolates == after.isolates
        and all(frozenset(before.rules(d)) == frozenset(after.rules(d)) for d in Direction)
    )
