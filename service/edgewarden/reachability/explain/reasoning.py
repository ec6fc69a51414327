"""What one state says of a connection."""

from collections.abc import Iterator
from dataclasses import replace

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.pairs import Pairs
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.evaluation import Connection, Side
from edgewarden.reachability.explain.additions import addition
from edgewarden.reachability.explain.asked_port import AskedPort
from edgewarden.reachability.explain.excepts import excepted
from edgewarden.reachability.explain.explanation import (
    Addition,
    Answer,
    Excepted,
    Explanation,
    Reasoning,
    Say,
    rule_of,
)
from edgewarden.reachability.explain.flips import closings, opening
from edgewarden.reachability.explain.proposals import PROPOSED, free_name, peer_for, telling_labels
from edgewarden.reachability.model import Direction, NetworkPolicy, PolicyPort, Rule, Workload
from edgewarden.reachability.questions import AskedEnd, Question
from edgewarden.reachability.reasons import Side as StateSide


def explain(index: Index, question: Question) -> Explanation:
    """Why the state of ``index`` allows or blocks a connection.

    Raises ``ValueError`` where it lacks one of the ends.
    """
    found = reasoning(index, Pairs(index, StateSide.HEAD, frozenset()), question)
    source, destination = (end_of(index, each) for each in (question.source, question.destination))
    if found is None or source is None or destination is None:
        raise ValueError(f"the state {index.state.name} lacks an end of the connection")
    return Explanation(question, source, destination, found)


def reasoning(index: Index, pairs: Pairs, question: Question) -> Reasoning | None:
    """What ``pairs``, of ``index``, says; absent where the state lacks one of the ends."""
    connection = connection_of(index, pairs, question)
    return None if connection is None else _Inquiry(index, question, connection).reasoning()


def connection_of(index: Index, pairs: Pairs, question: Question) -> Connection | None:
    source, destination = (_number(index, e) for e in (question.source, question.destination))
    if source is None or destination is None:
        return None
    return pairs.connection(source, destination)


def end_of(index: Index, end: AskedEnd) -> End | None:
    """The end as this state has it."""
    if isinstance(end, AddressEnd):
        return end
    workload = workload_of(index, end)
    return None if workload is None else WorkloadEnd.of(workload)


def workload_of(index: Index, end: AskedEnd) -> Workload | None:
    """Absent for an address, and where this state lacks the workload."""
    number = None if isinstance(end, AddressEnd) else index.numbers.get(end)
    return None if number is None else index.inventory.workloads[number]


def _number(index: Index, end: AskedEnd) -> int | AddressEnd | None:
    return end if isinstance(end, AddressEnd) else index.numbers.get(end)


class _Inquiry:
    """A question about a connection of which both ends exist."""

    def __init__(self, index: Index, question: Question, connection: Connection) -> None:
        self._index = index
        self._question = question
        self._port = AskedPort(question.ports, index.state.profile)
        self._connection = connection

    def reasoning(self) -> Reasoning:
        narrowed = self._port.narrowed(self._connection)
        answer, facts = self._port.settled(narrowed)
        return Reasoning(
            answer,
            tuple(map(self._say, self._connection.sides, narrowed.sides)),
            facts,
            opening(self._port, narrowed.sides, self._addition)
            if answer is Answer.BLOCKED
            else None,
            closings(self._port, narrowed.sides, self._isolating)
            if answer is Answer.ALLOWED
            else (),
        )

    def _say(self, side: Side, narrowed: Side) -> Say:
        admitting = narrowed.grants if side.isolations else ()
        admitted = {None, *map(rule_of, admitting)}
        answer = self._port.answer(narrowed)
        blocked = answer is Answer.BLOCKED
        near = side.grants if blocked else ()
        return Say(
            side.direction,
            WorkloadEnd.of(self._subject(side.direction)),
            answer,
            side.isolations,
            admitting,
            tuple(each for each in near if rule_of(each) not in admitted),
            tuple(self._excepted(side)) if blocked else (),
            tuple(
                dict.fromkeys(
                    each.policy for each in (*side.verdicts.changed, *side.verdicts.standing)
                )
            ),
        )

    def _excepted(self, side: Side) -> Iterator[Excepted]:
        other = self._other(side.direction)
        if isinstance(other, AddressEnd):
            policies = (each.policy for each in side.isolations)
            subject = self._subject(side.direction)
            yield from excepted(
                policies, side.direction, subject, other.first, self._question.ports
            )

    def _addition(self, direction: Direction, policies: tuple[NetworkPolicy, ...]) -> Addition:
        subject = self._subject(direction)
        end = self._other(direction)
        other = end if isinstance(end, AddressEnd) else self._workload(end)
        question = self._question
        asked = question.port_name if question.stand_in else question.port
        port = PolicyPort(question.protocol, asked, None, PROPOSED)
        peer = peer_for(self._index, subject.namespace, other)
        rule = Rule(0, (peer,), (port,), PROPOSED)
        return addition(self._index, subject, direction, policies, rule)

    def _isolating(self, direction: Direction) -> tuple[NetworkPolicy, Side] | None:
        subject = self._subject(direction)
        if subject.host_network:
            return None
        policy = NetworkPolicy(
            subject.namespace,
            free_name(self._index, subject.namespace, f"isolate-{direction.value}"),
            telling_labels(self._index, subject),
            frozenset({direction}),
            (),
            (),
            PROPOSED,
        )
        state = self._index.state
        isolated = replace(state, policies=(*state.policies, policy))
        index = transition(self._index, isolated).head
        pairs = Pairs(index, StateSide.HEAD, frozenset())
        connection = connection_of(index, pairs, self._question)
        if connection is None:
            raise ValueError("a policy takes no end away")
        side = next(each for each in connection.sides if each.direction is direction)
        return policy, self._port.narrowed_side(side)

    def _subject(self, direction: Direction) -> Workload:
        outward = direction is Direction.EGRESS
        return self._workload(self._question.source if outward else self._question.destination)

    def _other(self, direction: Direction) -> AskedEnd:
        outward = direction is Direction.EGRESS
        return self._question.destination if outward else self._question.source

    def _workload(self, end: AskedEnd) -> Workload:
        found = workload_of(self._index, end)
        if found is None:
            raise ValueError(f"{end} is no workload of this state")
        return found
