from hypothesis import given
from hypothesis import strategies as st

from edgewarden.manifests.mending.replacement import (
    Replacement,
    every_replaced,
    replaced,
    replacement,
)
from edgewarden.manifests.mending.source import LARGEST, Source

TEXTS = st.lists(st.sampled_from(["a", "b", "", "- c"]), max_size=8).map("\n".join)


@given(TEXTS, TEXTS, st.booleans())
def test_a_replacement_makes_the_one_text_of_the_other(old: str, new: str, crlf: bool) -> None:
    change = replacement(f"{old}\n", f"{new}\n")
    if change is None:
        assert old == new
        return
    end = "\r\n" if crlf else "\n"
    before, after = (f"{each}\n".replace("\n", end).encode() for each in (old, new))
    assert replaced(before, change) == after
    assert change.before
    assert change.last - change.first + 1 == len(change.before)


def test_what_is_added_comes_with_the_line_before_it() -> None:
    assert replacement("a\nc\n", "a\nb\nc\n") == Replacement(1, 1, ("a",), ("a", "b"))


def test_a_byte_order_mark_stays_at_the_top() -> None:
    change = Replacement(1, 1, ("a",), ("b", "c"))
    assert replaced(b"\xef\xbb\xbfa\r\n", change) == b"\xef\xbb\xbfb\r\nc\r\n"


def test_several_are_made_at_once_but_for_those_that_meet() -> None:
    changes = [
        Replacement(3, 3, ("c",), ("C", "C")),
        Replacement(1, 2, ("a", "b"), ("A",)),
        Replacement(2, 2, ("b",), ("never", "ever")),
    ]
    assert every_replaced(b"a\nb\nc\n", changes) == b"A\nC\nC\n"


def test_what_cannot_be_edited_by_lines_is_no_source() -> None:
    assert Source.of(b"a: b\rc: d\n") is None
    assert Source.of("a: b\u2028c: d\n".encode()) is None
    assert Source.of(b"\xff\xfea\0") is None
    assert Source.of(b"a: [\n") is None
    assert Source.of(b'{"a": "\\ud83d\\ude00"}') is None
    assert Source.of(b"#" * (LARGEST + 1)) is None
    assert Source.of(b"[" * 10_000 + b"]" * 10_000) is not None
