"""What an organisation writes into its checklist counts, and nothing is lost by a slip."""

import json
import re

import pytest
import yaml
from jsonschema import Draft202012Validator

from edgewarden.governance.checklist import ITEMS, LEFT_TO_PEOPLE
from edgewarden.governance.findings import ChecklistTerms
from edgewarden.governance.sign_offs import Manual, Signers
from edgewarden.workflows.rulebook.checklist import read_checklist
from edgewarden.workflows.rulebook.checklist_form import checklist_schema
from edgewarden.workflows.rulebook.faults import RulebookError
from tests.support.proposals import POLICIES, shipped_pack

PATH = "network/checklist.yaml"
SHIPPED = (POLICIES / "checklist.yaml").read_bytes()
PACK = shipped_pack()
WINDOW = """\
  - id: change-window
    title: In the change window
    criterion: Changes to payments land on Tuesdays.
    manual:
      question: >-
        When is it
        rolled out?
      signed_by: {role: admin, teams: [payments]}
"""


def read(text: str) -> dict[str, ChecklistTerms]:
    """An organisation's file on top of what is shipped."""
    items = read_checklist({PATH: f"checklist:\n{text}".encode()}, PACK.rules, PACK.checklist)
    return {item.id: item for item in items}


def faults(content: bytes, *, on_top: bool = True) -> list[str]:
    with pytest.raises(RulebookError) as caught:
        read_checklist({PATH: content}, PACK.rules, PACK.checklist if on_top else ())
    return [str(each).removeprefix(f"{PATH}:") for each in caught.value.faults]


def test_the_shipped_checklist_has_every_item_in_its_order() -> None:
    assert [item.id for item in PACK.checklist] == list(ITEMS)
    assert all(item.title and item.criterion for item in PACK.checklist)
    assert {item.id for item in PACK.checklist if item.manual is not None} == LEFT_TO_PEOPLE


def test_an_item_is_added_behind_those_that_are_there() -> None:
    items = read(WINDOW)
    assert list(items) == [*ITEMS, "change-window"]
    assert items["change-window"] == ChecklistTerms(
        "change-window",
        "In the change window",
        "Changes to payments land on Tuesdays.",
        manual=Manual("When is it rolled out?", Signers("admin", ("payments",))),
    )


def test_an_item_that_is_worded_anew_keeps_what_the_file_does_not_say() -> None:
    before = {item.id: item for item in PACK.checklist}["tests"]
    item = read("  - {id: tests, title: Tried in staging}\n")["tests"]
    assert (item.title, item.criterion, item.manual) == (
        "Tried in staging",
        before.criterion,
        before.manual,
    )


def test_who_may_sign_is_an_operator_where_the_file_does_not_say() -> None:
    item = read("  - {id: tests, manual: {question: Tried?}}\n")["tests"]
    assert item.manual == Manual("Tried?", Signers("operator"))


def test_a_rule_is_bound_by_any_id_that_it_ever_had() -> None:
    rule = PACK.rules[0]
    names = ", ".join((rule.id, *rule.aliases))
    item = read(f"  - {{id: own, title: Own, criterion: Own., rules: [{names}]}}\n")["own"]
    assert set(item.rules) == {rule.id}


def test_all_that_is_wrong_is_told_at_its_place() -> None:
    told = faults(
        b"""\
checklist:
  - id: dns
    manual: {question: Does it resolve?}
  - id: own
    rules: [or-where-and, no-such-rule]
  - id: bare
    title: Bare
    criterion: Nothing says when.
  - id: own
    title: Twice
    criterion: Twice.
    manual: {question: Sure?}
"""
    )
    assert [each.partition(". ")[0] for each in told] == [
        "3:13: The item dns is answered from the change: nobody is asked",
        "5:27: There is no rule no-such-rule",
        "6:5: Nothing answers the item bare",
        "9:9: A second item is called own, after line 4",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "1:1: The checklist is empty."),
        (b"[]", "1:1: This is no checklist."),
        (b"checklist: {}", "1:12: `checklist`: write a list."),
        (b"checklist: [", "This is not YAML"),
        (b"\xff\xfe\xff", "is no text in UTF-8"),
        (b"checklist: [{id: Own Item}]", "1:18: `checklist[0].id`: 'Own Item' is no id"),
        (b"checklist: [{id: tests, titel: x}]", "did you mean `title`?"),
        (b"checklist: [{id: tests, title: ' '}]", "it is blank: write something"),
        (b"checklist: [{id: own, title: a, criterion: b, manual: {}}]", "question` is missing"),
        (
            b"checklist: [{id: tests, manual: {question: a, signed_by: {}}}]",
            "name a `role` or `teams`",
        ),
        (
            b"checklist: [{id: tests, manual: {question: a, signed_by: {role: boss}}}]",
            "'reader', 'operator' or 'admin'",
        ),
        (b"checklist: [{id: own}]", "The item own is new and has no `title`."),
    ],
)
def test_a_file_that_says_something_else_is_refused(content: bytes, told: str) -> None:
    assert any(told in each for each in faults(content)), faults(content)


def test_no_item_is_left_out_of_the_shipped_file() -> None:
    without = SHIPPED.replace(b"id: ports", b"id: harbours")
    told = faults(without, on_top=False)
    assert any("Nothing answers the item harbours." in each for each in told)
    assert any("The item ports is missing. Put it back: none is left out." in each for each in told)


def test_an_item_that_is_left_to_a_person_asks_somebody() -> None:
    written = yaml.safe_load(SHIPPED)
    for item in written["checklist"]:
        item.pop("manual", None)
    told = faults(yaml.safe_dump(written).encode(), on_top=False)
    assert len(told) == len(LEFT_TO_PEOPLE)
    assert all("is left to a person, and nobody is asked" in each for each in told)


def test_the_published_schema_is_that_of_the_code_and_fits_what_is_shipped() -> None:
    path = POLICIES.parent / "docs" / "schemas" / "checklist.schema.json"
    published = path.read_text(encoding="utf-8")
    assert published == checklist_schema()
    Draft202012Validator(json.loads(published)).validate(yaml.safe_load(SHIPPED))


def test_the_papers_example_is_sound() -> None:
    paper = (POLICIES.parent / "docs" / "checklist.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", paper, re.DOTALL)
    items = {i.id: i for i in read_checklist({PATH: example.encode()}, PACK.rules, PACK.checklist)}
    own = items["data-owner"]
    assert own.rules == ("open-from-everywhere",)
    assert own.manual is not None
    assert own.manual.signers == Signers("reader", ("data",))
    assert items["tests"].title == "Connectivity is tested"
