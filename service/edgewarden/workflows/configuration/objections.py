"""What the form of ``.edgewarden.yaml`` objects to, at the place in the file that it is about."""

from difflib import get_close_matches
from typing import TypeAlias, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from edgewarden.manifests.nodes import Entry, Mapping, Node, Sequence
from edgewarden.reachability.location import Problem
from edgewarden.workflows.configuration.configuration import fault
from edgewarden.workflows.configuration.governance_terms import OwnerTerms
from edgewarden.workflows.configuration.schema import (
    MOST_CLUSTERS,
    ChartTerms,
    ClusterTerms,
    ConfigurationTerms,
)
from edgewarden.workflows.configuration.terms import ProfileTerms

_SECTIONS: dict[str, type[BaseModel]] = {
    "clusters": ClusterTerms,
    "charts": ChartTerms,
    "owners": OwnerTerms,
    "profile": ProfileTerms,
    "": ConfigurationTerms,
}

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


def objection(detail: ErrorDetails, root: Mapping) -> Problem:
    """One fault that validation found in the configuration ``root``, in our words."""
    place = tuple(part for part in detail["loc"] if part != "[key]")
    name = _name(place)
    match detail["type"]:
        case "extra_forbidden":
            entry = _entry(root, place)
            key = str(place[-1])
            message = f"There is no key `{name}`{_meant(key, place[:-1])}"
            remedy = f"Known here: {', '.join(sorted(_model(place[:-1]).model_fields))}."
            return fault(entry.line, entry.column, message, remedy, name)
        case "missing":
            node = node_at(root, place[:-1])
            return fault(node.line, node.column, f"`{name}` is missing.", "Add it.", name)
        case "too_long" if place == ("clusters",):
            node = node_at(root, ("clusters", MOST_CLUSTERS))
            return fault(
                node.line,
                node.column,
                f"One cluster too many begins here: a repository has {MOST_CLUSTERS} at most.",
                "Split the repository.",
                name,
            )
        case _:
            node = node_at(root, place)
            reason = _WANTED.get(detail["type"]) or detail["msg"].removeprefix("Value error, ")
            reason = reason.replace("Input should be", "write")
            return fault(node.line, node.column, f"`{name}`: {reason}.", "", name)


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


def _model(place: Place) -> type[BaseModel]:
    """The form of the mapping at a place of the schema."""
    model: type[BaseModel] = ConfigurationTerms
    for part in place:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation) or model
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _meant(key: str, place: Place) -> str:
    """Ends a sentence with the key that was likely meant, here or in another part of the file."""
    spelled = key.lower().replace("-", "").replace("_", "")
    here = _close(spelled, _model(place))
    if here:
        return f"; did you mean `{here}`?"
    for section, model in _SECTIONS.items():
        if model is not _model(place) and (there := _close(spelled, model)):
            where = f"in `{section}`" if section else "at the top of the file"
            return f"; `{there}` stands {where}."
    return "."


def _close(spelled: str, model: type[BaseModel]) -> str:
    by_spelling = {name.replace("_", ""): name for name in model.model_fields}
    found = get_close_matches(spelled, by_spelling, n=1, cutoff=0.75)
    return by_spelling[found[0]] if found else ""
