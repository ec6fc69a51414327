"""Rule files are refused whole, with everything that is wrong at its place."""

import pytest

from edgewarden.governance.rules.terms import RuleScope
from edgewarden.workflows.forms.fault import FormError
from edgewarden.workflows.rulebook.faults import RulebookError
from edgewarden.workflows.rulebook.rules import read_rule, read_rules
from tests.unit.cli.test_rules import RULE


def faults(text: str) -> list[str]:
    with pytest.raises(FormError) as caught:
        read_rule(text.encode(), "own.yaml")
    return [f"{each.line}:{each.column}: {each.message}" for each in caught.value.faults]


def test_a_rule_is_what_its_file_says() -> None:
    rule = read_rule(RULE.encode(), "own.yaml")
    assert (rule.terms.id, rule.terms.scope) == ("own-rule", RuleScope.POLICY)
    assert [test.name for test in rule.tests] == ["bad", "good"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            'policy.name != "bad"',
            "policy.nam != 'bad'",
            "6:15: `assert`: Policy has no field 'nam'",
        ),
        (
            'policy.name != "bad"',
            "policy.name + 1 == 2",
            "6:21: `assert`: `+` does not take (string, int)",
        ),
        ('policy.name != "bad"', "policy.name", "6:9: `assert`: this is string; write bool"),
        (
            'policy.name != "bad"',
            "'edge.opened'",
            "6:14: `assert`: nothing is called 'edge' here",
        ),
        (
            'policy.name != "bad"',
            "|\n  true\n  && polcy.x == 1",
            "8:11: `assert`: nothing is called 'polcy' here",
        ),
        ("{policy.text}", "{policy.txt}", "8:24: `message`: Policy has no field 'txt'"),
        ("{policy.text}", "{", "`message`: a lone {; write {{"),
        ("key: policy.name", "key: policy.rules", "`key`: this is []Rule; write string"),
        ("key: policy.name", "each: {rule: policy.pods}", "`each`: this is Selector; write a list"),
        ("key: policy.name", "each: {policy: policy.rules}", "policy is something else here"),
        (
            "key: policy.name",
            "each: {a: '[1]', b: '[2]'}",
            "7:7: `each`: write one name in small letters",
        ),
        ("severity: low", "severity: lowest", "3:11: `severity`: write 'low', 'medium', 'high'"),
        ("enforcement: deny", "enforcement: block", "4:14: `enforcement`: write"),
        ("scope: policy", "scope: pod", "5:8: `scope`: write"),
        ("scope: policy", "colour: red\nscope: policy", "There is no key `colour`"),
        ("id: own-rule", "id: Own Rule", "'Own Rule' is no id of a rule"),
        ("title: A policy called bad\n", "", "`title` is missing."),
        (
            "    finds: []\n",
            "    finds: [x]\n",
            "12:3: `tests`: write at least one test that finds",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, fault: str) -> None:
    assert old in RULE
    told = faults(RULE.replace(old, new, 1))
    assert any(fault in each for each in told), told


def test_all_texts_that_mean_nothing_are_told_at_once() -> None:
    wrong = RULE.replace('policy.name != "bad"', "x").replace("{policy.text}", "{y}")
    assert len(faults(wrong)) == 2


def test_all_files_are_told_at_once_and_no_name_is_taken_twice() -> None:
    with pytest.raises(RulebookError) as caught:
        read_rules({"a.yaml": RULE.encode(), "b.yaml": RULE.encode(), "c.yaml": b"id: 1"})
    told = str(caught.value)
    assert "b.yaml:1:1: A second rule is called own-rule, besides a.yaml." in told
    assert "c.yaml:1:5: `id`: write a text" in told


def test_an_id_of_the_past_is_taken_too() -> None:
    other = RULE.replace("id: own-rule", "id: other\naliases: [own-rule]")
    with pytest.raises(RulebookError, match="A second rule is called own-rule"):
        read_rules({"a.yaml": RULE.encode(), "b.yaml": other.encode()})


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b"id: [", b"a: &a [*a]"])
def test_what_is_no_rule_at_all_is_refused(content: bytes) -> None:
    with pytest.raises(FormError):
        read_rule(content, "own.yaml")
