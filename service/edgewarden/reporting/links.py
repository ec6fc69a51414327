"""Addresses of files at a commit, for forges that show them."""

from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import quote

from edgewarden.reachability.location import Location

BlobLinks: TypeAlias = Callable[[str, Location], str]
"""From a commit and a place to the address that shows it."""


def github_links(repository: str) -> BlobLinks:
    """Links for a repository's page, such as ``https://forge.example/owner/name``.

    ``repository`` comes from configuration; commit and path are percent-encoded whole, so that
    neither can leave the repository's address or break out of a Markdown link.
    """
    root = repository.rstrip("/")

    def link(commit: str, location: Location) -> str:
        path = "/".join(
            quote(part, safe="", errors="surrogateescape") for part in location.path.split("/")
        )
        return f"{root}/blob/{quote(commit, safe='')}/{path}#L{location.line}"

    return link
