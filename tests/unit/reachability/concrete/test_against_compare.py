"""Rectangles say of every pair what the first evaluator says of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import pytest

from edgewarden.reachability.addresses import EVERY_NETWORK, atoms
from edgewarden.reachability.concrete.rectangle import Doubtful, Ends, Rectangle
from edgewarden.reachability.concrete.rectangles import Rectangles
from edgewarden.reachability.diff import compare
from edgewarden.reachability.ends import AddressEnd, End
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.reasons import Cause, Fact, FactKind
from edgewarden.reachability.report import ReachabilityDiff
from tests.support import pairwise
from tests.support.random_clusters import blocks, certain_pair, uncertain_pair
from tests.support.rectangles import rectangles
from tests.unit.reachability.concrete import crowds

PIECES = atoms((*blocks(), *crowds.PRIVATE), EVERY_NETWORK)
"""No answer about a random cluster tells two addresses of one of these apart."""

Pair: TypeAlias = tuple[End, End]
Doubts: TypeAlias = frozenset[tuple[PortSet, tuple[Fact, ...]]]


@dataclass
class Answer:
    """What is said of one pair."""

    before: PortSet = NO_PORTS
    after: PortSet = NO_PORTS
    opened: PortSet = NO_PORTS
    closed: PortSet = NO_PORTS
    may_open: Doubts = frozenset()
    may_close: Doubts = frozenset()

    def without_facts(self) -> tuple[object, ...]:
        """All that has to be the same for every pair of a rectangle."""
        may = _ports(self.may_open), _ports(self.may_close)
        return self.before, self.after, self.opened, self.closed, *may


def _ports(doubts: Doubts) -> PortSet:
    found = NO_PORTS
    for ports, _ in doubts:
        found |= ports
    return found


def expected(diff: ReachabilityDiff) -> dict[Pair, Answer]:
    answers: dict[Pair, Answer] = {}
    for change in (*diff.added, *diff.removed, *diff.changed):
        for pair in pairs(change.sources, change.destinations):
            answer = answers.setdefault(pair, Answer())
            answer.before, answer.after = change.before, change.after
            answer.opened, answer.closed = change.opened, change.closed
    for may in diff.may_added:
        for pair in pairs(may.sources, may.destinations):
            answer = answers.setdefault(pair, Answer())
            answer.may_open |= {(may.ports, may.facts)}
    for may in diff.may_removed:
        for pair in pairs(may.sources, may.destinations):
            answer = answers.setdefault(pair, Answer())
            answer.may_close |= {(may.ports, may.facts)}
    return answers


def answered(found: Rectangles) -> dict[Pair, Answer]:
    """Every pair of every rectangle; no pair is in two."""
    answers: dict[Pair, Answer] = {}
    for rectangle in found.rectangles:
        for pair in pairs(*(ends(found, each) for each in sides(rectangle))):
            assert pair not in answers
            answers[pair] = answer(rectangle)
    return answers


def sides(rectangle: Rectangle) -> tuple[Ends, Ends]:
    return rectangle.sources, rectangle.destinations


def ends(found: Rectangles, some: Ends) -> tuple[End, ...]:
    return found.transition.ends(some)


def answer(rectangle: Rectangle) -> Answer:
    shift = rectangle.shift
    changes = bool(shift.opened or shift.closed)
    return Answer(
        shift.before if changes else NO_PORTS,
        shift.after if changes else NO_PORTS,
        shift.opened,
        shift.closed,
        doubts(shift.may_open),
        doubts(shift.may_close),
    )


def doubts(some: Iterable[Doubtful]) -> Doubts:
    return frozenset((each.ports, each.facts) for each in some)


def pairs(sources: Iterable[End], destinations: Iterable[End]) -> Iterator[Pair]:
    """Every pair, ranges of addresses cut into pieces; two addresses are no pair."""
    there = [piece for end in destinations for piece in cut(end)]
    for source in sources:
        for here in cut(source):
            for destination in there:
                if not (isinstance(here, AddressEnd) and isinstance(destination, AddressEnd)):
                    yield here, destination


def cut(end: End) -> list[End]:
    if not isinstance(end, AddressEnd):
        return [end]
    inside = [p for p in PIECES if p.first.version == end.first.version]
    return [piece for piece in inside if int(end.first) <= int(piece.first) <= int(end.last)]


def check(base: ClusterState, head: ClusterState) -> None:
    wanted, found = expected(pairwise.compare(base, head)), rectangles(base, head)
    got = answered(found)
    assert {pair: each.without_facts() for pair, each in got.items()} == {
        pair: each.without_facts() for pair, each in wanted.items()
    }
    for rectangle in found.rectangles:
        told = answer(rectangle)
        spanned = list(pairs(*(ends(found, each) for each in sides(rectangle))))
        assert any(
            (wanted[pair].may_open, wanted[pair].may_close) == (told.may_open, told.may_close)
            for pair in spanned
        )
        between_two = [pair for pair in spanned if pair[0] != pair[1]]
        assert len({asked(pair, wanted[pair]) for pair in between_two}) <= 1


def asked(pair: Pair, about: Answer) -> object:
    """The doubts of a pair without its names, which all pairs of a rectangle have in common."""
    return tuple(
        frozenset(
            (ports, frozenset((fact.kind, without_names(pair, fact)) for fact in facts))
            for ports, facts in some
        )
        for some in (about.may_open, about.may_close)
    )


def without_names(pair: Pair, fact: Fact) -> str:
    if fact.kind is FactKind.UNJUDGED_POLICY:
        return fact.question
    place = "source" if fact.subject == str(pair[0]) else "destination"
    return fact.question.replace(fact.subject, place)


def check_causes(base: ClusterState, head: ClusterState) -> None:
    """Every pair has the reasons that the first evaluator finds for it alone."""
    wanted, found = reasons(pairwise.compare(base, head)), reasons(compare(base, head))
    assert found.keys() == wanted.keys()
    for key, causes in found.items():
        assert {cause for cause in causes if not cause.of_an_end} == {
            cause for cause in wanted[key] if not cause.of_an_end
        }
        assert causes >= wanted[key]


def reasons(diff: ReachabilityDiff) -> dict[tuple[Pair, PortSet], set[Cause]]:
    told: dict[tuple[Pair, PortSet], set[Cause]] = {}
    for change in (*diff.added, *diff.removed, *diff.changed):
        for source, destination in change.pairs():
            causes = change.causes_of(source, destination)
            for pair in pairs([source], [destination]):
                told.setdefault((pair, change.opened | change.closed), set()).update(causes)
    return told


@pytest.mark.parametrize("block", range(10))
def test_changes_have_the_causes_of_the_first_evaluator(block: int) -> None:
    for seed in range(block * 20, block * 20 + 20):
        check_causes(*certain_pair(seed))
        check_causes(*uncertain_pair(seed))
        check_causes(*crowds.crowded_pair(seed))
        check_causes(*crowds.walled_pair(seed))


@pytest.mark.parametrize("block", range(10))
def test_certain_changes_are_those_of_the_first_evaluator(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        check(*certain_pair(seed))


@pytest.mark.parametrize("block", range(10))
def test_changes_that_hang_on_facts_are_those_of_the_first_evaluator(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        check(*uncertain_pair(seed))


@pytest.mark.parametrize("block", range(10))
def test_changes_in_a_crowd_are_those_of_the_first_evaluator(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        check(*crowds.crowded_pair(seed))
