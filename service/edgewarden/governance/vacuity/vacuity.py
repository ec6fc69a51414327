"""All that policies name and the cluster does not have, and what of it a change brings about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from edgewarden.governance.proposal import Proposal, rules_of
from edgewarden.governance.vacuity.dns_rules import StrayDnsRule, stray_dns_rules
from edgewarden.governance.vacuity.port_names import UnknownPortName, unknown_port_names
from edgewarden.governance.vacuity.seen import Seen
from edgewarden.governance.vacuity.selectors import SelectsNothing, selecting_nothing
from edgewarden.reachability.concrete.delta import unshared
from edgewarden.reachability.model import ClusterState, NetworkPolicy


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_Fact = TypeVar("_Fact", bound=_Keyed)


@dataclass(frozen=True, slots=True)
class Vacuity:
    """What some policies of one state name in vain."""

    selectors: tuple[SelectsNothing, ...]
    port_names: tuple[UnknownPortName, ...]
    dns_rules: tuple[StrayDnsRule, ...]


def vacuity(state: ClusterState, policies: Iterable[NetworkPolicy]) -> Vacuity:
    seen, policies = Seen(state), tuple(policies)
    rules = tuple(rules_of(policies))
    return Vacuity(
        tuple(each for policy in policies for each in selecting_nothing(policy, seen)),
        tuple(each for written in rules for each in unknown_port_names(written, seen)),
        tuple(each for written in rules for each in stray_dns_rules(written, seen, state)),
    )


def introduced_vacuity(proposal: Proposal) -> Vacuity:
    """What the base does not have: a policy may be left as it is and lose its pods."""
    base, head = proposal.base, proposal.head
    pods = unshared(base.workloads, head.workloads)
    namespaces = unshared(base.namespaces, head.namespaces)
    if any((*pods, *namespaces)):
        after = vacuity(head, head.policies)
    else:
        after = vacuity(head, proposal.changed_policies())
    named = {each.policy.namespace for each in after.selectors}
    named |= {each.written.policy.namespace for each in after.port_names}
    named |= {each.written.policy.namespace for each in after.dns_rules}
    before = vacuity(base, (each for each in base.policies if each.namespace in named))
    return Vacuity(
        _beyond(after.selectors, before.selectors),
        _beyond(after.port_names, before.port_names),
        _beyond(after.dns_rules, before.dns_rules),
    )


def _beyond(after: Iterable[_Fact], before: Iterable[_Fact]) -> tuple[_Fact, ...]:
    known = {each.key for each in before}
    return tuple(each for each in after if each.key not in known)
