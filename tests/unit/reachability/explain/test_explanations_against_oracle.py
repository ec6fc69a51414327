"""Explanations say what a pointwise oracle says, and what they propose does what they promise."""

from dataclasses import dataclass, replace
from random import Random

import pytest

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.explain.change import explain_change
from edgewarden.reachability.explain.explanation import (
    AddedIsolation,
    AddedPolicy,
    Addition,
    Answer,
    Change,
    Closing,
    Reasoning,
    rule_of,
)
from edgewarden.reachability.explain.reasoning import explain
from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy, Rule
from edgewarden.reachability.questions import AskedEnd, Question
from tests.support import agreement, oracle
from tests.support.agreement import Questions
from tests.support.random_clusters import certain_pair, uncertain_pair

MOST = 60
"""Connections that are asked about in each cluster."""


@dataclass(frozen=True)
class Known:
    """A question, and what the oracle says of all ports of its ends."""

    question: Question
    answer: agreement.Answer

    @property
    def point(self) -> oracle.Point:
        return self.question.protocol, self.question.port

    @property
    def of_state(self) -> Answer:
        if self.point in self.answer.after:
            return Answer.ALLOWED
        return Answer.MAY if self.point in self.answer.may_open else Answer.BLOCKED

    @property
    def of_change(self) -> Change:
        point, answer = self.point, self.answer
        if point in answer.opened:
            return Change.OPENED
        if point in answer.closed:
            return Change.CLOSED
        may = point in answer.may_open, point in answer.may_close
        return {
            (True, True): Change.MAY_EITHER,
            (True, False): Change.MAY_OPEN,
            (False, True): Change.MAY_CLOSE,
            (False, False): Change.NONE,
        }[may]


def asked(states: tuple[ClusterState, ...], seed: int) -> list[Known]:
    random = Random(seed)
    questions = Questions.some(states, random)
    known = [
        Known(Question(_end(src), _end(dst), *point), answer)
        for (src, dst), answer in agreement.expected(states, questions).items()
        for point in questions.points
    ]
    return random.sample(known, min(MOST, len(known)))


def _end(key: object) -> AskedEnd:
    if isinstance(key, tuple):
        namespace, name, kind = key
        return namespace, name, kind
    assert isinstance(key, oracle.Address)
    return AddressEnd(key, key)


def reasoned(state: ClusterState, question: Question) -> Reasoning:
    return explain(Index.of(state), question).reasoning


@pytest.mark.parametrize("seed", range(25))
def test_the_answer_is_the_oracles(seed: int) -> None:
    for state in (certain_pair(30_000 + seed)[1], uncertain_pair(30_000 + seed)[1]):
        index = Index.of(state)
        for known in asked((state,), seed):
            found = explain(index, known.question).reasoning
            assert found.answer is known.of_state, known.question
            assert bool(found.facts) == (found.answer is Answer.MAY)


@pytest.mark.parametrize("seed", range(25))
def test_the_change_is_the_oracles_and_has_causes(seed: int) -> None:
    for states in (certain_pair(seed), uncertain_pair(seed)):
        step = transition(Index.of(states[0]), states[1])
        for known in asked(states, seed):
            found = explain_change(step, known.question)
            assert found.change is known.of_change, known.question
            assert bool(found.causes) == (found.change is not Change.NONE)
            assert bool(found.facts) == found.change.startswith("may")


@pytest.mark.parametrize("seed", range(25))
def test_the_rules_it_proposes_open_what_is_blocked_as_far_as_it_says(seed: int) -> None:
    for state in (certain_pair(40_000 + seed)[1], uncertain_pair(40_000 + seed)[1]):
        for known in asked((state,), seed):
            opening = reasoned(state, known.question).opening
            assert (opening is not None) == (known.of_state is Answer.BLOCKED)
            if opening is None:
                continue
            assert opening.then is not Answer.BLOCKED
            for place in (0, -1):
                wider = state
                for added in opening.additions:
                    wider = opened(wider, added, place)
                assert reasoned(wider, known.question).answer is opening.then, known.question


@pytest.mark.parametrize("seed", range(25))
def test_each_way_it_proposes_blocks_what_is_allowed_as_far_as_it_says(seed: int) -> None:
    for state in (certain_pair(50_000 + seed)[1], uncertain_pair(50_000 + seed)[1]):
        for known in asked((state,), seed):
            found = reasoned(state, known.question)
            assert found.answer is Answer.ALLOWED or not found.closings
            for closing in found.closings:
                assert closing.then is not Answer.ALLOWED
                narrower = closed(state, closing)
                assert reasoned(narrower, known.question).answer is closing.then, known.question


def opened(state: ClusterState, added: Addition, place: int) -> ClusterState:
    """With the addition; ``place`` says in which policy, where it can be in several."""
    if isinstance(added, AddedPolicy):
        return replace(state, policies=(*state.policies, added.policy))
    policy = added.policies[place]
    return _rewritten(state, policy, added.direction, (*policy.rules(added.direction), added.rule))


def closed(state: ClusterState, closing: Closing) -> ClusterState:
    if isinstance(closing, AddedIsolation):
        return replace(state, policies=(*state.policies, closing.policy))
    gone = set(map(rule_of, closing.grants))
    for policy in state.policies:
        kept = (r for r in policy.rules(closing.direction) if (policy.ref, r.index) not in gone)
        state = _rewritten(state, policy, closing.direction, tuple(kept))
    return state


def _rewritten(
    state: ClusterState, policy: NetworkPolicy, direction: Direction, rules: tuple[Rule, ...]
) -> ClusterState:
    def now(each: NetworkPolicy) -> NetworkPolicy:
        if each.ref != policy.ref:
            return each
        if direction is Direction.INGRESS:
            return replace(each, ingress=rules)
        return replace(each, egress=rules)

    return replace(state, policies=tuple(map(now, state.policies)))
