"""What was seen in a change as values of the language of rules."""

from google.protobuf.message import Message

from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.vocabulary.objects import location_value, object_value
from edgewarden.governance.vocabulary.table import TYPES


def observation_value(kind: str, seen: Observation, **more: object) -> Message:
    """A value of the type ``kind``, with ``more`` than all observations tell."""
    return TYPES.value(
        kind,
        key="\0".join(seen.key),
        text=seen.text,
        remedy=seen.remedy,
        location=location_value(seen.location),
        about=None if seen.subject is None else object_value(seen.subject),
        side=seen.side.value,
        **more,
    )
