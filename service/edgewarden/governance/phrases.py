"""Peers and ports of a rule in words."""

from collections.abc import Iterable

from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import IPBlock, Peer, PodPeer, Rule
from edgewarden.reachability.rule_ports import RulePorts


def ports_phrase(ports: RulePorts) -> str:
    """As in ``TCP 80, TCP port "metrics"``."""
    texts = [str(ports.numbers)] if ports.numbers else []
    texts += [f'{each.protocol} port "{each.name}"' for each in sorted(ports.names)]
    return ", ".join(texts) or "no port"


def pods_phrase(selector: LabelSelector, namespace: str) -> str:
    if selector.selects_everything:
        return f"every pod of namespace {namespace}"
    return f"pods {selector} of namespace {namespace}"


def peer_phrase(peer: Peer, namespace: str) -> str:
    """Who the peer is, seen from a policy of ``namespace``."""
    match peer:
        case IPBlock():
            without = ", ".join(map(str, peer.excepts))
            return f"{peer.cidr} without {without}" if without else str(peer.cidr)
        case PodPeer(namespaces=None, pods=pods):
            return pods_phrase(pods or LabelSelector(), namespace)
        case PodPeer(namespaces=namespaces, pods=pods):
            some = "every pod" if pods is None or pods.selects_everything else f"pods {pods}"
            if namespaces is None or namespaces.selects_everything:
                return f"{some} in every namespace"
            return f"{some} in namespaces {namespaces}"


def peers_phrase(rule: Rule, namespace: str) -> str:
    return ", ".join(peer_phrase(peer, namespace) for peer in rule.peers) or "everyone"


def listing(items: Iterable[object], limit: int = 5) -> str:
    """The first few in words, with a count of the rest."""
    texts = list(dict.fromkeys(map(str, items)))
    more = len(texts) - limit
    shown = ", ".join(texts[:limit])
    return f"{shown} and {more} more" if more > 0 else shown
