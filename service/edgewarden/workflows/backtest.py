"""Merged history, judged as if every change had been reviewed."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from edgewarden.governance.backtest import Backtest, MergedChange, Objection, Replayed, Unreadable
from edgewarden.governance.pack import PolicyPack
from edgewarden.reporting.view import review_view
from edgewarden.workflows.assess import assess
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.ports import GitError, TreePair
from edgewarden.workflows.surroundings import Around


class History(Protocol):
    """The first-parent history of one branch."""

    @property
    def branch(self) -> str: ...

    @property
    def shallow(self) -> bool:
        """Whether there is more of it elsewhere than here."""

    @property
    def changes(self) -> tuple[MergedChange, ...]:
        """The newest first."""

    def trees(self, parent: str, commit: str) -> TreePair | None:
        """Both trees; none where nothing that is read differs. Raises ``GitError``."""


def backtest(
    history: History,
    changes: Iterable[MergedChange],
    *,
    pack: PolicyPack,
    surroundings: Around,
    now: datetime,
    seconds: Callable[[], float],
) -> Backtest:
    """Judge ``changes``, all of ``history`` in any order, one after the other.

    Nothing of a change is kept but what it is told. ``surroundings`` say what else the clusters
    hold ``now``, which is taken for all of history; ``seconds`` is a clock to measure by. A change
    that cannot be read is told, and the others are judged all the same.
    """
    replayed: list[Replayed] = []
    unreadable: list[Unreadable] = []
    skipped = parentless = 0
    for change in changes:
        if change.parent is None:
            parentless += 1
            continue
        start = seconds()
        try:
            trees = history.trees(change.parent, change.commit)
        except GitError as error:
            unreadable.append(Unreadable(change, str(error)))
            continue
        if trees is None:
            skipped += 1
            continue
        review = assess(
            trees,
            pack=pack,
            platform=NO_CLAIMS,
            exceptions=(),
            surroundings=surroundings,
            now=now,
        )
        took = seconds() - start
        sentence = "" if review.quiet else review_view(review).sentence
        found = tuple(
            Objection(each.rule, each.enforcement, each.message, each.location)
            for cluster in review.clusters
            for each in cluster.findings
        )
        replayed.append(Replayed(change, review.verdict, review.quiet, sentence, took, found))
    place = {change.commit: number for number, change in enumerate(history.changes)}
    return Backtest(
        history.branch,
        tuple(sorted(replayed, key=lambda each: place[each.change.commit])),
        skipped,
        tuple(sorted(unreadable, key=lambda each: place[each.change.commit])),
        parentless,
        history.shallow,
    )
