"""What is seen in a change, before a rule says what to think of it."""

from dataclasses import dataclass

from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.reasons import Side


@dataclass(frozen=True, slots=True)
class Observation:
    """Something that the change introduces, in words.

    ``key`` says what it is without naming lines, so that the same thing has the same key whatever
    holds it. ``remedy`` says what to do where that hangs on what was seen; empty elsewhere.
    """

    key: tuple[str, ...]
    text: str
    location: Location
    subject: ObjectRef | None = None
    side: Side = Side.HEAD
    remedy: str = ""
