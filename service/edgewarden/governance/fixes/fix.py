"""A fix as it is shown: lines for lines, with what was found when it was tried."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fix:
    """``lines`` instead of those from ``first`` to ``last`` of a file of the head.

    Lines count from 1; ``before`` is what stands there, at least one line, between the lines
    ``above`` and ``below``. ``unended`` where the last of all these ends the file without a line
    feed. ``action`` says in a sentence what is done, and ``effect`` what that does to the cluster,
    as it was evaluated.
    """

    path: str
    first: int
    last: int
    before: tuple[str, ...]
    lines: tuple[str, ...]
    action: str
    effect: str
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    unended: bool = False
