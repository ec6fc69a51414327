"""Where a governed repository is fetched from. It is configured, never taken from a payload."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

TRANSPORTS = frozenset({"https", "http", "ssh"})
_SCP_LIKE = re.compile(r"(?:[\w.-]+@)?[\w.-]+:(?!/?/)[^\s:]+")
"""``user@host:path``, git's short form of an ssh address."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What git answers when a server asks who it is."""

    username: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if any(c in text for text in (self.username, self.secret) for c in "\n\r\0"):
            raise ValueError("a credential is one line: remove line feeds from it")


@dataclass(frozen=True, slots=True)
class RepositoryAddress:
    """A governed repository: its forge, its name as ``owner/name`` and where git finds it.

    ``url`` is an ``https``, ``http`` or ``ssh`` address, or the absolute path of a repository
    on this machine. A secret in it is refused, because addresses end up in process lists and
    logs. ``default_branch`` is what is deployed, and what branches are reviewed against where the
    forge has no pull requests.
    """

    forge: str
    name: str
    url: str
    credential: Credential | None = None
    default_branch: str = "main"

    def __post_init__(self) -> None:
        user, separator, _ = self._authority.rpartition("@")
        if self.transport in {"https", "http"} and separator:
            raise ValueError(
                f"the address of {self.name} holds a user name or a password:"
                " configure them as its credential instead"
            )
        if ":" in unquote(user):
            raise ValueError(
                f"the address of {self.name} holds a password: remove it and let ssh use a key"
                " instead"
            )
        if self.credential is not None and self.transport not in {"https", "http"}:
            raise ValueError(
                f"{self.name} has a credential and no http address: let ssh use a key instead"
            )

    @property
    def _authority(self) -> str:
        """User and host of a URL, as far as any reader of URLs may take them to reach."""
        return self.url.partition("://")[2].partition("/")[0]

    @property
    def transport(self) -> str:
        """The one transport that git may use for this repository."""
        if self.url.startswith("/"):
            return "file"
        scheme, separator, _ = self.url.partition("://")
        if separator and scheme in TRANSPORTS and not _unprintable(self.url):
            return scheme
        if _SCP_LIKE.fullmatch(self.url) and not self.url.startswith("-"):
            return "ssh"
        raise ValueError(
            f"the address of {self.name} is not one that Edgewarden fetches from: use https://,"
            " ssh:// or the absolute path of a repository"
        )


def _unprintable(text: str) -> bool:
    return not text.isprintable() or " " in text
