"""Names of objects, turned into ids before anything else is done with them."""

import re
from typing import NamedTuple

from edgewarden.adapters.git.command import GitCommand
from edgewarden.workflows.ports import GitError

OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""SHA-1 and SHA-256 ids in full, as git prints them."""


class Commit(NamedTuple):
    """The ids of a commit and of its tree."""

    object_id: str
    tree: str


def is_object_id(text: str) -> bool:
    return OBJECT_ID.fullmatch(text) is not None


def find_commit(git: GitCommand, revision: str) -> str | None:
    """The id of the commit that ``revision`` names, or none where there is no such commit."""
    if not revision or "\0" in revision:
        return None
    answer = git.answer(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    found = answer.output.decode("ascii", "replace").strip()
    if answer.status == 0 and is_object_id(found):
        return found
    # Quiet, git says nothing of a revision that is not there; of anything else it does.
    if b"not a git repository" in answer.complaint:
        raise GitError(
            f"there is no Git repository at {git.directory} or above it: name the directory of one",
            permanent=True,
        )
    if b"dubious ownership" in answer.complaint:
        said = git.cleansed(answer.complaint)
        raise GitError(f"git does not trust {git.directory}: {said}", permanent=True)
    return None


def resolve(git: GitCommand, revisions: tuple[str, str]) -> tuple[Commit, Commit]:
    """The commits that two revisions name; a permanent ``GitError`` where there is none."""
    asked = [f"{each}^{{{kind}}}" for each in revisions for kind in ("commit", "tree")]
    found = _ids(git, asked) if not any("\n" in each for each in asked) else []
    if not all(map(is_object_id, found)) or len(found) != len(asked):
        # Something is wrong with one of them: to ask for it alone tells what.
        commits = resolve_commit(git, revisions[0]), resolve_commit(git, revisions[1])
        trees = trees_of(git, commits)
        found = [commits[0], trees[0], commits[1], trees[1]]
    return Commit(found[0], found[1]), Commit(found[2], found[3])


def resolve_commit(git: GitCommand, revision: str) -> str:
    """The id of the commit that ``revision`` names; a permanent ``GitError`` without one."""
    found = find_commit(git, revision)
    if found is None:
        raise GitError(
            f"there is no commit {revision!r} in {git.directory}: name a branch, a tag or an id"
            " that git rev-parse knows there",
            permanent=True,
        )
    return found


def trees_of(git: GitCommand, commits: tuple[str, str]) -> tuple[str, str]:
    """The ids of the trees of two commits, which are given by their ids."""
    found = _ids(git, [f"{commit}^{{tree}}" for commit in commits])
    if not all(map(is_object_id, found)):
        raise GitError("the repository lacks a tree: repair it with git fsck", permanent=False)
    base, head = found
    return base, head


def _ids(git: GitCommand, names: list[str]) -> list[str]:
    """A line for each name, which is an id where there is such an object; none of no repository."""
    request = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
    answer = git.answer("cat-file", "--batch-check=%(objectname)", request=request)
    return answer.output.decode("utf-8", "surrogateescape").splitlines()
