"""Known workloads that no longer get through to known DNS pods, whatever the reason."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from edgewarden.governance.dns_pods import DNS_PROTOCOLS, answering_dns
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.ports import Protocol
from edgewarden.reachability.reasons import Cause
from edgewarden.reachability.report import EdgeChange


@dataclass(frozen=True, slots=True)
class DnsRefusal:
    """``protocols`` by which ``workloads`` can no longer ask the DNS ``pods``."""

    workloads: tuple[WorkloadEnd, ...]
    pods: tuple[WorkloadEnd, ...]
    protocols: frozenset[Protocol]
    cause: Cause


def dns_refusals(proposal: Proposal, told: Set[str]) -> Iterator[DnsRefusal]:
    """Of the workloads of the head but the DNS pods and those that are ``told``, by how they are
    written.

    DNS pods that are gone, or look otherwise now, refuse nobody where others are known.
    """
    asked = answering_dns(proposal.head) or answering_dns(proposal.base)
    answering = {each.identity for each in asked}
    asking = {each.identity for each in proposal.head.workloads} - answering
    for change in proposal.closed:
        workloads = tuple(
            end for end in _known(change.sources) if end.identity in asking and str(end) not in told
        )
        pods = tuple(end for end in _known(change.destinations) if end.identity in answering)
        protocols = _refused(change, proposal.profile.dns_ports)
        if workloads and pods and protocols:
            yield DnsRefusal(workloads, pods, protocols, change.causes[0])


def _known(ends: tuple[End, ...]) -> Iterator[WorkloadEnd]:
    return (end for end in ends if isinstance(end, WorkloadEnd))


def _refused(change: EdgeChange, ports: tuple[int, ...]) -> frozenset[Protocol]:
    return frozenset(
        protocol
        for protocol in DNS_PROTOCOLS
        if any((protocol, port) in change.closed for port in ports)
    )
