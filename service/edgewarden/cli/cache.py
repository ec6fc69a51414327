"""The cache of whoever calls a command."""

import os
from pathlib import Path

import click

from edgewarden.adapters.cache.entries import NO_ENTRIES, Entries

SIZE = 256 << 20
"""Bytes."""


def own_entries() -> Entries:
    """What lies where caches belong, by the XDG Base Directory Specification; none without a home.

    It says that a path which is not absolute counts for nothing.
    """
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if named.is_absolute():
        return Entries(named / "edgewarden", SIZE)
    try:
        return Entries(Path.home() / ".cache" / "edgewarden", SIZE)
    except RuntimeError:
        return NO_ENTRIES


def _entries(_context: click.Context, _option: click.Parameter, cache: bool) -> Entries:
    return own_entries() if cache else NO_ENTRIES


cache_option = click.option(
    "--cache/--no-cache",
    "entries",
    default=True,
    callback=_entries,
    help="Keep what was read and rendered below $XDG_CACHE_HOME, and take it from there.",
)
"""Of the commands that read manifests, which get ``entries``."""
