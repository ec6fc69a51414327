"""What the repository does not say: propositions, and the worlds in which they hold or do not.

A *proposition* is a yes-or-no statement about the cluster that no manifest settles. Some hang
together (a pod has one address, so it is not in two disjoint blocks); an *unknown* groups those
that do and lists the combinations that are possible. A *world* picks one combination for every
unknown. In one world nothing is uncertain, and the same world is asked of base and head.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from edgewarden.reachability.labels import NamespaceRequirement, Operator, Requirement
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    Direction,
    Effect,
    IPBlock,
    NetworkPolicy,
    ObjectRef,
    UnjudgedPolicy,
)
from edgewarden.reachability.reasons import Fact, FactKind, Side
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.whereabouts import (
    Whereabouts,
    blocks_together,
    node_whereabouts,
    pod_whereabouts,
)

Identity: TypeAlias = tuple[str, str, str]
"""``Workload.identity``: namespace, name, kind."""


class Role(StrEnum):
    """Which end of a connection a pod is.

    Two pods of one workload are two pods: as source and destination of *workload → itself* they
    have addresses of their own, and labels of their own where a controller numbers its pods.
    """

    SOURCE = "source"
    DESTINATION = "destination"


SUBJECT: Mapping[Direction, Role] = {
    Direction.EGRESS: Role.SOURCE,
    Direction.INGRESS: Role.DESTINATION,
}
"""The end that a rule of a direction binds."""
OTHER: Mapping[Direction, Role] = {
    Direction.EGRESS: Role.DESTINATION,
    Direction.INGRESS: Role.SOURCE,
}
"""The end that a rule of a direction admits."""


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod of a workload, as one end of the connection that is asked about."""

    workload: Identity
    role: Role

    def __str__(self) -> str:
        namespace, name, kind = self.workload
        return f"{namespace}/{name}[{kind}]"


@dataclass(frozen=True, slots=True)
class LabelHolds:
    """The value that a controller gives to an open label satisfies ``requirement``."""

    pod: Pod
    requirement: Requirement
    location: Location = field(compare=False)

    def fact(self) -> Fact:
        return Fact(
            FactKind.OPEN_LABEL,
            str(self.pod),
            f"Do the pods of {self.pod} satisfy the selector {self.requirement}? "
            "Their controller sets this label at run time.",
            self.location,
        )


@dataclass(frozen=True, slots=True)
class NamespaceHolds:
    """The labels of a namespace that nothing shows satisfy a requirement."""

    asked: NamespaceRequirement
    location: Location = field(compare=False)

    @property
    def requirement(self) -> Requirement:
        return self.asked.requirement

    def fact(self) -> Fact:
        name = self.asked.namespace
        return Fact(
            FactKind.NAMESPACE_LABELS,
            f"Namespace {name}",
            f"Does Namespace {name} satisfy the selector {self.requirement}? "
            "No manifest shows its labels.",
            self.location,
        )


@dataclass(frozen=True, slots=True)
class PortCalled:
    """These pods, of which nothing shows what they call their ports, call the port ``name``."""

    pod: Pod
    name: PortName
    location: Location = field(compare=False)

    def fact(self) -> Fact:
        return Fact(
            FactKind.PORT_NAME,
            str(self.pod),
            f"Do the pods of {self.pod} call this {self.name.protocol} port {self.name.name}?",
            self.location,
        )


@dataclass(frozen=True, slots=True)
class BlockCoversPods:
    """The network plugin lets ``block`` match the address of these pods."""

    pod: Pod
    block: IPBlock

    @property
    def location(self) -> Location:
        return self.block.location

    def fact(self) -> Fact:
        return Fact(
            FactKind.IP_BLOCK,
            str(self.pod),
            f"Does the network plugin let ipBlock {_block_text(self.block)} match the addresses "
            f"of the pods of {self.pod}?",
            self.location,
        )


@dataclass(frozen=True, slots=True)
class BlockCoversNode:
    """``block`` contains the address of the node that these ``hostNetwork`` pods run on."""

    pod: Pod
    block: IPBlock

    @property
    def location(self) -> Location:
        return self.block.location

    def fact(self) -> Fact:
        return Fact(
            FactKind.HOST_NETWORK,
            str(self.pod),
            f"Does ipBlock {_block_text(self.block)} contain the nodes on which "
            f"{self.pod} runs with hostNetwork?",
            self.location,
        )


@dataclass(frozen=True, slots=True)
class NodeExempt:
    """The network plugin lets node traffic pass an isolation that does not admit it."""

    pod: Pod
    location: Location = field(compare=False)

    def fact(self) -> Fact:
        return Fact(
            FactKind.HOST_NETWORK,
            str(self.pod),
            f"Does the network plugin exempt the traffic of the nodes on which {self.pod} "
            "runs with hostNetwork from the policies of the other end?",
            self.location,
        )


@dataclass(frozen=True, slots=True)
class PolicyDecides:
    """An unjudged policy has ``effect`` on the connections of a pod in ``direction``.

    ``only_in`` is the state that has the policy, or absent where both have it unchanged.
    """

    policy: UnjudgedPolicy
    direction: Direction
    effect: Effect
    only_in: Side | None

    @property
    def location(self) -> Location:
        return self.policy.location

    def fact(self) -> Fact:
        ref = self.policy.ref
        pods = "to" if self.direction is Direction.INGRESS else "from"
        whose = f"pods of namespace {ref.namespace}" if ref.namespace else "pods of the cluster"
        allow = self.effect is Effect.ALLOW
        return Fact(
            FactKind.UNJUDGED_POLICY,
            f"{ref.kind} {ref}",
            f"Does {ref.kind} {ref} of {ref.group} (content {self.policy.digest[:12]}) "
            f"{'allow' if allow else 'deny'} connections {pods} {whose} that NetworkPolicies "
            f"{'do not allow' if allow else 'allow'}?",
            self.location,
            self.only_in or Side.HEAD,
        )


@dataclass(frozen=True, slots=True)
class PolicyLingers:
    """A policy is in the cluster without a manifest, which is deleted; or ``maker`` made it."""

    policy: ObjectRef
    location: Location = field(compare=False)
    maker: ObjectRef | None = field(default=None, compare=False)

    @classmethod
    def of(cls, policy: NetworkPolicy) -> "PolicyLingers":
        return cls(policy.ref, policy.location, policy.maker)

    def fact(self) -> Fact:
        maker = self.maker
        question = (
            f"Is NetworkPolicy {self.policy} still in the cluster? Its manifest is deleted, and "
            "nothing prunes it."
            if maker is None
            else f"Is NetworkPolicy {self.policy} in the cluster? {maker.kind} {maker} of "
            f"{maker.group} may have made it there; an inventory would show it."
        )
        return Fact(
            FactKind.LINGERING_POLICY,
            f"NetworkPolicy {self.policy}",
            question,
            self.location,
            Side.BASE if maker is None else Side.HEAD,
        )


@dataclass(frozen=True, slots=True)
class PodsLinger:
    """A workload is still in the cluster though its manifest is deleted."""

    workload: Identity
    location: Location = field(compare=False)

    def fact(self) -> Fact:
        namespace, name, kind = self.workload
        subject = f"{namespace}/{name}[{kind}]"
        return Fact(
            FactKind.LINGERING_WORKLOAD,
            subject,
            f"Is {subject} still in the cluster? Its manifest is deleted, and nothing prunes it.",
            self.location,
            Side.BASE,
        )


Proposition: TypeAlias = (
    LabelHolds
    | NamespaceHolds
    | PortCalled
    | BlockCoversPods
    | BlockCoversNode
    | NodeExempt
    | PolicyDecides
    | PolicyLingers
    | PodsLinger
)
Holding: TypeAlias = frozenset[Proposition]
"""Propositions that hold; as a condition, those that all have to."""

CERTAINLY: Holding = frozenset()
"""The condition that asks for nothing."""


@dataclass(frozen=True, slots=True)
class World:
    """The propositions that hold.

    In a real world ``isolating`` and ``admitting`` are the same. They differ in the two bounds,
    which no cluster need reach: the most open one isolates as little and admits as much as any
    combination could, the most closed one the reverse.
    """

    isolating: Holding
    admitting: Holding


@dataclass(frozen=True, slots=True)
class Unknown:
    """The combinations of some propositions that are possible, at least one."""

    answers: tuple[Holding, ...]


def unknowns(propositions: Iterable[Proposition], profile: ClusterProfile) -> tuple[Unknown, ...]:
    """Group ``propositions`` by what hangs together; groups with one answer are kept."""
    distinct = tuple(dict.fromkeys(propositions))
    if not distinct:
        return ()
    groups: dict[tuple[object, ...], list[Proposition]] = defaultdict(list)
    for proposition in sorted(distinct, key=_order):
        groups[_group(proposition)].append(proposition)
    return tuple(Unknown(_answers(group, profile)) for group in groups.values())


def _group(proposition: Proposition) -> tuple[object, ...]:
    match proposition:
        case LabelHolds():
            return "label", proposition.pod, proposition.requirement.key
        case NamespaceHolds():
            return "namespace", proposition.asked.namespace, proposition.requirement.key
        case PortCalled():
            return "port", proposition.pod, proposition.name
        case BlockCoversPods():
            return "pod address", proposition.pod
        case BlockCoversNode() | NodeExempt():
            return "node", proposition.pod
        case PolicyDecides():
            return "unjudged", proposition.direction, proposition.only_in
        case PolicyLingers():
            return "lingering", proposition.policy
        case PodsLinger():
            return "lingering", proposition.workload


def _answers(group: Sequence[Proposition], profile: ClusterProfile) -> tuple[Holding, ...]:
    """The possible combinations, the most modest first, each once."""
    labels = [p for p in group if isinstance(p, LabelHolds | NamespaceHolds)]
    pod_blocks = [p for p in group if isinstance(p, BlockCoversPods)]
    node_blocks = [p for p in group if isinstance(p, BlockCoversNode)]
    exempt = [p for p in group if isinstance(p, NodeExempt)]
    deciders = [p for p in group if isinstance(p, PolicyDecides)]
    if any(isinstance(p, PolicyLingers | PodsLinger | PortCalled) for p in group):
        return CERTAINLY, frozenset(group)
    if labels:
        return _distinct(_label_answers(labels))
    if pod_blocks:
        pods = pod_whereabouts(profile)
        if profile.ip_block_matches_pods is AddressMatch.MATCHES:
            return _distinct(_address_answers(pod_blocks, replace(pods, one_family=False)))
        return _distinct([CERTAINLY, *_address_answers(pod_blocks, pods)])
    if deciders:
        # At most one of them has the last word on a connection, whatever their order.
        return (CERTAINLY, *(frozenset((each,)) for each in deciders))
    nodes = node_whereabouts(profile)
    return _distinct([*_address_answers(node_blocks, nodes), *(frozenset((e,)) for e in exempt)])


def _label_answers(group: Sequence[LabelHolds | NamespaceHolds]) -> list[Holding]:
    """One answer for the absent label, one for each value named, one for any other value.

    Values that the same requirements name are one.
    """
    naming: dict[str, set[int]] = {}
    for place, each in enumerate(group):
        for value in each.requirement.values:
            naming.setdefault(value, set()).add(place)
    cases = {frozenset[int](), *map(frozenset, naming.values())}
    return [
        frozenset(each for each in group if each.requirement.admits({})),
        *(
            frozenset(p for place, p in enumerate(group) if _admits(p.requirement, place in places))
            for places in cases
        ),
    ]


def _admits(requirement: Requirement, named: bool) -> bool:
    """Whether a value satisfies ``requirement``, which names it or does not."""
    match requirement.operator:
        case Operator.IN:
            return named
        case Operator.NOT_IN:
            return not named
        case Operator.EXISTS:
            return True
        case Operator.DOES_NOT_EXIST:
            return False


def _address_answers(
    group: Sequence[BlockCoversPods] | Sequence[BlockCoversNode], where: Whereabouts
) -> list[Holding]:
    """The sets of blocks that the addresses of one pod or node can lie in together."""
    by_block = {each.block: each for each in group}
    return [
        frozenset(by_block[block] for block in some)
        for some in blocks_together(tuple(by_block), where)
    ]


def _distinct(answers: Iterable[Holding]) -> tuple[Holding, ...]:
    return tuple(
        sorted(set(answers), key=lambda answer: (len(answer), sorted(map(_order, answer))))
    )


def _order(proposition: Proposition) -> tuple[str, ...]:
    fact = proposition.fact()
    if isinstance(proposition, PolicyDecides | PolicyLingers | PodsLinger | NamespaceHolds):
        return fact.kind, fact.subject, fact.question, ""
    return fact.kind, fact.subject, fact.question, proposition.pod.role


def _block_text(block: IPBlock) -> str:
    holes = f" except {', '.join(map(str, block.excepts))}" if block.excepts else ""
    return f"{block.cidr}{holes}"
