"""Objects that a controller made, which stand beside it in what was exported from a cluster."""

from edgewarden.manifests.metadata import Owner
from edgewarden.manifests.objects import Declared, Held
from edgewarden.reachability.model import ObjectRef, Workload

MAKERS = {
    ("", "Pod"): frozenset(
        {
            ("", "ReplicationController"),
            ("apps", "DaemonSet"),
            ("apps", "ReplicaSet"),
            ("apps", "StatefulSet"),
            ("batch", "Job"),
        }
    ),
    ("", "ReplicationController"): frozenset({("apps.openshift.io", "DeploymentConfig")}),
    ("apps", "ReplicaSet"): frozenset({("apps", "Deployment"), ("argoproj.io", "Rollout")}),
    ("batch", "Job"): frozenset({("batch", "CronJob")}),
}
"""Which kinds of controllers make objects of a kind."""


def fold_owned(held: Held) -> dict[ObjectRef, Declared]:
    """Leave out what a controller that is there made itself, and what has no pods.

    Anybody may write an owner into a manifest, so only what looks like the owner's own pods
    is left out: nothing that a policy or a selector could tell from them.
    """
    folded = [
        ref
        for ref, declared in held.items()
        if declared.value is None
        or (declared.owners and any(_made_by(owner, declared, held) for owner in declared.owners))
    ]
    left = dict(held)
    for ref in folded:
        del left[ref]
    return left


def _made_by(owner: Owner, declared: Declared, held: Held) -> bool:
    ref = declared.ref
    if (owner.group, owner.kind) not in MAKERS.get((ref.group, ref.kind), frozenset()):
        return False
    maker = held.get(ObjectRef(owner.group, owner.kind, ref.namespace, owner.name))
    if maker is None:
        return False
    made, template = declared.value, maker.value
    return (
        isinstance(made, Workload)
        and isinstance(template, Workload)
        and template.labels.items() <= made.labels.items()
        and made.labels.keys() - template.labels.keys() <= template.open_labels
        and made.host_network == template.host_network
    )
