"""Whether the pods of a namespace can ask for names, of all that could exist there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgewarden.governance.dns_pods import DNS_PROTOCOLS, Answer, DnsPods
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import NetworkPolicy
from edgewarden.reachability.ports import Protocol
from edgewarden.reachability.symbolic.remainder import Remainder, remainder


@dataclass(frozen=True, slots=True)
class DnsAccess:
    """By ``protocol`` the ``refused`` pods do not reach the DNS pods, and the ``unsure`` ones only
    if the labels of these are what some rule takes them for."""

    protocol: Protocol
    refused: Remainder
    unsure: Remainder

    @property
    def answer(self) -> Answer:
        """Whether all pods reach them."""
        if self.refused:
            return Answer.NO
        return Answer.MAY if self.unsure else Answer.YES


def dns_access(
    namespace: str, isolating: Sequence[NetworkPolicy], pods: DnsPods
) -> tuple[DnsAccess, ...]:
    """By UDP and by TCP, where the policies of ``namespace`` isolate egress so."""
    isolated = [each.pods for each in isolating]
    found = []
    for protocol in DNS_PROTOCOLS:
        perhaps = [*_admitting(isolating, pods, protocol, Answer.MAY)]
        surely = [*_admitting(isolating, pods, protocol, Answer.YES)]
        refused = remainder(namespace, isolated, perhaps)
        found.append(DnsAccess(protocol, refused, remainder(namespace, perhaps, surely)))
    return tuple(found)


def _admitting(
    policies: Sequence[NetworkPolicy], pods: DnsPods, protocol: Protocol, least: Answer
) -> Iterator[LabelSelector]:
    """The pods that a rule lets ask, as surely as that."""
    for policy in policies:
        for rule in policy.egress:
            answer = min(pods.listens(rule, protocol), pods.admitted(rule, policy.namespace))
            if answer >= least:
                yield policy.pods
                break


def dns_word(access: Sequence[DnsAccess]) -> str:
    """``yes``, ``no``, ``UDP only`` or ``perhaps``: whether every pod reaches DNS."""
    refused = {each.protocol for each in access if each.answer is Answer.NO}
    if refused == {Protocol.TCP}:
        return "UDP only"
    if refused:
        return "no"
    return "perhaps" if any(each.answer is Answer.MAY for each in access) else "yes"
