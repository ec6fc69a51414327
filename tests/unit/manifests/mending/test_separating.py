import pytest

from edgewarden.manifests.mending.separating import separate
from tests.support.mending import source, written

FIRST = "apiVersion: v1\nkind: A\nmetadata: {name: a}\n"
SECOND = "# the other\n# one\napiVersion: v1\nkind: B\nmetadata: {name: b}\n"


def test_the_separator_goes_before_the_comments_of_the_next_object() -> None:
    text = FIRST + SECOND
    assert written(text, separate(source(text), 6, 1)) == f"{FIRST}---\n{SECOND}"


def test_each_further_object_gets_its_own() -> None:
    text = FIRST + SECOND + SECOND
    assert written(text, separate(source(text), 6, 1)) == f"{FIRST}---\n{SECOND}---\n{SECOND}"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        pytest.param(f"{FIRST}metadata: {{}}\n", 4, 1, id="no second type"),
        pytest.param("a:\n  kind: A\n  kind: B\n", 3, 3, id="inside a document"),
        pytest.param('{"kind": "A",\n"kind": "B"}', 2, 1, id="json"),
    ],
)
def test_a_key_that_is_only_repeated_begins_no_object(text: str, line: int, column: int) -> None:
    assert separate(source(text), line, column) is None
