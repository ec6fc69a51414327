"""Selectors that select nothing, and it is known that they do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from edgewarden.governance.phrases import peer_phrase, pods_phrase
from edgewarden.governance.proposal import WrittenRule, rules_of
from edgewarden.governance.vacuity.seen import Seen, contradicts_itself
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector, Operator
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import NetworkPolicy, PodPeer, Workload


class Why(StrEnum):
    """Why nothing is selected."""

    CONTRADICTION = "contradiction"
    """No object can have such labels."""
    NO_NAMESPACE = "no namespace"
    """The cluster has no such namespace."""
    NO_POD = "no pod"
    """Its namespaces have no such pods."""
    NODE_NETWORK = "node network"
    """Such pods run with ``hostNetwork``, to which policies do not apply."""


@dataclass(frozen=True, slots=True)
class SelectsNothing:
    """The pods of a policy, or one ``peer`` of a rule of it.

    ``nearest`` is what may have been meant, empty where nothing is near.
    """

    policy: NetworkPolicy
    why: Why
    nearest: str
    written: WrittenRule | None = None
    peer: PodPeer | None = None

    @property
    def key(self) -> str:
        direction = self.written.direction if self.written else "pods"
        return f"{self.policy.namespace} {direction} {self}"

    @property
    def location(self) -> Location:
        return self.peer.location if self.peer else self.policy.location

    def __str__(self) -> str:
        """Who is meant, as in ``pods app=web of namespace shop``."""
        namespace = self.policy.namespace
        if self.peer is not None:
            return peer_phrase(self.peer, namespace)
        return pods_phrase(self.policy.pods, namespace)


def selecting_nothing(policy: NetworkPolicy, seen: Seen) -> Iterator[SelectsNothing]:
    """``podSelector: {}`` is left out: a namespace without pods is no mistake of a policy."""
    why = _pods(policy.pods, {policy.namespace}, seen)
    if why is not None:
        yield SelectsNothing(policy, why, _nearest(policy.pods, {policy.namespace}, seen))
    for written in rules_of((policy,)):
        for peer in written.rule.peers:
            if isinstance(peer, PodPeer):
                yield from _of_peer(written, peer, seen)


def _of_peer(written: WrittenRule, peer: PodPeer, seen: Seen) -> Iterator[SelectsNothing]:
    policy, pods = written.policy, peer.pods or LabelSelector()
    names = seen.of_peer(peer, policy.namespace)
    if peer.namespaces is not None and contradicts_itself(peer.namespaces):
        yield SelectsNothing(policy, Why.CONTRADICTION, "", written, peer)
    elif not names and seen.lists_namespaces and peer.namespaces is not None:
        nearest = _like(peer.namespaces, seen)
        yield SelectsNothing(policy, Why.NO_NAMESPACE, nearest, written, peer)
    else:
        why = _pods(pods, names, seen)
        if why is not None:
            yield SelectsNothing(policy, why, _nearest(pods, names, seen), written, peer)


def _pods(selector: LabelSelector, names: Iterable[str], seen: Seen) -> Why | None:
    names = tuple(names)
    if contradicts_itself(selector):
        return Why.CONTRADICTION
    if selector.selects_everything or not (names and all(map(seen.lists_pods, names))):
        return None
    selected = [each for name in names for each in seen.selected(selector, name)]
    if not selected:
        return Why.NO_POD
    return Why.NODE_NETWORK if all(each.host_network for each in selected) else None


def _nearest(selector: LabelSelector, names: Iterable[str], seen: Seen) -> str:
    """The workload that fulfils most of the requirements, if it fulfils some or has the label
    with another value."""
    candidates = [each for name in sorted(names) for each in seen.workloads.get(name, ())]
    best = max(candidates, key=lambda each: _likeness(selector, each), default=None)
    return str(best) if best is not None and _likeness(selector, best) > (0, 0) else ""


def _likeness(selector: LabelSelector, workload: Workload) -> tuple[int, int]:
    labels, requirements = workload.labels, selector.requirements
    fulfilled = sum(each.key in labels and each.admits(labels) for each in requirements)
    return fulfilled, sum(each.key in labels for each in requirements)


def _like(selector: LabelSelector, seen: Seen) -> str:
    """The known namespace whose name is most like the one that is asked for."""
    asked = [
        value
        for each in selector.requirements
        if each.key == NAMESPACE_NAME_LABEL and each.operator is Operator.IN
        for value in each.values
    ]
    found = [get_close_matches(value, sorted(seen.namespaces), 1) for value in asked]
    return next((f"namespace {names[0]}" for names in found if names), "")
