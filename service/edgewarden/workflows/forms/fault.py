"""What is wrong with a file that somebody wrote for Edgewarden."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

_MOST = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and what to do about it.

    ``field`` is the path of keys to it, as in ``clusters[0].name``; empty for the whole file.
    """

    line: int
    column: int
    message: str
    remedy: str
    field: str = ""


class FormError(Exception):
    """A file is not of its form; ``faults`` are the first of them by their lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        ordered = sorted(faults, key=lambda each: (each.line, each.column))
        told, more = ordered[:_MOST], len(ordered) - _MOST
        if more > 0:
            told[-1] = replace(told[-1], message=f"{told[-1].message} Faults behind it: {more}.")
        self.faults = tuple(told)
        super().__init__("\n".join(f"{each.line}: {each.message}" for each in told))
