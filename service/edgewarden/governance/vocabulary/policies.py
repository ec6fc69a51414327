"""NetworkPolicies as values of the language of rules."""

from google.protobuf.message import Message

from edgewarden.governance.breadth import Breadth, breadth, is_every_pod, reaches_internet
from edgewarden.governance.dns_pods import names_dns_ports
from edgewarden.governance.ownership.annotations import reason_in
from edgewarden.governance.ownership.ownership import Ownership
from edgewarden.governance.ownership.policy_types import policy_types
from edgewarden.governance.phrases import peer_phrase, pods_phrase, ports_phrase
from edgewarden.governance.proposal import WrittenRule, rules_of
from edgewarden.governance.vocabulary.objects import location_value
from edgewarden.governance.vocabulary.owners import owner_value
from edgewarden.governance.vocabulary.table import TYPES
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import (
    ClusterProfile,
    Direction,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodPeer,
    PolicyPort,
    Rule,
)
from edgewarden.reachability.ports import FIRST_PORT, LAST_PORT
from edgewarden.reachability.rule_ports import EVERY_RULE_PORT, RulePorts
from edgewarden.reachability.wording import capitalised


def policy_value(
    policy: NetworkPolicy, profile: ClusterProfile, owner: Ownership | None = None
) -> Message:
    """A ``Policy``; its ``rules`` are those that have an effect, ``dead_rules`` the others.

    Without an ``owner``, nobody is known to answer for it.
    """
    reason = reason_in(policy.annotations)
    return TYPES.value(
        "Policy",
        key=f"{policy.namespace} {policy.pods}",
        text=str(policy.ref),
        subject=pods_phrase(policy.pods, policy.namespace),
        namespace=policy.namespace,
        name=policy.name,
        labels=policy.labels,
        annotations=policy.annotations,
        pods=selector_value(policy.pods),
        isolates=sorted(policy.isolates),
        rules=[rule_value(written, profile) for written in rules_of((policy,))],
        dead_rules=[
            rule_value(WrittenRule(policy, direction, rule), profile)
            for direction in sorted(frozenset(Direction) - policy.isolates)
            for rule in policy.dead_rules
        ],
        types=sorted(policy_types(policy, profile)),
        owner=owner_value(owner),
        reason="" if reason is None else reason.text,
        location=location_value(policy.location),
    )


def rule_value(written: WrittenRule, profile: ClusterProfile) -> Message:
    """A ``Rule`` of a policy; ``number`` counts from 1 in the list as written. One that is
    ``only_dns`` lets pods ask for names and nothing else."""
    rule, namespace = written.rule, written.policy.namespace
    ports, reach = RulePorts.of(rule.ports), breadth(rule, profile)
    return TYPES.value(
        "Rule",
        key=f"{written.direction} {_peers_key(rule, namespace)} {ports_phrase(ports)}",
        text=str(written),
        capitalised=capitalised(str(written)),
        direction=written.direction,
        number=rule.index + 1,
        peers=[peer_value(peer, namespace, profile) for peer in rule.peers],
        ports=[port_value(port) for port in rule.ports],
        ports_text=ports_phrase(ports),
        every_peer=reach is Breadth.EVERYONE,
        every_pod=reach >= Breadth.EVERY_POD,
        every_port=not EVERY_RULE_PORT.without(ports),
        internet=reach in {Breadth.INTERNET, Breadth.EVERYONE},
        only_dns=written.direction is Direction.EGRESS and names_dns_ports(rule, profile),
        null_item=rule.written_null,
        location=location_value(rule.location),
    )


def peer_value(peer: Peer, namespace: str, profile: ClusterProfile) -> Message:
    """A ``Peer`` of a policy of ``namespace``. ``kind`` is ``pods``, of the policy's own namespace,
    ``namespaces``, ``pods in namespaces`` or ``addresses``."""
    text = peer_phrase(peer, namespace)
    common = {"key": text, "text": text, "location": location_value(peer.location)}
    if isinstance(peer, IPBlock):
        return TYPES.value(
            "Peer",
            **common,
            kind="addresses",
            cidr=str(peer.cidr),
            excepts=[str(each) for each in peer.excepts],
            internet=reaches_internet(peer, profile),
        )
    return TYPES.value(
        "Peer",
        **common,
        kind=_kind(peer),
        namespaces=None if peer.namespaces is None else selector_value(peer.namespaces),
        pods=None if peer.pods is None else selector_value(peer.pods),
        every_pod=is_every_pod(peer),
    )


def port_value(port: PolicyPort) -> Message:
    """A ``Port`` item; one with a name has no numbers, one that is ``every`` port all of them."""
    named = isinstance(port.port, str)
    first = port.port if isinstance(port.port, int) else FIRST_PORT
    last = port.end_port or (LAST_PORT if port.port is None else first)
    return TYPES.value(
        "Port",
        text=ports_phrase(RulePorts.of((port,))),
        protocol=port.protocol,
        every=port.port is None,
        first=None if named else first,
        last=None if named else last,
        name=port.port if named else None,
        location=location_value(port.location),
    )


def selector_value(selector: LabelSelector) -> Message:
    """A ``Selector`` of labels."""
    return TYPES.value(
        "Selector",
        text=str(selector),
        everything=selector.selects_everything,
        keys=sorted({each.key for each in selector.requirements}),
        requirements=[
            TYPES.value(
                "Requirement", key=each.key, operator=each.operator.value, values=each.values
            )
            for each in selector.requirements
        ],
    )


def _kind(peer: PodPeer) -> str:
    if peer.namespaces is None:
        return "pods"
    return "namespaces" if peer.pods is None else "pods in namespaces"


def _peers_key(rule: Rule, namespace: str) -> str:
    return "; ".join(sorted({peer_phrase(peer, namespace) for peer in rule.peers})) or "everyone"
