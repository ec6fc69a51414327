"""The labels of namespaces in two states: those that manifests fix, and those left open.

A label is *fixed* where the manifests of both states give it the same value, and *shifting*
where they do not, one of them perhaps not naming it. Everything else is open: some value, or
none, that somebody else sets and that is the same in both states. Of a namespace whose labels are
complete none is open: those that are not named are fixed to be absent. On the axes of namespace
labels stand the fixed value of a namespace, and the open one where there is none; the value that
a state gives to a shifting label is put in when a selector is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from edgewarden.reachability.facts import Role
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL
from edgewarden.reachability.model import ClusterState, Namespace
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.axes import Axis
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Restriction, Values

_NOTHING = Values()


@dataclass(frozen=True)
class Labelling:
    """What the manifests of one state say, by name of namespace."""

    manifests: Mapping[str, Namespace]

    @classmethod
    def of(cls, state: ClusterState) -> "Labelling":
        return cls({namespace.name: namespace for namespace in state.namespaces})

    def written(self, name: str) -> Mapping[str, str]:
        """Without the label of its name, which the API server sets whatever is written."""
        manifest = self.manifests.get(name)
        labels = manifest.labels if manifest is not None else {}
        return {key: value for key, value in labels.items() if key != NAMESPACE_NAME_LABEL}

    def possible(self, name: str, key: str) -> Values:
        """What the namespace may have as its label ``key``: all, or the one value that it has."""
        manifest = self.manifests.get(name)
        if manifest is None or (key not in manifest.labels and not manifest.complete):
            return ALL_VALUES
        return Values.only(manifest.labels.get(key))

    @cached_property
    def complete(self) -> frozenset[str]:
        """The namespaces that have no labels but those that are named."""
        return frozenset(name for name, each in self.manifests.items() if each.complete)

    @cached_property
    def carriers(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """By key and value the namespaces with that label."""
        found: dict[str, dict[str, set[str]]] = {}
        for name in self.manifests:
            for key, value in self.written(name).items():
                found.setdefault(key, {}).setdefault(value, set()).add(name)
        return {
            key: {value: frozenset(names) for value, names in by_value.items()}
            for key, by_value in found.items()
        }


class Namespaces:
    """The namespaces of two states, ``before`` and ``after``."""

    def __init__(self, before: Labelling, after: Labelling) -> None:
        self.before, self.after = before, after
        self._fixed: dict[str, Mapping[str, str]] = {}
        self._fixing: dict[str, Mapping[str | None, frozenset[str]]] = {}
        self._refusing: dict[tuple[str, Restriction], frozenset[str]] = {}
        self._apart: set[str] = set()
        self.shifting: dict[str, frozenset[str]] = {}
        """By label key, the namespaces whose manifests differ in it."""
        shifting: dict[str, set[str]] = {}
        for name in sorted(_unshared(before.manifests, after.manifests)):
            old, new = before.manifests.get(name), after.manifests.get(name)
            if old is not None and new is not None and _alike(old, new):
                continue
            self._apart.add(name)
            was, now = before.written(name), after.written(name)
            for key in sorted({*was, *now}):
                if was.get(key) != now.get(key):
                    shifting.setdefault(key, set()).add(name)
        self.shifting = {key: frozenset(names) for key, names in shifting.items()}

    def fixed(self, name: str) -> Mapping[str, str]:
        """The labels on which the manifests of both states agree."""
        known = self._fixed.get(name)
        if known is None:
            was, now = self.before.written(name), self.after.written(name)
            known = {key: value for key, value in was.items() if now.get(key) == value}
            self._fixed[name] = known
        return known

    def _agreed(self, name: str, key: str) -> Values:
        """What the namespace may have in both states as its label ``key``."""
        before, after = self.before.possible(name, key), self.after.possible(name, key)
        return before if before == after else ALL_VALUES

    def shifted(self, box: Box) -> frozenset[str]:
        """The namespaces for which some label that ``box`` asks for is shifting."""
        asked = (axis.key for axis in box.sides if axis.is_namespace_label)
        return frozenset[str]().union(*(self.shifting.get(key, ()) for key in asked))

    def settled(self, box: Box, end: Role, labelling: Labelling) -> Iterator[Box]:
        """``box``, the reading of a selector at ``end``, with what ``labelling`` says put in.

        The boxes are disjoint. Namespaces without a shifting label stay together.
        """
        shifted = self.shifted(box)
        if not shifted:
            yield box
            return
        where = axes.namespace(end)
        names = box.get(where)
        alike: dict[Box, set[str]] = {}
        for name in sorted(shifted):
            if isinstance(names, Values) and name in names:
                rest = self._put_in(box, name, labelling)
                if rest is not None:
                    alike.setdefault(rest.free_of(where), set()).add(name)
        others = names - Values.only(*shifted)
        if others:
            yield box.having(where, others)
        for rest, several in alike.items():
            yield rest.having(where, Values.only(*several))

    def _put_in(self, box: Box, name: str, labelling: Labelling) -> Box | None:
        """What ``box`` asks of namespace ``name`` beyond its shifting labels.

        ``None`` where a label that its manifest writes is not what ``box`` asks for.
        """
        left: dict[Axis, Restriction] = {}
        for axis, restriction in box.sides.items():
            if axis.is_namespace_label and isinstance(restriction, Values):
                shifting = name in self.shifting.get(axis.key, ())
                of = labelling.possible if shifting else self._agreed
                possible = of(name, axis.key)
                if not possible.overlaps(restriction):
                    return None
                if shifting and possible != ALL_VALUES:
                    continue
            left[axis] = restriction
        return Box(left)

    def consistent(self, box: Box) -> Box | None:
        """``box`` as the fixed labels allow it, said as plainly as they permit.

        ``None`` where no namespace that can exist is in it. Names that the fixed labels rule
        out are left out of what is listed, and labels that they fulfil are not asked for.
        """
        found: Box | None = box
        for end in Role:
            if found is not None:
                found = self._consistent(found, end)
        return found if found is None or not _same_but_different(found) else None

    def _consistent(self, box: Box, end: Role) -> Box | None:
        asked = {
            axis: restriction
            for axis, restriction in box.sides.items()
            if axis.is_namespace_label and axis.end == end.value
        }
        where = axes.namespace(end)
        names = box.sides.get(where)
        if not asked or not isinstance(names, Values):
            return box
        refused = (self._refused(axis.key, each) for axis, each in asked.items())
        possible = names.listed.difference(*refused)
        if names.inverted:
            return box.having(where, Values(possible, inverted=True))
        if not possible:
            return None
        for axis in asked:
            if possible.issubset(self._refused(axis.key, _NOTHING)):
                box = box.free_of(axis)
        return box.having(where, Values(possible))

    def _refused(self, key: str, restriction: Restriction) -> frozenset[str]:
        """The namespaces whose label ``key`` is fixed and not in ``restriction``."""
        found = self._refusing.get((key, restriction))
        if found is None:
            found = frozenset[str]().union(
                *(
                    names
                    for value, names in self._fixing_to(key).items()
                    if isinstance(restriction, Values) and value not in restriction
                )
            )
            self._refusing[key, restriction] = found
        return found

    def _fixing_to(self, key: str) -> Mapping[str | None, frozenset[str]]:
        """By value the namespaces whose label ``key`` is fixed."""
        known = self._fixing.get(key)
        if known is None:
            alike = self.before.carriers.get(key, {})
            without = self.before.complete.difference(*alike.values())
            found: dict[str | None, set[str]] = {None: set(without - self._apart)}
            found |= {value: set(names - self._apart) for value, names in alike.items()}
            for name in self._apart:
                agreed = self._agreed(name, key)
                if agreed != ALL_VALUES:
                    (value,) = agreed.listed
                    found.setdefault(value, set()).add(name)
            known = {value: frozenset(names) for value, names in found.items()}
            self._fixing[key] = known
        return known


def _alike(one: Namespace, other: Namespace) -> bool:
    return one.labels == other.labels and one.complete == other.complete


def _unshared(before: Mapping[str, Namespace], after: Mapping[str, Namespace]) -> Iterator[str]:
    """The namespaces that do not have one manifest in both."""
    return (n for n in {*before, *after} if before.get(n) is not after.get(n))


def departed(base: ClusterState, head: ClusterState) -> Values:
    """The namespaces that are deleted: ``base`` has a manifest, and ``head`` nothing in them."""
    left = {each.name for each in base.namespaces} - {each.name for each in head.namespaces}
    if not left:
        return Values()
    left -= {workload.namespace for workload in head.workloads}
    left -= {policy.namespace for policy in (*head.policies, *head.lingering)}
    return Values.only(*left)


def _same_but_different(box: Box) -> bool:
    """Whether both ends are in one namespace, of which ``box`` asks contradictory labels."""
    source, destination = (box.sides.get(axes.namespace(end)) for end in Role)
    if source != destination or not isinstance(source, Values):
        return False
    if source.inverted or len(source) != 1:
        return False
    labels = {axis.key for axis in box.sides if axis.is_namespace_label}
    ends: Sequence[Role] = tuple(Role)
    return not all(
        box.get(axes.namespace_label(ends[0], key)).overlaps(
            box.get(axes.namespace_label(ends[1], key))
        )
        for key in labels
    )
