"""What a tree holds and nothing in it deploys or builds on.

An overlay may be left over: deployments bring others in its stead. Of a component of kustomize, or
a library of Helm, it may be that nothing here builds on it. Somebody may deploy either by hand, or
from another repository; so neither is part of any state, and a change of it is told.
"""

import posixpath
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.gathering import same_value
from edgewarden.manifests.notices import some_of
from edgewarden.manifests.readings import FileReading
from edgewarden.manifests.rendered import Root, Tool
from edgewarden.manifests.tree import TreeReading
from edgewarden.manifests.variants import alternatives
from edgewarden.reachability.location import Location, Problem, ProblemKind

_NOTHING = FileReading("")


def leftovers(base: TreeReading, head: TreeReading) -> frozenset[str]:
    """The sources that no deployment of either side brings, though one brings an alternative.

    None where a deployment is not understood: it might bring them.
    """
    brought = base.placements.keys() | head.placements.keys()
    if not brought or (base.readings.keys() | head.readings.keys()) <= brought:
        return frozenset()
    if any(each.undetermined for each in (*base.deployments, *head.deployments)):
        return frozenset()
    groups = alternatives(base, head)
    return frozenset().union(*(group - brought for group in groups if group & brought))


def called(source: str, *sides: TreeReading) -> str:
    """A source in words: the directory of one that is rendered, and the path of a file."""
    rendered = any(_reading(side, source).inputs for side in sides)
    return (posixpath.dirname(source) or ".") if rendered else source


def left_out(left: AbstractSet[str], *sides: TreeReading) -> tuple[str, ...]:
    """A sentence on sources that are ``left`` over."""
    if not left:
        return ()
    names = some_of([called(source, *sides) for source in sorted(left)])
    its, is_left_out = ("its", "it is") if len(left) == 1 else ("their", "they are")
    return (
        f"No deployment here brings {names}, but others in {its} stead: {is_left_out} left out.",
    )


def orphaned(
    base: TreeReading,
    head: TreeReading,
    changed: AbstractSet[str],
    left: AbstractSet[str] = frozenset(),
) -> list[Problem]:
    """What ``changed`` between two whole trees of that which nothing here deploys; sources that
    are ``left`` over are part of it. A file that feeds something else as well is judged by that.
    """
    return [*_leftovers(base, head, changed, left), *_parts(base, head, changed)]


def _leftovers(
    base: TreeReading, head: TreeReading, changed: AbstractSet[str], left: AbstractSet[str]
) -> Iterator[Problem]:
    judged = frozenset().union(
        *(_files(side, source) for side in (base, head) for source in side.readings.keys() - left)
    )
    for source in sorted(left):
        own = (_files(base, source) | _files(head, source)) - judged
        before, after = _reading(base, source), _reading(head, source)
        if changed.isdisjoint(own) or _alike(before, after):
            continue
        event = _event(source in base.readings, source in head.readings)
        yield Problem(
            ProblemKind.NOT_RENDERED,
            Location(source, 1),
            f"{called(source, base, head)} {event}. No deployment here brings it, but others in "
            "its stead; what that does where somebody deploys it by hand is not judged.",
            f"Name its cluster, with its paths, in {CONFIGURATION_FILE}; delete it where nobody "
            "deploys it.",
        )


def _parts(base: TreeReading, head: TreeReading, changed: AbstractSet[str]) -> Iterator[Problem]:
    before, after = ({part.marker: part for part in side.rendered.parts} for side in (base, head))
    parts = before | after
    if not parts or not changed:
        return
    fed = (base.rendered.fed(changed), head.rendered.fed(changed))
    judged = frozenset().union(*(paths for side in fed for paths in side.values()))
    for marker in sorted(parts):
        part = parts[marker]
        sides = ((base, before), (head, after))
        feeding = (
            side.rendered.feeding(part.directory, changed) for side, own in sides if marker in own
        )
        if any(paths - judged for paths in feeding):
            yield Problem(
                ProblemKind.NOT_RENDERED,
                Location(marker, 1),
                f"{part.directory or '.'} {_event(marker in base.files, marker in head.files)}. "
                f"Nothing here builds on that {_kind(part)}; what changes where something else "
                "does is not judged.",
                "Review it with what builds on it, or delete it if nothing does.",
            )


def _kind(part: Root) -> str:
    return "component" if part.tool is Tool.KUSTOMIZE else "library chart"


def _event(before: bool, after: bool) -> str:
    if before and after:
        return "changed"
    return "is gone" if before else "is new"


def _reading(tree: TreeReading, source: str) -> FileReading:
    return tree.readings.get(source, _NOTHING)


def _files(tree: TreeReading, source: str) -> frozenset[str]:
    return _reading(tree, source).inputs or frozenset({source})


def _alike(before: FileReading, after: FileReading) -> bool:
    """Whether both are known to declare the same."""
    if before.refused or before.lost or after.refused or after.lost:
        return False
    one, other = ({each.ref: each.value for each in side.declared} for side in (before, after))
    return one.keys() == other.keys() and all(same_value(one[ref], other[ref]) for ref in one)
