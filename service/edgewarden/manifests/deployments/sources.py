"""The source of a deployment: a directory of a repository, at a revision."""

import posixpath
from dataclasses import dataclass

from edgewarden.manifests.deployments.ground import Ground
from edgewarden.manifests.deployments.revisions import other_revision
from edgewarden.manifests.deployments.specification import UnclearError, shown


@dataclass(frozen=True, slots=True)
class Source:
    """``repository`` is one as ``addresses.repository`` gives it, and ``address`` what the object
    calls it. ``revision`` is empty for the one that it calls HEAD. ``directory`` is normalised, and
    ``""`` the root of the repository."""

    repository: str
    address: str
    revision: str
    directory: str

    def within(self, ground: Ground) -> str:
        """The directory, if it is one of this tree. Raises ``UnclearError``."""
        if not ground.ownership.includes(self.repository):
            raise UnclearError(
                f"it comes from {shown(self.address)}, which is not taken for this repository"
                if self.address
                else "it names no repository",
                "Review it where it comes from, or commit what it renders to.",
                elsewhere=True,
            )
        if elsewhere := other_revision(self.revision):
            raise UnclearError(
                f"it comes from {elsewhere} of this repository",
                "Review the change that moves the revision by hand.",
                elsewhere=True,
            )
        if self.directory in ground.beyond - ground.directories:
            raise UnclearError(
                f"{shown(self.directory)} is not read for this cluster",
                "Where it is deployed to this one, add it to `paths`, or take it out of `exclude`.",
                elsewhere=True,
            )
        if self.directory not in ground.directories:
            raise UnclearError(
                f"there is no {shown(self.directory)} in the repository", "Correct the path."
            )
        return self.directory


def directory_in_tree(path: str, *, rooted: bool = False) -> str:
    """A path in the tree, normalised; where it is ``rooted``, a slash in front means the tree.

    Raises ``UnclearError`` for one that leads out of the tree.
    """
    within = path.lstrip("/") if rooted else path
    directory = posixpath.normpath(within or ".")
    if directory.startswith(("../", "/")) or directory == "..":
        raise UnclearError(
            f"{shown(path)} leads out of the repository", "Name what lies in the repository."
        )
    return "" if directory == "." else directory
