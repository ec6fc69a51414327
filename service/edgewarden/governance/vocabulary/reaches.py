"""How far rules reach as values of the language of rules: ports, namespaces, addresses."""

from collections.abc import Iterator, Sequence

from google.protobuf.message import Message

from edgewarden.governance.case import Case
from edgewarden.governance.introduced import introduced
from edgewarden.governance.peer_spans.spans import NamespaceSpans, PeerSpan
from edgewarden.governance.phrases import peer_phrase, ports_phrase
from edgewarden.governance.proposal import rules_of
from edgewarden.governance.ranges.host_identities import HostIdentity, host_identities
from edgewarden.governance.ranges.internet_egress import internet_egress
from edgewarden.governance.ranges.own_addresses import OwnAddresses, own_addresses
from edgewarden.governance.rule_ports.split_items import SplitPort, split_ports
from edgewarden.governance.vocabulary.written import found_value, rule_found_value
from edgewarden.reachability.model import ClusterState, NetworkPolicy
from edgewarden.reachability.rule_ports import RulePorts


def split_port_values(case: Case) -> Iterator[Message]:
    """``SplitPort``: two items allow ``text``, where ``joined`` was likely meant; ``surplus`` is
    what nobody meant then."""
    for each in introduced(case.proposal, _split_ports):
        yield rule_found_value(
            "SplitPort",
            each,
            joined=ports_phrase(RulePorts.of((each.joined,))),
            surplus=ports_phrase(each.surplus),
        )


def _split_ports(_: ClusterState, policies: Sequence[NetworkPolicy]) -> Iterator[SplitPort]:
    return (each for written in rules_of(policies) for each in split_ports(written))


def span_values(case: Case) -> Iterator[Message]:
    """``Span``: the peer ``peer`` means ``text``, ``matched`` of ``known`` namespaces. ``extent``
    is ``every``, ``all but`` or ``labelled``."""
    for each in introduced(case.proposal, _spans):
        yield rule_found_value(
            "Span",
            each,
            peer=peer_phrase(each.peer, each.written.policy.namespace),
            every_pod=each.peer.pods is None or each.peer.pods.selects_everything,
            extent=each.extent.value,
            matched=each.matched,
            known=each.known,
        )


def _spans(state: ClusterState, policies: Sequence[NetworkPolicy]) -> Iterator[PeerSpan]:
    spans = NamespaceSpans(state)
    return (each for written in rules_of(policies) for each in spans.of_rule(written))


def own_address_values(case: Case) -> Iterator[Message]:
    """``OwnAddresses``: the block ``block`` holds addresses of ``text``, or may unless
    ``certain``."""
    for each in introduced(case.proposal, _own_addresses):
        yield rule_found_value(
            "OwnAddresses",
            each,
            block=each.block_text,
            whose=[own.value for own in each.whose],
            certain=each.certain,
        )


def _own_addresses(
    state: ClusterState, policies: Sequence[NetworkPolicy]
) -> Iterator[OwnAddresses]:
    return (e for written in rules_of(policies) for e in own_addresses(written, state.profile))


def host_identity_values(case: Case) -> Iterator[Message]:
    """``HostIdentity``: the block ``text`` stands for one or few of ``whose``, ``pods`` or
    ``services``, in the range ``range``; it only may where ``whose`` is empty."""
    for each in introduced(case.proposal, _host_identities):
        yield rule_found_value(
            "HostIdentity",
            each,
            whose=each.whose and each.whose.value,
            range=each.range and str(each.range),
        )


def _host_identities(
    state: ClusterState, policies: Sequence[NetworkPolicy]
) -> Iterator[HostIdentity]:
    return (e for written in rules_of(policies) for e in host_identities(written, state.profile))


def internet_egress_values(case: Case) -> Iterator[Message]:
    """``InternetEgress``: the connections ``text`` lead to the internet and are newly allowed, or
    may be unless ``certain``; where they ``bypass`` it, ``gateway`` are the pods to go through."""
    gateway = case.proposal.profile.egress_gateway
    for each in internet_egress(case.proposal):
        yield found_value(
            "InternetEgress",
            key=each.key,
            text=each,
            location=each.location,
            about=each.cause.subject,
            certain=each.certain,
            bypass=each.bypasses,
            gateway=str(gateway or ""),
        )
