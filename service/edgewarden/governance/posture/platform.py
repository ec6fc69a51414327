"""Whether the pods of a namespace admit those of the platform that have business with them."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from edgewarden.governance.posture.isolation import Isolation
from edgewarden.governance.proposal import WrittenRule, namespace_labels, rules_of
from edgewarden.governance.selection import implies
from edgewarden.reachability.exposure.ends import example_labels
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector
from edgewarden.reachability.model import (
    ClusterState,
    Direction,
    NetworkPolicy,
    PlatformPods,
    PodPeer,
    Rule,
)
from edgewarden.reachability.symbolic.remainder import Remainder, remainder

MONITORING_WORDS = frozenset({"monitoring", "observability", "prometheus", "telemetry", "metrics"})
GATEWAY_WORDS = frozenset({"ingress", "gateway", "edge"})
"""Namespaces whose names have one of these between hyphens are taken for the platform's, where the
profile does not say which are."""


@dataclass(frozen=True, slots=True)
class Admission:
    """``pods`` of the platform, the ingress ``rules`` that admit them, and the isolated pods that
    do not: ``missed``. A namespace that is their ``home`` need not."""

    pods: tuple[PlatformPods, ...]
    rules: tuple[WrittenRule, ...]
    missed: Remainder
    home: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """A namespace of such pods: its labels, and labels that known pods there have."""

    name: str
    labels: Mapping[str, str]
    known: tuple[Mapping[str, str], ...]
    pods: LabelSelector


class Platform:
    """Pods of the platform in one state, as its profile says or as namespaces are called."""

    def __init__(
        self, state: ClusterState, stated: PlatformPods | None, words: AbstractSet[str]
    ) -> None:
        self.pods = (stated,) if stated is not None else tuple(_called(state, words))
        self._places = [place for each in self.pods for place in _places(state, each)]

    def admission(self, namespace: str, isolating: Sequence[NetworkPolicy]) -> Admission | None:
        """None where it is not known who they are."""
        if not self.pods:
            return None
        rules = tuple(
            each
            for each in rules_of(isolating)
            if each.direction is Direction.INGRESS and self._admitted(each.rule, namespace)
        )
        missed = remainder(
            namespace,
            [each.pods for each in isolating],
            [each.policy.pods for each in rules],
        )
        home = any(place.name == namespace for place in self._places)
        return Admission(self.pods, rules, missed, home)

    def _admitted(self, rule: Rule, namespace: str) -> bool:
        peers = [peer for peer in rule.peers if isinstance(peer, PodPeer)]
        return not rule.peers or any(
            _admits(peer, place, namespace) for peer in peers for place in self._places
        )


def _admits(peer: PodPeer, place: _Place, namespace: str) -> bool:
    """Whether a peer of a policy of ``namespace`` is all of these pods, or a known one."""
    if peer.namespaces is None and place.name != namespace:
        return False
    if peer.namespaces is not None and not peer.namespaces.admits(place.labels):
        return False
    selector = peer.pods
    return (
        selector is None
        or implies(place.pods, selector)
        or any(selector.admits(labels) for labels in place.known)
    )


def _called(state: ClusterState, words: AbstractSet[str]) -> Iterator[PlatformPods]:
    for name in sorted({each.namespace for each in state.workloads}):
        if not words.isdisjoint(name.split("-")):
            yield PlatformPods(LabelSelector.matching({NAMESPACE_NAME_LABEL: name}))


def _places(state: ClusterState, pods: PlatformPods) -> Iterator[_Place]:
    """The known namespaces of the pods, or one that looks like what is selected."""
    names = {each.name for each in state.namespaces} | {each.namespace for each in state.workloads}
    labelled = {name: namespace_labels(state, name) for name in names}
    chosen = {name: labels for name, labels in labelled.items() if pods.namespaces.admits(labels)}
    if not chosen and (example := example_labels(pods.namespaces)) is not None:
        chosen = {example.get(NAMESPACE_NAME_LABEL, ""): example}
    for name, labels in sorted(chosen.items()):
        known = tuple(
            each.labels
            for each in state.workloads
            if each.namespace == name and pods.pods.admits(each.labels)
        )
        yield _Place(name, labels, known, pods.pods)


def admission_word(admission: Admission | None, ingress: Isolation) -> str:
    """``unknown`` who they are, ``home`` in their own namespace, ``open`` where nothing isolates a
    pod, else which pods admit them: ``yes`` for all, ``some`` or ``no``."""
    if admission is None:
        return "unknown"
    if admission.home:
        return "home"
    if not ingress.policies:
        return "open"
    if not admission.missed:
        return "yes"
    return "some" if admission.rules else "no"
