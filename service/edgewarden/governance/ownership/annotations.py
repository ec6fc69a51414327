"""What people write on an object to say who answers for it, and why it is there."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

OWNER_WORDS = ("owner", "owners", "team", "contact", "maintainer")
REASON_WORDS = ("reason", "description", "purpose", "justification", "ticket")


class Written(NamedTuple):
    """A key as it stands there, and its text."""

    key: str
    text: str


def owner_in(texts: Mapping[str, str]) -> Written | None:
    """The owner that annotations or labels name, under a key such as ``edgewarden.io/owner``."""
    return _found(texts, OWNER_WORDS)


def reason_in(annotations: Mapping[str, str]) -> Written | None:
    """The reason that annotations give, under a key such as ``edgewarden.io/reason``."""
    return _found(annotations, REASON_WORDS)


def _found(texts: Mapping[str, str], words: Sequence[str]) -> Written | None:
    """The first that holds something and whose key, without its prefix, is one of the words."""
    return next(
        (
            Written(key, text.strip())
            for key, text in sorted(texts.items())
            if key.rpartition("/")[2] in words and text.strip()
        ),
        None,
    )
