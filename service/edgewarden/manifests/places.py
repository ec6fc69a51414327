"""Names for places that lie in no file of the repository under review."""

from edgewarden.reachability.location import Location

_INVENTORY = "(inventory of "
_REPOSITORY = "(in "
_RENDERED = "(rendered for "


def inventory_path(cluster: str) -> str:
    """Where the facts of a cluster's inventory are said to stand: in no file."""
    return f"{_INVENTORY}{cluster})"


def path_in(repository: str, path: str) -> str:
    """A file of another repository."""
    return f"{_REPOSITORY}{repository}) {path}"


def rendered_path(cluster: str, path: str) -> str:
    """A file that was rendered for a cluster elsewhere, the same at every commit."""
    return f"{_RENDERED}{cluster})/{path}"


def lies_elsewhere(location: Location) -> bool:
    """Whether what stands there is no file of the repository under review.

    A file of that repository whose name begins like such a place is taken for one as well: it is
    shown by its name and nothing leads to it.
    """
    return location.path.startswith((_INVENTORY, _REPOSITORY, _RENDERED))
