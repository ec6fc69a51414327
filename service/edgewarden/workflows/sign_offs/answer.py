"""What somebody says about an item of a checklist, and why it may not be taken."""

from dataclasses import dataclass

from edgewarden.workflows.ports import ChangeRef


class UnknownChangeError(Exception):
    """Nothing is known of that change."""

    def __init__(self, ref: ChangeRef) -> None:
        super().__init__(f"Change {ref.key} of {ref.repository} on {ref.forge} is not known here.")


class SignOffError(Exception):
    """It cannot be signed off as things stand; the message says why, and what to do."""


class HeadMovedError(SignOffError):
    """What was read is not what stands there now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says about ``item`` of the checklist, and of which clusters.

    ``head`` is the commit whose review they read: its id, or at least as much of it as a comment
    shows. Without ``clusters`` the one is meant in which the item waits for a person.
    """

    ref: ChangeRef
    head: str
    item: str
    statement: str
    clusters: tuple[str, ...] = ()
