"""From the index of one state to that of the next, and the ends that the step touches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edgewarden.reachability.concrete.bits import Weights, bitset, numbers, union
from edgewarden.reachability.concrete.delta import (
    NumberedWorkloads,
    PolicyChange,
    RewrittenPolicies,
    relabelled,
    renumbered,
    replicas,
    rewritten,
)
from edgewarden.reachability.concrete.index import ChangedIndex, Index
from edgewarden.reachability.concrete.inventory import ChangedInventory
from edgewarden.reachability.concrete.peers import Meanings
from edgewarden.reachability.concrete.rulebook import ChangedRulebook, Compiler, selected
from edgewarden.reachability.model import (
    ClusterState,
    Direction,
    Namespace,
    NetworkPolicy,
    PodPeer,
    Rule,
    Workload,
)

MANY = 500
"""With more workloads changed than this a new index costs less than one on top of another."""


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


@dataclass(frozen=True, slots=True)
class Transition:
    """Two states, indexed with one numbering.

    ``touched`` are the workloads that exist in one of the two only, or whose labels, namespace
    labels, ports, network or unjudged policies differ. ``policies`` says which workloads the
    changed policies of each direction concern. ``weights`` are the replicas of the head, and
    of the base for what the head has not.
    """

    base: Index
    head: Index
    touched: int
    policies: Mapping[Direction, Bound]
    weights: Weights


def transition(base: Index, state: ClusterState) -> Transition:
    """Index ``state`` on top of ``base``, which stays as it is."""
    workloads = renumbered(base.inventory.workloads, base.numbers, state.workloads)
    namespaces = relabelled(base.state.namespaces, state.namespaces)
    policies = rewritten(base.state.policies, state.policies)
    head = _head(base, state, workloads, namespaces, policies)
    unjudged = frozenset(base.state.unjudged) ^ frozenset(state.unjudged)
    everywhere = base.inventory.present | head.inventory.present
    touched = bitset(list(workloads.changed)) | union(
        base.inventory.of_namespace(name) | head.inventory.of_namespace(name)
        for name in (*namespaces, *(policy.ref.namespace for policy in unjudged))
    )
    if any(not policy.ref.namespace for policy in unjudged):
        touched = everywhere
    return Transition(
        base,
        head,
        touched,
        {each: _bound(base, head, policies.changes, each) for each in Direction},
        head.weights.changed(
            {
                number: replicas(base.inventory.workloads[number])
                for number in numbers(base.inventory.present & ~head.inventory.present)
            }
        ),
    )


def _head(
    base: Index,
    state: ClusterState,
    workloads: NumberedWorkloads,
    namespaces: Mapping[str, Namespace | None],
    policies: RewrittenPolicies,
) -> Index:
    if len(workloads.changed) > MANY:
        return Index.numbered(state, workloads.workloads, workloads.numbers)
    inventory = ChangedInventory(base.inventory, workloads.workloads, workloads.changed, namespaces)
    compiler = Compiler(state.profile, Meanings(base.compiler.meanings))
    compiled = {
        name: tuple(map(compiler.compiled, found)) for name, found in policies.by_namespace.items()
    }
    changed = {
        *(name for change in policies.changes for name in change.namespaces),
        *(
            workload.namespace
            for number in workloads.changed
            for workload in (_at(base.inventory.workloads, number), workloads.workloads[number])
            if workload is not None
        ),
    }
    rules = ChangedRulebook(
        base.rules,
        base.inventory,
        inventory,
        {name: compiled.get(name, base.rules.of_namespace(name)) for name in changed},
        compiled,
    )
    renewed = bitset(list(workloads.changed)) | union(map(inventory.of_namespace, namespaces))
    weights = base.weights.changed(
        {number: replicas(workloads.workloads[number]) for number in workloads.reweighed}
    )
    return ChangedIndex(
        base,
        state,
        numbers=workloads.numbers,
        inventory=inventory,
        rules=rules,
        compiler=compiler,
        weights=weights,
        renewed=renewed,
    )


def _at(workloads: Sequence[Workload | None], number: int) -> Workload | None:
    return workloads[number] if number < len(workloads) else None


def _bound(
    base: Index, head: Index, changes: Iterable[PolicyChange], direction: Direction
) -> Bound:
    subjects = ends = others = 0
    for change in changes:
        before, after = change.before, change.after
        bound = _subjects(base, before, direction) | _subjects(head, after, direction)
        if before is None or after is None or not _binds_alike(before, after, direction):
            subjects |= bound
            ends |= bound
            continue
        rules = frozenset(before.rules(direction)) ^ frozenset(after.rules(direction))
        if not rules:
            continue
        subjects |= bound
        admitted = _admitted((base, head), after.namespace, rules)
        if admitted is not None and admitted.bit_count() < bound.bit_count():
            others |= admitted
        else:
            ends |= bound
    return Bound(subjects, ends, others)


def _subjects(index: Index, policy: NetworkPolicy | None, direction: Direction) -> int:
    if policy is None or direction not in policy.isolates:
        return 0
    return selected(index.inventory, policy).possible


def _binds_alike(before: NetworkPolicy, after: NetworkPolicy, direction: Direction) -> bool:
    """Whether both isolate the same pods, so that only their rules can make a difference."""
    isolates = direction in before.isolates, direction in after.isolates
    return before.pods == after.pods and isolates[0] is isolates[1]


def _admitted(indexes: Iterable[Index], own: str, rules: Iterable[Rule]) -> int | None:
    """The workloads that ``rules`` of namespace ``own`` admit, if they admit only pods by name."""
    peers = [peer for rule in rules for peer in rule.peers or (None,)]
    found = 0
    for index in indexes:
        for peer in peers:
            if not isinstance(peer, PodPeer):
                return None
            pods = index.compiler.meanings.of(peer, own)
            found |= pods.among(index.inventory).possible
    return found
