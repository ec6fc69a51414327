"""From the index of one state to that of the next, and the ends that the step touches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from edgewarden.reachability.concrete.bits import bitset, numbers, union
from edgewarden.reachability.concrete.bounds import Bound, bound
from edgewarden.reachability.concrete.compiled_policy import CompiledPolicy, Compiler
from edgewarden.reachability.concrete.delta import (
    Delta,
    Numbering,
    PolicyChange,
    delta,
    replicas,
)
from edgewarden.reachability.concrete.index import ChangedIndex, Index
from edgewarden.reachability.concrete.inventory import ChangedInventory
from edgewarden.reachability.concrete.peers import Meanings
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.concrete.rulebook import ChangedRulebook
from edgewarden.reachability.endpoints import Endpoint
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.facts import Identity
from edgewarden.reachability.model import ClusterState, Direction

MANY = 500
"""With more workloads changed than this a new index costs less than one on top of another."""


@dataclass(frozen=True, slots=True)
class Transition:
    """Two states, indexed with one numbering.

    Workloads are in ``rejudged`` where the two states differ in the policies that are not judged
    and could bind them. ``changed`` are those, and the ones that exist in one state only or whose
    labels, ports or network differ; ``touched`` are these, and the ones of namespaces with other
    labels. ``rewritten`` are the policies that say something else, and ``policies`` tells which
    workloads those concern in each direction.
    """

    base: Index
    head: Index
    rejudged: int
    changed: int
    touched: int
    rewritten: tuple[PolicyChange, ...]
    policies: Mapping[Direction, Bound]

    def endpoint(self, number: int) -> Endpoint:
        """A workload in both states."""
        return Endpoint(self.base.placement(number), self.head.placement(number))

    def named(self, identities: Iterable[Identity]) -> int:
        """The workloads of some names, as far as one of the states has them."""
        known = self.head.numbers
        return bitset([known[each] for each in identities if each in known])

    def ends(self, ends: Ends) -> tuple[End, ...]:
        """The ends of a set, sorted: workloads by identity, then addresses."""
        base, head = self.base.inventory.workloads, self.head.inventory.workloads
        found = [head[number] or base[number] for number in numbers(ends.workloads)]
        workloads = sorted((w for w in found if w is not None), key=lambda w: w.identity)
        return (*map(WorkloadEnd.of, workloads), *ends.addresses)

    def name(self, end: int | AddressEnd) -> str:
        """What facts call the pods of an end."""
        return str(end) if isinstance(end, AddressEnd) else str(self.endpoint(end).latest)


def transition(base: Index, state: ClusterState) -> Transition:
    """The step to ``state``. ``base`` stays as it is, and may be the base of other steps."""
    what = delta(base.state, Numbering(base.inventory.workloads, base.numbers), state)
    make = stacked if len(what.changed) <= MANY else rebuilt
    return step(base, make(base, state, what), what)


def from_nothing(state: ClusterState) -> Transition:
    """The step to ``state`` from an empty cluster: what differs is what it allows."""
    nothing = replace(state, namespaces=(), workloads=(), policies=(), lingering=())
    return transition(Index.of(nothing), state)


def stacked(base: Index, state: ClusterState, what: Delta) -> Index:
    """The index of ``state`` on top of ``base``, with which it shares all that did not change."""
    numbering = what.numbering
    inventory = ChangedInventory(base.inventory, numbering.workloads, what.changed, what.relabelled)
    compiler = Compiler(state.profile, Meanings(base.compiler.meanings))
    moved = (*what.gone.values(), *what.new.values())
    uncertain = (*base.state.lingering, *state.lingering)
    written = {policy.namespace for policy in (*moved, *uncertain)}
    compiled = {name: _policies(base, name, what, compiler) for name in written}
    otherwise = {name for change in what.policies for name in change.namespaces}
    for number in what.changed:
        for workload in (base.workload(number), numbering.workload(number)):
            if workload is not None:
                otherwise.add(workload.namespace)
    rules = ChangedRulebook(
        base.rules,
        base.inventory,
        inventory,
        {name: compiled.get(name, base.rules.of_namespace(name)) for name in otherwise},
        compiled,
    )
    return ChangedIndex(
        base,
        state,
        numbers=numbering.numbers,
        inventory=inventory,
        rules=rules,
        compiler=compiler,
        weights=base.weights.changed(
            {number: replicas(numbering.workloads[number]) for number in what.reweighed}
        ),
        renewed=bitset(list(what.changed)) | union(map(inventory.of_namespace, what.relabelled)),
    )


def rebuilt(_: Index, state: ClusterState, what: Delta) -> Index:
    """The index of ``state`` that shares nothing with another but the numbering."""
    return Index.numbered(state, what.numbering.workloads, what.numbering.numbers)


def step(base: Index, head: Index, what: Delta) -> Transition:
    """What the difference of two indexed states touches."""
    rejudged = _rejudged(base, head)
    changed = rejudged | bitset(list(what.changed))
    return Transition(
        base,
        head,
        rejudged,
        changed,
        changed | _of_namespaces(base, head, what.relabelled),
        what.policies,
        {each: bound(base, head, what.policies, each) for each in Direction},
    )


def _policies(
    base: Index, namespace: str, what: Delta, compiler: Compiler
) -> tuple[CompiledPolicy, ...]:
    """All policies that a namespace has now, by name."""
    kept = [
        each
        for each in base.rules.of_namespace(namespace)
        if each.policy.ref not in what.gone and not each.lingering
    ]
    new = [
        compiler.compiled(each, lingering=lingering)
        for policies, lingering in ((what.new, False), (what.lingering, True))
        for each in policies.values()
        if each.namespace == namespace
    ]
    return tuple(sorted((*kept, *new), key=lambda each: each.policy.name))


def _rejudged(base: Index, head: Index) -> int:
    changed = frozenset(base.state.unjudged) ^ frozenset(head.state.unjudged)
    if any(not policy.ref.namespace for policy in changed):
        return base.inventory.present | head.inventory.present
    return _of_namespaces(base, head, {policy.ref.namespace for policy in changed})


def _of_namespaces(base: Index, head: Index, names: Iterable[str]) -> int:
    return union(index.inventory.of_namespace(name) for name in names for index in (base, head))
