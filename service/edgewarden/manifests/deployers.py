"""Objects that decide what else is deployed: what they bring stands in no manifest.

Those that make policies in the cluster are called makers: ``generation`` says what.
"""

from dataclasses import dataclass, field

from edgewarden.manifests.nodes import Mapping, Sequence
from edgewarden.manifests.unjudged import content_digest
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef

_PROJECTS = {
    ("helm.toolkit.fluxcd.io", "HelmRelease"): "Flux",
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): "Flux",
    ("source.toolkit.fluxcd.io", "GitRepository"): "Flux",
    ("policies.kyverno.io", "GeneratingPolicy"): "Kyverno",
    ("policies.kyverno.io", "NamespacedGeneratingPolicy"): "Kyverno",
    ("argoproj.io", "AppProject"): "Argo CD",
    ("argoproj.io", "Application"): "Argo CD",
    ("argoproj.io", "ApplicationSet"): "Argo CD",
    ("work.open-cluster-management.io", "ManifestWork"): "Open Cluster Management",
    ("template.openshift.io", "Template"): "OpenShift",
    ("", "Template"): "OpenShift",
}
_KYVERNO = frozenset({("kyverno.io", "ClusterPolicy"), ("kyverno.io", "Policy")})


@dataclass(frozen=True, slots=True)
class Deployer:
    """``project`` is whose kind it is; ``digest`` changes with what the object says, ``root``."""

    ref: ObjectRef
    project: str
    digest: str
    location: Location
    root: Mapping = field(repr=False, compare=False)


def read_deployer(root: Mapping, group: str, kind: str, location: Location) -> Deployer | None:
    """Nothing where the object deploys nothing, as a policy of Kyverno that makes and changes
    nothing."""
    if (group, kind) in _KYVERNO:
        project = "Kyverno" if _acts(root) else ""
    else:
        project = _PROJECTS.get((group, kind), "")
    if not project:
        return None
    metadata = root.get("metadata")
    named = metadata if isinstance(metadata, Mapping) else Mapping((), root.line, root.column)
    ref = ObjectRef(group, kind, named.text("namespace"), named.text("name"))
    return Deployer(ref, project, content_digest(root), location, root)


def may_deploy(group: str, kind: str) -> bool:
    """Whether some objects of the kind decide what else is deployed."""
    return (group, kind) in _KYVERNO or (group, kind) in _PROJECTS


def _acts(policy: Mapping) -> bool:
    spec = policy.get("spec")
    rules = spec.get("rules") if isinstance(spec, Mapping) else None
    items = rules.items if isinstance(rules, Sequence) else ()
    return any(
        isinstance(rule, Mapping) and (rule.get("generate") or rule.get("mutate")) is not None
        for rule in items
    )
