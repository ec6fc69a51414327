"""One state as comparisons see it: what is translated once and asked again and again."""

from collections.abc import Iterator, Mapping, Sequence

from edgewarden.reachability.model import Direction
from edgewarden.reachability.symbolic.bindings import Bindings, bind, few
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Spans, Values
from edgewarden.reachability.symbolic.translation import Said, say
from edgewarden.reachability.symbolic.written import Written


class Survey:
    """The policies of one state as boxes.

    Everything is translated when it is first asked for and kept, so a survey of a base serves
    many heads. ``over``, the survey of a state that is alike for the most part, answers for all
    namespaces in which the policies are equal. ``pod_addresses`` are those that pods can have in
    the eyes of ``ipBlock``: none where it never matches pods.
    """

    def __init__(
        self, written: Written, pod_addresses: Spans, over: "Survey | None" = None
    ) -> None:
        self.written = written
        self._pod_addresses = pod_addresses
        self._over = over
        self._said: dict[tuple[str, Direction], Said] = {}
        self._asking: dict[Direction, Mapping[str, Mapping[Box, Sequence[str]]]] = {}
        self._bindings: dict[tuple[frozenset[str | None] | None, Direction], Bindings] = {}

    def said(self, namespace: str, direction: Direction) -> Said:
        if self._over is not None and namespace not in self.written.changed:
            return self._over.said(namespace, direction)
        known = self._said.get((namespace, direction))
        if known is None:
            known = say(self.written.policies(namespace), direction, self._pod_addresses)
            self._said[namespace, direction] = known
        return known

    def asking(self, key: str, direction: Direction) -> Mapping[Box, Sequence[str]]:
        """The rules that ask namespaces for a label, each with the namespaces that have it."""
        known = self._asking.get(direction)
        if known is None:
            known = self._asking[direction] = self._who_asks(direction)
        return known.get(key, {})

    def _who_asks(self, direction: Direction) -> Mapping[str, Mapping[Box, Sequence[str]]]:
        found: dict[str, dict[Box, list[str]]] = {}
        for name in self.written.namespaces:
            for box in self.said(name, direction).admitted:
                for axis in box.sides:
                    if axis.is_namespace_label:
                        found.setdefault(axis.key, {}).setdefault(box, []).append(name)
        return found

    def bindings(self, names: Values, direction: Direction) -> Iterator[tuple[Values, Bindings]]:
        """What binds the pods of the namespaces ``names``, in disjoint areas of namespaces."""
        changed = self.written.changed
        if few(names):
            yield ALL_VALUES, self._bound(names.listed, direction)
        elif self._over is None or len(changed) > len(self.written.namespaces) // 2:
            yield ALL_VALUES, self._bound(None, direction)
        else:
            if changed:
                yield Values(changed), self._bound(changed, direction)
            rest = Values(changed, inverted=True)
            yield from (
                (area & rest, bindings)
                for area, bindings in self._over.bindings(ALL_VALUES, direction)
            )

    def _bound(self, names: frozenset[str | None] | None, direction: Direction) -> Bindings:
        """What binds the pods of ``names``, of all namespaces without."""
        known = self._bindings.get((names, direction))
        if known is None:
            wanted = self.written.namespaces if names is None else sorted(filter(None, names))
            said = (
                (name, self.said(name, direction)) for name in wanted if self.written.policies(name)
            )
            known = bind(direction, said)
            self._bindings[names, direction] = known
        return known
