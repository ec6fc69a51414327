"""Objects come out of a text one by one, however it is cut and whatever it is."""

import json
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.manifests.inventory.errors import InventoryError, InventoryTooLargeError
from edgewarden.manifests.inventory.stream import OBJECT_SIZE, JsonObject, read_objects
from tests.support.live_objects import deployed, namespace, printed

LIST = {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}}


def objects(*texts: bytes) -> list[JsonObject]:
    return list(read_objects(texts))


def test_the_items_of_a_list_come_before_the_list() -> None:
    one, other = namespace("shop"), namespace("data")

    assert objects(printed(one, other)) == [one, other, LIST]


def test_documents_may_follow_each_other() -> None:
    one, other = namespace("shop"), namespace("data")
    alone = json.dumps(other).encode()

    assert objects(printed(one) + printed() + alone) == [one, LIST, LIST, other]


def test_items_without_a_kind_have_that_of_the_list_before_them() -> None:
    text = b'{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a"}}]}'

    assert objects(text)[0] == {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}


def test_a_list_in_a_list_is_opened() -> None:
    one = namespace("shop")
    inner = {"apiVersion": "v1", "kind": "List", "items": [one]}

    assert objects(printed(inner))[0] == one


@given(st.lists(st.integers(0, 20_000), max_size=20), st.integers(0, 3))
def test_it_does_not_matter_where_a_text_is_cut(cuts: list[int], count: int) -> None:
    text = printed(*deployed("wäre-nett", {"app": "web"}, pods=count)) + b'{"kind":"A","n":123}'
    ends = [*sorted(cuts), len(text)]
    chunks = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    assert objects(*chunks) == objects(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_may_have_any_encoding_that_shells_write(encoding: str) -> None:
    text = json.dumps(namespace("shop", team="größe"), ensure_ascii=False)

    assert objects(text.encode(encoding)) == [namespace("shop", team="größe")]


def test_no_text_holds_no_object() -> None:
    assert objects() == objects(b"") == objects(b" \n\t") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"apiVersion: v1\nkind: List\n", "Line 1: this is not JSON, `{` is missing"),
        (b'{"items":[\n{}\n{}]}', "Line 3: this is not JSON, `,` is missing"),
        (b'{"items":[{},1]}', "an item of a list is no object"),
        (b'{"items":[{}', "the text ends too early"),
        (b'{"a":"b', "Unterminated string"),
        (b'{"a":1e999}', "a number is too large"),
        (b'{"a":NaN}', "NaN is no number"),
        (b'{"a":' + b"1" * 5000 + b"}", "integer string conversion"),
        (b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deep"),
        (b'{"a":"\xff"}', "it is no text"),
        (b"[]", "`{` is missing"),
        (b"{1:2}", "a key is no text"),
        (b'{"a":1 "b":2}', "`,` is missing"),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(text: bytes, said: str) -> None:
    with pytest.raises(InventoryError, match="kubectl get -A -o json") as refused:
        objects(text)
    assert said in str(refused.value)


def test_one_object_cannot_fill_the_memory() -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield b'{"items":[{"a":"'
        while True:
            taken += 1
            yield b"a" * 100_000

    with pytest.raises(InventoryTooLargeError, match="no object of up to 4 MB"):
        exhausted(read_objects(endless()))
    assert taken * 100_000 <= 3 * OBJECT_SIZE


def exhausted(found: Iterable[JsonObject]) -> None:
    for _ in found:
        pass
