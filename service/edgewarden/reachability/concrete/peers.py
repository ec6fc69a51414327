"""Pod peers as policies write them, and which of them an endpoint could be."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from edgewarden.reachability.concrete.bits import Span, bitset, exactly, numbers
from edgewarden.reachability.concrete.inventory import Inventory
from edgewarden.reachability.labels import (
    LabelSelector,
    NamespaceRequirement,
    Operator,
    Requirement,
)
from edgewarden.reachability.matching import Labels, hanging, hanging_on_namespace
from edgewarden.reachability.model import PodPeer, Workload

When: TypeAlias = tuple[Requirement | NamespaceRequirement, ...]
"""The requirements on open labels that all have to hold."""

EVERY_POD = LabelSelector()


@dataclass(frozen=True, slots=True, eq=False)
class Pods:
    """The pods that a peer means, wherever it is written; one object for each meaning.

    ``own`` is the namespace of the policies that write it, where the peer has no
    ``namespaceSelector``.
    """

    own: str
    namespaces: LabelSelector | None
    selector: LabelSelector

    def among(self, inventory: Inventory) -> Span:
        """The workloads of ``inventory`` that are such pods; nodes are not."""
        if self.namespaces is None:
            area = inventory.of_namespace(self.own)
        else:
            area = inventory.in_namespaces(self.namespaces)
        area &= ~inventory.nodes
        perhaps = self._perhaps(inventory)
        if not perhaps and (not self.selector.requirements or not area):
            return exactly(area)
        return inventory.selected(self.selector).meeting(Span(area & ~perhaps, area | perhaps))

    def _perhaps(self, inventory: Inventory) -> int:
        """Those of which it hangs on the labels of their namespace."""
        if self.namespaces is None or not inventory.open_namespaces:
            return 0
        open_namespaces = (
            (number, workload, inventory.labels_of(workload.namespace))
            for number in numbers(inventory.open_namespaces)
            if (workload := inventory.workloads[number]) is not None
        )
        return bitset(
            [
                number
                for number, workload, labels in open_namespaces
                if hanging_on_namespace(self.namespaces, workload, labels)
            ]
        )

    def include(self, workload: Workload, labels: Labels) -> When | None:
        """What it hangs on that ``workload``, in a namespace of ``labels``, is one of them."""
        if workload.host_network:
            return None
        if self.namespaces is None:
            return hanging(self.selector, workload) if workload.namespace == self.own else None
        area = hanging_on_namespace(self.namespaces, workload, labels)
        pods = None if area is None else hanging(self.selector, workload)
        return None if area is None or pods is None else (*area, *pods)


def meant(peer: PodPeer, own: str) -> Pods:
    """What ``peer`` means in a policy of namespace ``own``, as an object that no index knows."""
    place = own if peer.namespaces is None else ""
    return Pods(place, peer.namespaces, peer.pods or EVERY_POD)


Key: TypeAlias = tuple[str, LabelSelector | None, LabelSelector]


class Meanings:
    """Gives peers that mean the same pods one object, on top of those already given."""

    def __init__(self, below: "Meanings | None" = None) -> None:
        self._below = below
        self._known: dict[Key, Pods] = {}

    def of(self, peer: PodPeer, own: str) -> Pods:
        """What ``peer`` means in a policy of namespace ``own``."""
        pods = meant(peer, own)
        key = pods.own, pods.namespaces, pods.selector
        known = None if self._below is None else self._below._find(key)
        return known or self._known.setdefault(key, pods)

    def new(self) -> Iterable[Pods]:
        """Those that were not known below."""
        return self._known.values()

    def _find(self, key: Key) -> Pods | None:
        found = self._known.get(key)
        if found is None and self._below is not None:
            return self._below._find(key)
        return found


_Anchor: TypeAlias = tuple[str, str] | None
"""A label that whoever is meant has to carry; absent where no single one is needed."""

_MOST_PLACES = 1_000
"""A meaning that would be filed in more places is filed by the labels of its pods alone."""

_OWN = ""
"""The key of an anchor that is a namespace's name; no label key is empty."""


class Finder:
    """Finds the pods-by-meaning that a workload belongs to without asking all of them.

    Each meaning is filed under a label that its pods need and one that their namespaces need,
    so an endpoint looks in as many places as it has pairs of the two.
    """

    def __init__(self, meanings: Iterable[Pods]) -> None:
        self._filed: dict[_Anchor, dict[_Anchor, list[Pods]]] = {}
        self._by_key: dict[str, list[Pods]] = {}
        for pods in meanings:
            needed, areas = _needed(pods.selector), _area(pods)
            if needed:
                self._by_key.setdefault(needed[0][0], []).append(pods)
            labels: Sequence[_Anchor] = needed or (None,)
            if len(areas) * len(labels) > _MOST_PLACES:
                areas = (None,)
            for area in areas:
                filed = self._filed.setdefault(area, {})
                for label in labels:
                    filed.setdefault(label, []).append(pods)

    def meaning(self, workload: Workload, labels: Labels) -> Iterator[tuple[Pods, When]]:
        """The meanings that include ``workload``, each with what that hangs on."""
        seen: set[Pods] = set()
        for pods in self._candidates(workload, labels):
            if pods not in seen:
                seen.add(pods)
                when = pods.include(workload, labels)
                if when is not None:
                    yield pods, when

    def _candidates(self, workload: Workload, labels: Labels) -> Iterator[Pods]:
        carried: list[_Anchor] = [None, *workload.labels.items()]
        areas: Iterable[_Anchor] = (None, (_OWN, workload.namespace), *labels.items())
        for area in tuple(self._filed) if workload.open_namespace else areas:
            filed = self._filed.get(area)
            if filed is not None:
                for label in carried:
                    yield from filed.get(label, ())
        for key in workload.open_labels:
            yield from self._by_key.get(key, ())


def _area(pods: Pods) -> tuple[_Anchor, ...]:
    if pods.namespaces is None:
        return ((_OWN, pods.own),)
    return _needed(pods.namespaces) or (None,)


def _needed(selector: LabelSelector) -> tuple[tuple[str, str], ...]:
    """Labels of which every object that ``selector`` matches carries one; the fewest there are."""
    choices = [r for r in selector.requirements if r.operator is Operator.IN]
    if not choices:
        return ()
    narrowest = min(choices, key=lambda requirement: len(requirement.values))
    return tuple((narrowest.key, value) for value in narrowest.values)
