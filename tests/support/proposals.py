"""Proposals and reviews out of two texts of YAML, loaded and compared for real."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from textwrap import dedent

from edgewarden.adapters.resources import shipped_policy_pack
from edgewarden.governance.case import Case
from edgewarden.governance.exceptions import PolicyException
from edgewarden.governance.findings import ChecklistItem, Enforcement, Finding
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.review import Comparison, Review
from edgewarden.governance.rules.evaluation import findings
from edgewarden.manifests.load import load_states
from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import ClusterProfile
from edgewarden.workflows.assess import assess
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.ports import TreePair
from tests.support.manifest_trees import trees_of
from tests.support.reviews import only

POLICIES = Path(__file__).parents[2] / "policies"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PROFILE = ClusterProfile()


@cache
def shipped_pack() -> PolicyPack:
    return shipped_policy_pack()


@cache
def pack_of_shown() -> PolicyPack:
    """The rules that ask for attention."""
    shown = (each for each in shipped_pack().rules if each.enforcement is Enforcement.WARN)
    return replace(shipped_pack(), rules=tuple(shown))


def tree(*texts: str) -> Snapshot:
    """Each text is a file of its own, ``0.yaml`` and on; an empty text holds its place."""
    return Snapshot(
        tuple(
            SourceFile(f"{number}.yaml", dedent(text).encode()) for number, text in enumerate(texts)
        )
    )


def proposal(
    base: Sequence[str], head: Sequence[str], profile: ClusterProfile = PROFILE
) -> Proposal:
    before, after = load_states(
        trees_of(tree(*base), tree(*head), profile=profile), profile, "cluster"
    )
    return Proposal(before, after, compare(before, after))


def found(proposed: Proposal, *rules: str) -> list[Finding]:
    return [each for each in findings(Case(proposed, shipped_pack())) if each.rule in rules]


def reviewed(
    base: Sequence[str],
    head: Sequence[str],
    *,
    pack: PolicyPack | None = None,
    exceptions: Sequence[PolicyException] = (),
) -> Review:
    trees = TreePair(tree(*base), tree(*head), Comparison.TREES, "base", "head", "", "")
    return assess(
        trees,
        pack=pack or shipped_pack(),
        platform=NO_CLAIMS,
        exceptions=exceptions,
        now=NOW,
    )


def item(review: Review, name: str) -> ChecklistItem:
    return next(each for each in only(review).checklist if each.id == name)


def namespace(name: str, **labels: str) -> str:
    written = ", ".join(f"{key}: {value}" for key, value in labels.items())
    return f"""\
---
apiVersion: v1
kind: Namespace
metadata: {{name: {name}, labels: {{{written}}}}}
"""


def deployment(namespace: str, name: str) -> str:
    """Its pods carry ``app: <name>``."""
    return f"""\
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: main, image: example}}]}}
"""


def policy(namespace: str, name: str, spec: str, annotations: str = "{}") -> str:
    """``spec`` in flow style, as in ``podSelector: {}, policyTypes: [Ingress]``."""
    return f"""\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: {namespace}
  annotations: {annotations}
spec:
  {{{spec}}}
"""
