"""Rules and policies that a change adds without effect, or deprives of theirs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from edgewarden.governance.phrases import peers_phrase, pods_phrase, ports_phrase
from edgewarden.governance.proposal import Proposal, WrittenRule, rules_of
from edgewarden.governance.redundancy.coverage import Coverage, Place, place_of
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterProfile, NetworkPolicy, ObjectRef
from edgewarden.reachability.rule_ports import RulePorts

Part: TypeAlias = WrittenRule | NetworkPolicy

MOST_PARTS = 250
"""Policies and rules of one namespace. Each is held against the others, so that of more than these
nothing is called redundant."""


@dataclass(frozen=True, slots=True)
class Redundant:
    """A rule or a policy without which nothing would be different, and what makes it so.

    ``alike`` says that what makes it so is one part of the very same effect.
    """

    part: Part
    by: tuple[Part, ...]
    alike: bool

    @property
    def key(self) -> str:
        return _meaning(self.part)

    @property
    def location(self) -> Location:
        return self.part.location


class Newcomer(StrEnum):
    """What of it the change adds."""

    REDUNDANT = "redundant"
    COVERING = "covering"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class IntroducedRedundancy:
    """Something redundant that the base did not have, or had with an effect of its own."""

    redundant: Redundant
    newcomer: Newcomer

    @property
    def key(self) -> str:
        return self.redundant.key

    @property
    def location(self) -> Location:
        """In what the change adds."""
        if self.newcomer is Newcomer.COVERING:
            return min(each.location for each in self.redundant.by)
        return self.redundant.location


def introduced_redundancy(proposal: Proposal) -> Iterator[IntroducedRedundancy]:
    """Of two that are alike, the one that the change adds is redundant.

    Of a namespace with more than ``MOST_PARTS`` nothing is told.
    """
    changed = proposal.changed_policies()
    names = sorted({policy.namespace for policy in changed})
    new = frozenset(policy.ref for policy in changed)
    here, there = _by_namespace(proposal.head.policies), _by_namespace(proposal.base.policies)
    for name in names:
        before, after = there.get(name, []), here[name]
        if max(map(_parts, (before, after))) > MOST_PARTS:
            continue
        known = {each.key for each in redundancies(before, proposal.profile)}
        old, now = Counter(_meanings(before)), Counter(_meanings(after))
        for each in redundancies(
            sorted(after, key=lambda policy: (policy.ref in new, policy.ref)), proposal.profile
        ):
            newcomer = _newcomer(each, old, now)
            if newcomer is not None and each.key not in known:
                yield IntroducedRedundancy(each, newcomer)


def _parts(policies: Iterable[NetworkPolicy]) -> int:
    return sum(1 + len(policy.ingress) + len(policy.egress) for policy in policies)


def _by_namespace(policies: Iterable[NetworkPolicy]) -> dict[str, list[NetworkPolicy]]:
    found: dict[str, list[NetworkPolicy]] = {}
    for policy in policies:
        found.setdefault(policy.namespace, []).append(policy)
    return found


def _newcomer(redundant: Redundant, old: Counter[str], now: Counter[str]) -> Newcomer | None:
    added = now[redundant.key] > old[redundant.key]
    if redundant.alike and added:
        return Newcomer.REDUNDANT if old[redundant.key] else Newcomer.BOTH
    covering = any(now[_meaning(part)] > old[_meaning(part)] for part in redundant.by)
    if added:
        return Newcomer.BOTH if covering else Newcomer.REDUNDANT
    return Newcomer.COVERING if covering else None


def redundancies(policies: Sequence[NetworkPolicy], profile: ClusterProfile) -> Iterator[Redundant]:
    """What can go from the policies of one namespace, all of it at once and the last of it first:
    whole policies, and then rules of the others.

    A policy that allows nothing holds the isolation when those that allow something go, so that
    only another one that allows nothing makes it redundant.
    """
    denials = [policy for policy in policies if not _allows(policy)]
    among, beside = Coverage(denials, profile), Coverage(policies, profile)
    by_ref = {policy.ref: policy for policy in policies}
    gone: set[ObjectRef] = set()
    for policy in reversed(policies):
        coverage = beside if _allows(policy) else among
        by = [by_ref[each] for each in coverage.of_policy(policy, gone)]
        if by:
            gone.add(policy.ref)
            yield Redundant(policy, tuple(by), _alike(policy, by))
    useless: set[Place] = set()
    for written in reversed([each for each in rules_of(policies) if each.policy.ref not in gone]):
        rules = beside.of_rule(written, gone, useless)
        if rules:
            useless.add(place_of(written))
            yield Redundant(written, rules, _alike(written, rules))


def _allows(policy: NetworkPolicy) -> bool:
    return bool(policy.ingress or policy.egress)


def _meanings(policies: Sequence[NetworkPolicy]) -> Iterator[str]:
    yield from map(_meaning, policies)
    yield from map(_meaning, rules_of(policies))


def _alike(part: Part, by: Sequence[Part]) -> bool:
    return len(by) == 1 and _meaning(by[0]) == _meaning(part)


def _meaning(part: Part) -> str:
    """Equal for parts that isolate and allow the same, whatever they are called."""
    if isinstance(part, WrittenRule):
        policy, rule = part.policy, part.rule
        pods = pods_phrase(policy.pods, policy.namespace)
        ports = ports_phrase(RulePorts.of(rule.ports))
        peers = sorted(peers_phrase(rule, policy.namespace).split(", "))
        return f"{part.direction} {', '.join(peers)} {ports} {pods}"
    rules = sorted(map(_meaning, rules_of((part,))))
    isolates = ", ".join(sorted(part.isolates))
    return "\n".join((f"{isolates} {pods_phrase(part.pods, part.namespace)}", *rules))
