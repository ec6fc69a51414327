"""Between all pods that could exist, and between them and addresses: as sets of connections."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

from edgewarden.reachability.facts import SUBJECT, PolicyDecides, PolicyLingers, Role
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, Direction, Effect, IPBlock, Namespace
from edgewarden.reachability.passage.connections import (
    Answer,
    Connections,
    asks_labels,
    conditions,
    labels_fact,
)
from edgewarden.reachability.passage.grounds import (
    Ground,
    GroundKind,
    admitting,
    isolating,
    telling,
)
from edgewarden.reachability.passage.sets import Asked
from edgewarden.reachability.reasons import Fact
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.answers import BLOCKS_MATCH, possible
from edgewarden.reachability.symbolic.boxes import Box, fused_boxes
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.cutting import minus_all
from edgewarden.reachability.symbolic.gains import Found
from edgewarden.reachability.symbolic.namespaces import Namespaces
from edgewarden.reachability.symbolic.readings import Readings
from edgewarden.reachability.symbolic.relation import Relation
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.shelf import Shelf
from edgewarden.reachability.symbolic.statements import PodSet
from edgewarden.reachability.symbolic.stating import end_set, pod_set, stated_ports
from edgewarden.reachability.symbolic.survey import Survey
from edgewarden.reachability.symbolic.translation import Said

DEFAULT_BUDGET = 8_000_000
"""Steps of ``Budget`` for all questions together."""
_MOST_FOR_ONE = 200_000
_MOST_NAMESPACES = 50
"""Of more namespaces the first are looked up for what their policies say."""

NOWHERE = Location("", 1)
"""Where a question arises that no single line raises."""


class ConceivablePassage:
    """What one state lets through, asked again and again."""

    def __init__(self, state: ClusterState, budget: int = DEFAULT_BUDGET) -> None:
        self._state = state
        self._budget = Budget(budget)
        self._readings = Readings(state)

    @cached_property
    def asked(self) -> Asked:
        return Asked(self._state)

    @cached_property
    def _namespaces(self) -> Namespaces:
        labelling = self._readings.written.labelling
        return Namespaces(labelling, labelling)

    @cached_property
    def _cases(self) -> tuple["_Case", ...]:
        """The state under each answer to what is not known of its policies."""
        every = [self._readings]
        if self._state.lingering:
            every.append(self._readings.with_lingering(self._readings))
        return tuple(
            _Case(survey, self._namespaces)
            for readings in every
            for _, survey in readings.against(readings)
        )

    def ask(self, box: Box) -> Answer | None:
        """What becomes of the connections of ``box``; nothing where that is too long to tell."""
        steps = min(self._budget.left, _MOST_FOR_ONE)
        budget = Budget(steps)
        try:
            return self._answer(box, budget)
        except BudgetExhaustedError:
            return None
        finally:
            self._budget.left -= steps - budget.left

    def _answer(self, box: Box, budget: Budget) -> Answer:
        whole = list(self._plain([box]))
        passing = [
            list(self._plain(each for part in whole for each in case.passing(part, budget)))
            for case in self._cases
        ]
        blocked = [list(self._plain(minus_all(whole, Shelf.of(some), budget))) for some in passing]
        return Answer(
            tuple(self._told(passing, budget, box, self._why_passing)),
            tuple(self._told(blocked, budget, box, self._why_blocked)),
            tuple(self._unjudged(box, Effect.ALLOW)),
            tuple(self._unjudged(box, Effect.DENY)),
        )

    def _plain(self, boxes: Iterable[Box]) -> Iterator[Box]:
        """The boxes as the labels of namespaces and the addresses of pods allow them."""
        said = (each for box in boxes if (each := self._namespaces.consistent(box)) is not None)
        found = (Found(box, frozenset()) for box in said)
        return (each.box for each in possible(found, self._readings.pod_addresses))

    def _told(
        self,
        cases: Sequence[Sequence[Box]],
        budget: Budget,
        asked: Box,
        why: Callable[[Box], Iterator[Ground]],
    ) -> Iterator[Connections]:
        """What is so in every case, and what is in some."""
        first, *others = cases
        always = list(first)
        for some in others:
            always = [common for a in always for b in some if (common := a & b) is not None]
        shelf = Shelf.of(always)
        perhaps = [part for some in others for part in minus_all(some, shelf, budget)]
        perhaps += minus_all(first, shelf, budget) if others else []
        for box in self._parted(fused_boxes(always)):
            yield self._connections(box, asked, why, ())
        for box in self._parted(fused_boxes(perhaps)):
            yield self._connections(box, asked, why, tuple(self._differing(box)))

    def _parted(self, boxes: Iterable[Box]) -> Iterator[Box]:
        """Cut so that of the labels of all namespaces that a box names the same is shown."""
        parts = list(boxes)
        for end in Role:
            parts = [part for box in parts for part in self._parts(box, end)]
        return self._plain(parts)

    def _parts(self, box: Box, end: Role) -> Iterable[Box]:
        pods = pod_set(box, end)
        if not asks_labels(pods):
            return (box,)
        alike: dict[bool | None, set[str | None]] = {}
        for name in pods.namespaces.listed:
            alike.setdefault(self._shown(name, pods), set()).add(name)
        where = axes.namespace(end)
        return [box.having(where, Values(frozenset(names))) for names in alike.values()]

    def _shown(self, name: str | None, pods: PodSet) -> bool | None:
        """Whether a namespace has the labels of ``pods`` if it has no others than its manifest
        names; unknown without a manifest."""
        manifest = self._manifests.get(name)
        if manifest is None:
            return None
        return all(manifest.labels.get(key) in v for key, v in pods.namespace_labels.items())

    def _connections(
        self, box: Box, asked: Box, why: Callable[[Box], Iterator[Ground]], facts: tuple[Fact, ...]
    ) -> Connections:
        source, destination = (end_set(box, end) for end in Role)
        ports = stated_ports(box)
        grounds = telling(why(box))
        place = next((each.location for each in grounds if each.location), NOWHERE)
        unasked = replace(
            ports, named=tuple(n for n in ports.named if axes.port_name(n) not in asked.sides)
        )
        unsettled: list[Fact] = []
        supposing: list[Fact] = []
        shown = True
        for each in (source, destination):
            if asks_labels(each):
                so = self._shown(next(iter(each.namespaces.listed)), each)
                (unsettled if so is None else supposing).append(labels_fact(each, place))
                shown = shown and so is not False
        return Connections(
            source,
            destination,
            ports,
            grounds,
            (*facts, *unsettled, *conditions((source, destination), unasked, place)),
            tuple(supposing),
            shown,
        )

    @cached_property
    def _manifests(self) -> Mapping[str | None, Namespace]:
        return {each.name: each for each in self._state.namespaces}

    def _differing(self, box: Box) -> Iterator[Fact]:
        """What is not known of the policies of this state."""
        if len(self._readings.against(self._readings)) > 1:
            yield replace(BLOCKS_MATCH, location=self._block(box))
        for policy in self._state.lingering:
            if _binds(policy.namespace, policy.isolates, box):
                yield PolicyLingers.of(policy).fact()

    def _block(self, box: Box) -> Location:
        """Where the first address block is written that an end of ``box`` is bound by."""
        return next(
            (
                self._blocks[name, direction]
                for direction, name, _ in self._bound(box)
                if (name, direction) in self._blocks
            ),
            NOWHERE,
        )

    @cached_property
    def _blocks(self) -> Mapping[tuple[str, Direction], Location]:
        """By namespace and direction where policies first write one."""
        found: dict[tuple[str, Direction], Location] = {}
        for policy in self._state.policies:
            for direction in Direction:
                for rule in policy.rules(direction):
                    for peer in rule.peers:
                        if isinstance(peer, IPBlock):
                            found.setdefault((policy.namespace, direction), peer.location)
        return found

    def _unjudged(self, box: Box, effect: Effect) -> Iterator[Fact]:
        for policy in self._state.unjudged:
            if effect in policy.effects:
                for direction in Direction:
                    if _binds(policy.ref.namespace, (direction,), box):
                        yield PolicyDecides(policy, direction, effect, None).fact()

    def _why_passing(self, box: Box) -> Iterator[Ground]:
        for direction, name, said in self._bound(box):
            if not any(box.overlaps(each) for each in said.isolated):
                yield Ground(GroundKind.UNBOUND, direction, f"such pods in namespace {name}")
            for written, sources in said.admitted.items():
                if box.overlaps(written):
                    for each in sources:
                        if each.rule is not None:
                            yield admitting(each.policy, each.rule, direction)

    def _why_blocked(self, box: Box) -> Iterator[Ground]:
        for direction, _, said in self._bound(box):
            if any(each.covers(box) for each in said.admitted):
                continue
            for written, sources in said.isolated.items():
                if box.overlaps(written):
                    for each in sources:
                        yield isolating(each.policy, direction)

    def _bound(self, box: Box) -> Iterator[tuple[Direction, str, Said]]:
        """What the first of the namespaces that ``box`` is about say."""
        survey = self._cases[0].survey
        for direction in Direction:
            names = box.get(axes.namespace(SUBJECT[direction]))
            if isinstance(names, Values):
                for name in islice(self._among(names), _MOST_NAMESPACES):
                    yield direction, name, survey.said(name, direction)

    def _among(self, names: Values) -> Iterable[str]:
        """Those that are listed, or those of ``names`` that have policies."""
        if not names.inverted:
            return sorted(filter(None, names.listed))
        return (name for name in self._readings.written.namespaces if name in names)


class _Case:
    """A state under one answer."""

    def __init__(self, survey: Survey, namespaces: Namespaces) -> None:
        self.survey = survey
        self._relations = [Relation(direction, survey, namespaces) for direction in Direction]

    def passing(self, box: Box, budget: Budget) -> list[Box]:
        """The part of ``box`` that both ends let through, as disjoint boxes."""
        left = [box]
        for relation in self._relations:
            left = [passed for part in left for passed in relation.passing(part, budget)]
        return left


def _binds(namespace: str, directions: Iterable[Direction], box: Box) -> bool:
    """Whether pods of a namespace, of all where it is empty, are at an end of ``box``."""
    for direction in directions:
        end = SUBJECT[direction]
        pods = Box({axes.kind(end): axes.POD})
        if namespace:
            pods = pods.having(axes.namespace(end), Values.only(namespace))
        if box.overlaps(pods):
            return True
    return False
