"""Port items that say in two what was meant in one.

An item without ``port`` allows every port of its protocol, which is TCP where none is named
(``NetworkPolicyPort``). So a dash too many turns "UDP 53" into "TCP 53, and every UDP port".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from edgewarden.governance.phrases import ports_phrase
from edgewarden.governance.proposal import WrittenRule
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import PolicyPort
from edgewarden.reachability.rule_ports import RulePorts


@dataclass(frozen=True, slots=True)
class SplitPort:
    """Two items next to each other, of which one has a port only and one a protocol only.

    ``surplus`` are the ports that the rule would not allow if they were one item.
    """

    written: WrittenRule
    port: PolicyPort
    protocol: PolicyPort
    surplus: RulePorts

    @property
    def joined(self) -> PolicyPort:
        """The one item, where the first of the two stands."""
        first = min(self.port.location, self.protocol.location)
        return PolicyPort(self.protocol.protocol, self.port.port, self.port.end_port, first)

    @property
    def key(self) -> str:
        policy, rule = self.written.policy, self.written.rule
        ports = ports_phrase(RulePorts.of((self.joined, *rule.ports)))
        return f"{policy.namespace} {policy.pods} {self.written.direction} {ports}"

    @property
    def location(self) -> Location:
        return self.protocol.location

    def __str__(self) -> str:
        """As in ``every UDP port``, of which ``UDP 53`` may be meant."""
        return ports_phrase(RulePorts.of((self.protocol,)))


def split_ports(written: WrittenRule) -> Iterator[SplitPort]:
    """The pairs of one rule that allow more than their one item would.

    Which of the two comes first does not matter. An item with a port may name a protocol if it is
    the same: then the other item makes it useless.
    """
    items = written.rule.ports
    for one, other in _pairs(items):
        joined = PolicyPort(other.protocol, one.port, one.end_port, one.location)
        rest = (each for each in items if each is not one and each is not other)
        meant = RulePorts.of(chain(rest, (joined,)))
        surplus = RulePorts.of(items).without(meant)
        if surplus:
            yield SplitPort(written, one, other, surplus)


def _pairs(items: Sequence[PolicyPort]) -> Iterator[tuple[PolicyPort, PolicyPort]]:
    """Each item with a port at most once, the one before preferred to the one behind."""
    taken: set[int] = set()
    for place, item in enumerate(items):
        if item.port is not None or item.protocol_implied:
            continue
        for near in (place - 1, place + 1):
            if near in range(len(items)) and near not in taken and _belong(items[near], item):
                taken.add(near)
                yield items[near], item
                break


def _belong(port: PolicyPort, protocol: PolicyPort) -> bool:
    return port.port is not None and (port.protocol_implied or port.protocol is protocol.protocol)
