"""Texts that are edited, with the places in them found by what stands there."""

from textwrap import dedent

from edgewarden.manifests.mending.replacement import replaced, replacement
from edgewarden.manifests.mending.source import Source


def source(text: str) -> Source:
    found = Source.of(text.encode())
    assert found is not None
    return found


def place(text: str, sought: str) -> tuple[int, int]:
    """The line and column of the first place where ``sought`` stands."""
    before = text[: text.index(sought)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def written(text: str, edited: str | None) -> str:
    """What comes of the bytes of a file, whatever its lines end with."""
    assert edited is not None
    change = replacement(text, edited)
    assert change is not None
    crlf = replaced(text.replace("\n", "\r\n").encode(), change).decode()
    assert crlf == edited.replace("\n", "\r\n")
    return replaced(text.encode(), change).decode()


def lines(text: str) -> str:
    return dedent(text).lstrip("\n")
