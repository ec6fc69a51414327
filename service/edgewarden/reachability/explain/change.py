"""Why two states say different things of a connection."""

from collections.abc import Iterator

from edgewarden.reachability.causes import Pair, ordered
from edgewarden.reachability.concrete.accounts import causes_of
from edgewarden.reachability.concrete.pairs import pairs_of
from edgewarden.reachability.concrete.transition import Transition
from edgewarden.reachability.endpoints import Endpoint
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.explain.asked_port import AskedPort
from edgewarden.reachability.explain.explanation import Change, ChangeExplanation
from edgewarden.reachability.explain.reasoning import connection_of, end_of, reasoning
from edgewarden.reachability.explain.selectors import flipped
from edgewarden.reachability.judgement import Doubt, Effort, Judgement, judge
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.questions import AskedEnd, Question
from edgewarden.reachability.reasons import Cause


def explain_change(step: Transition, question: Question) -> ChangeExplanation:
    """What base and head of ``step`` say of a connection, and why that differs.

    Raises ``ValueError`` where one of the ends is in neither of them.
    """
    base, head = pairs_of(step)
    port = AskedPort(question.ports, step.head.state.profile)
    before = connection_of(step.base, base, question)
    after = connection_of(step.head, head, question)
    pair = Pair(
        _endpoints(step, question.source),
        _endpoints(step, question.destination),
        before and port.narrowed(before),
        after and port.narrowed(after),
    )
    found = judge(pair.base, pair.head, port.profile, Effort())
    doubts = [*_about(found.may_open, port.ports), *_about(found.may_close, port.ports)]
    causes = ordered(_causes(step, pair, port.ports, found))
    source, destination = (
        end_of(step.head, end) or end_of(step.base, end)
        for end in (question.source, question.destination)
    )
    if source is None or destination is None:
        raise ValueError("an end of the connection is in neither state")
    return ChangeExplanation(
        question,
        source,
        destination,
        reasoning(step.base, base, question),
        reasoning(step.head, head, question),
        _change(found, port.ports),
        causes,
        flipped(pair, causes),
        tuple(sorted({fact for doubt in doubts for fact in doubt.facts})),
    )


def _endpoints(step: Transition, end: AskedEnd) -> tuple[Endpoint, ...]:
    """A workload in both states; nothing of an address differs."""
    number = None if isinstance(end, AddressEnd) else step.head.numbers.get(end)
    return () if number is None else (step.endpoint(number),)


def _about(doubts: tuple[Doubt, ...], ports: PortSet) -> Iterator[Doubt]:
    return (doubt for doubt in doubts if doubt.ports & ports)


def _change(found: Judgement, ports: PortSet) -> Change:
    if found.opened & ports:
        return Change.OPENED
    if found.closed & ports:
        return Change.CLOSED
    may_open, may_close = (any(_about(d, ports)) for d in (found.may_open, found.may_close))
    if may_open and may_close:
        return Change.MAY_EITHER
    if may_open:
        return Change.MAY_OPEN
    return Change.MAY_CLOSE if may_close else Change.NONE


def _causes(step: Transition, pair: Pair, ports: PortSet, found: Judgement) -> Iterator[Cause]:
    causes = causes_of(step)
    if found.opened & ports:
        yield from causes.of_opening(pair, ports, found.outcomes)
    if found.closed & ports:
        yield from causes.of_closing(pair, ports, found.outcomes)
    for doubt in _about(found.may_open, ports):
        yield from causes.of_opening(pair, ports, doubt.outcomes)
    for doubt in _about(found.may_close, ports):
        yield from causes.of_closing(pair, ports, doubt.outcomes)
