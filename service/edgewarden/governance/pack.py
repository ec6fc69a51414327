"""The organisation's rules and checklist, read from the bytes of two YAML files."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TypeVar

import yaml

from edgewarden.governance.checklist import ITEMS
from edgewarden.governance.findings import (
    ChecklistTerms,
    Enforcement,
    PolicyPack,
    RuleTerms,
    Severity,
)
from edgewarden.governance.rules import JUDGES

RULE_FIELDS = ("id", "title", "severity", "enforcement", "checklist_item", "remedy")
CHECKLIST_FIELDS = ("id", "title", "criterion")

Choice = TypeVar("Choice", bound=StrEnum)


class PackError(ValueError):
    """The files do not state a policy pack; ``errors`` holds everything that is wrong."""

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


def parse_pack(rules: bytes, checklist: bytes) -> PolicyPack:
    """Read ``policies/rules.yaml`` and ``policies/checklist.yaml``.

    Both have to name every rule and every item exactly once, so that none is lost by a slip;
    a rule that is not wanted is given ``enforcement: audit``. ``checklist_item`` may be empty.
    Raises ``PackError`` with all errors of both files at once.
    """
    errors: list[str] = []
    item_entries = _entries(checklist, "checklist.yaml", "checklist", CHECKLIST_FIELDS, errors)
    rule_entries = _entries(rules, "rules.yaml", "rules", RULE_FIELDS, errors)
    errors += _identities(item_entries, "checklist.yaml", "checklist item", ITEMS)
    errors += _identities(rule_entries, "rules.yaml", "rule", JUDGES)
    items = tuple(_item(entry) for entry in item_entries)
    terms = tuple(_terms(entry, errors) for entry in rule_entries)
    if errors:
        raise PackError(errors)
    return PolicyPack(terms, items, _digest(rules, checklist))


def _item(entry: _Entry) -> ChecklistTerms:
    return ChecklistTerms(entry.text("id"), entry.text("title"), entry.text("criterion"))


def _terms(entry: _Entry, errors: list[str]) -> RuleTerms:
    item = entry.text("checklist_item")
    if item and item not in ITEMS:
        errors.append(
            f"{entry.where}: checklist_item {item!r} is none of the items; "
            f"use one of {', '.join(ITEMS)}, or leave it empty"
        )
    return RuleTerms(
        id=entry.text("id"),
        title=entry.text("title"),
        severity=_choice(entry, "severity", Severity.LOW, errors),
        enforcement=_choice(entry, "enforcement", Enforcement.AUDIT, errors),
        checklist_item=item,
        remedy=entry.text("remedy"),
    )


def _choice(entry: _Entry, name: str, otherwise: Choice, errors: list[str]) -> Choice:
    """``otherwise`` keeps the parse going; a field that is missing is told elsewhere."""
    written = entry.text(name)
    kind = type(otherwise)
    for each in kind:
        if each.value == written:
            return each
    if name in entry.fields:
        known = ", ".join(each.value for each in kind)
        errors.append(f"{entry.where}: unknown {name} {written!r}; use one of {known}")
    return otherwise


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
        elif name in texts and not texts[name] and name != "checklist_item":
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


def _digest(*files: bytes) -> str:
    """Of the files one by one, so that moving text between them changes it."""
    return sha256("".join(sha256(file).hexdigest() for file in files).encode("ascii")).hexdigest()
