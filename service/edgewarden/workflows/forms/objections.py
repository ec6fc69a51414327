"""What a form objects to, at the place in the file that it is about."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TypeAlias, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from edgewarden.manifests.nodes import Entry, Mapping, Node, Sequence
from edgewarden.workflows.forms.fault import Fault

_WANTED = {
    "bool_type": "write true or false",
    "int_type": "write a whole number",
    "mapping_type": "write a mapping",
    "model_type": "write a mapping",
    "string_type": "write a text, in quotes where YAML takes it for something else",
    "tuple_type": "write a list",
}
"""What a value of another type has to be, by the schema's name of the fault."""

Place: TypeAlias = tuple[int | str, ...]
"""Keys and numbers of items from the root of the file."""


def objection(detail: ErrorDetails, root: Mapping, form: type[BaseModel]) -> Fault:
    """One fault that validation found in what ``root`` fills in, in our words."""
    place = tuple(part for part in detail["loc"] if part != "[key]")
    name = _name(place)
    match detail["type"]:
        case "extra_forbidden":
            entry = _entry(root, place)
            message = f"There is no key `{name}`{_meant(str(place[-1]), place[:-1], form)}"
            known = sorted(_fields(_model(place[:-1], form)))
            return Fault(
                entry.line, entry.column, message, f"Known here: {', '.join(known)}.", name
            )
        case "missing":
            node = node_at(root, place[:-1])
            return Fault(node.line, node.column, f"`{name}` is missing.", "Add it.", name)
        case "too_long" if "actual_length" in detail["ctx"]:
            most = detail["ctx"]["max_length"]
            node = node_at(root, (*place, most))
            message = f"`{name}` has one item too many here: {most} are taken at most."
            return Fault(node.line, node.column, message, "Write fewer, or split them.", name)
        case _:
            node = node_at(root, place)
            reason = _WANTED.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
            reason = reason.replace("Input should be", "write")
            return Fault(node.line, node.column, f"`{name}`: {reason}.", "", name)


def _name(place: Place) -> str:
    """As in ``clusters[0].profile.cni``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def node_at(root: Node, place: Place) -> Node:
    """The value at a place, or the nearest one around it."""
    node = root
    for part in place:
        match node:
            case Mapping() if (child := node.get(str(part))) is not None:
                node = child
            case Sequence(items) if isinstance(part, int) and part < len(items):
                node = items[part]
            case _:
                break
    return node


def _entry(root: Node, place: Place) -> Entry | Node:
    """The key at a place; a value where the place is none of a key."""
    around = node_at(root, place[:-1])
    entries = around.entries if isinstance(around, Mapping) else ()
    return next((entry for entry in entries if entry.key == place[-1]), around)


def _model(place: Place, form: type[BaseModel]) -> type[BaseModel]:
    """The form of the mapping at a place."""
    model = form
    for part in place:
        if isinstance(part, str):
            model = _model_in(_fields(model)[part].annotation) or model
    return model


def _fields(form: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a form by the keys that are written."""
    return {field.alias or name: field for name, field in form.model_fields.items()}


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _sections(form: type[BaseModel], key: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """The forms of all mappings, those inside first, by the keys that hold them."""
    for name, field in _fields(form).items():
        if (inner := _model_in(field.annotation)) is not None:
            yield from _sections(inner, name)
    yield key, form


def _meant(key: str, place: Place, form: type[BaseModel]) -> str:
    """Ends a sentence with the key that was likely meant, here or in another part of the file."""
    spelled = key.lower().replace("-", "").replace("_", "")
    model = _model(place, form)
    if here := _close(spelled, model):
        return f"; did you mean `{here}`?"
    for section, other in _sections(form):
        if other is not model and (there := _close(spelled, other)):
            where = f"in `{section}`" if section else "at the top of the file"
            return f"; `{there}` stands {where}."
    return "."


def _close(spelled: str, model: type[BaseModel]) -> str:
    by_spelling = {name.replace("_", ""): name for name in _fields(model)}
    found = get_close_matches(spelled, by_spelling, n=1, cutoff=0.75)
    return by_spelling[found[0]] if found else ""
