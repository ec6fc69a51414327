"""What was seen in a change as values of the language of rules."""

from typing import Any

from google.protobuf.message import Message

from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.vocabulary.written import found_value


def observation_value(kind: str, seen: Observation, **more: Any) -> Message:
    """A value of the type ``kind``, with ``more`` than all observations tell."""
    return found_value(
        kind,
        key="\0".join(seen.key),
        text=seen.text,
        location=seen.location,
        about=seen.subject,
        side=seen.side,
        remedy=seen.remedy,
        **more,
    )
