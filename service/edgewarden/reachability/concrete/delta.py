"""Which objects a state does not share with the one before it."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import zip_longest

from edgewarden.reachability.facts import Identity
from edgewarden.reachability.matching import namespace_labels
from edgewarden.reachability.model import Direction, Namespace, NetworkPolicy, Workload


@dataclass(frozen=True, slots=True)
class NumberedWorkloads:
    """The workloads of a state by number, those of the state before it first.

    ``changed`` are the numbers of those that selectors or rules could tell from what they were;
    ``reweighed`` of those with another number of pods.
    """

    workloads: Sequence[Workload | None]
    numbers: Mapping[Identity, int]
    changed: frozenset[int]
    reweighed: frozenset[int]


def renumbered(
    before: Sequence[Workload | None],
    numbers: Mapping[Identity, int],
    after: Sequence[Workload],
) -> NumberedWorkloads:
    """Number ``after`` as ``before`` was numbered, and what is new beyond it."""
    known, still = set(map(id, before)), set(map(id, after))
    workloads: list[Workload | None] = [each if id(each) in still else None for each in before]
    together = dict(numbers)
    for workload in after:
        if id(workload) not in known:
            number = together.setdefault(workload.identity, len(workloads))
            if number == len(workloads):
                workloads.append(workload)
            else:
                workloads[number] = workload
    moved = [
        (number, old, new)
        for number, (old, new) in enumerate(zip_longest(before, workloads))
        if old is not new
    ]
    return NumberedWorkloads(
        workloads,
        together,
        frozenset(number for number, old, new in moved if _look(old) != _look(new)),
        frozenset(number for number, old, new in moved if replicas(old) != replicas(new)),
    )


def _look(workload: Workload | None) -> object:
    """Everything that selectors and rules see of a workload."""
    if workload is None:
        return None
    return (
        workload.labels,
        workload.open_labels,
        frozenset(workload.ports),
        workload.host_network,
    )


def replicas(workload: Workload | None) -> int:
    """The number of pods; none where there is no workload."""
    return 0 if workload is None else workload.replicas


def relabelled(
    before: Iterable[Namespace], after: Iterable[Namespace]
) -> Mapping[str, Namespace | None]:
    """The manifests, absent where removed, of the namespaces that have other labels."""
    known = {each.name: each for each in before}
    now = {each.name: each for each in after}
    return {
        name: now.get(name)
        for name in {*known, *now}
        if known.get(name) is not now.get(name)
        and namespace_labels(name, known.get(name)) != namespace_labels(name, now.get(name))
    }


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """The policy of one name in both states, which does not say the same in them."""

    before: NetworkPolicy | None
    after: NetworkPolicy | None

    @property
    def namespaces(self) -> frozenset[str]:
        return frozenset(p.namespace for p in (self.before, self.after) if p is not None)


@dataclass(frozen=True, slots=True)
class RewrittenPolicies:
    """``by_namespace`` holds all policies of the namespaces in which one is written anew."""

    by_namespace: Mapping[str, tuple[NetworkPolicy, ...]]
    changes: tuple[PolicyChange, ...]


def rewritten(before: Sequence[NetworkPolicy], after: Sequence[NetworkPolicy]) -> RewrittenPolicies:
    """Where policies of ``after`` are not those of ``before``, and which say something else."""
    if before is after:
        return RewrittenPolicies({}, ())
    known, still = set(map(id, before)), set(map(id, after))
    gone = {policy.ref: policy for policy in before if id(policy) not in still}
    new = {policy.ref: policy for policy in after if id(policy) not in known}
    namespaces = {policy.namespace for policy in (*gone.values(), *new.values())}
    return RewrittenPolicies(
        {name: tuple(found) for name, found in by_namespace(after, namespaces).items()},
        tuple(
            PolicyChange(gone.get(ref), new.get(ref))
            for ref in sorted({*gone, *new})
            if not _same(gone.get(ref), new.get(ref))
        ),
    )


def by_namespace(
    policies: Iterable[NetworkPolicy], names: AbstractSet[str]
) -> Mapping[str, list[NetworkPolicy]]:
    """The policies of the namespaces ``names``, by name of the policy."""
    found: dict[str, list[NetworkPolicy]] = {name: [] for name in names}
    for policy in policies:
        if policy.namespace in names:
            found[policy.namespace].append(policy)
    for each in found.values():
        each.sort(key=lambda policy: policy.name)
    return found


def _same(before: NetworkPolicy | None, after: NetworkPolicy | None) -> bool:
    """Whether both say the same of the same pods; the order of rules says nothing."""
    if before is None or after is None:
        return before is after
    return (
        before.pods == after.pods
        and before.isolates == after.isolates
        and all(frozenset(before.rules(d)) == frozenset(after.rules(d)) for d in Direction)
    )
