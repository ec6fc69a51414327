"""Which problems of a pair of trees are old ones that the change does not touch."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from edgewarden.manifests.gathering import Concern, same_value
from edgewarden.manifests.objects import Declared, Held, scope
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import Namespace


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two trees.

    ``paths`` are files, ``namespaces`` those that hold an object which differs. ``relabels``
    tells that a namespace has other labels: then policies of any namespace may select it.
    """

    paths: frozenset[str]
    namespaces: frozenset[str]
    relabels: bool

    def weigh(self, concerns: Iterable[Concern]) -> list[Problem]:
        """Old problems are told without weight, or not at all.

        A problem is old where its files, and those beside them, are as they were, and it leaves no
        namespace open that the change touches.
        """
        directories = frozenset(map(posixpath.dirname, self.paths))
        problems = []
        for concern in concerns:
            if concern.paths & self.paths or concern.directories & directories:
                problems.append(concern.problem)
            elif self._touches(concern.namespaces):
                problems.append(replace(concern.problem, namespaces=concern.namespaces))
            elif not concern.passing:
                problems.append(replace(concern.problem, decisive=False, standing=True))
        return problems

    def told_apart(self, problems: Iterable[Problem]) -> list[Problem]:
        """Which of these, that both trees have alike, stand in namespaces of their own."""
        return [
            replace(each, standing=bool(each.namespaces) and not self._touches(each.namespaces))
            for each in problems
        ]

    def _touches(self, namespaces: frozenset[str]) -> bool:
        return bool(namespaces and (self.relabels or namespaces & self.namespaces))


def change_between(paths: frozenset[str], base: Held, head: Held) -> Change:
    """``base`` and ``head`` are what the trees hold, ``paths`` the files that differ."""
    shared = {id(declared) for declared in head.values()}  # what was read once for both sides
    different = [
        ref
        for ref, declared in base.items()
        if id(declared) not in shared and _differ(declared, head.get(ref))
    ]
    different += set(head).difference(base)
    relabelled = {ref.name for ref in different if _labels(base.get(ref)) != _labels(head.get(ref))}
    return Change(
        paths,
        frozenset().union(*(scope(ref) for ref in different)),
        bool(relabelled) and any(scope(ref) & relabelled for ref in base.keys() & head.keys()),
    )


def _differ(before: Declared, after: Declared | None) -> bool:
    return after is None or not same_value(before.value, after.value)


def _labels(declared: Declared | None) -> Mapping[str, str]:
    """Of a namespace; a manifest that is not there names none."""
    if declared is None or not isinstance(declared.value, Namespace):
        return {}
    return declared.value.labels
