"""The smallest change that turns the answer round."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from edgewarden.reachability.evaluation import Grant, Side
from edgewarden.reachability.explain.asked_port import AskedPort
from edgewarden.reachability.explain.explanation import (
    AddedIsolation,
    Addition,
    Answer,
    Closing,
    Opening,
    RemovedRules,
    rule_of,
)
from edgewarden.reachability.facts import Holding, PolicyLingers
from edgewarden.reachability.model import Direction, NetworkPolicy

RuleProposal: TypeAlias = Callable[[Direction, tuple[NetworkPolicy, ...]], Addition]
"""How the other end gets admitted in that direction, where a rule in any of the policies helps."""
IsolationProposal: TypeAlias = Callable[[Direction], tuple[NetworkPolicy, Side] | None]
"""A policy that isolates the end of that direction, and what that end says with it, narrowed;
nothing isolates node traffic."""

_RISING = (Answer.BLOCKED, Answer.MAY, Answer.ALLOWED)


def opening(port: AskedPort, sides: Sequence[Side], proposal: RuleProposal) -> Opening:
    """How to allow what is blocked. ``sides`` are narrowed to ``port``."""
    opened = list(sides)
    added = []
    for place, side in enumerate(sides):
        policies, opened[place] = _widened(port, side)
        if policies:
            added.append(proposal(side.direction, policies))
    return Opening(tuple(added), port.answer(*opened))


def _widened(port: AskedPort, side: Side) -> tuple[tuple[NetworkPolicy, ...], Side]:
    """The policies in which one more rule helps most, and the side with such a rule."""
    best, widest, policies = _RISING.index(port.answer(side)), side, list[NetworkPolicy]()
    written = [each for each in side.isolations if not _lingers(each.when)]
    for when in dict.fromkeys(each.when for each in written):
        wider = replace(side, grants=(*side.grants, Grant(when, port.ports, None)))
        answer = _RISING.index(port.answer(wider))
        if answer > best:
            best, widest, policies = answer, wider, []
        if answer == best and widest is not side:
            policies += (each.policy for each in written if each.when == when)
    return tuple(policies), widest


def closings(
    port: AskedPort, sides: Sequence[Side], proposal: IsolationProposal
) -> tuple[Closing, ...]:
    """Every way to block, at one end, what is allowed. ``sides`` are narrowed to ``port``."""
    found = (each for place in range(len(sides)) for each in _closing(port, sides, place, proposal))
    return tuple(sorted(found, key=_size))


def _closing(
    port: AskedPort, sides: Sequence[Side], place: int, proposal: IsolationProposal
) -> Iterator[Closing]:
    side = sides[place]

    def then(shut: Side) -> Answer:
        return port.answer(*sides[:place], shut, *sides[place + 1 :])

    written = tuple(each for each in side.grants if _is_written(each))
    if side.isolations and written:
        rest = tuple(each for each in side.grants if not _is_written(each))
        yield RemovedRules(side.direction, written, then(replace(side, grants=rest)))
        return
    proposed = proposal(side.direction)
    if proposed is not None:
        policy, isolated = proposed
        yield AddedIsolation(side.direction, policy, then(isolated))


def _is_written(grant: Grant) -> bool:
    return grant.origin is not None and not _lingers(grant.when)


def _lingers(when: Holding) -> bool:
    """Whether it is about a policy that no manifest shows any more, so none can be edited."""
    return any(isinstance(each, PolicyLingers) for each in when)


def _size(closing: Closing) -> tuple[bool, bool, int]:
    """What certainly blocks comes first; taking rules away closes less than isolating pods that
    were open to everything."""
    uncertain = closing.then is not Answer.BLOCKED
    if isinstance(closing, AddedIsolation):
        return uncertain, True, 1
    return uncertain, False, len(set(map(rule_of, closing.grants)))
