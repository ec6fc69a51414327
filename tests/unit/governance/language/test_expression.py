"""Expressions over typed values: what they mean, what is refused when they are read, what fails."""

import pytest

from edgewarden.governance.language.expression import (
    EvaluationError,
    Expression,
    ExpressionError,
    Language,
)
from edgewarden.governance.language.functions import FUNCTIONS
from edgewarden.governance.language.types import Types

TYPES = Types.of("""\
Peer: kind string, labels map
Policy: name string, order int, dead bool, peers []Peer, first Peer, texts []string""")
LANGUAGE = Language(TYPES, {"policy": "Policy", "words": "[]string"}, FUNCTIONS)


def compiled(text: str, kind: str = "bool") -> Expression:
    return LANGUAGE.compile(text, kind)


def value(text: str, kind: str = "bool") -> object:
    peers = [TYPES.value("Peer", kind=kind, labels={"app": kind}) for kind in ("pods", "block")]
    policy = TYPES.value("Policy", name="deny", order=3, peers=peers, first=peers[0])
    values = LANGUAGE.values({"policy": policy, "words": ["a", "b"]})
    return compiled(text, kind).evaluate(values)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("policy.name == 'deny'", "bool", True),
        ("policy.peers.exists(p, p.kind == 'block')", "bool", True),
        ("policy.peers.map(p, p.labels['app']).join(' and ')", "string", "pods and block"),
        ("policy.texts.size() + policy.order", "int", 3),
        ("policy.dead || !has(policy.first)", "bool", False),
        ("cel.bind(n, policy.name, n + n)", "string", "denydeny"),
        ("'%s: %d'.format([policy.name, policy.order])", "string", "deny: 3"),
        ("words", "[]string", ["a", "b"]),
        ("cidrContains('10.0.0.0/8', '10.1.2.0/24')", "bool", True),
        ("cidrContains('10.1.2.0/24', '10.0.0.0/8')", "bool", False),
        ("cidrContains('10.0.0.0/8', 'fd00::/8')", "bool", False),
        ("cidrOverlaps('10.0.0.0/9', '10.0.0.0/24')", "bool", True),
        ("cidrOverlaps('10.0.0.0/9', '10.128.0.0/9')", "bool", False),
        ("cidrIsPrivate('192.168.4.0/24')", "bool", True),
        ("cidrIsPrivate('192.0.0.0/8')", "bool", False),
        ("labelPrefix('platform.example.com/zone')", "string", "platform.example.com"),
        ("labelPrefix('zone')", "string", ""),
        ("crosses(['a'], ['b'])", "bool", True),
        ("crosses(['a', 'b'], ['a'])", "bool", True),
        ("crosses(['a'], ['any'])", "bool", True),
        ("crosses(['a'], ['a'])", "bool", False),
        ("crosses(['a', 'none'], ['a', 'none'])", "bool", False),
        ("crosses(['none'], ['any'])", "bool", False),
        ("globMatches('team-a-prod', 'team-*-prod')", "bool", True),
        ("globMatches('a[1]', 'a[1]')", "bool", True),
        ("globMatches('Team', 'team')", "bool", False),
    ],
)
def test_an_expression_has_a_value(text: str, kind: str, expected: object) -> None:
    assert value(text, kind) == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("policy.nme == 'x'", "1:7: Policy has no field 'nme'"),
        ("polcy.name == 'x'", "1:6: nothing is called 'polcy' here"),
        ("true &&\n  policy.order == 'x'", "2:16: `==` does not take (int, string)"),
        ("cidrContains('10.0.0.0/8')", "1:13: `cidrContains` does not take these"),
        ("policy.name", "1:1: this is string; write bool"),
        ("policy.peers", "1:1: this is []Peer; write bool"),
        ("policy.name ==", "1:15: syntax error: mismatched input '<EOF>'"),
        ("", "1:1: syntax error: mismatched input '<EOF>'"),
    ],
)
def test_a_slip_is_refused_where_it_stands_before_anything_is_judged(text: str, fault: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        compiled(text)
    assert str(refused.value).startswith(fault)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("policy.nme == 'x'", "Did you mean `name`? Its: name, order, dead, peers, first, texts."),
        ("polcy.name == 'x'", "Did you mean `policy`? Known here: policy, words."),
        ("policy.name.startswith('x')", "Did you mean `startsWith`? Known here: policy, words."),
        ("cidrContains('10.0.0.0/8')", "Write cidrContains(string, string)."),
        ("'x' in policy.name", "Write `text.contains('part')` for a part of a text."),
        (
            "policy.name = 'x'",
            "Expressions are CEL: write ==, !=, &&, || and !, and texts in quotes.",
        ),
        (
            "policy.dead and true",
            "Expressions are CEL: write ==, !=, &&, || and !, and texts in quotes.",
        ),
        ("policy.name == 1", ""),
    ],
)
def test_a_slip_comes_with_what_to_write_instead(text: str, remedy: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        compiled(text)
    assert refused.value.remedy == remedy


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("policy.peers[7].kind == 'x'", "Index error: index=7 size=2"),
        ("policy.peers[0].labels['zone'] == 'x'", 'Key not found in map : "zone"'),
        ("1 / (policy.order - 3) == 1", "divide by zero"),
        ("cidrContains(policy.name, '10.0.0.0/8')", "'deny' is no address range"),
        ("dyn(policy.name) + 1 == 2", "No matching overloads found : _+_(string, int64)"),
    ],
)
def test_what_has_no_value_is_an_error_and_never_false(text: str, reason: str) -> None:
    with pytest.raises(EvaluationError) as failed:
        value(text)
    assert str(failed.value) == reason


def test_an_expression_that_explodes_meets_its_budget() -> None:
    every = f"[{','.join('1' * 400)}]"
    with pytest.raises(EvaluationError, match="Iteration budget exceeded"):
        value(f"{every}.all(a, {every}.all(b, {every}.all(c, a == b)))")
