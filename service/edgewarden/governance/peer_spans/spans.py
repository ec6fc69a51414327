"""Peers by their namespaces: how many of those that are known, and of those that are still to come.

``namespaceSelector: {}`` means every namespace, and one that only shuts labels out means every
namespace that nobody labels so, the next one included.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from edgewarden.governance.breadth import asks_nothing_of_namespaces
from edgewarden.governance.phrases import listing, peer_phrase
from edgewarden.governance.proposal import WrittenRule
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.matching import Labels, namespace_labels
from edgewarden.reachability.model import ClusterState, PodPeer


class Extent(StrEnum):
    """What a selector of namespaces asks of them."""

    EVERY = "every"
    """Nothing."""
    ALL_BUT = "all but"
    """To lack a label."""
    LABELLED = "labelled"
    """To have a label."""


@dataclass(frozen=True, slots=True)
class PeerSpan:
    """The namespaces of one peer: ``matched`` of ``known`` ones, and the others by name."""

    written: WrittenRule
    peer: PodPeer
    extent: Extent
    matched: int
    known: int
    left_out: tuple[str, ...]

    @property
    def key(self) -> str:
        policy = self.written.policy
        peer = peer_phrase(self.peer, policy.namespace)
        return f"{policy.namespace} {policy.pods} {self.written.direction} {peer}"

    @property
    def location(self) -> Location:
        return self.peer.location

    def __str__(self) -> str:
        """As in ``31 of 40 known namespaces``."""
        match self.extent:
            case Extent.EVERY:
                return "every namespace, those to come included"
            case Extent.ALL_BUT if self.left_out:
                return f"every namespace but {listing(self.left_out)}, those to come included"
            case Extent.ALL_BUT:
                return "every known namespace, and those to come"
            case _:
                return f"{self.matched} of {self.known} known namespaces"


class NamespaceSpans:
    """The known namespaces of a state: those with a manifest, a workload or a policy.

    A label that no manifest gives to a namespace counts as absent.
    """

    def __init__(self, state: ClusterState) -> None:
        manifests = {each.name: each for each in state.namespaces}
        names = {*manifests, *(each.namespace for each in state.workloads)}
        names |= {each.namespace for each in state.policies}
        self._labels: Mapping[str, Labels] = {
            name: namespace_labels(name, manifests.get(name)) for name in sorted(names)
        }
        self._left_out: dict[LabelSelector, tuple[str, ...]] = {}

    def of_rule(self, written: WrittenRule) -> Iterator[PeerSpan]:
        """One for each peer that selects namespaces."""
        for peer in written.rule.peers:
            if isinstance(peer, PodPeer) and peer.namespaces is not None:
                left_out = self._without(peer.namespaces)
                known = len(self._labels)
                matched = known - len(left_out)
                extent = _extent(peer.namespaces)
                yield PeerSpan(written, peer, extent, matched, known, left_out)

    def _without(self, selector: LabelSelector) -> tuple[str, ...]:
        found = self._left_out.get(selector)
        if found is None:
            there = self._labels.items()
            found = tuple(name for name, labels in there if not selector.admits(labels))
            self._left_out[selector] = found
        return found


def _extent(selector: LabelSelector) -> Extent:
    if selector.selects_everything:
        return Extent.EVERY
    return Extent.ALL_BUT if asks_nothing_of_namespaces(selector) else Extent.LABELLED
