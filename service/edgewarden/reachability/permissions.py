"""What policies say, however it is split over objects, rules and list items.

The unit is a *permission*: pods that ``subject`` selects, in one direction, with one peer. Names
of policies, the order of rules, and how port lists are cut do not show here, so two ways to
write the same thing are equal.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import Direction, IPBlock, NetworkPolicy, Peer, PodPeer
from edgewarden.reachability.rule_ports import RulePorts


@dataclass(frozen=True, slots=True)
class Isolated:
    """The pods of ``namespace`` that ``subject`` selects are isolated in ``direction``."""

    namespace: str
    direction: Direction
    subject: LabelSelector


@dataclass(frozen=True, slots=True)
class Pairing:
    """The pods of an isolation with one peer; without ``peer`` with everyone."""

    pods: Isolated
    peer: Peer | None


class Statements:
    """What the policies of one state say, taken together; read namespace by namespace."""

    def __init__(self, policies_of: Callable[[str], Iterable[NetworkPolicy]]) -> None:
        self._policies_of = policies_of
        self._permissions: dict[str, Mapping[Isolated, Mapping[Peer | None, RulePorts]]] = {}

    def isolate(self, isolated: Isolated) -> bool:
        """Whether some policy of this state says just this."""
        return isolated in self._of_namespace(isolated.namespace)

    def grant(self, pairing: Pairing) -> RulePorts:
        """What rules of this state grant to this very pairing."""
        granted = self._of_namespace(pairing.pods.namespace).get(pairing.pods, {})
        return granted.get(pairing.peer, RulePorts())

    def _of_namespace(self, name: str) -> Mapping[Isolated, Mapping[Peer | None, RulePorts]]:
        found = self._permissions.get(name)
        if found is None:
            found = self._permissions[name] = _permissions(self._policies_of(name))
        return found


def isolation(policy: NetworkPolicy, direction: Direction) -> Isolated:
    return Isolated(policy.namespace, direction, policy.pods)


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


def _permissions(
    policies: Iterable[NetworkPolicy],
) -> Mapping[Isolated, Mapping[Peer | None, RulePorts]]:
    found: dict[Isolated, dict[Peer | None, list[RulePorts]]] = {}
    for policy in policies:
        for direction in policy.isolates:
            said = found.setdefault(isolation(policy, direction), {})
            for rule in policy.rules(direction):
                ports = RulePorts.of(rule.ports)
                for peer in map(normal, rule.peers or (None,)):
                    said.setdefault(peer, []).append(ports)
    return {
        isolated: {peer: RulePorts.union(ports) for peer, ports in said.items()}
        for isolated, said in found.items()
    }
