"""Rules side by side: what each finds, and what comes of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgewarden.governance.findings import Enforcement, Severity
from edgewarden.governance.rules.terms import RuleScope, RuleTerms
from edgewarden.reporting.blocks import Heading, Item, Items, Tone
from edgewarden.reporting.json_text import json_text
from edgewarden.reporting.outline import Outline
from edgewarden.reporting.wording import counted

_EFFECTS = {
    Enforcement.DENY: ("blocks a change", "block a change", Tone.BAD),
    Enforcement.WARN: ("asks for attention", "ask for attention", Tone.ATTENTION),
    Enforcement.AUDIT: ("is only recorded", "are only recorded", Tone.QUIET),
    Enforcement.DISABLED: ("is not asked", "are not asked", Tone.QUIET),
}


@dataclass(frozen=True, slots=True)
class RuleReport:
    """One rule; ``checklist_item`` is empty where it fails none."""

    id: str
    title: str
    severity: Severity
    enforcement: Enforcement
    scope: RuleScope
    checklist_item: str
    exceptable: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulesReport:
    """What ``edgewarden rules list --format json`` prints."""

    rules: tuple[RuleReport, ...]


def rules_json(rules: Sequence[RuleTerms]) -> Iterator[str]:
    return json_text(RulesReport(tuple(map(_report, rules))))


def _report(terms: RuleTerms) -> RuleReport:
    return RuleReport(
        terms.id,
        terms.title,
        terms.severity,
        terms.enforcement,
        terms.scope,
        terms.checklist_item,
        terms.exceptable,
        terms.aliases,
    )


def rules_outline(rules: Sequence[RuleTerms]) -> Outline:
    """The rules by what comes of a finding, the strictest first."""
    blocks: list[Heading | Items] = []
    for enforcement, (one, several, tone) in _EFFECTS.items():
        some = [each for each in rules if each.enforcement is enforcement]
        if some:
            effect = one if len(some) == 1 else several
            blocks.append(Heading(f"{counted(len(some), 'rule')} {effect} ({enforcement})"))
            blocks.append(Items(tuple(_item(each, tone) for each in some)))
    return tuple(blocks)


def _item(terms: RuleTerms, tone: Tone) -> Item:
    return Item(f"{terms.id}: {terms.title}, {terms.severity}", tone)


def rules_index(rules: Sequence[RuleTerms]) -> str:
    """The table of all rules, each linked to its page beside it, in Markdown."""
    rows = (
        f"| [`{each.id}`]({each.id}.md) | {each.title} | {each.severity} | {each.enforcement} |"
        for each in rules
    )
    table = ("| rule | finds | severity | enforcement |", "|---|---|---|---|", *rows)
    return "# Rules\n\n" + "\n".join(table) + "\n"
