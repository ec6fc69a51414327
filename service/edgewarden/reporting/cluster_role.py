"""What a cluster has to allow to whoever takes its inventory."""

from itertools import groupby

from edgewarden.manifests.inventory.resources import RESOURCES

ROLE = "edgewarden-inventory"


def cluster_role() -> str:
    """A ClusterRole in YAML that allows to list what an inventory takes, and nothing else."""
    lines = [
        "apiVersion: rbac.authorization.k8s.io/v1",
        "kind: ClusterRole",
        "metadata:",
        f"  name: {ROLE}",
        "rules:",
    ]
    for group, members in groupby(RESOURCES, key=lambda resource: resource.group):
        named = ", ".join(sorted(each.plural for each in members))
        lines += [
            f'  - apiGroups: ["{group}"]',
            f"    resources: [{named}]",
            "    verbs: [list]",
        ]
    return "\n".join(lines) + "\n"
