"""What policies say, however it is split over objects, rules and list items.

The unit is a *permission*: pods that ``subject`` selects, in one direction, with one peer. Names
of policies, the order of rules, and how port lists are cut do not show here, so two ways to
write the same thing are equal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector, Operator
from edgewarden.reachability.matching import Labels, namespace_labels
from edgewarden.reachability.model import (
    ClusterState,
    Direction,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodPeer,
    Rule,
)
from edgewarden.reachability.rule_ports import RulePorts


@dataclass(frozen=True, slots=True)
class Isolated:
    """The pods of ``namespace`` that ``subject`` selects are isolated in ``direction``."""

    namespace: str
    direction: Direction
    subject: LabelSelector

    def includes(self, other: "Isolated") -> bool:
        """Whether it binds every pod that ``other`` binds, whatever pods there are."""
        return (
            self.namespace == other.namespace
            and self.direction is other.direction
            and _wider(self.subject, other.subject)
        )


@dataclass(frozen=True, slots=True)
class Pairing:
    """The pods of an isolation with one peer; without ``peer`` with everyone."""

    pods: Isolated
    peer: Peer | None

    def includes(self, other: "Pairing", namespaces: Mapping[str, Labels]) -> bool:
        """Whether it concerns every pair that ``other`` does, whatever pods there are.

        ``namespaces`` holds the labels of the namespaces that have a manifest.
        """
        own = self.pods.namespace
        return self.pods.includes(other.pods) and _admits_all(
            self.peer, other.peer, own, namespaces
        )


class Statements:
    """What the policies of one state say, taken together."""

    def __init__(self, state: ClusterState) -> None:
        self.isolations: dict[tuple[str, Direction], set[Isolated]] = {}
        self.permissions: dict[tuple[str, Direction], dict[Pairing, RulePorts]] = {}
        self._namespaces = {n.name: namespace_labels(n.name, n) for n in state.namespaces}
        for policy in state.policies:
            for direction in policy.isolates:
                isolated = isolation(policy, direction)
                where = isolated.namespace, direction
                self.isolations.setdefault(where, set()).add(isolated)
                said = self.permissions.setdefault(where, {})
                for rule in policy.rules(direction):
                    ports = RulePorts.of(rule.ports)
                    for peer in rule.peers or (None,):
                        pairing = Pairing(isolated, normal(peer))
                        said[pairing] = said.get(pairing, RulePorts()) | ports

    def isolate(self, isolated: Isolated) -> bool:
        """Whether one policy of this state says at least as much."""
        known = self.isolations.get((isolated.namespace, isolated.direction), set())
        return isolated in known or any(each.includes(isolated) for each in known)

    def isolate_any(self, namespace: str, direction: Direction) -> bool:
        """Whether a policy of this state isolates some pods of the namespace."""
        return bool(self.isolations.get((namespace, direction)))

    def grant(self, pairing: Pairing) -> RulePorts:
        """What rules of this state grant to at least this pairing, as far as they show it.

        A lower bound: a peer that takes two others to cover it counts as not covered.
        """
        granted = RulePorts()
        for each, ports in self._permissions_near(pairing).items():
            if each.includes(pairing, self._namespaces):
                granted |= ports
        return granted

    def state_exactly(self, pairing: Pairing) -> RulePorts:
        """What rules of this state grant to this very pairing."""
        return self._permissions_near(pairing).get(pairing, RulePorts())

    def _permissions_near(self, pairing: Pairing) -> Mapping[Pairing, RulePorts]:
        return self.permissions.get((pairing.pods.namespace, pairing.pods.direction), {})


def isolation(policy: NetworkPolicy, direction: Direction) -> Isolated:
    return Isolated(policy.namespace, direction, policy.pods)


def pairings(
    policy: NetworkPolicy, direction: Direction
) -> Iterator[tuple[Rule, Pairing, RulePorts]]:
    """Every rule of a policy with each of its peers."""
    isolated = isolation(policy, direction)
    for rule in policy.rules(direction):
        ports = RulePorts.of(rule.ports)
        for peer in rule.peers or (None,):
            yield rule, Pairing(isolated, normal(peer)), ports


def normal(peer: Peer | None) -> Peer | None:
    """One spelling of each peer: excepts sorted, and no selector that selects everything."""
    match peer:
        case IPBlock():
            holes = sorted(set(peer.excepts), key=lambda hole: (hole.version, hole))
            return replace(peer, excepts=tuple(holes))
        case PodPeer(namespaces=LabelSelector(), pods=LabelSelector(requirements=())):
            return replace(peer, pods=None)
        case PodPeer(namespaces=None, pods=None):
            return replace(peer, pods=LabelSelector())
        case _:
            return peer


def _wider(selector: LabelSelector, other: LabelSelector) -> bool:
    """Whether fewer conditions make ``selector`` match all that ``other`` does."""
    return set(selector.requirements) <= set(other.requirements)


def _admits_all(
    peer: Peer | None, other: Peer | None, own: str, namespaces: Mapping[str, Labels]
) -> bool:
    if peer is None or peer == other:
        return True
    if not isinstance(peer, PodPeer) or not isinstance(other, PodPeer):
        return False
    return _in_place(peer.namespaces, other.namespaces, own, namespaces) and _wider(
        peer.pods or LabelSelector(), other.pods or LabelSelector()
    )


def _in_place(
    wanted: LabelSelector | None,
    other: LabelSelector | None,
    own: str,
    namespaces: Mapping[str, Labels],
) -> bool:
    """Whether the namespaces of ``other`` are among those of ``wanted``; ``None`` is ``own``."""
    if wanted == other:
        return True
    single = own if other is None else _single_name(other)
    if wanted is None:
        return single == own
    if single is not None:
        labels = namespaces.get(single, {NAMESPACE_NAME_LABEL: single})
        return all(each.key in labels and each.admits(labels) for each in wanted.requirements)
    return other is not None and _wider(wanted, other)


def _single_name(selector: LabelSelector) -> str | None:
    """The one namespace that a selector asks for by the name that every namespace carries."""
    for each in selector.requirements:
        if each.key == NAMESPACE_NAME_LABEL and each.operator is Operator.IN:
            return each.values[0] if len(each.values) == 1 else None
    return None
