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
    READ_INVENTORIES = "read inventories"
    PUSH_INVENTORIES = "push inventories"
    READ_MANIFESTS = "read what is known of rendered manifests"
    PUSH_MANIFESTS = "push rendered manifests"
    REPLACE_MANIFESTS = "push other rendered manifests than are there"


_READERS = (Role.READER, Role.OPERATOR, Role.ADMIN)
_OPERATORS = (Role.OPERATOR, Role.ADMIN)
_HOLDERS: Mapping[Right, tuple[Role, ...]] = MappingProxyType(
    {
        Right.READ_EXCEPTIONS: _READERS,
        Right.GRANT_EXCEPTIONS: _OPERATORS,
        Right.REVOKE_EXCEPTIONS: _OPERATORS,
        Right.READ_REVIEWS: _READERS,
        Right.READ_INVENTORIES: _READERS,
        Right.PUSH_INVENTORIES: (Role.COLLECTOR, *_OPERATORS),
        Right.READ_MANIFESTS: _READERS,
        Right.PUSH_MANIFESTS: (Role.RENDERER, *_OPERATORS),
        Right.REPLACE_MANIFESTS: _OPERATORS,
    }
)
"""Who has a right, those first that have the fewest others."""


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
    holders = _HOLDERS[right]
    if actor.roles.isdisjoint(holders):
        raise NotPermittedError(actor, right, holders[0])
