"""What the search for newly possible paths finds."""

from dataclasses import dataclass

from edgewarden.reachability.ends import End
from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.reasons import Cause


@dataclass(frozen=True, slots=True)
class Hop:
    """Connections that the head certainly allows on ``ports``.

    ``opened`` are those of the ports that it newly allows, for ``causes``; both are empty where
    the hop was there before.
    """

    ports: PortSet
    opened: PortSet = NO_PORTS
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Stations with a hop from each to the next; at least one of the hops is newly allowed.

    Each station is one end or several, sorted: every end of one is connected with every end of
    the next. The first and the last can be addresses.
    """

    stations: tuple[tuple[End, ...], ...]
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """The shortest first. Where not ``complete``, there are more than the search has told.

    ``question`` says what was asked, as in ``from internet to shop/db within 3 hops``; it is
    empty where nobody asked.
    """

    question: str = ""
    found: tuple[Path, ...] = ()
    complete: bool = True


NO_PATHS = Paths()
