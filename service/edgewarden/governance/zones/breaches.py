"""What a change lets pass between zones against their terms, for every pod it concerns.

Each newly allowed set of connections is cut by the zones of both ends. So a rule that reaches
partly into a zone is told with exactly that part, whether any pod of it is known or not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from edgewarden.governance.proposal import Proposal
from edgewarden.governance.zones.breach import Breach
from edgewarden.governance.zones.matrix import Matrix, Passage
from edgewarden.governance.zones.openings import newly_allowed
from edgewarden.governance.zones.partition import Partition, Piece
from edgewarden.governance.zones.unsettled import Unsettled
from edgewarden.governance.zones.zones import Dimension, Ruling, Service, Terms, Zones
from edgewarden.reachability.facts import Role
from edgewarden.reachability.rule_ports import RulePorts, whole
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box, conjunction
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import minus_all
from edgewarden.reachability.symbolic.halves import halves_joined
from edgewarden.reachability.symbolic.importance import by_importance
from edgewarden.reachability.symbolic.namespaces import Labelling, Namespaces
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import (
    Members,
    Precision,
    StatedPorts,
    Statement,
)
from edgewarden.reachability.symbolic.stating import (
    box_of,
    end_set,
    ports_box,
    stated_ports,
)

DEFAULT_BUDGET = 2_000_000
"""Steps of ``Budget``: a second or two of work at the most."""


def breaches(
    proposal: Proposal, zones: Zones, *, budget: int = DEFAULT_BUDGET
) -> tuple[Breach, ...]:
    """What ``proposal`` newly allows against the terms of ``zones``, certain breaches first.

    Every connection that opens and that the terms do not let pass is in a part of a breach; each
    connection of a part that is certain is one of these. What takes more than ``budget`` to tell
    is told whole, labelled as at most that.
    """
    ruling = [each for each in zones if not each.rules_nothing_out]
    if not ruling:
        return ()
    keys = frozenset[str]().union(*(each.pod_keys for each in ruling))
    opened = tuple(newly_allowed(proposal, keys))
    if not opened:
        return ()
    namespaces = Namespaces(Labelling.of(proposal.base), Labelling.of(proposal.head))
    work = Budget(budget)
    found = [
        breach
        for place, dimension in enumerate(ruling, start=1)
        for breach in _Judge(dimension, namespaces).breaches(
            opened, work.allowance(others=len(ruling) - place)
        )
    ]
    return tuple(sorted(found, key=lambda each: (not each.certain, each.key)))


class _Judge:
    """One dimension, asked about what opened."""

    def __init__(self, dimension: Dimension, namespaces: Namespaces) -> None:
        self._dimension = dimension
        self._namespaces = namespaces
        self._partition = Partition(dimension, namespaces)
        self._matrix = Matrix(dimension)
        self._unsettled = Unsettled(dimension, namespaces.after)

    def breaches(self, opened: Sequence[Statement], budget: Budget) -> Iterator[Breach]:
        """What is the same but for the connections is one breach."""
        alike: dict[tuple[Values, Values, Terms, RulePorts, bool], list[Statement]] = {}
        for place, statement in enumerate(opened, start=1):
            allowance = budget.allowance(others=len(opened) - place)
            for each in self._of(statement, allowance):
                key = each.source, each.destination, each.terms, each.ports, each.hypothetical
                alike.setdefault(key, []).extend(each.parts)
            budget.give_back(allowance)
        respect = self._dimension.respect
        for (source, destination, terms, _, hypothetical), parts in alike.items():
            ordered = tuple(sorted(dict.fromkeys(parts), key=by_importance))
            yield Breach(respect, source, destination, terms, ordered, hypothetical)

    def _of(self, statement: Statement, budget: Budget) -> Iterator[Breach]:
        try:
            cut = self._cut(statement, budget)
        except BudgetExhaustedError:
            yield self._at_most(statement)
            return
        for passage, boxes in cut.items():
            told = halves_joined(
                dict.fromkeys(boxes, frozenset(statement.causes)), self._namespaces, budget
            )
            parts = [self._part(statement, passage, box) for box in told]
            for hypothetical in (False, True):
                some = [
                    part for part in parts if self._unsettled.is_hypothetical(part) is hypothetical
                ]
                if some:
                    yield self._breach(passage, some, hypothetical=hypothetical)

    def _cut(self, statement: Statement, budget: Budget) -> Mapping[Passage, list[Box]]:
        """The connections that the terms do not let pass, by the zones that they lie between."""
        ports = ports_box(statement.ports)
        sources = self._pieces(statement, Role.SOURCE, budget)
        destinations = self._pieces(statement, Role.DESTINATION, budget)
        found: dict[Passage, list[Box]] = {}
        for destination in destinations:
            for source in sources:
                budget.spend(1 + len(source.zones) + len(destination.zones))
                for passage in self._matrix.passages(source.zones, destination.zones):
                    if passage.terms.ruling is Ruling.ALLOW:
                        continue
                    box = conjunction(
                        source.within(passage.source),
                        destination.within(passage.destination),
                        ports,
                    )
                    if box is not None:
                        against = self._against(box, passage, budget)
                        found.setdefault(passage, []).extend(against)
        return found

    def _pieces(self, statement: Statement, end: Role, budget: Budget) -> list[Piece]:
        ends = statement.source if end is Role.SOURCE else statement.destination
        return list(self._partition.pieces(box_of(ends, end), end, budget))

    def _against(self, box: Box, passage: Passage, budget: Budget) -> Iterator[Box]:
        """What of ``box`` the terms do not let pass, as far as it can exist."""
        parts = list(_in_two_namespaces(box, budget)) if passage.unsure else [box]
        if passage.terms.ruling is Ruling.ALLOW_ONLY:
            parts = minus_all(parts, _service_boxes(passage.terms.services), budget)
        for part in parts:
            if (existing := self._namespaces.consistent(part)) is not None:
                yield existing

    def _part(self, statement: Statement, passage: Passage, box: Box) -> Statement:
        source, destination = (end_set(box, end) for end in Role)
        part = replace(
            statement,
            source=source,
            destination=destination,
            ports=stated_ports(box),
            before=(),
            sources=Members(),
            destinations=Members(),
            reach=None,
        )
        facts = self._unsettled.facts(part, passage.terms)
        return replace(part, facts=tuple(sorted({*part.facts, *facts})))

    def _breach(
        self, passage: Passage, parts: Iterable[Statement], *, hypothetical: bool = False
    ) -> Breach:
        return Breach(
            self._dimension.respect,
            passage.source,
            passage.destination,
            passage.terms,
            tuple(parts),
            hypothetical,
        )

    def _at_most(self, statement: Statement) -> Breach:
        """The whole of what took too long to cut, under the strictest terms that there are."""
        dimension = self._dimension
        every = (*(cell.terms for cell in dimension.cells), dimension.across, dimension.otherwise)
        terms = max(filter(None, every), key=lambda each: _STRICTNESS.index(each.ruling))
        part = replace(statement, precision=Precision.UPPER_BOUND)
        return self._breach(Passage(ALL_VALUES, ALL_VALUES, terms), [part])


def _in_two_namespaces(box: Box, budget: Budget) -> Iterator[Box]:
    """``box`` without connections inside a namespace: one namespace is in one zone."""
    left, right = (axes.namespace(end) for end in Role)
    one, other = box.get(left), box.get(right)
    if not isinstance(one, Values) or not isinstance(other, Values):
        return
    few, many, listed, rest = (
        (left, right, one, other) if not one.inverted else (right, left, other, one)
    )
    common = sorted(name for name in listed.listed if name is not None and name in rest)
    for name in common:
        budget.spend(1)
        single = Values.only(name)
        if elsewhere := rest - single:
            yield box.having(few, single).having(many, elsewhere)
    if apart := listed - Values.only(*common):
        yield box.having(few, apart)


_STRICTNESS = tuple(Ruling)


def _service_boxes(services: tuple[Service, ...]) -> Shelf:
    """The connections to their ports, by number and by name."""
    allowed = RulePorts.union(service.ports for service in services)
    numbers = [ports_box(StatedPorts(allowed.numbers))] if allowed.numbers else []
    names = (ports_box(StatedPorts(whole(name.protocol), (name,))) for name in allowed.names)
    return Shelf.of([*numbers, *names])
