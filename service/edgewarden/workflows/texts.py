"""What people write into records: lines and prose that show something and hide nothing."""

import re
import unicodedata

LONGEST_LINE = 300
LONGEST_PROSE = 4000
"""In characters."""

# Controls, separators of lines and paragraphs, and what turns the direction of a text around: a
# name must not look like another one.
_HIDING = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
LINE = rf"^[^\t\n{_HIDING}]*$"
PROSE = rf"^[^{_HIDING}]*$"
"""The characters allowed, as regular expressions; the two differ by tabs and line feeds."""

_SHOWING = frozenset("LNPS")
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by their category, and blank all the same."""


class UnfitTextError(ValueError):
    """A text cannot go into a record; the message says why."""


def line_fault(text: str) -> str | None:
    """What keeps a text from being a line of a record, and what to do; none if it is one."""
    return _fault(text, LINE, LONGEST_LINE)


def prose_fault(text: str) -> str | None:
    """What keeps a text from being prose of a record, and what to do; none if it is."""
    return _fault(text, PROSE, LONGEST_PROSE)


def line(text: str, what: str) -> str:
    """A line as it is recorded, without white space around it; ``what`` names it in an error.

    Raises ``UnfitTextError``.
    """
    stripped = text.strip()
    if (fault := line_fault(stripped)) is not None:
        raise UnfitTextError(f"{what}: {fault}")
    return stripped


def _fault(text: str, allowed: str, longest: int) -> str | None:
    if not _shows_something(text):
        return "it is blank: write something"
    if len(text) > longest:
        return f"it is longer than {longest} characters: shorten it"
    if re.fullmatch(allowed, text) is None or not _is_unicode(text):
        return (
            "it holds a control character, or one that hides what is written: remove what cannot "
            "be seen"
        )
    return None


def _shows_something(text: str) -> bool:
    """White space, controls and zero-width marks alone do not."""
    return any(
        unicodedata.category(character)[0] in _SHOWING and character not in _FILLERS
        for character in text
    )


def _is_unicode(text: str) -> bool:
    """Lone surrogates stand for bytes that are no text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
