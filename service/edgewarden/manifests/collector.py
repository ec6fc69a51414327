"""The garbage collector, and how to keep it from looking for garbage where there is none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_RARELY = 500_000
"""Objects: a tree of ten thousand files comes to fewer."""


def collect_rarely() -> None:
    """For the rest of a process that reads two trees, compares them and ends."""
    gc.set_threshold(_RARELY)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Collect no garbage meanwhile; afterwards the collector is on again if it was before.

    Reading makes very many objects that stay and no cycles: the collector would look through all
    of them over and over.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
