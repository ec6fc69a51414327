import pytest

from edgewarden.governance.checklist import ITEMS
from edgewarden.governance.checklist.reading import ChecklistError, parse_checklist
from tests.support.proposals import POLICIES

CHECKLIST = (POLICIES / "checklist.yaml").read_bytes()


def errors(checklist: bytes) -> tuple[str, ...]:
    with pytest.raises(ChecklistError) as caught:
        parse_checklist(checklist)
    return caught.value.errors


def test_the_shipped_checklist_names_every_item_once() -> None:
    items = parse_checklist(CHECKLIST)
    assert [item.id for item in items] == list(ITEMS)
    assert all(item.title and item.criterion for item in items)


def test_every_error_is_told_at_once() -> None:
    told = "\n".join(errors(CHECKLIST.replace(b"id: ports", b"id: direction")))
    assert "checklist item 'direction' is stated 2 times" in told
    assert "checklist.yaml: checklist item 'ports' is missing" in told


@pytest.mark.parametrize(
    ("checklist", "expected"),
    [
        (b"", "a mapping with checklist is needed"),
        (b"[]", "a mapping with checklist is needed"),
        (b"checklist: {}", "a list under 'checklist' is needed"),
        (b"checklist: [text]", "a mapping with id, title"),
        (b"checklist: [{id: [1]}]", "id has to be a text"),
        (b"checklist: [", "not readable as YAML"),
        (b"\xff\xfe\xff", "not readable as YAML"),
        (CHECKLIST.replace(b"id: ports", b"id: harbours"), "there is no checklist item 'harbours'"),
        (CHECKLIST + b"extra: 1\n", "unknown field 'extra'"),
    ],
)
def test_a_file_that_says_something_else_is_refused(checklist: bytes, expected: str) -> None:
    assert any(expected in error for error in errors(checklist)), errors(checklist)
