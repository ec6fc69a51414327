"""Who may do what: the one place that decides it, for every way into the service."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from edgewarden.workflows.ports import Actor, Role


class Right(StrEnum):
    """Something that not everybody may do, as a verb with its object."""

    READ_EXCEPTIONS = "read exceptions"
    GRANT_EXCEPTIONS = "grant exceptions"
    REVOKE_EXCEPTIONS = "revoke exceptions"
    READ_REVIEWS = "read reviews"


_LEAST_ROLE: Mapping[Right, Role] = MappingProxyType(
    {
        Right.READ_EXCEPTIONS: Role.READER,
        Right.GRANT_EXCEPTIONS: Role.OPERATOR,
        Right.REVOKE_EXCEPTIONS: Role.OPERATOR,
        Right.READ_REVIEWS: Role.READER,
    }
)
_RANKS = tuple(Role)
"""Each role includes those before it."""


class NotPermittedError(Exception):
    """The actor lacks a right; the message says which role has it."""

    def __init__(self, actor: Actor, right: Right, role: Role) -> None:
        super().__init__(
            f"{actor.handle} may not {right.value}: that takes the role {role.value}. "
            "Ask an administrator for it, or use a token of somebody who has it."
        )
        self.right = right
        self.role = role


def authorise(actor: Actor, right: Right) -> None:
    """Raise ``NotPermittedError`` unless one of the actor's roles includes the right."""
    least = _LEAST_ROLE[right]
    if not any(_RANKS.index(role) >= _RANKS.index(least) for role in actor.roles):
        raise NotPermittedError(actor, right, least)
