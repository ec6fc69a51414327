"""Documents to the objects that decide reachability, or to the reasons why they are none."""

from collections import abc, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from edgewarden.manifests import passing
from edgewarden.manifests.applying import UNKNOWN, Applying
from edgewarden.manifests.carriers import read_carrier
from edgewarden.manifests.deployers import Deployer, read_deployer
from edgewarden.manifests.fields import Fault, Faults, Field, Places
from edgewarden.manifests.kinds import (
    NAMESPACE,
    POLICY,
    PUBLISHED,
    WORKLOADS,
    ObjectType,
    mistake_in,
    type_of,
)
from edgewarden.manifests.metadata import Metadata, Owner, read_metadata
from edgewarden.manifests.nodes import Entry, Mapping, Node, Scalar, Sequence
from edgewarden.manifests.placeholders import not_filled_in
from edgewarden.manifests.policies import read_network_policy
from edgewarden.manifests.published import FIELDS
from edgewarden.manifests.serving.kinds import SERVING
from edgewarden.manifests.serving.served import Served, read_served
from edgewarden.manifests.structure import check_fields
from edgewarden.manifests.syntax import label_name_fault, subdomain_fault
from edgewarden.manifests.unjudged import content_digest, unjudged_kind
from edgewarden.manifests.workloads import read_workload
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

_METADATA = "metadata."
_IDENTITY = frozenset({"metadata", "metadata.name", "metadata.namespace", "metadata.generateName"})
_SHOWN = 10
"""Faults of one sort that are told of one object."""


@dataclass(frozen=True, slots=True)
class Declared:
    """An object that a file declares. ``owners`` are controllers that it says it belongs to.

    ``value`` is none where the object has no pods and so no part in reachability.
    ``in_assumed_namespace`` marks one that names no namespace, ``kept`` one that asks its applier
    not to delete it. ``root`` is the file that makes the root which it is rendered from, empty
    where it stands in a file as it is.
    """

    ref: ObjectRef
    value: Value | None
    location: Location
    owners: tuple[Owner, ...] = ()
    in_assumed_namespace: bool = False
    kept: bool = False
    root: str = ""

    @property
    def origin(self) -> str:
        """The path under which it was read: of its file, or of what makes its root."""
        return self.root or self.location.path


Held: TypeAlias = abc.Mapping[ObjectRef, Declared]
"""Objects by identity."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An object that is there in some form and that a strict applier would not take.

    ``lenient`` is what an applier would make of it that lets the last of two keys win and drops
    unknown fields; it is none where every applier refuses the object.
    """

    ref: ObjectRef
    problems: tuple[Problem, ...]
    lenient: Declared | None = None
    root: str = ""


def in_some_form(refused: Refused) -> Declared | None:
    """What a refused policy may be in the cluster."""
    return anything(refused.ref, refused.problems[0].location) if refused.problems else None


def anything(ref: ObjectRef, where: Location) -> Declared | None:
    """A policy of which it is not known what it says: it may do all that its kind can. Nothing of
    any other kind."""
    kind = unjudged_kind(ref.group, ref.kind)
    if kind is None:
        return None
    return Declared(ref, UnjudgedPolicy(ref, "", kind.effects, where), where)


@dataclass(frozen=True, slots=True)
class Unidentified:
    """An object, or a document where one could be, that has no telling type or name.

    It may be any object of the file. ``plausible`` is false where nothing but the file's other
    side suggests that it is one.
    """

    problems: tuple[Problem, ...]
    plausible: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said of an object that the cluster gets all the same."""

    problems: tuple[Problem, ...]


Outcome: TypeAlias = Declared | Refused | Unidentified | Remark | Deployer | Served


def candidates(root: Node) -> Iterator[Mapping]:
    """The objects of a document: itself, or its ``items``.

    An object with a sequence of that name is a list, whatever its kind: so decides the
    ``unstructuredJSONScheme`` of ``k8s.io/apimachinery``, by which appliers read. Items of a
    ``<Kind>List`` may lack ``kind`` and ``apiVersion``; they then get those of the list.
    """
    pending: deque[tuple[Node, str, str]] = deque([(root, "", "")])
    while pending:
        node, version, kind = pending.popleft()
        if not isinstance(node, Mapping):
            continue
        whole = node if node.text("kind") or not kind else _completed(node, version, kind)
        own_kind = whole.text("kind")
        items = whole.get("items")
        if own_kind and isinstance(items, Sequence):
            item_kind = own_kind.removesuffix("List")
            item_version = whole.text("apiVersion") if item_kind else ""
            pending.extend((item, item_version, item_kind) for item in items.items)
        else:
            yield whole


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


def read_object(root: Mapping, places: Places, applying: Applying = UNKNOWN) -> tuple[Outcome, ...]:
    """Read one object, written at ``places``; nothing where it has no part in reachability."""
    written = type_of(root)
    location = places(root.line, root.column)
    if deployer := read_deployer(root, written.group, written.kind, location):
        return (deployer,)
    if mistake := mistake_in(written, root):
        problem = Problem(
            ProblemKind.INVALID_OBJECT,
            location,
            f"{mistake.message}.",
            f"{mistake.remedy} {applying.held_back}",
            field=mistake.field,
        )
        return (Unidentified((problem,), mistake.plausible),)
    if written.decides_reachability:
        return _read(root, written, places, applying)
    if (written.group, written.kind) in SERVING:
        return read_served(root, written, places, applying)
    carrier = read_carrier(root, written, location)
    return (carrier,) if carrier else ()


def _read(
    root: Mapping, written: ObjectType, places: Places, applying: Applying
) -> tuple[Outcome, ...]:
    faults = Faults()
    top = Field("", root, places, root.line, root.column, faults)
    location = top.location
    key = written.group, written.kind
    name_fault = label_name_fault if key == NAMESPACE else subdomain_fault
    metadata = read_metadata(top.child("metadata"), name_fault)
    other = unjudged_kind(*key)
    scoped = (other is None or other.namespaced) and key != NAMESPACE
    if applying.overrides:
        metadata = metadata.moved(applying.namespace, renamed=key == NAMESPACE)
    namespace = (metadata.namespace or applying.shown_namespace) if scoped else ""
    ref = ObjectRef(*key, namespace, metadata.name)
    value: Value | None
    if key == POLICY:
        value = read_network_policy(top, metadata, namespace)
    elif key == NAMESPACE:
        value = _namespace(metadata, location)
    elif shape := WORKLOADS.get(key):
        value = read_workload(top, written.kind, shape, metadata, namespace)
    else:
        effects = other.effects if other else frozenset()
        value = UnjudgedPolicy(ref, content_digest(root), effects, location)
    if key in PUBLISHED:
        fields = top.children(FIELDS[written.kind].keys())
        check_fields(fields, written.kind, read={"metadata"})
    assumed = scoped and not metadata.namespace and not applying.namespace
    if value is not None:
        location = value.location  # the same place, as one object of tens of thousands
    declared = Declared(ref, value, location, metadata.owners, assumed, metadata.kept)
    if not faults.refused and not faults.unknown:
        return declared, *_may_be_absent(declared, metadata, applying)
    problems = _told(ref, value, faults, applying)
    if applying.drops_unknown_fields and not faults.refused:
        return declared, Remark(tuple(replace(each, decisive=False) for each in problems))
    lenient = None if faults.refused else declared
    if any(fault.field in _IDENTITY for fault in faults.refused):
        return (Unidentified(problems, plausible=True),)
    if any(fault.field.startswith(_METADATA) for fault in faults.unknown):
        return Unidentified(problems, plausible=True), Refused(ref, (), lenient)
    return (Refused(ref, problems, lenient),)


def _may_be_absent(declared: Declared, metadata: Metadata, applying: Applying) -> Iterator[Remark]:
    """Of workloads nothing is said: what a Job does for a while, it does."""
    ref = declared.ref
    if isinstance(declared.value, NetworkPolicy | Namespace | UnjudgedPolicy):
        for reason, annotation in passing.reasons(metadata.annotations, applying.applier):
            problem = Problem(
                ProblemKind.NOT_RENDERED,
                declared.location,
                f"{ref.kind} {ref} {reason}, so it may be there or not. It is judged as if it was.",
                f"Take `{annotation}` away, or the object.",
                namespaces=scope(ref),
            )
            yield Remark((problem,))


def _told(
    ref: ObjectRef, value: Value | None, faults: Faults, applying: Applying
) -> tuple[Problem, ...]:
    problems = [
        not_filled_in(ref, fault) or _invalid(ref, fault, applying)
        for fault in faults.refused[:_SHOWN]
    ]
    problems += [_unknown(ref, fault, value, applying) for fault in faults.unknown[:_SHOWN]]
    if hidden := len(faults.refused) + len(faults.unknown) - len(problems):
        note = f"{problems[-1].message} {hidden} more faults of this object are not listed."
        problems[-1] = replace(problems[-1], message=note)
    return tuple(problems)


def _namespace(metadata: Metadata, location: Location) -> Namespace:
    """The API server overwrites a manifest's own value of the name label."""
    labels = {k: v for k, v in metadata.labels.items() if k != NAMESPACE_NAME_LABEL}
    return Namespace(metadata.name, labels, location, metadata.annotations)


def scope(ref: ObjectRef) -> frozenset[str]:
    """The namespace that an object lies in or is; none for others of the whole cluster."""
    name = ref.name if (ref.group, ref.kind) == NAMESPACE else ref.namespace
    return frozenset({name} if name else ())


def scopes(refs: Iterable[ObjectRef]) -> frozenset[str]:
    """The namespaces that any of these objects lies in or is."""
    found = {ref.name if (ref.group, ref.kind) == NAMESPACE else ref.namespace for ref in refs}
    return frozenset(found - {""})


def _invalid(ref: ObjectRef, fault: Fault, applying: Applying) -> Problem:
    return Problem(
        ProblemKind.INVALID_OBJECT,
        fault.location,
        f"The API server refuses {ref.kind} {ref}: {fault.field}: {fault.text}; the cluster keeps "
        "what it had.",
        f"{fault.remedy} {applying.held_back}",
        field=fault.field,
        namespaces=scope(ref),
    )


def _unknown(ref: ObjectRef, fault: Fault, value: Value | None, applying: Applying) -> Problem:
    outcome = applying.on_unknown_field(_without(fault.field, value))
    held_back = "" if applying.drops_unknown_fields else f" {applying.held_back}"
    return Problem(
        ProblemKind.UNKNOWN_FIELD,
        fault.location,
        f"{ref.kind} {ref} has an {fault.text}: {outcome}.",
        f"{fault.remedy}{held_back}",
        field=fault.field,
        namespaces=scope(ref),
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
