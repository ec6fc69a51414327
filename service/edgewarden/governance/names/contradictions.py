"""Names of policies that say something else than the policies do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from edgewarden.governance.breadth import Breadth, breadth
from edgewarden.governance.names.promise import Promise, promise
from edgewarden.governance.phrases import peers_phrase, ports_phrase
from edgewarden.governance.proposal import WrittenRule, rules_of
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.matching import namespace_labels
from edgewarden.reachability.model import (
    ClusterProfile,
    ClusterState,
    Direction,
    IPBlock,
    Namespace,
    NetworkPolicy,
    PodPeer,
)
from edgewarden.reachability.rule_ports import RulePorts
from edgewarden.reachability.wording import listed

_DNS_PORTS = frozenset({53, 5353, "dns", "dns-tcp"})


class Contradiction(StrEnum):
    """How a name and an effect differ."""

    DENIES = "denies"
    """It says that it denies everything, and allows something."""
    ALLOWS = "allows"
    """It says that it allows something, and allows nothing."""
    DIRECTION = "direction"
    """It says one direction, and isolates the other one only."""
    BOTH_DIRECTIONS = "both directions"
    """It says one direction, and denies the other one as well."""
    EVERYONE = "everyone"
    """It names a source, and admits everyone."""
    WHOM = "whom"
    """It names a namespace that there is, and is about others only."""


@dataclass(frozen=True, slots=True)
class MisleadingName:
    """A policy whose name contradicts its effect; ``text`` says how, after "it"."""

    policy: NetworkPolicy
    contradiction: Contradiction
    text: str

    @property
    def key(self) -> str:
        policy = self.policy
        return f"{policy.namespace} {policy.name} {self.contradiction} {policy.pods}"

    @property
    def location(self) -> Location:
        return self.policy.location

    def __str__(self) -> str:
        return self.policy.name


def misleading_names(
    policies: Iterable[NetworkPolicy], state: ClusterState
) -> Iterator[MisleadingName]:
    """What names say beyond doubt is held against what the policies do."""
    manifests = {each.name: each for each in state.namespaces}
    for policy in policies:
        said = promise(policy.name)
        for contradiction, text in _contradictions(policy, said, state.profile):
            yield MisleadingName(policy, contradiction, text)
        named = manifests.get(said.whom)
        if named is not None and not _concerns(policy, said.whom, named):
            text = f"admits or reaches nothing of namespace {said.whom}"
            yield MisleadingName(policy, Contradiction.WHOM, text)


def _contradictions(
    policy: NetworkPolicy, said: Promise, profile: ClusterProfile
) -> Iterator[tuple[Contradiction, str]]:
    if said.denies:
        for written in rules_of((policy,)):
            if said.direction in {None, written.direction} and not _spares(written):
                yield Contradiction.DENIES, f"allows {_allowed(written)}"
                break
    isolates = listed(sorted(policy.isolates, reverse=True))
    if said.allows and not (policy.ingress or policy.egress):
        yield Contradiction.ALLOWS, f"allows nothing, and isolates its pods for {isolates}"
    if said.direction is not None:
        yield from _of_direction(policy, said.direction)
    if said.as_source and said.whom:
        for written in rules_of((policy,)):
            if written.direction is Direction.INGRESS and _from_every_pod(written, profile):
                yield Contradiction.EVERYONE, f"allows {_allowed(written)}"
                break


def _of_direction(policy: NetworkPolicy, said: Direction) -> Iterator[tuple[Contradiction, str]]:
    (other,) = frozenset(Direction) - {said}
    if said not in policy.isolates:
        yield Contradiction.DIRECTION, f"isolates its pods for {other} only"
    elif other in policy.isolates and not policy.rules(other):
        yield Contradiction.BOTH_DIRECTIONS, f"denies all {other} of its pods as well"


def _spares(written: WrittenRule) -> bool:
    """Whether it is for DNS only, or takes ranges out of what it allows: both are usual beside a
    denial."""
    rule = written.rule
    dns = bool(rule.ports) and all(each.port in _DNS_PORTS for each in rule.ports)
    blocks = [each for each in rule.peers if isinstance(each, IPBlock)]
    return dns or (bool(blocks) and all(each.excepts for each in blocks))


def _from_every_pod(written: WrittenRule, profile: ClusterProfile) -> bool:
    return breadth(written.rule, profile) >= Breadth.EVERY_POD


def _allowed(written: WrittenRule) -> str:
    way = "from" if written.direction is Direction.INGRESS else "to"
    peers = peers_phrase(written.rule, written.policy.namespace)
    return f"{written.direction} {way} {peers} on {ports_phrase(RulePorts.of(written.rule.ports))}"


def _concerns(policy: NetworkPolicy, named: str, manifest: Namespace) -> bool:
    """Whether the name may mean something else than the namespace, or pods of the namespace may be
    at either end, as far as its labels are known."""
    rules = [each.rule for each in rules_of((policy,))]
    peers = [peer for rule in rules for peer in rule.peers]
    elsewhere = bool(peers) and all(
        rule.peers and all(isinstance(each, PodPeer) and each.namespaces for each in rule.peers)
        for rule in rules
    )
    return (
        policy.namespace == named
        or not elsewhere
        or _mentions(policy.pods, named)
        or any(isinstance(each, PodPeer) and _may_mean(each, named, manifest) for each in peers)
    )


def _may_mean(peer: PodPeer, named: str, manifest: Namespace) -> bool:
    labels = namespace_labels(named, manifest)
    return _mentions(peer.pods or LabelSelector(), named) or all(
        each.admits(labels) or (each.key not in labels and not manifest.complete)
        for each in (peer.namespaces or LabelSelector()).requirements
    )


def _mentions(selector: LabelSelector, name: str) -> bool:
    """Whether pods are meant that are called like the namespace."""
    return any(name in value for each in selector.requirements for value in each.values)
