"""Rules that would admit an address if no ``except`` took it out."""

from collections.abc import Iterable, Iterator

from edgewarden.reachability.addresses import Address
from edgewarden.reachability.explain.explanation import Excepted
from edgewarden.reachability.model import Direction, IPBlock, NetworkPolicy, Rule, Workload
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.rule_ports import RulePorts, resolve


def excepted(
    policies: Iterable[NetworkPolicy],
    direction: Direction,
    subject: Workload,
    address: Address,
    ports: PortSet,
) -> Iterator[Excepted]:
    """The blocks of ``policies``, which isolate ``subject``, that leave ``address`` out."""
    for policy in policies:
        for rule in policy.rules(direction):
            if not _numbers(rule, direction, subject) & ports:
                continue
            for block in rule.peers:
                if isinstance(block, IPBlock) and address in block.cidr:
                    for hole in block.excepts:
                        if address in hole:
                            yield Excepted(policy, rule, block, hole)


def _numbers(rule: Rule, direction: Direction, subject: Workload) -> PortSet:
    """What a rule admits an address to; outside the cluster no port has a name."""
    ports = RulePorts.of(rule.ports)
    if direction is Direction.EGRESS:
        return ports.numbers
    return PortSet.union((ports.numbers, *(resolve(name, subject) for name in ports.names)))
