"""Texts with values to be filled in."""

import pytest

from edgewarden.governance.language.expression import EvaluationError, ExpressionError, Language
from edgewarden.governance.language.template import Template
from edgewarden.governance.language.types import Types

TYPES = Types.of("Policy: name string, order int, labels map")
LANGUAGE = Language(TYPES, {"policy": "Policy"})


def filled(text: str, **fields: object) -> str:
    policy = TYPES.value("Policy", **fields)
    return Template.of(text, LANGUAGE).text(LANGUAGE.values({"policy": policy}))


def test_values_stand_where_their_expressions_stood() -> None:
    text = "Policy {policy.name} comes {policy.order + 1} times: {{really}}."
    assert filled(text, name="deny", order=1) == "Policy deny comes 2 times: {really}."


def test_a_name_that_is_no_unicode_is_spelled_out() -> None:
    assert filled("{policy.name}", name="a\udcff") == "a\\udcff"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("one\ntwo {policy.nme}", "2:12: Policy has no field 'nme'"),
        ("{policy.labels}", "1:2: this is map; write string or int or bool"),
        ("one } two", "1:5: a lone }; write }}"),
        ("one {two", "1:5: a lone {; write {{"),
    ],
)
def test_a_slip_is_refused_where_it_stands(text: str, fault: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        Template.of(text, LANGUAGE)
    assert str(refused.value).startswith(fault)


def test_a_value_that_is_not_there_is_an_error() -> None:
    with pytest.raises(EvaluationError):
        filled("{policy.labels['a']}")
