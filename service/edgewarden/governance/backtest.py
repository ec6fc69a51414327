"""What merged changes would have been told, taken together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, zip_longest
from math import ceil
from statistics import median

from edgewarden.governance.findings import Enforcement, Finding
from edgewarden.governance.review import Verdict

_INSTRUCTIVE_FIRST = (Verdict.BLOCKED, Verdict.ATTENTION, Verdict.INCONCLUSIVE, Verdict.PASS)


@dataclass(frozen=True, slots=True)
class MergedChange:
    """A commit of a branch's first-parent history, with that parent: none for the first commit.

    ``merge`` tells that it has more parents. ``title`` is what its author calls it, on one line.
    """

    commit: str
    parent: str | None
    title: str
    merged_at: datetime
    merge: bool


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many findings of a rule there are, in how many changes."""

    rule: str
    enforcement: Enforcement
    findings: int
    changes: int


def counts_of(findings: Iterable[Finding]) -> tuple[RuleCount, ...]:
    """The findings of one change by their rules."""
    counts = Counter((each.rule, each.enforcement) for each in findings)
    return tuple(RuleCount(*name, number, 1) for name, number in sorted(counts.items()))


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a change would have been told: ``sentence``, empty for a ``quiet`` one, which gets a
    green status and no comment. ``seconds`` is what reading and judging it took, ``rules`` what
    was found, those that are only recorded included."""

    change: MergedChange
    verdict: Verdict
    quiet: bool
    sentence: str
    seconds: float
    rules: tuple[RuleCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A change that cannot be judged here, and why."""

    change: MergedChange
    reason: str


@dataclass(frozen=True, slots=True)
class Backtest:
    """The changes of a branch, the newest first.

    ``skipped`` counts those in which nothing that is read changed, and ``parentless`` the commits
    without a parent. ``shallow`` tells that the clone lacks the history before the oldest one.
    """

    branch: str
    replayed: tuple[Replayed, ...]
    skipped: int
    unreadable: tuple[Unreadable, ...]
    parentless: int
    shallow: bool

    @property
    def changes(self) -> int:
        """All commits that are a change, judged or not."""
        return len(self.replayed) + self.skipped + len(self.unreadable)

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many changes get each verdict; those that are skipped pass."""
        counts = Counter(each.verdict for each in self.replayed)
        return {each: counts[each] + (each is Verdict.PASS) * self.skipped for each in Verdict}

    @property
    def comments(self) -> int:
        """How many changes would get a comment."""
        return sum(not each.quiet for each in self.replayed)

    @property
    def rules(self) -> tuple[RuleCount, ...]:
        """Of each rule that found anything, those with most findings first."""
        found: dict[tuple[str, Enforcement], list[RuleCount]] = {}
        for replayed in self.replayed:
            for each in replayed.rules:
                found.setdefault((each.rule, each.enforcement), []).append(each)
        counts = (
            RuleCount(*name, sum(each.findings for each in some), len(some))
            for name, some in found.items()
        )
        return tuple(sorted(counts, key=lambda each: (-each.findings, each.rule)))

    @property
    def median_seconds(self) -> float:
        return median(each.seconds for each in self.replayed) if self.replayed else 0.0

    def seconds_of(self, share: float) -> float:
        """What so large a share of the changes that were judged takes at most (nearest rank)."""
        ordered = sorted(each.seconds for each in self.replayed)
        return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0

    def instructive(self, most: int) -> tuple[Replayed, ...]:
        """The changes to read first: of each verdict in turn the newest one that says something
        else than those before."""
        by_verdict = (self._telling(verdict) for verdict in _INSTRUCTIVE_FIRST)
        in_turn = chain.from_iterable(zip_longest(*by_verdict))
        return tuple(each for each in in_turn if each is not None)[:most]

    def _telling(self, verdict: Verdict) -> Iterator[Replayed]:
        told: set[str] = set()
        for each in self.replayed:
            if each.verdict is verdict and not each.quiet and each.sentence not in told:
                told.add(each.sentence)
                yield each
