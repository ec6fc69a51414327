"""Which facts decide between outcomes."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from edgewarden.reachability.concrete.bits import numbers, union
from edgewarden.reachability.facts import Proposition, Unknown
from edgewarden.reachability.reasons import Fact, Side

_MOST_ANSWERS = 600_000
"""Answers compared for one pair. Beyond it all facts are told, whether they decide or not."""

_MOST_DIFFERENCES = 2_000
"""Of more differences between answers nobody looks for the smallest."""


class Deciding:
    """Which facts decide, where ``answers`` to what is ``asked`` give one outcome each.

    Where changing the answer to one unknown leads to an outcome of another kind, the propositions
    in which the two answers differ matter; only differences that hold no smaller one are told.
    """

    def __init__(
        self,
        asked: Sequence[Unknown],
        answers: Sequence[tuple[int, ...]],
        past: AbstractSet[Proposition],
    ) -> None:
        """``past`` are propositions that arise in the base alone."""
        self._answers = answers
        self._past = past
        self._propositions = tuple(
            dict.fromkeys(each for one in asked for answer in one.answers for each in answer)
        )
        bits = {each: 1 << place for place, each in enumerate(self._propositions)}
        self._sets = [
            [sum(bits[each] for each in answer) for answer in unknown.answers] for unknown in asked
        ]

    def facts(self, classes: Sequence[AbstractSet[int]]) -> Sequence[tuple[Fact, ...]]:
        """For each set of outcomes the facts on which it hangs whether the outcome is in it."""
        most = max(map(len, self._sets), default=0)
        if len(classes) * len(self._answers) * most > _MOST_ANSWERS:
            return [facts_of(self._propositions, self._past)] * len(classes)
        return [self._facts_of(won) for won in classes]

    def _facts_of(self, won: AbstractSet[int]) -> tuple[Fact, ...]:
        differences = {
            one ^ other
            for place, sets in enumerate(self._sets)
            for inside in self._inside(place, won)
            for one in (sets[each] for each in inside)
            for other in (each for number, each in enumerate(sets) if number not in inside)
        }
        deciding = union(_smallest(differences))
        return facts_of((self._propositions[place] for place in numbers(deciding)), self._past)

    def _inside(self, place: int, won: AbstractSet[int]) -> Iterable[frozenset[int]]:
        """The answers at ``place`` that lead to ``won``, for each choice of the other answers."""
        inside: dict[tuple[int, ...], set[int]] = {}
        for index in won:
            answer = self._answers[index]
            inside.setdefault((*answer[:place], *answer[place + 1 :]), set()).add(answer[place])
        return set(map(frozenset, inside.values()))


def _smallest(sets: AbstractSet[int]) -> Iterable[int]:
    """The sets, as bits, that hold no other one."""
    if len(sets) > _MOST_DIFFERENCES:
        return sets
    found: list[int] = []
    for each in sorted(sets, key=int.bit_count):
        if not any(known & each == known for known in found):
            found.append(each)
    return found


def facts_of(
    propositions: Iterable[Proposition], past: AbstractSet[Proposition]
) -> tuple[Fact, ...]:
    """Sorted; of facts that only differ in where they were written, the first.

    Those of ``past`` arise in the base alone.
    """
    told: dict[tuple[str, str, str], Fact] = {}
    facts = (
        replace(proposition.fact(), side=Side.BASE) if proposition in past else proposition.fact()
        for proposition in propositions
    )
    for fact in sorted(facts):
        told.setdefault((fact.kind, fact.subject, fact.question), fact)
    return tuple(told.values())
