"""Everything that the comparison asks of one state."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from edgewarden.reachability.concrete.bits import Weights
from edgewarden.reachability.concrete.compiled_policy import CompiledPolicy, Compiler
from edgewarden.reachability.concrete.delta import replicas
from edgewarden.reachability.concrete.inventory import FullInventory, Inventory
from edgewarden.reachability.concrete.peers import Finder, Meanings, Pods, When
from edgewarden.reachability.concrete.rulebook import FullRulebook, Rulebook
from edgewarden.reachability.endpoints import Placement
from edgewarden.reachability.facts import Identity
from edgewarden.reachability.matching import hanging
from edgewarden.reachability.model import ClusterState, Direction, UnjudgedPolicy, Workload
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.rule_ports import RulePorts

Meaning: TypeAlias = tuple[Pods, When]


class Index:
    """One state of a cluster, immutable; what is derived from it is computed once, when asked.

    Workloads have numbers, which the index of a later state keeps.
    """

    def __init__(
        self,
        state: ClusterState,
        *,
        numbers: Mapping[Identity, int],
        inventory: Inventory,
        rules: Rulebook,
        compiler: Compiler,
        weights: Weights,
        finders: tuple[Finder, ...],
    ) -> None:
        self.state = state
        self.numbers = numbers
        self.inventory = inventory
        self.rules = rules
        self.compiler = compiler
        self.weights = weights
        self.finders = finders
        self._meanings: dict[int, frozenset[Meaning]] = {}
        self._bound: dict[CompiledPolicy, int] = {}
        self._selecting: dict[tuple[int, Direction], Sequence[tuple[CompiledPolicy, When]]] = {}
        self._resolved: dict[RulePorts, Sequence[tuple[PortSet, int]]] = {}
        self._unjudged: dict[str, list[UnjudgedPolicy]] = {}
        for policy in state.unjudged:
            self._unjudged.setdefault(policy.ref.namespace, []).append(policy)

    @classmethod
    def of(cls, state: ClusterState) -> "Index":
        workloads = tuple(sorted(state.workloads, key=lambda workload: workload.identity))
        numbers = {workload.identity: number for number, workload in enumerate(workloads)}
        return cls.numbered(state, workloads, numbers)

    @classmethod
    def numbered(
        cls,
        state: ClusterState,
        workloads: Sequence[Workload | None],
        numbers: Mapping[Identity, int],
    ) -> "Index":
        """The index of ``state`` with the numbers that its workloads have in ``workloads``."""
        inventory = FullInventory(workloads, {each.name: each for each in state.namespaces})
        compiler = Compiler(state.profile, Meanings())
        policies: dict[str, list[CompiledPolicy]] = {}
        for policy in sorted((*state.policies, *state.lingering), key=lambda policy: policy.name):
            compiled = compiler.compiled(policy, lingering=policy in state.lingering)
            policies.setdefault(policy.namespace, []).append(compiled)
        rules = FullRulebook(
            inventory, {name: tuple(compiled) for name, compiled in policies.items()}
        )
        weights = Weights.by_number(tuple(map(replicas, workloads)))
        return cls(
            state,
            numbers=numbers,
            inventory=inventory,
            rules=rules,
            compiler=compiler,
            weights=weights,
            finders=(Finder(compiler.meanings.new()),),
        )

    def workload(self, number: int) -> Workload | None:
        """Absent where only another state has it."""
        workloads = self.inventory.workloads
        return workloads[number] if number < len(workloads) else None

    def placement(self, number: int) -> Placement | None:
        """A workload with what is said of its namespace; absent where only another state has it."""
        workload = self.workload(number)
        if workload is None:
            return None
        name = workload.namespace
        return Placement(workload, self.inventory.labels_of(name), self.inventory.manifest(name))

    def selecting(self, number: int, direction: Direction) -> Sequence[tuple[CompiledPolicy, When]]:
        """The policies that may isolate a workload, each with what that hangs on."""
        found = self._selecting.get((number, direction))
        if found is None:
            found = tuple(self._find_selecting(number, direction))
            self._selecting[number, direction] = found
        return found

    def _find_selecting(
        self, number: int, direction: Direction
    ) -> Iterator[tuple[CompiledPolicy, When]]:
        workload = self.inventory.workloads[number]
        if workload is None:
            return
        for policy in self.rules.of_namespace(workload.namespace):
            if direction in policy.entries and self._may_bind(policy) >> number & 1:
                when = hanging(policy.policy.pods, workload)
                if when is not None:
                    yield policy, when

    def _may_bind(self, policy: CompiledPolicy) -> int:
        found = self._bound.get(policy)
        if found is None:
            found = self._bound[policy] = policy.bound(self.inventory).possible
        return found

    def meanings(self, number: int) -> frozenset[Meaning]:
        """The meanings of peers that may include a workload, each with what that hangs on."""
        found = self._meanings.get(number)
        if found is None:
            found = self._meanings[number] = self._find_meanings(number)
        return found

    def _find_meanings(self, number: int) -> frozenset[Meaning]:
        return frozenset(self._found_by(self.finders, number))

    def _found_by(self, finders: Sequence[Finder], number: int) -> Iterator[Meaning]:
        workload = self.inventory.workloads[number]
        if workload is not None:
            labels = self.inventory.labels_of(workload.namespace)
            for finder in finders:
                yield from finder.meaning(workload, labels)

    def resolved(self, ports: RulePorts) -> Sequence[tuple[PortSet, int]]:
        """Where the port names of a rule lead, each port with the workloads that call it so.

        Nodes resolve no names.
        """
        found = self._resolved.get(ports)
        if found is None:
            having: dict[PortSet, int] = {}
            for name in sorted(ports.names):
                for number, workloads in self.inventory.named(name).items():
                    port = PortSet.of(name.protocol, number)
                    having[port] = having.get(port, 0) | workloads & ~self.inventory.nodes
            found = self._resolved[ports] = tuple(having.items())
        return found

    def unjudged(self, namespace: str) -> frozenset[UnjudgedPolicy]:
        """The policies that are not judged and could bind pods of ``namespace``."""
        if not self._unjudged:
            return frozenset()
        return frozenset((*self._unjudged.get("", ()), *self._unjudged.get(namespace, ())))


class ChangedIndex(Index):
    """The index of a later state, on top of the one of an earlier state.

    ``renewed`` are the workloads that selectors see otherwise than they did.
    """

    def __init__(
        self,
        below: Index,
        state: ClusterState,
        *,
        numbers: Mapping[Identity, int],
        inventory: Inventory,
        rules: Rulebook,
        compiler: Compiler,
        weights: Weights,
        renewed: int,
    ) -> None:
        new = Finder(compiler.meanings.new())
        super().__init__(
            state,
            numbers=numbers,
            inventory=inventory,
            rules=rules,
            compiler=compiler,
            weights=weights,
            finders=(*below.finders, new),
        )
        self._below = below
        self._renewed = renewed

    def _find_meanings(self, number: int) -> frozenset[Meaning]:
        if self._renewed >> number & 1:
            return super()._find_meanings(number)
        new = frozenset(self._found_by(self.finders[-1:], number))
        return self._below.meanings(number) | new if new else self._below.meanings(number)
