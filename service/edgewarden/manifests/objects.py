"""Documents to the objects that decide reachability, or to the reasons why they are none."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from edgewarden.manifests import workloads
from edgewarden.manifests.fields import Fault, Faults, Field
from edgewarden.manifests.metadata import ASSUMED_NAMESPACE, Metadata, Owner, read_metadata
from edgewarden.manifests.nodes import Entry, Mapping, Node, Scalar, Sequence
from edgewarden.manifests.policies import read_network_policy
from edgewarden.manifests.syntax import label_name_fault, subdomain_fault
from edgewarden.manifests.unjudged import content_digest, unjudged_kind
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import (
    Namespace,
    NetworkPolicy,
    ObjectRef,
    UnjudgedPolicy,
    Workload,
)

Value: TypeAlias = Namespace | Workload | NetworkPolicy | UnjudgedPolicy

_POLICY = ("networking.k8s.io", "NetworkPolicy")
_NAMESPACE = ("", "Namespace")
_WORKLOADS = {
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
_JUDGED = frozenset({_POLICY, _NAMESPACE, *_WORKLOADS})
_JUDGED_KINDS = frozenset(kind for _, kind in _JUDGED)
_SERVED_VERSIONS = {
    "": frozenset({"v1"}),
    "apps": frozenset({"v1"}),
    "batch": frozenset({"v1"}),
    "networking.k8s.io": frozenset({"v1"}),
}
_RETIRED_GROUP = "extensions"

_SHOWN = 10
"""Faults of one sort that are told of one object."""

HELD_BACK = (
    "Until then kubectl applies the objects beside it, while Flux and usually Argo CD hold back "
    "everything of the same application."
)


@dataclass(frozen=True, slots=True)
class Declared:
    """An object that a file declares. ``owners`` are controllers that it says it belongs to.

    ``value`` is none where the object has no pods and so no part in reachability.
    ``in_assumed_namespace`` marks one that names no namespace.
    """

    ref: ObjectRef
    value: Value | None
    location: Location
    owners: tuple[Owner, ...] = ()
    in_assumed_namespace: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """An object that is there in some form and that a strict applier would not take.

    ``ref`` is its identity, as far as it can be told. ``lenient`` is what an applier would make
    of it that lets the last of two keys win and drops unknown fields; it is none where every
    applier refuses the object.
    """

    ref: ObjectRef | None
    problems: tuple[Problem, ...]
    lenient: Declared | None = None


Outcome: TypeAlias = Declared | Refused


def decides_reachability(group: str, kind: str) -> bool:
    """Whether objects of that kind are read, or listed as not judged."""
    return (group, kind) in _JUDGED or unjudged_kind(group, kind) is not None


def candidates(root: Node) -> Iterator[Mapping]:
    """The objects of a document: itself, or the items of a ``List`` or ``<Kind>List``.

    Items of a typed list may lack ``kind`` and ``apiVersion``; they then get those of the list.
    """
    pending: deque[tuple[Node, str, str]] = deque([(root, "", "")])
    while pending:
        node, version, kind = pending.popleft()
        if not isinstance(node, Mapping):
            continue
        own_kind = node.text("kind")
        items = node.get("items")
        if own_kind.endswith("List") and isinstance(items, Sequence):
            item_kind = own_kind.removesuffix("List")
            item_version = node.text("apiVersion") if item_kind else ""
            pending.extend((item, item_version, item_kind) for item in items.items)
        else:
            yield node if own_kind or not kind else _completed(node, version, kind)


def _completed(item: Mapping, version: str, kind: str) -> Mapping:
    """A list item with the type that its list gives it."""
    given = {"apiVersion": version, "kind": kind}
    added = tuple(
        Entry(key, Scalar(text, item.line, item.column), item.line, item.column)
        for key, text in given.items()
        if not item.text(key)
    )
    kept = tuple(e for e in item.entries if e.key not in {entry.key for entry in added})
    return Mapping((*added, *kept), item.line, item.column)


def kind_of(root: Mapping) -> tuple[str, str, str]:
    """API group, version and kind, empty where missing."""
    group, slash, version = root.text("apiVersion").rpartition("/")
    return (group if slash else ""), version, root.text("kind")


def read_object(root: Mapping, path: str) -> Outcome | None:
    """Read one object; nothing where it has no part in reachability."""
    group, version, kind = kind_of(root)
    location = Location(path, root.line, root.column)
    if not version:
        if kind not in _JUDGED_KINDS or root.get("metadata") is None:
            return None
        text = f"a {kind} without apiVersion: the API server cannot tell what it is"
        remedy = "Write the apiVersion of the kind."
        return Refused(None, (_refusal(f"This is {text}", remedy, location, "apiVersion"),))
    if not kind:
        if group != _POLICY[0] or root.get("spec") is None:
            return None
        message = f"This is an object of {group} without kind: the API server cannot read it"
        return Refused(None, (_refusal(message, "Write the kind.", location, "kind"),))
    if problem := _unserved(group, version, kind, location):
        ref = ObjectRef(*_POLICY, *_address(root)) if kind == _POLICY[1] else None
        return Refused(ref, (problem,))
    if not decides_reachability(group, kind):
        return None
    return _read(root, group, kind, location)


def _unserved(group: str, version: str, kind: str, location: Location) -> Problem | None:
    if kind not in _JUDGED_KINDS:
        return None
    at = _SERVED_VERSIONS.get(group)
    written = f"{group}/{version}" if group else version
    home = next(group for group, name in _JUDGED if name == kind)
    if group == _RETIRED_GROUP or (at and (group, kind) in _JUDGED and version not in at):
        message = f"No supported API server serves {kind} as {written} any more"
    elif (group, kind) not in _JUDGED and (group in _SERVED_VERSIONS or "." not in group):
        message = f"There is no {kind} in {written}"
    else:
        return None
    served = f"{home}/v1" if home else "v1"
    return _refusal(message, f"Write apiVersion: {served}.", location, "apiVersion")


def _read(root: Mapping, group: str, kind: str, location: Location) -> Outcome:
    faults = Faults()
    top = Field("", root, location, faults)
    fault = label_name_fault if (group, kind) == _NAMESPACE else subdomain_fault
    metadata = read_metadata(top.child("metadata"), fault)
    other = unjudged_kind(group, kind)
    scoped = (other is None or other.namespaced) and (group, kind) != _NAMESPACE
    namespace = (metadata.namespace or ASSUMED_NAMESPACE) if scoped else ""
    ref = ObjectRef(group, kind, namespace, metadata.name)
    value: Value | None
    if (group, kind) == _POLICY:
        value = read_network_policy(top, metadata, namespace)
    elif (group, kind) == _NAMESPACE:
        value = _namespace(metadata, location)
    elif shape := _WORKLOADS.get((group, kind)):
        value = workloads.read_workload(top, kind, shape, metadata, namespace)
    else:
        effects = other.effects if other else frozenset()
        value = UnjudgedPolicy(ref, content_digest(root), effects, location)
    assumed = scoped and not metadata.namespace
    declared = Declared(ref, value, location, metadata.owners, assumed)
    if not faults.refused and not faults.unknown:
        return declared
    problems = [_invalid(ref, fault) for fault in faults.refused[:_SHOWN]]
    problems += [_unknown(ref, fault, value) for fault in faults.unknown[:_SHOWN]]
    if hidden := len(faults.refused) + len(faults.unknown) - len(problems):
        note = f"{problems[-1].message} {hidden} more faults of this object are not listed."
        problems[-1] = replace(problems[-1], message=note)
    return Refused(ref, tuple(problems), None if faults.refused else declared)


def _namespace(metadata: Metadata, location: Location) -> Namespace:
    """The API server overwrites a manifest's own value of the name label."""
    labels = {k: v for k, v in metadata.labels.items() if k != NAMESPACE_NAME_LABEL}
    return Namespace(metadata.name, labels, location, metadata.annotations)


def _address(root: Mapping) -> tuple[str, str]:
    metadata = root.get("metadata")
    if not isinstance(metadata, Mapping):
        return ASSUMED_NAMESPACE, ""
    return metadata.text("namespace") or ASSUMED_NAMESPACE, metadata.text("name")


def _refusal(message: str, remedy: str, location: Location, field: str) -> Problem:
    return Problem(
        ProblemKind.INVALID_OBJECT, location, f"{message}.", f"{remedy} {HELD_BACK}", field=field
    )


def _scope(ref: ObjectRef) -> frozenset[str]:
    return frozenset({ref.namespace}) if ref.namespace else frozenset()


def _invalid(ref: ObjectRef, fault: Fault) -> Problem:
    return Problem(
        ProblemKind.INVALID_OBJECT,
        fault.location,
        f"The API server refuses {ref.kind} {ref}: {fault.field}: {fault.text}; the cluster keeps "
        "what it had.",
        f"{fault.remedy} {HELD_BACK}",
        field=fault.field,
        namespaces=_scope(ref),
    )


def _unknown(ref: ObjectRef, fault: Fault, value: Value | None) -> Problem:
    consequence = _without(fault.field, value)
    return Problem(
        ProblemKind.UNKNOWN_FIELD,
        fault.location,
        f"{ref.kind} {ref} has an {fault.text}: kubectl and server-side apply refuse the object "
        "and the cluster keeps what it had; Argo CD's client-side apply drops the field and "
        f"applies the rest{consequence}.",
        f"{fault.remedy} {HELD_BACK}",
        field=fault.field,
        namespaces=_scope(ref),
    )


def _without(field: str, value: Value | None) -> str:
    """What the loss of a field of a rule leaves behind."""
    if not isinstance(value, NetworkPolicy):
        return ""
    for direction, rules in (("ingress", value.ingress), ("egress", value.egress)):
        for rule in rules:
            if field.startswith(f"spec.{direction}[{rule.index}].") and not rule.peers:
                return ", and the rule then admits every peer"
    return ""
