"""Sets of all conceivable peers, cut by the zones that they are in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgewarden.governance.zones.zones import Dimension, Zone
from edgewarden.reachability.facts import Role
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import IPBlock, PodPeer
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.budget import Budget
from edgewarden.reachability.symbolic.cutting import minus
from edgewarden.reachability.symbolic.namespaces import Namespaces
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.translation import pods_of

_OUTSIDE = Values.only(None)


@dataclass(frozen=True, slots=True)
class Piece:
    """Peers at one end of a connection, all in the ``zones``: ``None`` is being in no zone.

    Of several zones a peer is in the one that the label ``key`` of its namespace names.
    """

    zones: Values
    box: Box
    end: Role
    key: str = ""

    def within(self, zones: Values) -> Box | None:
        """Those of some of its zones."""
        if not self.key:
            return self.box
        return self.box & Box({axes.namespace_label(self.end, self.key): zones})


def member_box(member: PodPeer | IPBlock, end: Role) -> Box | None:
    """The peers of a member of a zone; none where its selectors contradict themselves."""
    match member:
        case IPBlock():
            outside = Box({axes.kind(end): axes.ADDRESS})
            return outside.having(axes.address(end), axes.block_addresses(member))
        case PodPeer(namespaces=namespaces, pods=pods):
            every = LabelSelector()
            return pods_of(end, namespaces or every, pods or every)


class Partition:
    """The zones of one dimension, as the labels of namespaces in the head make them."""

    def __init__(self, dimension: Dimension, namespaces: Namespaces) -> None:
        self._dimension = dimension
        self._namespaces = namespaces
        self._zones: dict[Role, Sequence[tuple[str, Box]]] = {}

    def pieces(self, box: Box, end: Role, budget: Budget) -> Iterator[Piece]:
        """The peers of ``box``, which speaks of one end only, as disjoint pieces."""
        left = [box]
        for name, members in self._members(end):
            for part in left:
                if inside := self._existing(part & members):
                    yield Piece(Values.only(name), inside, end)
            left = [rest for part in left for rest in minus(part, members, budget)]
        for key in self._dimension.labels:
            labelled = [piece for part in left for piece in self._by_label(part, end, key)]
            left = [piece.box for piece in labelled if piece.zones == _OUTSIDE]
            yield from (piece for piece in labelled if piece.zones != _OUTSIDE)
        for part in left:
            if rest := self._existing(part):
                yield Piece(_OUTSIDE, rest, end)

    def _members(self, end: Role) -> Sequence[tuple[str, Box]]:
        """What each zone holds by itself, those of the highest priority first."""
        known = self._zones.get(end)
        if known is None:
            ordered = sorted(self._dimension.zones, key=lambda each: -each.priority)
            known = [(zone.name, box) for zone in ordered for box in self._boxes(zone, end)]
            self._zones[end] = known
        return known

    def _boxes(self, zone: Zone, end: Role) -> Iterator[Box]:
        for member in zone.members:
            if written := member_box(member, end):
                yield from self._namespaces.settled(written, end, self._namespaces.after)

    def _by_label(self, box: Box, end: Role, key: str) -> Iterator[Piece]:
        """The pods of ``box`` by the value of a label of their namespaces; the rest is outside."""
        if (outside := box & Box({axes.kind(end): axes.ADDRESS})) is not None:
            yield Piece(_OUTSIDE, outside, end)
        pods = box & Box({axes.kind(end): axes.POD})
        if pods is None:
            return
        where, label = axes.namespace(end), axes.namespace_label(end, key)
        for possible, names in self._by_value(pods.get(where), key).items():
            there = pods.having(where, names)
            if possible != ALL_VALUES:
                yield Piece(possible, there, end)
                continue
            asked = there.get(label)
            if isinstance(asked, Values) and (named := asked - _OUTSIDE):
                yield Piece(named, there.having(label, named), end, key)
            if unlabelled := asked & _OUTSIDE:
                yield Piece(_OUTSIDE, there.having(label, unlabelled), end)

    def _by_value(self, names: object, key: str) -> dict[Values, Values]:
        """Namespaces by what their label ``key`` may be in the head.

        Of those that are not listed the boxes tell it themselves, as far as it does not change.
        """
        if not isinstance(names, Values):
            return {}
        spaces = self._namespaces
        told = names.listed if not names.inverted else spaces.shifting.get(key, frozenset())
        found: dict[Values, list[str]] = {}
        for name in sorted(each for each in told if each is not None and each in names):
            found.setdefault(spaces.after.possible(name, key), []).append(name)
        listed = {possible: Values.only(*several) for possible, several in found.items()}
        if rest := names - Values(frozenset(told)):
            listed[ALL_VALUES] = listed[ALL_VALUES].union(rest) if ALL_VALUES in listed else rest
        return listed

    def _existing(self, box: Box | None) -> Box | None:
        return None if box is None else self._namespaces.consistent(box)
