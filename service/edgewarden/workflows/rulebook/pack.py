"""What was read put together to a pack, which its digest names."""

from collections.abc import Sequence
from hashlib import sha256

from edgewarden.governance.findings import ChecklistTerms
from edgewarden.governance.pack import PolicyPack
from edgewarden.workflows.forms.fault import Fault
from edgewarden.workflows.rulebook.faults import FileFault, RulebookError
from edgewarden.workflows.rulebook.rule_file import RuleFile


def policy_pack(rules: Sequence[RuleFile], checklist: Sequence[ChecklistTerms]) -> PolicyPack:
    """Raises ``RulebookError`` where a rule names an item that the checklist does not have."""
    items = {item.id for item in checklist}
    faults = [
        FileFault(
            rule.path,
            Fault(
                1,
                1,
                f"`checklist`: {rule.terms.checklist_item!r} is no item of the checklist.",
                f"Write one of {', '.join(sorted(items))}, or leave it out.",
                "checklist",
            ),
        )
        for rule in rules
        if rule.terms.checklist_item not in {"", *items}
    ]
    if faults:
        raise RulebookError(faults)
    terms = tuple(rule.terms for rule in rules)
    digest = sha256(repr((terms, tuple(checklist))).encode()).hexdigest()
    return PolicyPack(terms, tuple(checklist), digest)
