"""Edges that open or close as values of the language of rules."""

from collections.abc import Collection, Iterator

from google.protobuf.message import Message

from edgewarden.governance.case import Case
from edgewarden.governance.vocabulary.objects import location_value, object_value
from edgewarden.governance.vocabulary.table import TYPES
from edgewarden.governance.vocabulary.zones import Whereabouts
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    EndSet,
    Members,
    PodSet,
    Statement,
)


def edge_values(case: Case, names: Collection[str]) -> Iterator[Message]:
    """An ``Edge`` for each statement on all pods that could exist, those that open first.

    Its ends tell their zones where that is among ``names``.
    """
    changed, where = case.proposal.diff.symbolic, Whereabouts(case, names)
    yield from (_edge(each, where, opened=True) for each in changed.opened)
    yield from (_edge(each, where, opened=False) for each in changed.closed)


def _edge(statement: Statement, where: Whereabouts, *, opened: bool) -> Message:
    cause = statement.causes[0]
    return TYPES.value(
        "Edge",
        key=f"{'opened' if opened else 'closed'} {statement}",
        text=str(statement),
        opened=opened,
        certain=statement.certain,
        source=_end(statement.source, statement.sources, where),
        destination=_end(statement.destination, statement.destinations, where),
        ports=str(statement.ports),
        reach=None if statement.reach is None else statement.reach.value,
        facts=[fact.question for fact in statement.facts],
        location=location_value(cause.location),
        about=object_value(cause.subject),
        side=cause.side.value,
    )


def _end(end: EndSet, known: Members, where: Whereabouts) -> Message:
    """An ``End``. ``kind`` is ``pods``, ``addresses`` or ``anything``; ``namespaces`` are those
    that it is limited to, none where it spans an open number of them."""
    return TYPES.value(
        "End",
        text=str(end),
        kind=_kind(end),
        namespaces=_namespaces(end),
        workloads=known.workloads,
        pods=known.pods,
        **where.of(end),
    )


def _namespaces(end: EndSet) -> list[str]:
    if not isinstance(end, PodSet) or end.namespaces.inverted:
        return []
    return sorted(map(str, end.namespaces.listed))


def _kind(end: EndSet) -> str:
    match end:
        case PodSet():
            return "pods"
        case AddressSet():
            return "addresses"
    return "anything"
