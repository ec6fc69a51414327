"""Fields of objects that are read and not validated: no schema of theirs is held here.

The API server refuses a field of the wrong type, and then the object stays what it was; that is
as little known here as a value that somebody else fills in.
"""

from collections.abc import Sequence

from edgewarden.manifests.nodes import Plain
from edgewarden.manifests.snapshot import Obstacle
from edgewarden.reachability.location import Location


class UnclearError(Exception):
    """What is deployed cannot be told from the tree.

    ``message`` goes on after "is not judged:" and has no full stop; ``remedy`` is a sentence.
    ``elsewhere`` tells that it is, for certain, nothing of the tree.
    """

    def __init__(self, message: str, remedy: str, *, elsewhere: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.elsewhere = elsewhere

    def obstacle(self, at: Location) -> Obstacle:
        """The same, told of an object that stands there."""
        return Obstacle(at.path, at.line, self.message, self.remedy)


_TEMPLATE = "{{"


def at(value: Plain, *keys: str) -> Plain:
    """What stands under the keys, one within the other; nothing where one of them is absent.

    Raises ``UnclearError``.
    """
    for depth, key in enumerate(keys):
        if value is None:
            return None
        if not isinstance(value, dict):
            raise _mistyped(keys[:depth], "a mapping")
        value = value.get(key)
    return value


def text(value: Plain, *keys: str) -> str:
    """A text; empty where it is absent. Raises ``UnclearError``, for one to be filled in too."""
    found = at(value, *keys)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise _mistyped(keys, "a text")
    if _TEMPLATE in found:
        raise UnclearError(
            f"`{'.'.join(keys)}` is {shown(found)}, of which only the cluster knows the value",
            "Write the value, or make it one of the parameters of a list or of files.",
        )
    return found


def flag(value: Plain, *keys: str) -> bool | None:
    """True or false; none where it is absent. Raises ``UnclearError``."""
    found = at(value, *keys)
    if found is not None and not isinstance(found, bool):
        raise _mistyped(keys, "true or false")
    return found


def mapping(value: Plain, *keys: str) -> dict[str, Plain]:
    """A mapping; empty where it is absent. Raises ``UnclearError``."""
    found = at(value, *keys)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _mistyped(keys, "a mapping")
    return found


def items(value: Plain, *keys: str) -> list[Plain]:
    """A list; empty where it is absent. Raises ``UnclearError``."""
    found = at(value, *keys)
    if found is None:
        return []
    if not isinstance(found, list):
        raise _mistyped(keys, "a list")
    return found


def texts(value: Plain, *keys: str) -> tuple[str, ...]:
    """A list of texts. Raises ``UnclearError``."""
    return tuple(text(item) for item in items(value, *keys))


def shown(written: str) -> str:
    """A text as a message quotes it."""
    return f"`{' '.join(written.split())[:200]}`"


def _mistyped(keys: Sequence[str], wanted: str) -> UnclearError:
    name = f"`{'.'.join(keys)}`" if keys else "a part of it"
    return UnclearError(f"{name} is not {wanted}", "Correct it: the API server refuses it.")
