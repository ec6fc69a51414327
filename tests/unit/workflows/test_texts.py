"""What may be written into a record, and what would hide something there."""

import pytest

from edgewarden.adapters.store.tables import BLANKS
from edgewarden.workflows.texts import UnfitTextError, line, line_fault, prose_fault


@pytest.mark.parametrize("text", ["payments", "Zahlungen & Co.", "決済", "\U0001f4b3", "a\u200db"])
def test_what_can_be_seen_is_fine(text: str) -> None:
    assert line_fault(text) is None
    assert prose_fault(f"{text}\n\t{text}") is None


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u2060\ufeff", "\u3164", "\u2800", "\u0301"])
def test_what_cannot_be_seen_is_blank(text: str) -> None:
    for fault in (line_fault(text), prose_fault(text)):
        assert fault is not None
        assert fault.startswith("it is blank")


def test_whatever_the_database_takes_for_blank_is_blank() -> None:
    for character in BLANKS:
        assert prose_fault(character * 3) is not None


def test_no_text_hides_what_it_says() -> None:
    hiding = [*map(chr, range(0x20)), "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\ud800"]
    for character in hiding:
        assert line_fault(f"a{character}b") is not None, ascii(character)
        kept = character in "\t\n"
        assert (prose_fault(f"a{character}b") is None) is kept, ascii(character)


def test_texts_have_a_length() -> None:
    assert line_fault("x" * 300) is None
    assert line_fault("x" * 301) is not None
    assert prose_fault("x" * 4000) is None
    assert prose_fault("x" * 4001) is not None


def test_a_line_is_recorded_without_the_space_around_it() -> None:
    assert line("  payments\n", "team") == "payments"
    with pytest.raises(UnfitTextError, match=r"^team: it is blank"):
        line(" \n", "team")
