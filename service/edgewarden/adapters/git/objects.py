"""Names of objects, turned into ids before anything else is done with them."""

import re

from edgewarden.adapters.git.command import GitCommand
from edgewarden.workflows.ports import GitError

OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""SHA-1 and SHA-256 ids in full, as git prints them."""


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


def tree_of(git: GitCommand, commit: str) -> str:
    """The id of a commit's tree. ``commit`` is an id."""
    found = git.output("rev-parse", "--verify", "--end-of-options", f"{commit}^{{tree}}")
    return found.decode("ascii").strip()
