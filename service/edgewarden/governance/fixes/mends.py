"""What fixes are to do to a policy: exactly this, and nothing to anything else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from edgewarden.governance.observations.splits import selector_as_written
from edgewarden.reachability.location import Location, Problem
from edgewarden.reachability.model import (
    Direction,
    NetworkPolicy,
    Peer,
    PodPeer,
    PolicyPort,
    Rule,
)

_Item = TypeVar("_Item", Peer, PolicyPort)


@dataclass(frozen=True, slots=True)
class JoinedPeers:
    """Both selectors of two peers in one. The items are known by where they stand."""

    policy: Location
    direction: Direction
    whole: Location
    own: Location

    action = "Write both selectors in one list item."

    def intended(self, policy: NetworkPolicy) -> NetworkPolicy:
        return _each_rule(policy, self._joined)

    def both(self, policy: NetworkPolicy) -> Iterator[PodPeer]:
        """The peers that both selectors come to."""
        return filter(None, map(self._one, policy.rules(self.direction)))

    def _one(self, rule: Rule) -> PodPeer | None:
        match _at(rule.peers, self.whole), _at(rule.peers, self.own):
            case PodPeer() as whole, PodPeer() as own:
                return PodPeer(whole.namespaces, own.pods, whole.location)
        return None

    def _joined(self, rule: Rule) -> Rule:
        one = self._one(rule)
        if one is None:
            return rule
        return replace(rule, peers=_joined(rule.peers, (self.whole, self.own), one))


@dataclass(frozen=True, slots=True)
class JoinedPorts:
    """A port and its protocol in one item, which is ``joined``."""

    policy: Location
    port: Location
    protocol: Location
    joined: PolicyPort

    action = "Write the port and its protocol in one list item."

    def intended(self, policy: NetworkPolicy) -> NetworkPolicy:
        return _each_rule(policy, self._joined)

    def _joined(self, rule: Rule) -> Rule:
        if _at(rule.ports, self.port) is None or _at(rule.ports, self.protocol) is None:
            return rule
        return replace(rule, ports=_joined(rule.ports, (self.port, self.protocol), self.joined))


@dataclass(frozen=True, slots=True)
class AddedEgress:
    """One more egress rule, for DNS."""

    policy: Location
    rule: Rule

    action = "Allow DNS in a rule of its own."

    def intended(self, policy: NetworkPolicy) -> NetworkPolicy:
        return replace(policy, egress=(*policy.egress, self.rule))

    @property
    def written(self) -> dict[str, object]:
        """The rule as a manifest has it."""
        return {
            "to": [
                {
                    "namespaceSelector": selector_as_written(peer.namespaces),
                    "podSelector": selector_as_written(peer.pods),
                }
                for peer in self.rule.peers
                if isinstance(peer, PodPeer) and peer.namespaces and peer.pods
            ],
            "ports": [
                {"protocol": each.protocol.value, "port": each.port} for each in self.rule.ports
            ],
        }


@dataclass(frozen=True, slots=True)
class AddedDirection:
    """One more of ``policyTypes``, for which there are rules already."""

    policy: Location
    direction: Direction

    @property
    def action(self) -> str:
        return f"Name {self.direction.capitalize()} in policyTypes, so that its rules count."

    def intended(self, policy: NetworkPolicy) -> NetworkPolicy:
        rules = policy.dead_rules
        egress = self.direction is Direction.EGRESS
        return replace(
            policy,
            isolates=policy.isolates | {self.direction},
            ingress=policy.ingress if egress else rules,
            egress=rules if egress else policy.egress,
            dead_rules=(),
        )


PolicyMend: TypeAlias = JoinedPeers | JoinedPorts | AddedEgress | AddedDirection


@dataclass(frozen=True, slots=True)
class SeparatedObjects:
    """Objects of which one silently hides the other, in documents of their own."""

    problem: Problem

    action = "Separate the objects by `---`."


@dataclass(frozen=True, slots=True)
class NestedSelector:
    """A part of a selector where it belongs."""

    problem: Problem

    action = "Put the labels into the selector."


ManifestMend: TypeAlias = SeparatedObjects | NestedSelector
"""Of a ``problem`` that keeps an object from being taken at its word: nobody knows what it is to
become, only that it is read then, and that nothing else is read otherwise."""

Mend: TypeAlias = PolicyMend | ManifestMend


def _at(items: tuple[_Item, ...], location: Location) -> _Item | None:
    return next((each for each in items if each.location == location), None)


def _joined(
    items: tuple[_Item, ...], pair: tuple[Location, Location], one: _Item
) -> tuple[_Item, ...]:
    """``one`` in the place of the earlier of the two."""
    first = min(pair)
    return tuple(
        one if each.location == first else each
        for each in items
        if each.location == first or each.location not in pair
    )


def _each_rule(policy: NetworkPolicy, change: Callable[[Rule], Rule]) -> NetworkPolicy:
    return replace(
        policy,
        ingress=tuple(map(change, policy.ingress)),
        egress=tuple(map(change, policy.egress)),
    )
