"""The reader: what YAML means to kubectl, where it stands, and what it may cost."""

import time
import tracemalloc

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.manifests.documents import Limits
from edgewarden.manifests.nodes import Entry, Mapping, Plain, Scalar, Sequence, plain
from edgewarden.manifests.yaml_reader import read_stream


def values(text: str) -> list[Plain]:
    stream = read_stream(text)
    assert stream.defects == ()
    assert all(not document.defects for document in stream.documents)
    return [plain(document.root) for document in stream.documents]


def value(scalar: str) -> Plain:
    (read,) = values(f"k: {scalar}\n")
    assert isinstance(read, dict)
    return read["k"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("yes", True),
        ("Off", False),
        ("y", True),
        ("N", False),
        ("~", None),
        ("", None),
        ("=", "="),
        ("0x1F", 31),
        ("0b101", 5),
        ("0o17", 15),
        ("017", 15),
        ("080", 80.0),
        ("-12", -12),
        ("1_000", 1000),
        ("1e3", 1000.0),
        (".5", 0.5),
        (".5_5", 0.55),
        ("1e400", "1e400"),
        ("10:30", "10:30"),
        ("2001-12-14", "2001-12-14"),
        ("99999999999999999999999", 1e23),
        ("1.2.3", "1.2.3"),
        ("'80'", "80"),
        ('"yes"', "yes"),
        ("! 80", "80"),
        ("!!str 80", "80"),
        ("!!int '80'", 80),
        ("!!float 1", 1.0),
        ("!!null ''", None),
        ("!!binary aGk=", "hi"),
        ("|\n  a\n  b", "a\nb\n"),
    ],
)
def test_a_scalar_means_what_kubectl_takes_it_for(written: str, meant: Plain) -> None:
    read = value(written)
    assert read == meant
    assert type(read) is type(meant)


def test_every_value_and_key_knows_its_line_and_column() -> None:
    (document,) = read_stream("# comment\na:\n  - b: 1\n").documents
    assert isinstance(document.root, Mapping)
    (outer,) = document.root.entries
    assert (outer.line, outer.column) == (2, 1)
    assert isinstance(outer.value, Sequence)
    (item,) = outer.value.items
    assert isinstance(item, Mapping)
    assert (item.entries[0].line, item.entries[0].column) == (3, 5)
    assert item.entries[0].value == Scalar(1, 3, 8)


def test_keys_are_the_texts_that_json_would_hold() -> None:
    assert values("1: a\non: b\nno: c\n'2': d\n1.5: e\n") == [
        {"1": "a", "true": "b", "false": "c", "2": "d", "1.5": "e"}
    ]


def test_an_explicit_key_wins_over_a_merge_before_it() -> None:
    text = "base: &b {x: 1, v: 2}\nmore: &m {v: 3, z: 4}\nc: {<<: [*b, *m], x: 9}\n"
    (read,) = values(text)
    assert isinstance(read, dict)
    assert read["c"] == {"x": 9, "v": 2, "z": 4}
    assert [read] == list(yaml.safe_load_all(text))


def test_a_merge_behind_an_equal_key_is_told_since_readers_differ() -> None:
    (document,) = read_stream("base: &b {x: 1}\nc:\n  x: 9\n  <<: *b\n").documents
    (repetition,) = document.repetitions
    assert (repetition.key, repetition.first_line, repetition.line) == ("x", 3, 4)
    assert repetition.merged


@pytest.mark.parametrize("key", ["<<", "!!merge <<", "! <<"])
def test_a_merge_may_carry_its_tag(key: str) -> None:
    assert values(f"base: &b {{x: 1}}\nc:\n  {key}: *b\n")[0] == {"base": {"x": 1}, "c": {"x": 1}}


def test_a_key_in_quotes_is_no_merge() -> None:
    assert values("'<<': 1\nv: <<\n") == [{"<<": 1, "v": "<<"}]


@pytest.mark.parametrize("merged", ["<<: 1", "<<: [1]"])
def test_a_merge_of_something_else_is_a_defect(merged: str) -> None:
    (document,) = read_stream(merged).documents
    assert "merge" in document.defects[0].message


def test_a_repeated_key_is_found_with_both_lines_and_the_last_value_stands() -> None:
    (document,) = read_stream("a:\n  x: 1\n  v: 2\n  x: 3\n").documents
    (repetition,) = document.repetitions
    assert (repetition.key, repetition.first_line, repetition.line) == ("x", 2, 4)
    assert repetition.dropped == Scalar(1, 2, 6)
    assert plain(document.root) == {"a": {"x": 3, "v": 2}}


@pytest.mark.parametrize("text", ["1: a\n'1': b\n", "yes: a\ntrue: b\n"])
def test_keys_that_json_cannot_tell_apart_are_repeated(text: str) -> None:
    (document,) = read_stream(text).documents
    assert len(document.repetitions) == 1


@pytest.mark.parametrize("text", ["? {a: 1}\n: 2\n", "{{ x }}: 1\n", "? [a]\n: b\n", "~: 1\n"])
def test_a_key_that_is_no_text_is_a_defect(text: str) -> None:
    (document,) = read_stream(text).documents
    assert "key" in document.defects[0].message


@pytest.mark.parametrize(
    ("text", "column"),
    [("a: !include x.yaml\n", 4), ("a: !Ref {b: 1}\n", 4), ("a: !!set {b}\n", 4)],
)
def test_an_unknown_tag_is_a_located_defect(text: str, column: int) -> None:
    (document,) = read_stream(text).documents
    (defect,) = document.defects
    assert (defect.line, defect.column) == (1, column)
    assert "tag" in defect.message


@pytest.mark.parametrize(
    "text", ["a: !!int x", "a: !!bool 1", "a: !!binary '*'", "a: !!float x", "a: -.inf", "a: .nan"]
)
def test_a_tag_that_the_text_does_not_bear_out_is_a_defect(text: str) -> None:
    (document,) = read_stream(text).documents
    assert document.defects[0].line == 1


def test_an_alias_without_an_anchor_is_a_defect_and_anchors_end_with_their_document() -> None:
    first, second = read_stream("a: &x 1\nb: *x\n---\nb: *x\n").documents
    assert first.defects == ()
    assert "*x names no anchor" in second.defects[0].message
    assert second.defects[0].line == 4


def test_an_anchor_may_be_defined_anew_even_within_itself() -> None:
    assert values("[&a 1, &a 2, *a, &b {x: &b 3, v: *b}, *b]") == [[1, 2, 2, {"x": 3, "v": 3}, 3]]


def test_an_alias_within_its_own_anchor_is_a_defect() -> None:
    (document,) = read_stream("a: &a [*a]\n").documents
    assert "inside what it names" in document.defects[0].message


def test_a_broken_document_hides_neither_those_before_nor_those_behind_it() -> None:
    stream = read_stream("a: 1\n---\nb: 2\n---\nc: [\n---\nd: 4\n---\ne: ]\n---\nf: 6\n")
    assert [plain(d.root) for d in stream.documents] == [{"a": 1}, {"b": 2}, {"d": 4}, {"f": 6}]
    assert [defect.line for defect in stream.defects] == [6, 9]
    assert [d.root.line for d in stream.documents] == [1, 3, 7, 11]
    assert stream.documents[-1].root == Mapping((Entry("f", Scalar(6, 11, 4), 11, 1),), 11, 1)


def test_an_unclosed_quote_swallows_no_later_document() -> None:
    stream = read_stream('a: "x\n---\nb: 1\n')
    assert [plain(d.root) for d in stream.documents] == [{"b": 1}]
    assert len(stream.defects) == 1


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_text_that_breaks_off_does_so_in_its_last_line(end: str) -> None:
    (defect,) = read_stream(f"a: 1\nb: 2\nc{end}").defects
    assert defect.line == 3 + len(end)


def test_a_template_is_called_one() -> None:
    stream = read_stream("a: 1\n{{- if .x }}\nb: 2\n{{- end }}\n")
    assert "render it" in stream.defects[0].remedy


def test_a_control_character_is_located() -> None:
    stream = read_stream("a: 1\nb: \x01\n")
    assert stream.defects[0].line == 2


HOSTILE = {
    "nested brackets": "[" * 100_000,
    "nested braces": "{a: " * 100_000,
    "indented mappings": "".join(f"{' ' * depth}a:\n" for depth in range(1500)),
    "alias bomb": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
        for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    ),
    "merge bomb": "a: &a {"
    + ", ".join(f"k{n}: 1" for n in range(1000))
    + "}\n"
    + "".join(f"m{n}: {{<<: *a}}\n" for n in range(3000)),
    "alias chain": "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 2000)),
    "documents": "---\n" * 1_000_000,
    "values": "- a\n" * 1_200_000,
    "broken documents": "a: ]\n---\n" * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_ends_soon_in_a_located_defect(text: str) -> None:
    started = time.process_time()
    stream = read_stream(text)
    assert time.process_time() - started < 20
    assert stream.defects
    assert stream.defects[0].line >= 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_memory_is_bounded_by_the_number_of_values(text: str) -> None:
    tracemalloc.start()
    try:
        read_stream(text, Limits(nodes=10_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * len(text) + 10_000 * 1_000


def test_limits_are_the_callers() -> None:
    text = "[[1]]\n---\n2\n"
    assert read_stream(text, Limits(depth=2)).defects == ()
    assert read_stream(text, Limits(depth=1)).defects[0].message.startswith("The nesting")
    assert read_stream(text, Limits(documents=1)).defects[0].message.endswith("1 documents")
    assert read_stream(text, Limits(nodes=3)).defects[0].message.endswith("3 values")
    deep = "a: &a [[1]]\nb: [[*a]]\n"
    assert read_stream(deep, Limits(depth=5)).defects == ()
    assert read_stream(deep, Limits(depth=4)).defects[0].message.startswith("The nesting")
    twice = "a: &a [1, 2]\nb: *a\n"
    assert read_stream(twice, Limits(expansion=3)).defects == ()
    (defect,) = read_stream(twice, Limits(expansion=2)).defects
    assert "add more than 2 values" in defect.message
    assert defect.line == 2


def test_aliases_of_all_documents_count_together_and_those_of_a_broken_one_do_not() -> None:
    three, six = "a: &a [1, 2]\nb: *a\n", "a: &a [1, 2]\nb: [*a, *a]\n"
    limits = Limits(expansion=6)

    def kept(*texts: str) -> int:
        return len(read_stream("---\n".join(texts), limits).documents)

    assert kept(three, three, three) == 2
    assert kept(three, six, three) == 2


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    stream = read_stream(text)
    assert all(defect.line >= 1 for defect in stream.defects)


@given(st.text("[]{}&*!:?-, \n'\"#|>%@<=ab0", max_size=60))
def test_no_punctuation_makes_the_reader_raise(text: str) -> None:
    stream = read_stream(text)
    assert all(document.root.line >= 1 for document in stream.documents)
