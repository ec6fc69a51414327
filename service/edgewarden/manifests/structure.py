"""Whole objects against the fields that Kubernetes has published of their types."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from edgewarden.manifests.fields import Faults, Field
from edgewarden.manifests.published import FIELDS

_LIST = "[]"
_MAP = "map[string]"


def check_fields(fields: Mapping[str, Field], type_name: str, read: AbstractSet[str]) -> None:
    """Note what is wrong in the fields of a value of that type, but for those that are ``read``.

    That is below them each field that its type does not have, and each value of another type: what
    the API server objects to while it decodes, before it validates. That something is missing is
    not noted: of a workload without containers all is known that matters here.
    """
    types = FIELDS[type_name]
    for name, field in fields.items():
        if name not in read:
            _note(field, types[name])


def _note(value: Field, type_name: str) -> None:
    """What is noted already, as it was when somebody read a part, is not noted again."""
    found = Faults()
    _check(replace(value, faults=found), type_name)
    for noted, more in (
        (value.faults.refused, found.refused),
        (value.faults.unknown, found.unknown),
    ):
        known = frozenset(noted)
        noted.extend(fault for fault in more if fault not in known)


def _check(value: Field, type_name: str) -> None:
    if type_name.startswith(_LIST):
        for item in value.items():
            _check(item, type_name.removeprefix(_LIST))
    elif type_name.startswith(_MAP):
        for child in value.children().values():
            _check(child, type_name.removeprefix(_MAP))
    elif type_name in FIELDS:
        fields = FIELDS[type_name]
        for name, child in value.children(fields.keys()).items():
            _check(child, fields[name])
    else:
        _check_scalar(value, type_name)


def _check_scalar(value: Field, type_name: str) -> None:
    match type_name:
        case "string":
            value.text()
        case "bool":
            value.boolean()
        case "int32":
            value.integer()
        case "int64":
            value.long_integer()
        case "IntOrString":
            value.integer_or_text()
        case "Quantity":
            value.number_or_text()
