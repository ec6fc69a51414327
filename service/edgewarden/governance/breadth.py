"""How far a rule reaches: from selected peers to everyone."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, summarize_address_range

from edgewarden.reachability.addresses import inside
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector, Operator
from edgewarden.reachability.model import ClusterProfile, IPBlock, Network, PodPeer, Rule


class Breadth(IntEnum):
    """Who a rule admits at the least, from narrow to broad."""

    LIMITED = 0
    INTERNET = 1
    EVERY_POD = 2
    EVERYONE = 3

    def __str__(self) -> str:
        return _BREADTH_TEXTS[self]


_BREADTH_TEXTS = {
    Breadth.LIMITED: "selected peers",
    Breadth.INTERNET: "the internet",
    Breadth.EVERY_POD: "every pod in every namespace",
    Breadth.EVERYONE: "everyone, every pod and every address",
}


def breadth(rule: Rule, profile: ClusterProfile) -> Breadth:
    """Who the rule admits, ports aside."""
    if not rule.peers:
        return Breadth.EVERYONE
    pods = any(isinstance(peer, PodPeer) and is_every_pod(peer) for peer in rule.peers)
    blocks = [peer for peer in rule.peers if isinstance(peer, IPBlock)]
    if pods and any(block.cidr.prefixlen == 0 and not block.excepts for block in blocks):
        return Breadth.EVERYONE
    if pods:
        return Breadth.EVERY_POD
    if any(reaches_internet(block, profile) for block in blocks):
        return Breadth.INTERNET
    return Breadth.LIMITED


def is_every_pod(peer: PodPeer) -> bool:
    """Every pod of every namespace, or of all but some: ``namespaceSelector: {}`` and its like.

    A pod or a namespace without any label of its own matches; every namespace carries its name.
    """
    return (
        peer.namespaces is not None
        and asks_nothing_of_namespaces(peer.namespaces)
        and (peer.pods is None or _asks_nothing(peer.pods, frozenset()))
    )


def asks_nothing_of_namespaces(selector: LabelSelector) -> bool:
    """Whether a namespace matches without any label of its own; all carry their name."""
    return _asks_nothing(selector, {NAMESPACE_NAME_LABEL})


def _asks_nothing(selector: LabelSelector, everywhere: AbstractSet[str]) -> bool:
    """Whether it only shuts labels out, or asks for keys that are there ``everywhere``."""
    return all(
        requirement.operator in {Operator.NOT_IN, Operator.DOES_NOT_EXIST}
        or (requirement.operator is Operator.EXISTS and requirement.key in everywhere)
        for requirement in selector.requirements
    )


def reaches_internet(block: IPBlock, profile: ClusterProfile) -> bool:
    """Whether the block holds an address that is neither private nor the cluster's own."""
    return _has_public_part([block.cidr], (*block.excepts, *inside(profile)))


def is_internet(end: AddressEnd, profile: ClusterProfile) -> bool:
    return _has_public_part(networks_of(end), inside(profile))


def networks_of(end: AddressEnd) -> Iterator[Network]:
    """The range as the fewest CIDR blocks."""
    match end.first, end.last:
        case IPv4Address() as first, IPv4Address() as last:
            yield from summarize_address_range(first, last)
        case IPv6Address() as first6, IPv6Address() as last6:
            yield from summarize_address_range(first6, last6)


def _has_public_part(networks: Iterable[Network], taken: Iterable[Network]) -> bool:
    """Whether anything of ``networks`` is left without ``taken``."""
    spans = sorted((int(n.network_address), int(n.broadcast_address), n.version) for n in taken)
    for network in networks:
        position, last = int(network.network_address), int(network.broadcast_address)
        for start, stop, version in spans:
            if version == network.version and start <= position <= stop:
                position = stop + 1
        if position <= last:
            return True
    return False
