"""``metadata`` of an object, and where it lives when it does not say so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from edgewarden.manifests.fields import Field
from edgewarden.manifests.published import FIELDS
from edgewarden.manifests.structure import check_fields
from edgewarden.manifests.syntax import (
    label_key_fault,
    label_name_fault,
    label_value_fault,
    subdomain_fault,
)

ASSUMED_NAMESPACE = "default"
"""Shown for objects whose namespace their renderer or applier sets."""

OBJECT_META = FIELDS["ObjectMeta"].keys()
_READ = frozenset({"name", "generateName", "namespace", "labels", "annotations"})


KEEPING = {
    "argocd.argoproj.io/sync-options": "Prune=false",
    "helm.sh/resource-policy": "keep",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}
"""What keeps an object in the cluster once its manifest is gone. Argo CD's options are a list;
Flux takes its own from a label as well."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An entry of ``ownerReferences`` that stands for a controller."""

    group: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """``namespace`` is empty where the object names none. ``generated`` marks a name that the
    API server completes (``generateName``); ``name`` then ends with ``*``."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    owners: tuple[Owner, ...]
    generated: bool

    def moved(self, namespace: str, *, renamed: bool) -> "Metadata":
        """The same in ``namespace``; of a namespace itself that is the name."""
        return replace(self, name=namespace if renamed else self.name, namespace=namespace)

    @property
    def kept(self) -> bool:
        """Whether it asks the applier not to delete it together with its manifest."""
        written = (*self.annotations.items(), *self.labels.items())
        return any(
            KEEPING.get(key) in {option.strip() for option in value.split(",")}
            for key, value in written
        )


def read_metadata(metadata: Field, name_fault: Callable[[str], str] = subdomain_fault) -> Metadata:
    """Read ``metadata`` of a top-level object."""
    fields = metadata.children(OBJECT_META)
    name_field = metadata.within(fields, "name")
    name = name_field.text()
    prefix = metadata.within(fields, "generateName").text()
    if name and (fault := name_fault(name)):
        name_field.refuse(f'Invalid value: "{name}": {fault}', "Choose a name of that syntax.")
    if not name and not prefix and not name_field.faults.refused:
        name_field.refuse("Required value: name or generateName is required", "Name the object.")
    namespace_field = metadata.within(fields, "namespace")
    namespace = namespace_field.text()
    if namespace and (fault := label_name_fault(namespace)):
        remedy = "Name a namespace of that syntax."
        namespace_field.refuse(f'Invalid value: "{namespace}": {fault}', remedy)
    check_fields(fields, "ObjectMeta", _READ)
    return Metadata(
        name=name or f"{prefix}*",
        namespace=namespace,
        labels=read_labels(metadata.within(fields, "labels")),
        annotations=read_annotations(metadata.within(fields, "annotations")),
        owners=_owners(metadata.within(fields, "ownerReferences")),
        generated=not name,
    )


def read_labels(labels: Field) -> dict[str, str]:
    """Labels, each key and value of the syntax that Kubernetes demands."""
    read: dict[str, str] = {}
    for key, child in labels.children().items():
        value = child.text()
        if fault := label_key_fault(key):
            child.refuse(f'Invalid value: "{key}": {fault}', "Correct the label's key.")
        if fault := label_value_fault(value):
            child.refuse(f'Invalid value: "{value}": {fault}', "Correct the label's value.")
        read[key] = value
    return read


def read_annotations(annotations: Field) -> dict[str, str]:
    """Annotations, each key a qualified name once it is written in lower case
    (``ValidateAnnotations`` of ``k8s.io/apimachinery/pkg/api/validation``)."""
    read: dict[str, str] = {}
    for key, child in annotations.children().items():
        if fault := label_key_fault(key.lower()):
            child.refuse(f'Invalid value: "{key}": {fault}', "Correct the annotation's key.")
        read[key] = child.text()
    return read


def _owners(references: Field) -> tuple[Owner, ...]:
    owners = []
    for reference in references.items():
        fields = reference.children()
        if reference.within(fields, "controller").boolean():
            group, _, _ = reference.within(fields, "apiVersion").text().rpartition("/")
            kind = reference.within(fields, "kind").text()
            owners.append(Owner(group, kind, reference.within(fields, "name").text()))
    return tuple(owners)
