"""What rules object to in clusters as they stand, put into words."""

from collections.abc import Iterator, Sequence

from edgewarden.governance.findings import Enforcement, Finding, Severity
from edgewarden.governance.rules.terms import RuleTerms
from edgewarden.reporting.blocks import Banner, Heading, Item, Items, Tone
from edgewarden.reporting.outline import Outline
from edgewarden.reporting.wording import counted

_TONES = {
    Enforcement.DENY: Tone.BAD,
    Enforcement.WARN: Tone.ATTENTION,
    Enforcement.AUDIT: Tone.PLAIN,
}
_SHOWN = 5


def check_outline(
    found: Sequence[tuple[str, Sequence[Finding]]], rules: Sequence[RuleTerms]
) -> Outline:
    """``found`` are the findings of clusters by name; of each rule, the strictest first, the first
    few are told."""
    every = [finding for _, some in found for finding in some]
    objecting = {finding.rule for finding in every}
    silent = len(rules) - len(objecting)
    sentence = (
        f"{counted(len(every), 'finding')} of {counted(len(objecting), 'rule')}; "
        f"{counted(silent, 'rule finds', 'rules find')} nothing."
    )
    tone = Tone.ATTENTION if every else Tone.GOOD
    return Banner("checked", sentence, tone), *_rules(every, rules)


def _rules(found: Sequence[Finding], rules: Sequence[RuleTerms]) -> Iterator[Heading | Items]:
    for terms in sorted(rules, key=_strictness):
        some = [finding for finding in found if finding.rule == terms.id]
        if some:
            about = f"{terms.severity}, {terms.enforcement}, {terms.id}"
            yield Heading(f"{terms.title} ({about}): {len(some)}")
            items = [_item(finding) for finding in some[:_SHOWN]]
            if len(some) > _SHOWN:
                more = f"{len(some) - _SHOWN} more; --format json has all of them"
                items.append(Item(more, Tone.QUIET))
            yield Items(tuple(items))


def _strictness(rule: RuleTerms) -> tuple[int, int, str]:
    severity = tuple(Severity).index(rule.severity)
    return tuple(Enforcement).index(rule.enforcement), -severity, rule.id


def _item(finding: Finding) -> Item:
    return Item(str(finding.location), _TONES[finding.enforcement], (finding.message,))
