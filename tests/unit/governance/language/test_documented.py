"""docs/rule-language.md names everything that rules can speak of, and nothing else."""

import re
from pathlib import Path

import pytest

from edgewarden.governance.language.functions import FUNCTIONS
from edgewarden.governance.vocabulary.table import TYPES
from edgewarden.workflows.rule_tests import tried
from edgewarden.workflows.rulebook.rules import read_rule

PAGE = (Path(__file__).parents[4] / "docs" / "rule-language.md").read_text(encoding="utf-8")
EVERYWHERE = {"key", "text", "location", "about", "side", "remedy"}
"""Fields that the page explains once for all types."""

_TYPE = re.compile(r"^\*\*(\w+)\*\*: (.*?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
TOLD = dict(_TYPE.findall(PAGE))


def test_every_type_is_told() -> None:
    assert TOLD.keys() == TYPES.fields.keys()


@pytest.mark.parametrize("name", sorted(TYPES.fields))
def test_every_field_is_told(name: str) -> None:
    told = set(re.findall(r"`([a-z_]+)`", TOLD[name]))
    assert TYPES.fields[name].keys() - EVERYWHERE - told == set()


def test_every_function_is_told() -> None:
    told = set(re.findall(r"^\| `(\w+)\(", PAGE, re.MULTILINE))
    assert told == {each.name for each in FUNCTIONS}


def test_the_rule_on_the_page_is_one() -> None:
    (text,) = re.findall(r"```yaml\n(id: .*?)```", PAGE, re.DOTALL)
    rule = read_rule(text.encode(), "docs/rule-language.md")
    assert [each.fault for each in tried(rule, ())] == ["", ""]
