"""The rows of the checklist: what is open, and what is settled with its evidence."""

import re
from collections.abc import Iterator, Sequence

from edgewarden.governance.findings import ChecklistItem, Outcome
from edgewarden.governance.sign_offs import Manual
from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.across import clusters_named
from edgewarden.reporting.escaping import clipped
from edgewarden.reporting.rows import CheckRow, Place
from edgewarden.reporting.wording import short_revision

_OUTCOME_TEXTS = {
    Outcome.FAIL: "fails",
    Outcome.ATTENTION: "to check",
    Outcome.MANUAL: "needs a person",
    Outcome.PASS: "passes",
    Outcome.SIGNED: "signed off",
    Outcome.NOT_APPLICABLE: "does not apply",
}
_LONGEST_STATEMENT = 600
_OPEN_OUTCOMES = (Outcome.FAIL, Outcome.ATTENTION, Outcome.MANUAL)


def open_checks(items: Sequence[ChecklistItem]) -> Iterator[CheckRow]:
    """Those that nothing but what could not be read leaves open are one row."""
    unread = [item for item in items if item.unread]
    for outcome in _OPEN_OUTCOMES:
        for item in items:
            if item.outcome is outcome and not (item.unread and unread[1:]):
                yield _check_row(item)
    if unread[1:]:
        titles = "; ".join(item.title for item in unread)
        evidence = (
            "What could not be read, which stands under Not judged, may hold anything; nothing else"
            f" speaks against them: {titles}."
        )
        yield CheckRow(
            title=f"{len(unread)} items",
            outcome=Outcome.MANUAL,
            outcome_text="not evaluated",
            evidence=(evidence,),
            places=(),
            items=len(unread),
        )


def settled_checks(items: Sequence[ChecklistItem]) -> Iterator[CheckRow]:
    """Those that pass, are signed off or do not apply, in their order."""
    return (_check_row(item) for item in items if item.outcome not in _OPEN_OUTCOMES)


def _check_row(item: ChecklistItem) -> CheckRow:
    evidence = tuple(_placed(item))
    return CheckRow(
        title=item.title,
        outcome=item.outcome,
        outcome_text=_OUTCOME_TEXTS[item.outcome],
        evidence=(*evidence, *_statements(item)),
        places=tuple(place for place in map(Place, item.locations) if place not in evidence),
        asks="" if item.asked is None else _request(item.id, item.asked),
    )


def _request(item: str, manual: Manual) -> str:
    return f"{manual.question} {capitalised(str(manual.signers))} signs it off as `{item}`."


def _statements(item: ChecklistItem) -> Iterator[str]:
    """What was signed off, of which clusters where that is not the same of all."""
    clusters: dict[tuple[str, str, str, bool], list[str]] = {}
    for each in item.signed:
        by = each.sign_off
        clusters.setdefault((by.actor, by.head, by.statement, each.carried), []).append(by.cluster)
    partly = item.outcome is Outcome.MANUAL or len(clusters) > 1
    for (actor, head, statement, carried), names in clusters.items():
        where = f" for {clusters_named(names)}" if partly else ""
        since = "; nothing that it rests on has changed since" if carried else ""
        said = clipped(" ".join(statement.split()), _LONGEST_STATEMENT)
        yield f' Signed off{where} by {actor} at `{short_revision(head)}`{since}: "{said}"'


def _placed(item: ChecklistItem) -> Iterator[str | Place]:
    """The evidence, cut where a location of the item stands in it as a word of its own."""
    places = {str(location): Place(location) for location in item.locations}
    names = "|".join(re.escape(name) for name in sorted(places, key=len, reverse=True))
    alone = rf"(?<![^ (])({names})(?=[).,;:]*(?: |$))"
    parts = re.split(alone, item.evidence) if places else [item.evidence]
    return (places.get(part, part) for part in parts if part)
