"""What is proposed: the state before, the state after, and what lies between them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from edgewarden.governance.ownership.owners import NO_OWNERS, Owners
from edgewarden.governance.request import NO_REQUEST, Request
from edgewarden.reachability import matching
from edgewarden.reachability.concrete.delta import unshared
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import (
    ClusterProfile,
    ClusterState,
    Direction,
    NetworkPolicy,
    Rule,
)
from edgewarden.reachability.reasons import Side
from edgewarden.reachability.report import EdgeChange, ReachabilityDiff


@dataclass(frozen=True, slots=True)
class Proposal:
    """Both states of one cluster and the difference that the engine found between them.

    ``request`` is the pull request that proposes it, and ``owners`` are what the base says of who
    answers for what.
    """

    base: ClusterState
    head: ClusterState
    diff: ReachabilityDiff
    request: Request = NO_REQUEST
    owners: Owners = NO_OWNERS

    @property
    def profile(self) -> ClusterProfile:
        return self.head.profile

    @property
    def bare(self) -> tuple[Side, ...]:
        """The sides of which neither a policy nor a workload was read."""
        sides = ((Side.BASE, self.base), (Side.HEAD, self.head))
        return tuple(
            side for side, each in sides if not (each.policies or each.workloads or each.unjudged)
        )

    @property
    def opened(self) -> Iterator[EdgeChange]:
        """The edges that are certainly allowed on ports on which they were not."""
        return (each for each in (*self.diff.added, *self.diff.changed) if each.opened)

    @property
    def closed(self) -> Iterator[EdgeChange]:
        return (each for each in (*self.diff.removed, *self.diff.changed) if each.closed)

    def changed_policies(self) -> tuple[NetworkPolicy, ...]:
        """The policies of the head that the base lacks or holds with another meaning."""
        lost, won = unshared(self.base.policies, self.head.policies)
        before = {policy.ref: policy for policy in lost}
        return tuple(p for p in won if before.get(p.ref) != p)

    def touched_policies(self) -> tuple[NetworkPolicy, ...]:
        """The policies of the head that the base lacks or holds otherwise in anything but place."""
        lost, won = unshared(self.base.policies, self.head.policies)
        before = {policy.ref: policy for policy in lost}
        return tuple(each for each in won if not _same_text(each, before.get(each.ref)))

    def removed_policies(self) -> tuple[NetworkPolicy, ...]:
        lost, won = unshared(self.base.policies, self.head.policies)
        after = {policy.ref for policy in won}
        return tuple(policy for policy in lost if policy.ref not in after)

    def touched_namespaces(self) -> frozenset[str]:
        """Those in which a policy, a workload or the manifest is another one."""
        before, after = self.base, self.head
        policies = unshared(before.policies, after.policies)
        workloads = unshared(before.workloads, after.workloads)
        manifests = unshared(before.namespaces, after.namespaces)
        return frozenset(
            (
                *(each.namespace for some in policies for each in some),
                *(each.namespace for some in workloads for each in some),
                *(each.name for some in manifests for each in some),
            )
        )

    def introduced_rules(self) -> tuple["WrittenRule", ...]:
        """The rules of the head whose effect no rule of the base has."""
        changed = self.changed_policies()
        namespaces = {policy.namespace for policy in changed}
        there = (policy for policy in self.base.policies if policy.namespace in namespaces)
        before = {written.effect for written in rules_of(there)}
        return tuple(each for each in rules_of(changed) if each.effect not in before)


def _same_text(policy: NetworkPolicy, other: NetworkPolicy | None) -> bool:
    """Whether both have the same effect, and what has none is the same too."""
    if other is None or policy != other:
        return False
    here, there = ((each.labels, each.annotations, each.dead_rules) for each in (policy, other))
    return here == there


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule with the policy that holds it."""

    policy: NetworkPolicy
    direction: Direction
    rule: Rule

    @property
    def effect(self) -> tuple[object, ...]:
        """Equal for rules that allow the same to the same pods, whatever policy holds them."""
        policy, rule = self.policy, self.rule
        return (
            policy.namespace,
            policy.pods,
            self.direction,
            frozenset(rule.peers),
            frozenset(rule.ports),
        )

    @property
    def location(self) -> Location:
        return self.rule.location

    def __str__(self) -> str:
        """As in ``ingress rule 2 of policy shop/db (shop/db.yaml:14)``, counting from 1."""
        return (
            f"{self.direction} rule {self.rule.index + 1} of policy {self.policy.ref} "
            f"({self.rule.location})"
        )


def holds_nothing(state: ClusterState) -> bool:
    """Whether there is neither a policy nor a workload, nor anything that was not read."""
    return not (state.policies or state.workloads or state.unjudged or state.problems)


def written_rules(state: ClusterState) -> Iterator[WrittenRule]:
    """The rules that have an effect, in the order of the policies."""
    return rules_of(state.policies)


def rules_of(policies: Iterable[NetworkPolicy]) -> Iterator[WrittenRule]:
    """Those of ``policies``."""
    for policy in policies:
        for direction in Direction:
            for rule in policy.rules(direction):
                yield WrittenRule(policy, direction, rule)


def namespace_labels(state: ClusterState, name: str) -> Mapping[str, str]:
    """Those that the manifest names, with the one that the API server sets.

    Keys that no manifest names count as absent.
    """
    manifest = next((each for each in state.namespaces if each.name == name), None)
    return matching.namespace_labels(name, manifest)
