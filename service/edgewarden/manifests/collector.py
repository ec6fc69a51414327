"""The garbage collector, and how to keep it from looking for garbage where there is none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
