"""Clusters as values of the language of rules."""

from google.protobuf.message import Message

from edgewarden.governance.vocabulary.table import TYPES
from edgewarden.reachability.model import ClusterState

_ENFORCES = {True: "yes", False: "no", None: "unknown"}


def cluster_value(state: ClusterState) -> Message:
    """A ``Cluster``; ``enforces`` is ``yes``, ``no`` or ``unknown``, as its profile says."""
    profile = state.profile
    return TYPES.value(
        "Cluster",
        name=state.name,
        cni=profile.cni,
        enforces=_ENFORCES[profile.enforces_policies],
        known_pods=bool(state.workloads),
    )
