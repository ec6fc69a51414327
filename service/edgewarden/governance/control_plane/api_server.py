"""Whether a peer of a rule is the API server, which is no pod.

It calls from the network of a node, or from outside of the cluster. So no selector stands for it,
and ``ipBlock`` is what is left. Three things are documented to be otherwise:

- Cilium lets no ``ipBlock`` match a node of the cluster unless ``policy-cidr-match-mode`` says so
  ("Layer 3 policies", CIDR based).
- OVN-Kubernetes has a namespace that stands for the network of the nodes, which an empty selector
  matches as well (OpenShift: ``policy-group.network.openshift.io/host-network``).
- Where the control plane is apart from the nodes it may call through agents, and these are pods
  (Konnectivity: ``k8s-app: konnectivity-agent`` in ``kube-system``; on AKS the key is ``app``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgewarden.governance.control_plane.sureness import NEVER, SURE, Sureness, either, may
from edgewarden.governance.phrases import peer_phrase
from edgewarden.governance.proposal import namespace_labels
from edgewarden.reachability.addresses import span, spans
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL
from edgewarden.reachability.model import (
    ClusterProfile,
    ClusterState,
    IPBlock,
    Network,
    PodPeer,
    Rule,
)
from edgewarden.reachability.whereabouts import could_cover

_HOST_NETWORK = "policy-group.network.openshift.io/host-network"
_NODES: Mapping[str, str] = {_HOST_NETWORK: "", NAMESPACE_NAME_LABEL: "openshift-host-network"}
_AGENTS_NAMESPACE = "kube-system"
_AGENTS = {"k8s-app": "konnectivity-agent", "app": "konnectivity-agent"}


@dataclass(frozen=True, slots=True)
class ApiServer:
    """The API server of a cluster, as rules see it."""

    profile: ClusterProfile
    agents_namespace: Mapping[str, str]

    @classmethod
    def of(cls, state: ClusterState) -> "ApiServer":
        return cls(state.profile, namespace_labels(state, _AGENTS_NAMESPACE))

    def among(self, rule: Rule, namespace: str) -> Sureness:
        """Whether it is among the peers of an ingress rule of a policy of ``namespace``."""
        if not rule.peers:
            return SURE
        blocks = [each for each in rule.peers if isinstance(each, IPBlock)]
        pods = (each for each in rule.peers if isinstance(each, PodPeer))
        return either([*self._blocks(blocks), *(self._pods(each, namespace) for each in pods)])

    def _blocks(self, blocks: list[IPBlock]) -> Iterator[Sureness]:
        known = self.profile.control_plane_ranges
        if known and not any(could_cover(each, known) for each in blocks):
            return
        covered = (
            all(any(_contains(each, network) for each in blocks) for network in known)
            if known
            else any(each.cidr.version == 4 and _is_everything(each) for each in blocks)
        )
        written = ", ".join(peer_phrase(each, "") for each in blocks)
        if blocks and not covered:
            yield may(
                f"Does ipBlock {written} cover the addresses that the API server calls from? "
                "`control_plane_ranges` in the cluster's profile says what these are."
            )
        elif blocks and self._may_be_a_node():
            yield may(
                f"Does the API server run on a node of the cluster? Cilium lets ipBlock {written} "
                "match no node, unless policy-cidr-match-mode says so."
            )
        elif blocks:
            yield SURE

    def _may_be_a_node(self) -> bool:
        """Whether that matters to the network plugin and cannot be excluded."""
        nodes, own = self.profile.node_ranges, self.profile.control_plane_ranges
        apart = nodes and own and not any(_overlap(one, other) for one in nodes for other in own)
        return self._plugin("cilium") and not apart

    def _pods(self, peer: PodPeer, namespace: str) -> Sureness:
        called = peer_phrase(peer, namespace)
        if self._stands_for_nodes(peer):
            explicit = peer.namespaces is not None and any(
                each.key == _HOST_NETWORK for each in peer.namespaces.requirements
            )
            if explicit and self._plugin("ovn"):
                return SURE
            return may(
                f"Does the network plugin count the API server among {called}, as OVN-Kubernetes "
                "does with the network of the nodes?"
            )
        if self._has_agents(peer, namespace):
            return may(
                f"Does the API server call through agents (Konnectivity) that are among {called}?"
            )
        return NEVER

    def _stands_for_nodes(self, peer: PodPeer) -> bool:
        every_pod = peer.pods is None or peer.pods.selects_everything
        return every_pod and peer.namespaces is not None and peer.namespaces.admits(_NODES)

    def _has_agents(self, peer: PodPeer, namespace: str) -> bool:
        there = (
            namespace == _AGENTS_NAMESPACE
            if peer.namespaces is None
            else peer.namespaces.admits(self.agents_namespace)
        )
        return there and (peer.pods is None or peer.pods.admits(_AGENTS))

    def _plugin(self, name: str) -> bool:
        return name in self.profile.cni.lower()


def _is_everything(block: IPBlock) -> bool:
    return block.cidr.prefixlen == 0 and not block.excepts


def _contains(block: IPBlock, network: Network) -> bool:
    start, end = span(network)
    same = block.cidr.version == network.version
    return same and any(first <= start and end <= beyond for first, beyond in spans(block))


def _overlap(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)
