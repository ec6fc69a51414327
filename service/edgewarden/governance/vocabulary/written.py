"""What is found in rules of policies as values of the language of rules."""

from typing import Any, Protocol

from google.protobuf.message import Message

from edgewarden.governance.proposal import WrittenRule
from edgewarden.governance.vocabulary.objects import location_value, object_value
from edgewarden.governance.vocabulary.table import TYPES
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.reasons import Side
from edgewarden.reachability.wording import capitalised


class FoundInRule(Protocol):
    """Something that was found in a rule, which reads as the text that it is."""

    @property
    def key(self) -> str: ...
    @property
    def location(self) -> Location: ...
    @property
    def written(self) -> WrittenRule: ...


def rule_found_value(type_name: str, found: FoundInRule, /, **more: Any) -> Message:
    """A value of the type of that name, about the policy that holds the rule."""
    return found_value(
        type_name,
        key=found.key,
        text=found,
        location=found.location,
        about=found.written.policy.ref,
        written=found.written,
        **more,
    )


def found_value(
    type_name: str,
    /,
    *,
    key: str,
    text: object,
    location: Location,
    about: ObjectRef | None,
    written: WrittenRule | None = None,
    side: Side = Side.HEAD,
    **more: object,
) -> Message:
    """A value of the type of that name; ``written`` is the rule that it is in."""
    if written is not None:
        more["rule"] = capitalised(str(written))
    return TYPES.value(
        type_name,
        key=key,
        text=str(text),
        location=location_value(location),
        about=None if about is None else object_value(about),
        side=side.value,
        **more,
    )
