"""The organisation's checklist, read from the bytes of a YAML file."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import yaml

from edgewarden.governance.checklist import ITEMS
from edgewarden.governance.findings import ChecklistTerms

CHECKLIST_FIELDS = ("id", "title", "criterion")


class ChecklistError(ValueError):
    """The file does not state a checklist; ``errors`` holds everything that is wrong."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One item of a file: its fields as written, each a text."""

    where: str
    fields: dict[str, str]

    def text(self, name: str) -> str:
        return self.fields.get(name, "")


def parse_checklist(checklist: bytes) -> tuple[ChecklistTerms, ...]:
    """Read ``policies/checklist.yaml``.

    It has to name every item exactly once, so that none is lost by a slip. Raises
    ``ChecklistError`` with all errors at once.
    """
    errors: list[str] = []
    entries = _entries(checklist, "checklist.yaml", "checklist", CHECKLIST_FIELDS, errors)
    errors += _identities(entries, "checklist.yaml", "checklist item", ITEMS)
    if errors:
        raise ChecklistError(errors)
    return tuple(_item(entry) for entry in entries)


def _item(entry: _Entry) -> ChecklistTerms:
    return ChecklistTerms(entry.text("id"), entry.text("title"), entry.text("criterion"))


def _identities(
    entries: Iterable[_Entry], file: str, what: str, known: Collection[str]
) -> Iterator[str]:
    places = [(entry.text("id"), entry.where) for entry in entries if entry.text("id")]
    counts = Counter(name for name, _ in places)
    for name, where in places:
        if name not in known:
            yield f"{where}: there is no {what} {name!r}; use one of {', '.join(known)}"
        elif counts[name] > 1:
            yield f"{where}: {what} {name!r} is stated {counts[name]} times; keep one of them"
    for name in known:
        if name not in counts:
            yield f"{file}: {what} {name!r} is missing; state its terms"


def _entries(
    data: bytes, file: str, key: str, fields: Sequence[str], errors: list[str]
) -> tuple[_Entry, ...]:
    """The items of the list under ``key``, each a mapping of texts."""
    try:
        root = yaml.compose(data, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        errors.append(f"{file}: not readable as YAML: {error}")
        return ()
    listed = _fields_of(root, f"{file}:1", (key,), errors).get(key)
    if not isinstance(listed, yaml.SequenceNode):
        errors.append(f"{file}: a mapping with a list under {key!r} is needed")
        return ()
    return tuple(_entry(node, file, fields, errors) for node in listed.value)


def _entry(node: yaml.Node, file: str, fields: Sequence[str], errors: list[str]) -> _Entry:
    where = f"{file}:{node.start_mark.line + 1}"
    found = _fields_of(node, where, fields, errors)
    texts: dict[str, str] = {}
    for name, value in found.items():
        if isinstance(value, yaml.ScalarNode):
            empty = value.tag == "tag:yaml.org,2002:null"
            texts[name] = "" if empty else value.value.strip()
        else:
            errors.append(f"{file}:{value.start_mark.line + 1}: {name} has to be a text")
    for name in fields:
        if name not in found:
            errors.append(f"{where}: {name} is missing")
        elif name in texts and not texts[name]:
            errors.append(f"{where}: {name} is empty")
    return _Entry(where, texts)


def _fields_of(
    node: yaml.Node | None, where: str, known: Sequence[str], errors: list[str]
) -> dict[str, yaml.Node]:
    """The fields of a mapping; what is unknown or repeated is told and left out."""
    if not isinstance(node, yaml.MappingNode):
        errors.append(f"{where}: a mapping with {', '.join(known)} is needed")
        return {}
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value)
        line = f"{where.rpartition(':')[0]}:{key.start_mark.line + 1}"
        if name not in known:
            errors.append(f"{line}: unknown field {name!r}; use {', '.join(known)}")
        elif name in found:
            errors.append(f"{line}: field {name!r} is repeated; keep one of them")
        else:
            found[name] = value
    return found
