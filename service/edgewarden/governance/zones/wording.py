"""Zones as people name them."""

from collections.abc import Sequence

from edgewarden.governance.zones.zones import Respect, Ruling, Terms
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.wording import listed

_MOST = 5
_SYSTEM = "the system namespaces"


def zones_text(zones: Values, respect: Respect) -> str:
    """``zone data``, ``tenants a and b``, ``no tenant``, ``every tenant but a``."""
    if respect is Respect.SYSTEM:
        return _SYSTEM if None not in zones else "the other namespaces and addresses"
    noun = respect.value
    names = sorted(each or '""' for each in zones.listed if each is not None)
    if zones.inverted:
        text = f"every {noun}" + (f" but {_some(names)}" if names else "")
        return f"{text}, or none" if None not in zones.listed else text
    if not names:
        return f"no {noun}"
    text = f"{noun}{'s' if len(names) > 1 else ''} {_some(names)}"
    return f"{text}, or no {noun}" if None in zones.listed else text


def direction_text(source: Values, destination: Values, respect: Respect) -> str:
    """``from tenant a to tenant b``; ``from one tenant to another`` where none is named."""
    if source.inverted and destination.inverted:
        return f"from one {respect} to another"
    return f"from {zones_text(source, respect)} to {zones_text(destination, respect)}"


def terms_text(terms: Terms) -> str:
    """What the terms ask, to end a sentence that names both zones."""
    match terms.ruling:
        case Ruling.ALLOW:
            return "allowed"
        case Ruling.ALLOW_ONLY:
            return f"allowed for {listed([each.name for each in terms.services])} only"
        case Ruling.REQUIRE_EXCEPTION:
            return "allowed by exception only"
        case Ruling.DENY:
            return "denied"


def _some(names: Sequence[str]) -> str:
    if len(names) <= _MOST:
        return listed(names)
    return f"{', '.join(names[:_MOST])} and {len(names) - _MOST} more"
