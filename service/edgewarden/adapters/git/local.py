"""Two revisions of a repository on this machine, for the command line."""

from pathlib import Path

from edgewarden.adapters.git.command import GitCommand
from edgewarden.adapters.git.objects import resolve_commit, tree_of
from edgewarden.adapters.git.trees import ReadingLimits, read_trees
from edgewarden.governance.review import Comparison
from edgewarden.manifests.rendering import Renderer
from edgewarden.workflows.ports import TreePair


def read_revisions(
    repository: Path,
    base: str,
    head: str,
    renderer: Renderer,
    limits: ReadingLimits | None = None,
) -> TreePair:
    """The trees of two revisions as they are, without a merge, and rendered.

    ``base`` and ``head`` are what ``git rev-parse`` understands. The repository is found from
    ``repository`` upwards, may be bare, and is neither checked out nor fetched into. Raises
    ``GitError`` with a message for the person who typed the revisions.
    """
    git = GitCommand(repository)
    commits = resolve_commit(git, base), resolve_commit(git, head)
    trees = tree_of(git, commits[0]), tree_of(git, commits[1])
    snapshots = renderer.render(read_trees(git, trees, limits or ReadingLimits()))
    return TreePair(
        base=snapshots[0],
        head=snapshots[1],
        comparison=Comparison.TREES,
        base_commit=commits[0],
        head_commit=commits[1],
        base_tree=trees[0],
        head_tree=trees[1],
    )
