"""Types of objects: which are read, which API servers serve, and which are mistaken."""

from dataclasses import dataclass

from edgewarden.manifests import workloads
from edgewarden.manifests.nodes import Mapping, Scalar
from edgewarden.manifests.unjudged import unjudged_kind
from edgewarden.manifests.workloads import WorkloadKind

POLICY = ("networking.k8s.io", "NetworkPolicy")
NAMESPACE = ("", "Namespace")
WORKLOADS: dict[tuple[str, str], WorkloadKind] = {
    ("", "Pod"): workloads.POD,
    ("", "ReplicationController"): workloads.REPLICATION_CONTROLLER,
    ("apps", "Deployment"): workloads.DEPLOYMENT,
    ("apps", "ReplicaSet"): workloads.REPLICA_SET,
    ("apps", "StatefulSet"): workloads.STATEFUL_SET,
    ("apps", "DaemonSet"): workloads.DAEMON_SET,
    ("batch", "Job"): workloads.JOB,
    ("batch", "CronJob"): workloads.CRON_JOB,
    ("argoproj.io", "Rollout"): workloads.ROLLOUT,
    ("apps.openshift.io", "DeploymentConfig"): workloads.DEPLOYMENT_CONFIG,
}
_JUDGED = frozenset({POLICY, NAMESPACE, *WORKLOADS})
PUBLISHED = frozenset({key for key in (NAMESPACE, *WORKLOADS) if key[0] in {"", "apps", "batch"}})
"""Whose whole structure is checked here. A policy's reader leaves nothing of it unread."""
_HOMES = {kind: group for group, kind in _JUDGED}
_LISTS = frozenset({"List", *(f"{kind}List" for kind in _HOMES)})
_RETIRED_GROUP = "extensions"
_CORE_VERSION = "v1"
_KINDS_OF_GROUP = {
    "apps": frozenset(
        {"ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"}
    ),
    "batch": frozenset({"CronJob", "Job"}),
    "networking.k8s.io": frozenset(
        {"IPAddress", "Ingress", "IngressClass", "NetworkPolicy", "ServiceCIDR"}
    ),
}
_CORE_KINDS = frozenset(
    {
        "Binding",
        "ComponentStatus",
        "ConfigMap",
        "Endpoints",
        "Event",
        "LimitRange",
        "List",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PersistentVolumeClaim",
        "Pod",
        "PodTemplate",
        "ReplicationController",
        "ResourceQuota",
        "Secret",
        "Service",
        "ServiceAccount",
    }
)


@dataclass(frozen=True, slots=True)
class ObjectType:
    """Group, version and kind; empty where they are missing, ``group`` also for the core group."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def decides_reachability(self) -> bool:
        """Whether objects of the kind are read, or listed as not judged."""
        key = self.group, self.kind
        return key in _JUDGED or unjudged_kind(*key) is not None


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why no API server knows a type. ``message`` has no full stop.

    ``plausible`` tells an object with a mistake from a document that was never meant as one.
    """

    message: str
    remedy: str
    field: str
    plausible: bool


def type_of(root: Mapping) -> ObjectType:
    group, _, version = root.text("apiVersion").rpartition("/")
    return ObjectType(group, version, root.text("kind"))


def mistake_in(written: ObjectType, root: Mapping) -> Mistake | None:
    """What keeps an API server from knowing the type that ``root`` states."""
    group, version, kind = written.group, written.version, written.kind
    if not version:
        plausible = kind in _HOMES and root.get("metadata") is not None
        message = f"An object of kind {kind}" if kind else "A document"
        return Mistake(
            f"{message} has no apiVersion, so no API server can tell what it is",
            "Write the apiVersion of the kind.",
            "apiVersion",
            plausible,
        )
    if not kind:
        return Mistake(
            f"An object of {written.api_version} has no kind, so no API server can tell what it is",
            "Write the kind.",
            "kind",
            plausible=group in _KINDS_OF_GROUP,
        )
    if kind.endswith("List") and (mistake := _no_list(written, root)):
        return mistake
    if group == _RETIRED_GROUP and kind in _HOMES:
        return _unserved(written, "any more")
    if group in _KINDS_OF_GROUP:
        if kind.removesuffix("List") not in _KINDS_OF_GROUP[group]:
            return _unserved(written)
        if (group, kind) in _JUDGED and version != _CORE_VERSION:
            return _unserved(written, "any more")
    elif not group and kind.removesuffix("List") not in _CORE_KINDS | {""}:
        return _unserved(written, plausible=kind in _HOMES)
    elif "." not in group and kind in _HOMES and (group, kind) not in _JUDGED:
        return _unserved(written)
    return None


def _no_list(written: ObjectType, root: Mapping) -> Mistake | None:
    """A list without a sequence of items, as ``candidates`` leave it over.

    A null is an empty list; a kind of somebody's own may end in List and have no items.
    """
    items = root.get("items")
    if isinstance(items, Scalar) and items.value is None:
        return None
    if items is None and written.kind not in _LISTS:
        return None
    return Mistake(
        f"The items of a {written.kind} are no sequence, so no applier can decode it",
        "Write each item behind a dash (`- apiVersion: ...`).",
        "items",
        plausible=items is not None,
    )


def _unserved(written: ObjectType, since: str = "", *, plausible: bool = True) -> Mistake:
    home = _HOMES.get(written.kind)
    served = "" if home is None else f"{home}/{_CORE_VERSION}".removeprefix("/")
    remedy = f"Write apiVersion: {served}." if served else "Correct the kind or its apiVersion."
    message = f"No supported API server serves {written.kind} as {written.api_version} {since}"
    return Mistake(message.rstrip(), remedy, "apiVersion" if served else "kind", plausible)
