"""A contract held against one state, ready to be shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgewarden.governance.contract.report import EntryResult, Standing
from edgewarden.governance.review import Verdict
from edgewarden.reporting.blocks import VERDICT_TONES, Banner, Heading, Item, Items, Tone
from edgewarden.reporting.contract_blocks import entry_item
from edgewarden.reporting.contract_rows import entry_rows, standings_text
from edgewarden.reporting.outline import Outline

_TITLES = {
    Standing.BREAKS: "Broken",
    Standing.UNDETERMINED: "Undetermined",
    Standing.VACUOUS: "Vacuous",
}
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class ClusterResults:
    """What became of the contract in one cluster."""

    cluster: str
    results: tuple[EntryResult, ...]


def contract_verdict(clusters: Sequence[ClusterResults]) -> Verdict:
    """A pass where every entry holds; blocked where one breaks."""
    standings = {each.standing for of in clusters for each in of.results}
    if Standing.BREAKS in standings:
        return Verdict.BLOCKED
    return Verdict.PASS if standings == {Standing.HOLDS} else Verdict.INCONCLUSIVE


def verification_outline(clusters: Sequence[ClusterResults]) -> Outline:
    """The verdict, and what does not hold in each cluster."""
    verdict = contract_verdict(clusters)
    every = [each for of in clusters for each in of.results]
    title = {Verdict.PASS: "holds", Verdict.BLOCKED: "broken"}.get(verdict, "not settled")
    several = len(clusters) > 1
    return (
        Banner(
            title,
            f"{_sentence(every)}.",
            VERDICT_TONES[verdict],
        ),
        *(
            block
            for of in clusters
            for block in _cluster_blocks(of, f" in {of.cluster}" if several else "")
        ),
    )


def _sentence(every: Sequence[EntryResult]) -> str:
    return standings_text(every) if every else "no entry of the contract is about this"


def _names(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _cluster_blocks(of: ClusterResults, where: str) -> Iterator[Heading | Items]:
    for standing, title in _TITLES.items():
        found = [each for each in of.results if each.standing is standing]
        if found:
            yield Heading(f"{title}{where}: {len(found)}")
            yield Items(tuple(map(entry_item, entry_rows(found, None))))
    holding = [each.name for each in of.results if each.standing is Standing.HOLDS]
    if holding:
        yield Heading(f"Holding{where}: {len(holding)}")
        yield Items((Item(_names(holding), Tone.GOOD),))
    overdue = [f"{each.name} ({each.review_by})" for each in of.results if each.overdue]
    if overdue:
        yield Heading(f"Past their review date{where}: {len(overdue)}")
        yield Items((Item(_names(overdue), Tone.ATTENTION),))
    unwritten = [each.name for each in of.results if each.unwritten]
    if unwritten:
        yield Heading(
            f"Without an owner, an approver, a reason or a review date{where}: {len(unwritten)}"
        )
        yield Items((Item(_names(unwritten), Tone.QUIET),))
