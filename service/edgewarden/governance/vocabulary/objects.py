"""Objects and the places where they are written as values of the language of rules."""

from google.protobuf.message import Message

from edgewarden.governance.vocabulary.table import TYPES
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef


def location_value(location: Location) -> Message:
    """A ``Location``: the path from the root of the repository, line and column from 1."""
    return TYPES.value(
        "Location",
        path=location.path,
        line=location.line,
        column=location.column,
        beside=location.beside,
    )


def object_value(ref: ObjectRef) -> Message:
    """An ``Object``: its group is empty for the core group, its namespace where it has none."""
    return TYPES.value(
        "Object", group=ref.group, kind=ref.kind, namespace=ref.namespace, name=ref.name
    )


def location_of(value: Message) -> Location:
    """The inverse of ``location_value``, for a value that has one."""
    place = value.location  # type: ignore[attr-defined]
    return Location(place.path, place.line, place.column, place.beside)


def object_of(value: Message) -> ObjectRef | None:
    """The inverse of ``object_value``, for a value that is about something."""
    if not value.HasField("about"):
        return None
    about = value.about  # type: ignore[attr-defined]
    return ObjectRef(about.group, about.kind, about.namespace, about.name)
