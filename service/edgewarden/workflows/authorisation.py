"""Who may do what: the one place that decides it, for every way into the service."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from types import MappingProxyType

from edgewarden.governance.sign_offs import Signers
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


_AT_LEAST: Mapping[Role, tuple[Role, ...]] = MappingProxyType(
    {Role.READER: _READERS, Role.OPERATOR: _OPERATORS, Role.ADMIN: (Role.ADMIN,)}
)
"""The roles that include one."""


class NotPermittedError(Exception):
    """The actor lacks a right; the message says who has it."""

    def __init__(self, actor: Actor, what: str, takes: str) -> None:
        super().__init__(
            f"{actor.handle} may not {what}: that takes {takes}. "
            "Ask an administrator for it, or use a token of somebody who has it."
        )


def authorise(actor: Actor, right: Right) -> None:
    """Raise ``NotPermittedError`` unless one of the actor's roles includes the right."""
    holders = _HOLDERS[right]
    if actor.roles.isdisjoint(holders):
        raise NotPermittedError(actor, right.value, f"the role {holders[0].value}")


def authorise_answer(actor: Actor, teams: AbstractSet[str], signers: Signers, item: str) -> None:
    """Raise ``NotPermittedError`` unless the actor is one of those who may sign off the item.

    ``teams`` are those that the actor is in.
    """
    roles = _AT_LEAST[Role(signers.role)] if signers.role else ()
    if actor.roles.isdisjoint(roles) and teams.isdisjoint(signers.teams):
        raise NotPermittedError(actor, f"sign off {item}", str(signers))
