"""How ports, times and numbers of things read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.symbolic.statements import StatedPorts
from edgewarden.reachability.wording import listed

SHORT_COMMIT = 12
"""So many digits of a commit id are shown."""

CONDITIONAL = "on conditions that nothing here shows to hold"
"""What is said of conditional statements where they stand apart."""


def counted(number: int, singular: str, plural: str = "") -> str:
    """``1 row``, ``2 rows``; ``plural`` where an *s* does not make it."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def sets_text(texts: Sequence[str]) -> str:
    """Sets of pods or addresses: ``a and b``, or ``a; and b`` where one is a list itself."""
    if any(", " in text or " except " in text for text in texts):
        return "; and ".join(texts)
    return listed(texts)


def ports_text(ports: PortSet | StatedPorts) -> str:
    """Ports as they are written in a sentence: ``TCP 80, 443 and UDP 53``."""
    return str(ports).replace("; ", " and ")


def time_left(until: datetime, now: datetime) -> str:
    """``6 days left``, ``less than a day left``, ``ended``."""
    left = until - now
    if left <= timedelta():
        return "ended"
    return f"{counted(left.days, 'day')} left" if left.days else "less than a day left"


def moment(time: datetime) -> str:
    """To the minute, in UTC."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def short_revision(revision: str) -> str:
    """A commit id is cut to what identifies it; a directory keeps its name."""
    is_commit = len(revision) in {40, 64} and all(c in "0123456789abcdef" for c in revision)
    return revision[:SHORT_COMMIT] if is_commit else revision
