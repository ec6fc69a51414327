"""Nodes written as YAML: every value comes back, in its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.manifests.nodes import Entry, Mapping, Node, Plain, Scalar, Sequence, plain
from edgewarden.manifests.uploads.writing import written
from edgewarden.manifests.yaml_reader import read_stream

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.just("k" * 2000), inner, max_size=3)
    ),
    max_leaves=8,
)


def read(text: str) -> list[Mapping]:
    stream = read_stream(text)
    assert not stream.defects
    roots = [document.root for document in stream.documents if not document.defects]
    return [root for root in roots if isinstance(root, Mapping)]


def node(value: Plain) -> Node:
    match value:
        case dict():
            return Mapping(tuple(Entry(k, node(v), 1, 1) for k, v in value.items()), 1, 1)
        case list():
            return Sequence(tuple(map(node, value)), 1, 1)
        case _:
            return Scalar(value, 1, 1)


def lines(node: Node) -> list[int]:
    """Of every value and key, in the order of writing."""
    match node:
        case Mapping(entries):
            inner = [line for e in entries for line in (e.line, *lines(e.value))]
        case Sequence(items):
            inner = [line for item in items for line in lines(item)]
        case Scalar():
            inner = []
    return [node.line, *inner]


@given(st.lists(VALUES, min_size=1, max_size=3))
def test_every_value_comes_back(values: list[Plain]) -> None:
    root = Mapping((Entry("a", node(values), 1, 1),), 1, 1)
    assert [plain(each) for each in read(written([root]))] == [{"a": values}]


@pytest.mark.parametrize(
    "text",
    [
        "\n\na: 1\nb:\n  - c\n\n  - {d: [], e:\n f}\n",
        "a: |\n  long\n  text\nb: 1\n---\n\nc:\n  d: 2\n",
        "a: 0.5\nb: 1.5e+300\nc: ''\n",
    ],
)
def test_every_value_stands_in_the_line_where_it_was(text: str) -> None:
    roots = read(text)
    again = read(written(roots))
    assert [lines(root) for root in again] == [lines(root) for root in roots]
    assert [plain(root) for root in again] == [plain(root) for root in roots]


def test_what_comes_from_further_above_follows_where_it_is_used() -> None:
    roots = read("a: &x {b: 1,\n c: 2}\nd: *x\ne: 3\n")
    (again,) = read(written(roots))
    assert plain(again) == {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 2}, "e": 3}
    assert [entry.line for entry in again.entries] == [1, 3, 4]


def test_objects_in_one_line_get_lines_of_their_own() -> None:
    (one,) = read("{a: 1}\n")
    assert [root.line for root in read(written([one, one, one]))] == [1, 2, 3]
