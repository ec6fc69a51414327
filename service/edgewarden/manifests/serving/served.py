"""Objects that tell what the API server calls, as a file declares them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from edgewarden.manifests.applying import Applying
from edgewarden.manifests.fields import Faults, Field, Places
from edgewarden.manifests.kinds import ObjectType
from edgewarden.manifests.metadata import Metadata
from edgewarden.manifests.nodes import Mapping
from edgewarden.manifests.serving.callers import read_calls
from edgewarden.manifests.serving.kinds import SERVICE
from edgewarden.manifests.serving.services import read_service
from edgewarden.reachability.calls import Caller, Service
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import ObjectRef

_SHOWN = 3
"""Faults that are told of one object."""


@dataclass(frozen=True, slots=True)
class Served:
    """A Service or a caller. They decide no edge, so they are kept apart from objects that do.

    ``value`` is none where the API server refuses the object, for the reasons in ``problems``, so
    that the cluster keeps what it had. The rest is as of other objects.
    """

    ref: ObjectRef
    value: Service | Caller | None
    location: Location
    in_assumed_namespace: bool = False
    kept: bool = False
    root: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def origin(self) -> str:
        """The path under which it was read: of its file, or of what makes its root."""
        return self.root or self.location.path


def read_served(
    root: Mapping, written: ObjectType, places: Places, applying: Applying
) -> tuple[Served, ...]:
    """The object, if it has a name and is a Service or calls one.

    What else is wrong with it is the matter of whoever applies it: only what is read is looked at.
    """
    key = written.group, written.kind
    faults = Faults()
    top = Field("", root, places, root.line, root.column, faults)
    metadata = _metadata(top.child("metadata"))
    if not metadata.name:
        return ()
    value: Service | Caller | None
    if key == SERVICE:
        if applying.overrides:
            metadata = metadata.moved(applying.namespace, renamed=False)
        namespace = metadata.namespace or applying.shown_namespace
        value = read_service(top, metadata, namespace)
    else:
        namespace = ""
        calls = read_calls(top, key, metadata.name)
        if applying.overrides:
            # kustomize moves the reference together with the Service that it names.
            calls = tuple(replace(call, namespace=applying.namespace) for call in calls)
        value = Caller(*key, metadata.name, calls, top.location) if calls else None
        if not calls and not faults.refused:
            return ()
    ref = ObjectRef(*key, namespace, metadata.name)
    served = Served(
        ref,
        None if faults.refused else value,
        top.location,
        in_assumed_namespace=bool(namespace) and not (metadata.namespace or applying.namespace),
        kept=metadata.kept,
        problems=tuple(_refused(ref, faults, applying)),
    )
    return (served,)


def _metadata(metadata: Field) -> Metadata:
    """What of it matters here."""
    fields = metadata.children()
    return Metadata(
        name=metadata.within(fields, "name").text(),
        namespace=metadata.within(fields, "namespace").text(),
        labels=metadata.within(fields, "labels").texts(),
        annotations=metadata.within(fields, "annotations").texts(),
        owners=(),
        generated=False,
    )


def _refused(ref: ObjectRef, faults: Faults, applying: Applying) -> Iterator[Problem]:
    for fault in faults.refused[:_SHOWN]:
        yield Problem(
            ProblemKind.INVALID_OBJECT,
            fault.location,
            f"The API server refuses {ref.kind} {ref}: {fault.field}: {fault.text}; the cluster "
            "keeps what it had.",
            f"{fault.remedy} {applying.held_back}",
            decisive=False,
            field=fault.field,
            namespaces=frozenset({ref.namespace} - {""}),
        )
