"""The policies of one state as the first evaluator finds them, by the pods that they select."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from edgewarden.reachability.addresses import covers
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.evaluation import (
    Connection,
    Grant,
    Isolation,
    Origin,
    Side,
    Verdicts,
)
from edgewarden.reachability.facts import (
    CERTAINLY,
    OTHER,
    SUBJECT,
    BlockCoversNode,
    BlockCoversPods,
    Holding,
    Identity,
    LabelHolds,
    NodeExempt,
    Pod,
    PolicyDecides,
    PolicyLingers,
    Role,
)
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.matching import Labels, Match, namespace_labels
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterState,
    Direction,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodPeer,
    Rule,
    UnjudgedPolicy,
    Workload,
)
from edgewarden.reachability.ports import ALL_PORTS
from edgewarden.reachability.reasons import Side as StateSide
from edgewarden.reachability.rule_ports import RulePorts, resolve
from edgewarden.reachability.whereabouts import could_cover, possible_networks


class PolicyIndex:
    """Answers for one state which policies select a pod and what they say of another end.

    ``only_here`` are the unjudged policies that the compared state does not have, on ``side``.
    """

    def __init__(
        self,
        state: ClusterState,
        side: StateSide = StateSide.HEAD,
        only_here: AbstractSet[UnjudgedPolicy] = frozenset(),
    ) -> None:
        self.state = state
        self.workloads: Mapping[Identity, Workload] = {w.identity: w for w in state.workloads}
        self.namespaces = {namespace.name: namespace for namespace in state.namespaces}
        self.namespace_labels = {
            name: namespace_labels(name, self.namespaces.get(name))
            for name in {*self.namespaces, *(w.namespace for w in state.workloads)}
        }
        self._side = side
        self._only_here = only_here
        self._pod_networks = possible_networks(state.profile)
        self._members: dict[tuple[str, Role, PodPeer], Mapping[Identity, Holding]] = {}
        self._coverable: dict[IPBlock, bool] = {}
        self._rules: dict[tuple[Identity, Direction], tuple[_SelectingRule, ...]] = {}
        self._isolations: dict[tuple[Identity, Direction], tuple[Isolation, ...]] = {}
        self._verdicts: dict[tuple[str, Direction], Verdicts] = {}
        self._by_namespace: dict[str, list[NetworkPolicy]] = {}
        self._lingering = {
            policy.ref: frozenset((PolicyLingers(policy.ref, policy.location),))
            for policy in state.lingering
        }
        for policy in sorted((*state.policies, *state.lingering), key=lambda policy: policy.ref):
            self._by_namespace.setdefault(policy.namespace, []).append(policy)

    def selecting(
        self, workload: Workload, direction: Direction
    ) -> Iterator[tuple[NetworkPolicy, Holding]]:
        """The policies that may isolate ``workload`` in ``direction``, each with when.

        Nothing selects ``hostNetwork`` pods: policies do not bind node traffic.
        """
        if workload.host_network:
            return
        for policy in self._by_namespace.get(workload.namespace, ()):
            if direction not in policy.isolates:
                continue
            when = _match(policy.pods, workload, SUBJECT[direction], policy.location)
            if when is not None:
                yield policy, when | self._lingering.get(policy.ref, CERTAINLY)

    def isolations(self, workload: Workload, direction: Direction) -> tuple[Isolation, ...]:
        """What isolates the pods of ``workload`` in ``direction``."""
        key = workload.identity, direction
        if key not in self._isolations:
            self._isolations[key] = tuple(
                Isolation(when, policy) for policy, when in self.selecting(workload, direction)
            )
        return self._isolations[key]

    def blocks(self, workload: Workload, direction: Direction) -> frozenset[IPBlock]:
        """The address blocks in the rules that may bind ``workload`` in ``direction``."""
        return frozenset(
            origin.peer
            for selecting in self._rules_of(workload, direction)
            for origin, _ in selecting.peers
            if isinstance(origin.peer, IPBlock)
        )

    def unjudged(self, namespace: str) -> frozenset[UnjudgedPolicy]:
        """The policies that are not judged and could bind pods of ``namespace``."""
        return frozenset(p for p in self.state.unjudged if p.ref.namespace in ("", namespace))

    def connection(
        self, source: Workload | AddressEnd, destination: Workload | AddressEnd
    ) -> Connection:
        """What both ends say; an address end must lie wholly in or out of every block."""
        sides = []
        if isinstance(source, Workload):
            sides.append(self.side(Direction.EGRESS, source, destination))
        if isinstance(destination, Workload):
            sides.append(self.side(Direction.INGRESS, destination, source))
        return Connection(tuple(sides))

    def side(self, direction: Direction, subject: Workload, other: Workload | AddressEnd) -> Side:
        """What binds ``subject`` in ``direction`` towards ``other``."""
        isolations = self.isolations(subject, direction)
        verdicts = self._verdicts_on(subject.namespace, direction)
        if not isolations:
            return Side(direction, verdicts=verdicts)
        grants = list(self._granted(direction, subject, other))
        if isinstance(other, Workload) and other.host_network:
            exempt = frozenset((NodeExempt(Pod(other.identity, OTHER[direction]), other.location),))
            grants.append(Grant(exempt, ALL_PORTS, None))
        return Side(direction, isolations, tuple(grants), verdicts)

    def _granted(
        self, direction: Direction, subject: Workload, other: Workload | AddressEnd
    ) -> Iterator[Grant]:
        for selecting in self._rules_of(subject, direction):
            for origin, found in selecting.peers:
                when = self._admits(origin.peer, found, OTHER[direction], other)
                if when is None:
                    continue
                together = selecting.when | when if selecting.when else when
                if selecting.ports.numbers:
                    yield Grant(together, selecting.ports.numbers, origin)
                if not selecting.ports.names:
                    continue
                destination = _name_bearer(direction, subject, other, origin.peer)
                if destination is None:
                    continue
                for name in sorted(selecting.ports.names):
                    resolved = resolve(name, destination)
                    if resolved:
                        yield Grant(together, resolved, replace(origin, port_name=name))

    def _admits(
        self,
        peer: Peer | None,
        found: Mapping[Identity, Holding],
        role: Role,
        other: Workload | AddressEnd,
    ) -> Match:
        """When ``peer``, which found these pods, admits ``other``."""
        if peer is None:
            return CERTAINLY
        if isinstance(peer, PodPeer):
            return None if isinstance(other, AddressEnd) else found.get(other.identity)
        if isinstance(other, AddressEnd):
            return CERTAINLY if covers(peer, other.first) else None
        pod = Pod(other.identity, role)
        if other.host_network:
            return frozenset((BlockCoversNode(pod, peer),))
        return frozenset((BlockCoversPods(pod, peer),)) if self._could_be_pods(peer) else None

    def _could_be_pods(self, block: IPBlock) -> bool:
        if self.state.profile.ip_block_matches_pods is AddressMatch.NEVER:
            return False
        if block not in self._coverable:
            self._coverable[block] = could_cover(block, self._pod_networks)
        return self._coverable[block]

    def _peers_of(
        self, policy: NetworkPolicy, rule: Rule, direction: Direction
    ) -> tuple[tuple[Origin, Mapping[Identity, Holding]], ...]:
        """Every peer of ``rule`` with the pods that it finds by selectors."""
        return tuple(
            (Origin(policy, rule, peer), self._members_of(peer, policy.namespace, OTHER[direction]))
            for peer in rule.peers or (None,)
        )

    def _members_of(self, peer: Peer | None, own: str, role: Role) -> Mapping[Identity, Holding]:
        if not isinstance(peer, PodPeer):
            return {}
        key = (own if peer.namespaces is None else "", role, peer)
        if key not in self._members:
            found = members(peer, own, role, self.state.workloads, self.namespace_labels)
            self._members[key] = found
        return self._members[key]

    def _rules_of(self, workload: Workload, direction: Direction) -> Sequence["_SelectingRule"]:
        key = workload.identity, direction
        if key not in self._rules:
            self._rules[key] = tuple(
                _SelectingRule(
                    when, RulePorts.of(rule.ports), self._peers_of(policy, rule, direction)
                )
                for policy, when in self.selecting(workload, direction)
                for rule in policy.rules(direction)
            )
        return self._rules[key]

    def _verdicts_on(self, namespace: str, direction: Direction) -> Verdicts:
        key = namespace, direction
        if key not in self._verdicts:
            bound = sorted(self.unjudged(namespace), key=lambda p: (p.ref, p.digest))
            self._verdicts[key] = Verdicts(
                self._decisions((p for p in bound if p in self._only_here), direction, self._side),
                self._decisions((p for p in bound if p not in self._only_here), direction, None),
            )
        return self._verdicts[key]

    @staticmethod
    def _decisions(
        policies: Iterable[UnjudgedPolicy], direction: Direction, only_in: StateSide | None
    ) -> tuple[PolicyDecides, ...]:
        return tuple(
            PolicyDecides(policy, direction, effect, only_in)
            for policy in policies
            for effect in sorted(policy.effects)
        )


@dataclass(frozen=True, slots=True)
class _SelectingRule:
    """A rule of a policy that selects a pod when ``when`` holds."""

    when: Holding
    ports: RulePorts
    peers: tuple[tuple[Origin, Mapping[Identity, Holding]], ...]


def _name_bearer(
    direction: Direction, subject: Workload, other: Workload | AddressEnd, peer: Peer | None
) -> Workload | None:
    """The pods on which a named port resolves; absent where the destination is an address.

    A pod that an ``ipBlock`` admits, and a node, are addresses to the rule.
    """
    if direction is Direction.INGRESS:
        return subject
    if isinstance(other, AddressEnd) or other.host_network or isinstance(peer, IPBlock):
        return None
    return other


def members(
    peer: PodPeer,
    own: str,
    role: Role,
    workloads: Iterable[Workload],
    namespaces: Mapping[str, Labels],
) -> Mapping[Identity, Holding]:
    """The workloads that ``peer`` may match in a policy of namespace ``own``, each with when.

    ``namespaces`` holds the labels of every namespace of ``workloads``. ``hostNetwork`` pods
    match no pod peer.
    """
    found: dict[Identity, Holding] = {}
    for workload in workloads:
        if workload.host_network or not in_namespace(peer, own, workload.namespace, namespaces):
            continue
        when = _match(peer.pods or LabelSelector(), workload, role, peer.location)
        if when is not None:
            found[workload.identity] = when
    return found


def in_namespace(peer: PodPeer, own: str, namespace: str, namespaces: Mapping[str, Labels]) -> bool:
    """Whether ``peer`` in a policy of namespace ``own`` looks for pods in ``namespace``."""
    if peer.namespaces is None:
        return namespace == own
    return peer.namespaces.admits(namespaces[namespace])


def _match(selector: LabelSelector, workload: Workload, role: Role, location: Location) -> Match:
    """Whether ``selector``, written at ``location``, matches the pod of ``workload`` at an end."""
    hanging: list[LabelHolds] = []
    for requirement in selector.requirements:
        if requirement.key in workload.open_labels:
            hanging.append(LabelHolds(Pod(workload.identity, role), requirement, location))
        elif not requirement.admits(workload.labels):
            return None
    return frozenset(hanging)
