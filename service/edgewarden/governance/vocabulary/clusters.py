"""Clusters as values of the language of rules."""

from google.protobuf.message import Message

from edgewarden.governance.case import Case
from edgewarden.governance.enforcement.evidence import evidence
from edgewarden.governance.enforcement.plugin import installed
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.vocabulary.table import TYPES

_ENFORCES = {True: "yes", False: "no", None: "unknown"}


def cluster_value(case: Case) -> Message:
    """A ``Cluster``; ``enforces`` is ``yes``, ``no`` or ``unknown``, and ``evidence`` says why;
    ``first_policy`` is the one that stands for all of a cluster that gets its first ones."""
    state, profile = case.proposal.head, case.proposal.profile
    shown = evidence(profile, installed(state, case.pack.plugins))
    return TYPES.value(
        "Cluster",
        name=state.name,
        cni=profile.cni,
        enforces=_ENFORCES[shown.enforced],
        evidence=shown.text,
        known_pods=bool(state.workloads),
        first_policy=_first(case.proposal),
    )


def _first(proposal: Proposal) -> str:
    if proposal.base.policies or not proposal.head.policies:
        return ""
    return str(min(proposal.head.policies, key=lambda each: each.ref).ref)
