"""What a person says about an item of the checklist that nothing here can answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Signers:
    """Who may answer: whoever has ``role`` or one above it, and the members of ``teams``.

    ``role`` is empty where the teams alone may.
    """

    role: str = ""
    teams: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As in ``the role operator or the team payments``."""
        roles = [f"the role {self.role}"] if self.role else []
        return " or ".join((*roles, *(f"the team {team}" for team in self.teams)))


@dataclass(frozen=True, slots=True)
class Manual:
    """A question to a person. What is answered is a statement of what was checked."""

    question: str
    signers: Signers


class SignOffKind(StrEnum):
    SIGNED = "signed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class SignOff:
    """An entry of a change's record, which only grows.

    ``actor`` is the handle of who made it about ``item`` in ``cluster``, having read the review of
    ``head``. ``basis`` is the digest of what the item's answer rested on then. ``statement`` says
    what was checked; where ``kind`` takes earlier ones back, why.
    """

    kind: SignOffKind
    item: str
    cluster: str
    head: str
    basis: str
    actor: str
    at: datetime
    statement: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A sign-off that counts. A ``carried`` one was made for an earlier head, and nothing that it
    rests on has changed since."""

    sign_off: SignOff
    carried: bool
