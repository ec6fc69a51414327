"""All connections of one workload in one role, in one state.

A *line* is a row (who reaches the workload) or a column (whom it reaches). It has two halves:
what the policies that bind the workload itself say, and what those say that bind the other ends.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from edgewarden.reachability.concrete.bits import NOBODY, Span, exactly
from edgewarden.reachability.concrete.compiled_policy import Blocks, Entry
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.tiers import Action
from edgewarden.reachability.facts import Role
from edgewarden.reachability.model import Direction, Effect, IPBlock, UnjudgedPolicy, Workload
from edgewarden.reachability.ports import ALL_PORTS, PortSet
from edgewarden.reachability.rule_ports import RulePorts, named_ports, whole

EVERYBODY = -1
"""The set with every bit: workloads and addresses alike."""

DIRECT = {Role.SOURCE: Direction.EGRESS, Role.DESTINATION: Direction.INGRESS}
"""The direction in which policies bind the end of that role."""
TRANSPOSED = {Role.SOURCE: Direction.INGRESS, Role.DESTINATION: Direction.EGRESS}
"""The direction in which policies bind the ends at the other side of it."""


@dataclass(frozen=True, slots=True)
class Term:
    """Other ends with which connections on ``ports`` are granted.

    ``blocks`` hold the addresses among them, every address where it is absent; whether those are
    certain says ``certain_addresses``.
    """

    ports: PortSet
    ends: Span
    blocks: frozenset[IPBlock] | None = frozenset()
    certain_addresses: bool = True


@dataclass(frozen=True, slots=True)
class TierTerm:
    """A rule of a tier before or after NetworkPolicy, and the other ends that it meets.

    What a rule passes on has to be certain.
    """

    action: Action
    ports: PortSet
    ends: Span


@dataclass(frozen=True, slots=True)
class Half:
    """What one end of every connection of a line says.

    ``hanging`` are the other ends whose open labels decide something here, ``own_doubt`` is set
    where those of the line's own workload do. ``admitted`` are sets of other ends that a policy
    admits for certain if it binds the workload, of which that is not certain.
    """

    admin: tuple[TierTerm, ...]
    isolated: Span
    granted: tuple[Term, ...]
    baseline: tuple[TierTerm, ...]
    hanging: int
    own_doubt: bool
    admitted: tuple[int, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether nothing is open but what rules of NetworkPolicies may grant."""
        return not (self.isolated.open or self.admin or self.baseline)

    def ports(self) -> Iterator[PortSet]:
        """The sets of ports on which the half does not say the same everywhere."""
        yield from (term.ports for term in self.admin)
        yield from (term.ports for term in self.granted)
        yield from (term.ports for term in self.baseline)

    def ends(self) -> Iterator[Span]:
        """The sets of other ends that it tells apart."""
        yield self.isolated
        yield from (term.ends for term in self.admin)
        yield from (term.ends for term in self.granted)
        yield from (term.ends for term in self.baseline)


@dataclass(frozen=True, slots=True)
class Line:
    """A connection passes where both halves let it pass; ``everyone`` are the known workloads."""

    direct: Half
    transposed: Half
    everyone: int


def line(index: Index, number: int, role: Role) -> Line | None:
    """The connections of a workload that has ``role`` in them; absent where it does not exist."""
    workload = index.workload(number)
    if workload is None:
        return None
    return Line(
        _direct(index, number, workload, role),
        _transposed(index, number, workload, role),
        index.inventory.present,
    )


def signature(index: Index, number: int, role: Role) -> object:
    """Equal for workloads that have equal lines in that role."""
    workload = index.workload(number)
    if workload is None:
        return None
    return (
        index.selecting(number, DIRECT[role]),
        index.meanings(number),
        (frozenset(workload.ports), workload.open_ports) if role is Role.DESTINATION else None,
        workload.host_network,
        workload.lingering,
        index.unjudged(workload.namespace),
    )


def _direct(index: Index, number: int, workload: Workload, role: Role) -> Half:
    direction = DIRECT[role]
    policies = index.selecting(number, direction)
    admin = (
        *_absent(EVERYBODY if workload.lingering else 0),
        *(
            term
            for policy in _in_order(index.unjudged(workload.namespace))
            for term in _unjudged(policy, EVERYBODY)
        ),
    )
    if not policies:
        return Half(admin, NOBODY, (), (), 0, own_doubt=workload.lingering)
    certainly = any(not when and not policy.lingering for policy, when in policies)
    terms = [Term(ALL_PORTS, Span(0, index.inventory.nodes))]
    apart = []
    hanging = 0
    for policy, when in policies:
        sure = not when and not policy.lingering
        for entry_ports, admitted in _together(index, policy.entries[direction]).items():
            hanging |= admitted.hanging
            ends = admitted.ends if sure else Span(0, admitted.ends.possible)
            for ports, within in _ports(index, entry_ports, workload, role):
                everywhere = within.possible == EVERYBODY
                blocks = admitted.blocks if everywhere else frozenset[IPBlock]()
                certain = sure and not within.open
                terms.append(Term(ports, ends.meeting(within), blocks, certain))
                if not certain:
                    apart.append(admitted.ends.certain)
    isolated = Span(EVERYBODY if certainly else 0, EVERYBODY)
    unsure = any(when or policy.lingering for policy, when in policies)
    own_doubt = workload.lingering or unsure
    return Half(admin, isolated, tuple(terms), (), hanging, own_doubt, tuple(apart))


@dataclass(frozen=True, slots=True)
class _Admitted:
    """The other ends that some entries admit, as a term has them."""

    ends: Span = NOBODY
    blocks: frozenset[IPBlock] | None = frozenset()
    hanging: int = 0


def _together(index: Index, entries: Iterable[Entry]) -> Mapping[RulePorts, _Admitted]:
    """All that ``entries`` admit, by their ports."""
    found: dict[RulePorts, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.ports, []).append(entry)
    return {ports: _admitted(index, some) for ports, some in found.items()}


def _admitted(index: Index, entries: Iterable[Entry]) -> _Admitted:
    certain = possible = hanging = 0
    blocks: set[IPBlock] = set()
    everywhere = False
    for entry in entries:
        ends = _ends(index, entry)
        certain |= ends.certain
        possible |= ends.possible
        if entry.pods is not None:
            hanging |= ends.open
        if isinstance(entry.peer, IPBlock):
            blocks.add(entry.peer)
        everywhere = everywhere or entry.peer is None
    return _Admitted(Span(certain, possible), None if everywhere else frozenset(blocks), hanging)


def _ends(index: Index, entry: Entry) -> Span:
    """The workloads that an entry admits."""
    inventory = index.inventory
    if entry.pods is not None:
        return entry.pods.among(inventory)
    if entry.peer is None:
        return Span(inventory.present, inventory.present)
    return Span(0, inventory.present if entry.covers_pods else inventory.nodes)


def _transposed(index: Index, number: int, workload: Workload, role: Role) -> Half:
    direction, rules = TRANSPOSED[role], index.rules
    isolated = rules.isolated(direction)
    blocks = Blocks.ALL if workload.host_network else Blocks.COVERING_PODS
    terms: list[Term] = []
    hanging = isolated.open
    for target, certain in (
        (None, True),
        (blocks, False),
        *((pods, not when) for pods, when in index.meanings(number)),
    ):
        for named, bound in rules.granted(direction, target).items():
            hanging |= bound.open
            ends = bound if certain else Span(0, bound.possible)
            for ports, within in _ports(index, named, workload, role):
                terms.append(Term(ports, ends.meeting(within)))
    if workload.host_network:
        terms.append(Term(ALL_PORTS, Span(0, isolated.possible)))
    admin = (
        *_absent(index.inventory.lingering),
        *(
            term
            for policy in _in_order(index.state.unjudged)
            for term in _unjudged(policy, _bound(index, policy))
        ),
    )
    own_doubt = any(when for _, when in index.meanings(number))
    return Half(admin, isolated, tuple(terms), (), hanging, own_doubt)


def _ports(
    index: Index, ports: RulePorts, fixed: Workload, role: Role
) -> Iterator[tuple[PortSet, Span]]:
    """The ports of a rule, with the other ends at which they are those.

    A name is resolved on the destination: on the workload of the line, or on every other end
    for itself. A node resolves none; where nothing shows names, every port may have any.
    """
    if role is Role.DESTINATION:
        named = {} if fixed.host_network or not ports.names else named_ports(fixed)
        found = PortSet.union(
            (ports.numbers, *(named[name] for name in ports.names & named.keys()))
        )
        if found:
            yield found, exactly(EVERYBODY)
        if fixed.open_ports and not fixed.host_network:
            yield from ((whole(name.protocol), Span(0, EVERYBODY)) for name in ports.names)
        return
    if ports.numbers:
        yield ports.numbers, exactly(EVERYBODY)
    if ports.names:
        yield from ((found, exactly(calling)) for found, calling in index.resolved(ports))
        perhaps = Span(0, index.inventory.open_ports)
        yield from ((whole(name.protocol), perhaps) for name in ports.names if perhaps.open)


def _absent(ends: int) -> Iterator[TierTerm]:
    """What has no connections at all if it is not there any more, whatever policies say."""
    if ends:
        yield TierTerm(Action.DENY, ALL_PORTS, Span(0, ends))


def _in_order(policies: Iterable[UnjudgedPolicy]) -> list[UnjudgedPolicy]:
    return sorted(policies, key=lambda policy: (policy.ref, policy.digest))


def _unjudged(policy: UnjudgedPolicy, ends: int) -> Iterator[TierTerm]:
    """What a policy that is not judged might decide before all others."""
    for effect in sorted(policy.effects):
        action = Action.ACCEPT if effect is Effect.ALLOW else Action.DENY
        yield TierTerm(action, ALL_PORTS, Span(0, ends))


def _bound(index: Index, policy: UnjudgedPolicy) -> int:
    namespace = policy.ref.namespace
    return index.inventory.of_namespace(namespace) if namespace else index.inventory.present


def distinctions(index: Index, number: int, role: Role, line: Line | None) -> Iterator[int]:
    """Sets of other ends: two that are in the same ones differ in nothing that a line shows.

    Of ends that hang on their own open labels this says too little.
    """
    workload = index.workload(number)
    if line is None or workload is None:
        return
    yield index.inventory.present
    yield index.inventory.nodes
    for half in (line.direct, line.transposed):
        for each in half.ends():
            yield each.certain
            yield each.possible
        yield from half.admitted
    direction = TRANSPOSED[role]
    for block in index.rules.blocks(direction):
        for ports, bound in index.rules.granted(direction, block).items():
            for _, within in _ports(index, ports, workload, role):
                yield bound.possible & within.possible
