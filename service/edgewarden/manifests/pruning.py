"""Whether what is deleted from a tree is deleted from the cluster as well."""

from collections.abc import Iterable
from dataclasses import dataclass

from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.objects import Declared
from edgewarden.manifests.tree import TreeReading
from edgewarden.reachability.model import ClusterProfile, ObjectRef

_LONGEST_CHAIN = 20
"""Deployments of deployments that are followed."""


@dataclass(frozen=True, slots=True)
class Fate:
    """Whether an object that is not declared any more is ``deleted``; none where nobody says so.

    ``reason`` is for one that is not: it goes on after "is deleted here, and".
    """

    deleted: bool | None
    reason: str = ""


_UNKNOWN = Fate(None)
_DELETED = Fate(True)
_ASKS_TO_STAY = Fate(False, "it asks not to be pruned")
_NOBODY_PRUNES = Fate(False, "the cluster's profile says that nothing prunes deleted objects")


class Pruning:
    """What becomes in the head of what only the base declares."""

    def __init__(self, base: TreeReading, head: TreeReading, profile: ClusterProfile) -> None:
        self._base, self._head, self._profile = base, head, profile
        self._now: dict[ObjectRef, list[Deployment]] = {}
        for each in head.deployments:
            self._now.setdefault(each.ref, []).append(each)
        self._makers = {each.ref for each in head.deployers}
        self._known: dict[str, Fate] = {}

    def fate(self, declared: Declared) -> Fate:
        """Whatever says that an object stays counts: itself, the profile, or the deployments of
        its source.

        In the head these are what is there when the object is missed. Of a source that nothing
        brings any more, those of the base decide: one that brings something else now prunes as it
        says, and one that is gone takes along what it brought if it withdraws that and is deleted
        in turn, as an ApplicationSet deletes those that it makes no more.
        """
        if declared.kept:
            return _ASKS_TO_STAY
        if self._profile.prunes is False:
            return _NOBODY_PRUNES
        found = self._of(declared.origin, _LONGEST_CHAIN)
        return _DELETED if found.deleted is None and self._profile.prunes else found

    def _of(self, source: str, steps: int) -> Fate:
        """What becomes of something that is missed in a source."""
        if source not in self._known:
            self._known[source] = _UNKNOWN
            self._known[source] = self._found(source, steps) if steps else _UNKNOWN
        return self._known[source]

    def _found(self, source: str, steps: int) -> Fate:
        still = self._head.placements.get(source, ())
        if still:
            return _joint(_pruning(each.deployment) for each in still)
        fates: list[Fate] = []
        ways = self._base.placements.get(source, ())
        for before in dict.fromkeys(each.deployment for each in ways):
            alike = self._now.get(before.ref, [])
            if alike:
                same = [each for each in alike if each.origin == before.origin]
                fates += map(_pruning, same or alike)
            else:
                gone = f"{before}, which brought it, is deleted without it"
                fates.append(Fate(before.target.withdraws, gone))
                if before.maker not in self._makers:
                    fates.append(self._of(before.origin, steps - 1))
        return _joint(fates)


def _pruning(deployment: Deployment) -> Fate:
    return Fate(deployment.target.prunes, f"{deployment}, which brings it, does not prune")


def _joint(fates: Iterable[Fate]) -> Fate:
    """Deleted where all say so; the first that says no is the reason."""
    every = tuple(fates)
    for each in every:
        if each.deleted is False:
            return each
    return _DELETED if every and all(each.deleted for each in every) else _UNKNOWN
