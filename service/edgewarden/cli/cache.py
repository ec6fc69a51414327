"""The cache of whoever calls a command."""

import os
from pathlib import Path

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
