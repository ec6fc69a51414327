"""What merged changes would have been told, taken together."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, zip_longest
from math import ceil
from statistics import median

from edgewarden.governance.findings import Enforcement
from edgewarden.governance.review import Verdict
from edgewarden.reachability.location import Location

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
class Objection:
    """What a rule would have said of a change, and where."""

    rule: str
    enforcement: Enforcement
    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many findings of a rule there are, in how many of all changes."""

    rule: str
    enforcement: Enforcement
    findings: int
    changes: int
    among: int

    @property
    def per_twenty(self) -> float:
        """So many findings in 20 changes: more than one, and the rule is heard too often."""
        return 20 * self.findings / self.among


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a change would have been told: ``sentence``, empty for a ``quiet`` one, which gets a
    green status and no comment. ``seconds`` is what reading and judging it took, ``objections``
    are those that are only recorded too."""

    change: MergedChange
    verdict: Verdict
    quiet: bool
    sentence: str
    seconds: float
    objections: tuple[Objection, ...] = ()


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
        findings: Counter[tuple[str, Enforcement]] = Counter()
        changes: Counter[tuple[str, Enforcement]] = Counter()
        for replayed in self.replayed:
            names = [(each.rule, each.enforcement) for each in replayed.objections]
            findings.update(names)
            changes.update(set(names))
        counts = (
            RuleCount(*name, number, changes[name], self.changes)
            for name, number in findings.items()
        )
        return tuple(sorted(counts, key=lambda each: (-each.findings, each.rule)))

    def of_rule(self, rule: str) -> "Backtest":
        """The same changes with the objections of one rule alone."""
        return replace(
            self,
            replayed=tuple(
                replace(each, objections=tuple(o for o in each.objections if o.rule == rule))
                for each in self.replayed
            ),
        )

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
