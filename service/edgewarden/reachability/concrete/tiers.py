"""What one end's policies let pass, tier by tier.

The admin tier comes first, then NetworkPolicy for the pods that one isolates, then the baseline
tier; what nobody spoke of passes. Within a tier the first rule that meets a connection decides.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeAlias


class Action(StrEnum):
    ACCEPT = "accept"
    DENY = "deny"
    PASS = "pass"
    """Leaves the decision to the tiers below."""


Decision: TypeAlias = tuple[Action, int]
"""A rule of a tier, and the connections that it meets."""


def passing(
    everyone: int,
    admin: Iterable[Decision],
    isolated: int,
    admitted: int,
    baseline: Iterable[Decision],
) -> int:
    """The connections of ``everyone`` that pass on one port.

    NetworkPolicies let the ``isolated`` pass that they ``admitted`` and no others; the baseline
    tier speaks of those that are not isolated.
    """
    accepted, remaining = _first_match(everyone, admin)
    accepted |= remaining & isolated & admitted
    more, unspoken = _first_match(remaining & ~isolated, baseline)
    return accepted | more | unspoken


def _first_match(connections: int, tier: Iterable[Decision]) -> tuple[int, int]:
    """Those that the tier accepts, and those that it leaves to the tiers below."""
    accepted = passed_on = 0
    for action, met in tier:
        hit = connections & met
        connections &= ~met
        if action is Action.ACCEPT:
            accepted |= hit
        elif action is Action.PASS:
            passed_on |= hit
    return accepted, connections | passed_on
