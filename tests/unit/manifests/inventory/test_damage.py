"""Whatever an inventory is damaged to, it is read, or refused in a sentence."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edgewarden.manifests.inventory.cleaning import Cleaning
from edgewarden.manifests.inventory.errors import InventoryError
from edgewarden.manifests.inventory.reading import read_inventory
from tests.support.live_objects import printed
from tests.unit.manifests.inventory.test_cleaning import everything

OBJECTS = everything()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a document."""
    yield path
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    if isinstance(value, dict):
        return {**value, path[0]: replaced(value[path[0]], path[1:], by)}
    number = path[0]
    return [*value[:number], replaced(value[number], path[1:], by), *value[number + 1 :]]


PLACES = [(number, path) for number, each in enumerate(OBJECTS) for path in places(each) if path]


def taken(text: bytes) -> bytes | None:
    """The cleaned document; nothing for what is refused."""
    cleaning = Cleaning()
    try:
        cleaning.read([text])
        inventory, _ = cleaning.done()
        read_inventory([inventory.document], "prod")
    except InventoryError:
        return None
    return inventory.document


@given(st.sampled_from(PLACES), VALUES)
def test_an_object_of_another_form_is_read_or_refused(
    place: tuple[int, tuple[Any, ...]], value: Any
) -> None:
    number, path = place
    objects = [*OBJECTS]
    objects[number] = replaced(objects[number], path, value)

    document = taken(printed(*objects))

    if document is not None:
        assert taken(document) == document


@given(st.binary(max_size=20), st.integers(0, 3000), st.integers(0, 30))
def test_bytes_put_into_a_text_are_read_or_refused(added: bytes, start: int, lost: int) -> None:
    text = json.dumps({"items": OBJECTS[:3]}).encode()

    taken(text[:start] + added + text[start + lost :])
