"""What people signed off of changes."""

from collections.abc import Sequence
from typing import Protocol

from edgewarden.governance.sign_offs import SignOff
from edgewarden.workflows.ports.register import Actor


class SignOffs(Protocol):
    """A record of each change that only grows."""

    def add(self, change_id: int, sign_off: SignOff, actor: Actor) -> None:
        """Add an entry, made by the actor whatever ``sign_off.actor`` says."""

    def of(self, change_id: int) -> Sequence[SignOff]:
        """The record of a change, the oldest first."""
