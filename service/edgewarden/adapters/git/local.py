"""Two revisions of a repository on this machine, for the command line."""

from dataclasses import replace
from pathlib import Path

from edgewarden.adapters.cache.readings import NO_READINGS, ReadingCache
from edgewarden.adapters.git.command import GitCommand
from edgewarden.adapters.git.listing import ReadingLimits, list_trees
from edgewarden.adapters.git.names import named_by
from edgewarden.adapters.git.objects import resolve
from edgewarden.adapters.git.steering import judged_trees
from edgewarden.governance.review import Comparison
from edgewarden.manifests.rendering import Renderer
from edgewarden.workflows.ports import TreePair


def read_revisions(
    repository: Path,
    base: str,
    head: str,
    renderer: Renderer,
    limits: ReadingLimits | None = None,
    *,
    readings: ReadingCache = NO_READINGS,
) -> TreePair:
    """The trees of two revisions as they are, without a merge, and rendered.

    ``base`` and ``head`` are what ``git rev-parse`` understands. The repository is found from
    ``repository`` upwards, may be bare, and is neither checked out nor fetched into. What
    ``readings`` recall of the base is not read again. Raises ``GitError`` with a message for the
    person who typed the revisions.
    """
    git = GitCommand(repository)
    before, after = resolve(git, (base, head))
    bounds = limits or ReadingLimits()
    listed = list_trees(git, (before.tree, after.tree), bounds)
    recollection = readings.recall(str(repository.absolute()), listed.blobs)
    trees = judged_trees(git, listed, bounds, recollection.known)
    snapshots = renderer.render(trees)
    named = named_by(_remotes(git))
    return TreePair(
        base=replace(snapshots[0], repositories=named),
        head=replace(snapshots[1], repositories=named),
        comparison=Comparison.TREES,
        base_commit=before.object_id,
        head_commit=after.object_id,
        base_tree=before.tree,
        head_tree=after.tree,
        recalled=readings.complete(recollection, snapshots[0]),
    )


def _remotes(git: GitCommand) -> list[str]:
    """The addresses of its remotes; none where it has none."""
    answer = git.answer("config", "--get-regexp", r"^remote\..*\.url$")
    lines = answer.output.decode("utf-8", errors="replace").splitlines()
    return [line.partition(" ")[2] for line in lines] if answer.status == 0 else []
