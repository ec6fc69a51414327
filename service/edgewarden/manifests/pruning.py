"""Whether what is deleted from a tree is deleted from the cluster as well."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from edgewarden.manifests.deployments.deployment import Deployment
from edgewarden.manifests.objects import Declared
from edgewarden.manifests.serving.served import Served
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

    def fate(self, declared: Declared | Served) -> Fate:
        """Whatever says that an object stays counts: itself, the profile, or the deployments of
        its source. A profile by which all is pruned decides where these say nothing.

        In the head these are what is there when the object is missed. Of a source that nothing
        brings any more, those of the base decide: one that brings something else now prunes as it
        says, and one that is gone takes along what it brought if it withdraws that and is deleted
        in turn, as an ApplicationSet deletes those that it makes no more.
        """
        if declared.kept:
            return _ASKS_TO_STAY
        if self._profile.prunes is False:
            return _NOBODY_PRUNES
        found = self._left(declared) or self._of(declared.origin, self._left_behind)
        return _DELETED if found.deleted is None and self._profile.prunes else found

    def _left(self, declared: Declared | Served) -> Fate | None:
        """What becomes of something in a namespace to which nothing brings its source any more,
        while it is brought to others."""
        source, namespace = declared.origin, declared.ref.namespace
        still = {each.deployment.ref for each in self._head.placements.get(source, ())}
        before = dict.fromkeys(
            each.deployment
            for each in self._base.placements.get(source, ())
            if each.deployment.target.namespace == namespace
        )
        if not still or not before or any(each.ref in still for each in before):
            return None
        return self._withdrawn(before, self._left_behind)

    def _of(self, source: str, left_behind: Mapping[str, Fate]) -> Fate:
        """What becomes of something that is missed in a source."""
        still = self._head.placements.get(source, ())
        if still:
            return _joint(_pruning(each.deployment) for each in still)
        return left_behind.get(source, _UNKNOWN)

    @cached_property
    def _left_behind(self) -> Mapping[str, Fate]:
        """What becomes of all that sources held which nothing brings any more.

        Found from the outside in: of a circle of deployments nothing is known, nor of a chain
        that is too long.
        """
        before = {
            source: dict.fromkeys(each.deployment for each in ways)
            for source, ways in sorted(self._base.placements.items())
            if source not in self._head.placements
        }
        found: dict[str, Fate] = {}
        for _ in range(_LONGEST_CHAIN):
            nearer, found = found, {each: self._withdrawn(before[each], found) for each in before}
            if found == nearer:
                break
        return found

    def _withdrawn(
        self, deployments: Iterable[Deployment], left_behind: Mapping[str, Fate]
    ) -> Fate:
        """What becomes of what they brought, and do not bring any more."""
        fates: list[Fate] = []
        for before in deployments:
            alike = self._now.get(before.ref, [])
            if alike:
                same = [each for each in alike if each.origin == before.origin]
                fates += map(_pruning, same or alike)
            else:
                gone = f"nothing deletes what {before} brought"
                fates.append(Fate(before.target.withdraws, gone))
                if before.maker not in self._makers:
                    fates.append(self._of(before.origin, left_behind))
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
