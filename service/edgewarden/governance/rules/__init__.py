"""The rules: each looks at a proposal and tells what it objects to.

A rule is pure and reports only what the change introduces or worsens; which severity that
has, and whether it blocks, the policy pack says.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Final, TypeAlias

from edgewarden.governance.findings import Finding, PolicyPack, RuleTerms, Severity
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.rules.allow_all import allow_all
from edgewarden.governance.rules.egress_without_dns import egress_without_dns
from edgewarden.governance.rules.open_from_everywhere import open_from_everywhere
from edgewarden.governance.rules.or_where_and import or_where_and
from edgewarden.governance.rules.parse_problem import parse_problem
from edgewarden.governance.rules.sighting import Sighting

Judge: TypeAlias = Callable[[Proposal], Iterable[Sighting]]

JUDGES: Final[Mapping[str, Judge]] = {
    "allow-all": allow_all,
    "or-where-and": or_where_and,
    "egress-without-dns": egress_without_dns,
    "open-from-everywhere": open_from_everywhere,
    "parse-problem": parse_problem,
}
"""By the id that the policy pack names them by."""

_WEIGHTS: Final = {severity: weight for weight, severity in enumerate(Severity)}


def findings(proposal: Proposal, pack: PolicyPack) -> tuple[Finding, ...]:
    """What the rules of the pack object to, the weightiest first."""
    found: dict[str, Finding] = {}
    for terms in pack.rules:
        for finding in _findings(proposal, terms):
            found.setdefault(finding.fingerprint, finding)
    return tuple(
        sorted(
            found.values(),
            key=lambda each: (
                -_WEIGHTS[each.severity],
                each.rule,
                each.location,
                each.fingerprint,
            ),
        )
    )


def _findings(proposal: Proposal, terms: RuleTerms) -> Iterator[Finding]:
    for sighting in JUDGES[terms.id](proposal):
        yield Finding(
            rule=terms.id,
            title=terms.title,
            severity=sighting.severity or terms.severity,
            enforcement=terms.enforcement,
            message=sighting.message,
            remedy=sighting.remedy or terms.remedy,
            location=sighting.location,
            side=sighting.side,
            fingerprint=_fingerprint(terms.id, sighting.key),
            subject=sighting.subject,
        )


def _fingerprint(rule: str, key: tuple[str, ...]) -> str:
    """File names that are not UTF-8 hold lone surrogates, which must not stop the digest."""
    text = "\0".join((rule, *key))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
