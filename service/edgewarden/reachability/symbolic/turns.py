"""One direction of time in a comparison, and what accounts for what it finds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from edgewarden.reachability.endpoints import relabelling
from edgewarden.reachability.facts import OTHER
from edgewarden.reachability.model import Direction
from edgewarden.reachability.reasons import Cause, CauseKind, Side
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.changes import Change
from edgewarden.reachability.symbolic.namespaces import Namespaces
from edgewarden.reachability.symbolic.relation import Relation
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.translation import Source


@dataclass(frozen=True, slots=True)
class Turn:
    """Which state denies and which admits, and what the causes of a difference are called."""

    namespaces: Namespaces
    denying: Mapping[Direction, Relation]
    admitting: Mapping[Direction, Relation]
    changes: tuple[Change, ...]
    denying_side: Side
    admitting_side: Side
    rule_kind: CauseKind
    isolation_kind: CauseKind


class Causes:
    """What accounts for the boxes of one change."""

    def __init__(self, turn: Turn, change: Change) -> None:
        self._turn = turn
        self._change = change

    def of(self, items: Iterable[Box], box: Box) -> frozenset[Cause]:
        """What made ``items``, as far as they overlap ``box``."""
        return frozenset(cause for item in items for cause in self._of(item, box))

    def _of(self, item: Box, box: Box) -> Iterator[Cause]:
        change, turn = self._change, self._turn
        for denying, admitting in change.parts:
            if item not in admitting.said.isolated:
                for source in denying.said.isolated.get(item, ()):
                    yield _cause(turn.isolation_kind, turn.denying_side, change.direction, source)
            for written in admitting.readings.get(item, ()):
                if written in denying.said.admitted and not change.vague:
                    yield from self._relabelled(written, item, box)
                    continue
                for source in admitting.said.admitted[written]:
                    yield _cause(turn.rule_kind, turn.admitting_side, change.direction, source)

    def _relabelled(self, written: Box, item: Box, box: Box) -> Iterator[Cause]:
        """The namespaces for which the selector of a rule in both states answers otherwise."""
        where = axes.namespace(OTHER[self._change.direction])
        names = item.get(where) & box.get(where)
        spaces = self._turn.namespaces
        for name in sorted(spaces.shifted(written)):
            if isinstance(names, Values) and name in names:
                manifests = (each.manifests.get(name) for each in (spaces.before, spaces.after))
                yield from relabelling(*manifests)


def _cause(kind: CauseKind, side: Side, direction: Direction, source: Source) -> Cause:
    policy, rule = source.policy, source.rule
    location, index = (policy.location, None) if rule is None else (rule.location, rule.index)
    return Cause(kind, side, policy.ref, location, direction, index, policy.replaced_by)
