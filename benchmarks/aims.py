"""What is aimed at, and whether it was reached."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aim:
    """Something measured, and the least or the most that it should be.

    A ratio of two measurements of one run holds on any machine; milliseconds and megabytes are
    aims for a machine with two cores.
    """

    what: str
    measured: float
    unit: str = ""
    least: float | None = None
    most: float | None = None
    ratio: bool = False

    @property
    def reached(self) -> bool:
        if self.least is not None and self.measured < self.least:
            return False
        return self.most is None or self.measured <= self.most

    @property
    def limit(self) -> str:
        if self.least is not None:
            return f"at least {self.least:g}{self.unit}"
        return f"at most {self.most:g}{self.unit}"


def ratio(
    what: str, measured: float, *, least: float | None = None, most: float | None = None
) -> Aim:
    """An aim that any machine has to reach."""
    return Aim(what, measured, "x", least, most, ratio=True)


def table(aims: Iterable[Aim]) -> str:
    """One line for each aim."""
    return "\n".join((f"{'aim':80}{'':17}{'measured':>10}", *map(_line, aims)))


def _line(aim: Aim) -> str:
    measured = f"{aim.measured:.{1 if aim.measured < 100 else 0}f}{aim.unit}"
    return f"{aim.what:80}{aim.limit:17}{measured:>10}  {'ok' if aim.reached else 'MISSED'}"
