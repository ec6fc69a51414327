"""What of a cluster is known to be there, and of what it is known that there is no more."""

from collections.abc import Iterator
from functools import cached_property

from edgewarden.governance.selection import disjoint
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.matching import hanging, namespace_labels
from edgewarden.reachability.model import ClusterState, Namespace, PodPeer, Workload


class Seen:
    """One state, asked for what selectors may match.

    Whether something selects nothing can be told of a cluster that listed what it has, and of
    namespaces about which no manifest is unread. Elsewhere operators make pods that no manifest
    shows.
    """

    def __init__(self, state: ClusterState) -> None:
        self._state = state
        self._matching: dict[LabelSelector, frozenset[str]] = {}

    @cached_property
    def namespaces(self) -> dict[str, Namespace | None]:
        """By name, with the manifest where there is one."""
        names = {each.namespace for each in self._state.workloads}
        names |= {each.namespace for each in self._state.policies}
        manifests = {each.name: each for each in self._state.namespaces}
        return {**dict.fromkeys(sorted(names)), **manifests}

    @cached_property
    def workloads(self) -> dict[str, list[Workload]]:
        """By namespace."""
        found: dict[str, list[Workload]] = {}
        for each in self._state.workloads:
            found.setdefault(each.namespace, []).append(each)
        return found

    @cached_property
    def _unread(self) -> frozenset[str] | None:
        """The namespaces of which something was not read; none where it may be any of them."""
        problems = [each for each in self._state.problems if each.decisive]
        if any(not each.namespaces for each in problems):
            return None
        return frozenset[str]().union(*(each.namespaces for each in problems))

    @property
    def lists_namespaces(self) -> bool:
        """Whether the cluster has no other namespaces."""
        return self._state.shown and self._unread is not None

    def lists_pods(self, name: str) -> bool:
        """Whether the namespace has no other pods than those of the known workloads; then the
        cluster has no other namespaces, either."""
        manifest = self.namespaces.get(name)
        unread = self._unread
        return (
            self._state.shown
            and manifest is not None
            and manifest.complete
            and unread is not None
            and name not in unread
        )

    def matching_namespaces(self, selector: LabelSelector) -> frozenset[str]:
        """The known namespaces that it may match: labels that a manifest does not name are open,
        unless the cluster showed all of them."""
        found = self._matching.get(selector)
        if found is None:
            known = self.namespaces.items()
            found = frozenset(name for name, each in known if _may_match(selector, name, each))
            self._matching[selector] = found
        return found

    def of_peer(self, peer: PodPeer, own: str) -> frozenset[str]:
        """The known namespaces that a peer of a policy of the namespace ``own`` may mean."""
        return (
            frozenset({own})
            if peer.namespaces is None
            else self.matching_namespaces(peer.namespaces)
        )

    def selected(self, selector: LabelSelector, name: str) -> Iterator[Workload]:
        """The known workloads of a namespace that it may select, on the network of their node or
        not."""
        there = self.workloads.get(name, ())
        return (each for each in there if hanging(selector, each) is not None)


def _may_match(selector: LabelSelector, name: str, manifest: Namespace | None) -> bool:
    labels = namespace_labels(name, manifest)
    if manifest is not None and manifest.complete:
        return selector.admits(labels)
    fixed = (each for each in selector.requirements if each.key in labels)
    return all(each.admits(labels) for each in fixed)


def contradicts_itself(selector: LabelSelector) -> bool:
    """Whether no object can ever be selected."""
    return disjoint(selector, selector)
