"""Clusters as values of the language of rules."""

from google.protobuf.message import Message

from edgewarden.governance.case import Case
from edgewarden.governance.enforcement.evidence import evidence
from edgewarden.governance.enforcement.plugin import installed
from edgewarden.governance.vocabulary.table import TYPES

_ENFORCES = {True: "yes", False: "no", None: "unknown"}


def cluster_value(case: Case) -> Message:
    """A ``Cluster``; ``enforces`` is ``yes``, ``no`` or ``unknown``, and ``evidence`` says why;
    ``had_policies`` is about the base."""
    state, profile = case.proposal.head, case.proposal.profile
    shown = evidence(profile, installed(state, case.pack.plugins))
    return TYPES.value(
        "Cluster",
        name=state.name,
        cni=profile.cni,
        enforces=_ENFORCES[shown.enforced],
        evidence=shown.text,
        known_pods=bool(state.workloads),
        had_policies=bool(case.proposal.base.policies),
    )
