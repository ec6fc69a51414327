"""What was read put together to a pack, which its digest names."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from edgewarden.governance.enforcement.plugin import Plugin
from edgewarden.governance.findings import ChecklistTerms
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.zones.zones import NO_ZONES, Zones
from edgewarden.workflows.forms.fault import Fault
from edgewarden.workflows.rulebook.faults import FileFault, RulebookError
from edgewarden.workflows.rulebook.rule_file import RuleFile


def policy_pack(
    rules: Sequence[RuleFile],
    checklist: Sequence[ChecklistTerms],
    zones: Zones = NO_ZONES,
    plugins: Sequence[Plugin] = (),
) -> PolicyPack:
    """Raises ``RulebookError`` where a rule names an item that the checklist does not have."""
    if faults := list(unknown_items(rules, checklist)):
        raise RulebookError(faults)
    terms = tuple(rule.terms for rule in rules)
    judged_by = terms, tuple(checklist), zones, tuple(plugins)
    digest = sha256(repr(judged_by).encode()).hexdigest()
    return PolicyPack(terms, tuple(checklist), digest, zones, plugins=tuple(plugins))


def unknown_items(
    rules: Iterable[RuleFile], checklist: Iterable[ChecklistTerms]
) -> Iterator[FileFault]:
    """Rules that name an item which the checklist does not have."""
    items = {item.id for item in checklist}
    for rule in rules:
        name = rule.terms.checklist_item
        if name and name not in items:
            told = f"`checklist`: {name!r} is no item of the checklist."
            remedy = f"Write one of {', '.join(sorted(items))}, or leave it out."
            yield FileFault(rule.path, Fault(1, 1, told, remedy, "checklist"))
