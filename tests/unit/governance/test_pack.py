import pytest

from edgewarden.governance.checklist import ITEMS
from edgewarden.governance.findings import Enforcement, Severity
from edgewarden.governance.pack import PackError, parse_pack
from edgewarden.governance.rules import JUDGES
from tests.support.proposals import POLICIES, shipped_pack

RULES = (POLICIES / "rules.yaml").read_bytes()
CHECKLIST = (POLICIES / "checklist.yaml").read_bytes()


def errors(rules: bytes = RULES, checklist: bytes = CHECKLIST) -> tuple[str, ...]:
    with pytest.raises(PackError) as caught:
        parse_pack(rules, checklist)
    return caught.value.errors


def test_the_shipped_pack_names_every_rule_and_item_once() -> None:
    pack = shipped_pack()
    assert {rule.id for rule in pack.rules} == set(JUDGES)
    assert [item.id for item in pack.checklist] == list(ITEMS)
    assert all(item.title and item.criterion for item in pack.checklist)


def test_the_shipped_rules_ask_for_attention_and_block_nothing() -> None:
    assert {rule.enforcement for rule in shipped_pack().rules} == {Enforcement.WARN}


def test_terms_are_what_the_file_says() -> None:
    rules = RULES.replace(b"enforcement: warn", b"enforcement: deny", 1)
    terms = parse_pack(rules, CHECKLIST).rules[0]
    assert (terms.id, terms.severity, terms.enforcement) == (
        "allow-all",
        Severity.HIGH,
        Enforcement.DENY,
    )


def test_the_digest_names_the_bytes() -> None:
    assert shipped_pack().digest == parse_pack(RULES, CHECKLIST).digest
    assert shipped_pack().digest != parse_pack(RULES + b"\n", CHECKLIST).digest
    assert shipped_pack().digest != parse_pack(RULES, CHECKLIST + b"\n").digest


def test_every_error_of_both_files_is_told_at_once() -> None:
    rules = (
        RULES.replace(b"severity: high", b"severity: hgih", 1)
        .replace(b"enforcement: warn", b"enforcement: perhaps", 1)
        .replace(b"    title: OR where", b"    colour: red\n    title: OR where")
        .replace(b"checklist_item: dns", b"checklist_item: names")
    )
    checklist = CHECKLIST.replace(b"id: ports", b"id: direction")
    told = "\n".join(errors(rules, checklist))
    for expected in (
        "rules.yaml:7: unknown severity 'hgih'; use one of low, medium, high, critical",
        "rules.yaml:7: unknown enforcement 'perhaps'; use one of deny, warn, audit",
        "unknown field 'colour'",
        "checklist_item 'names' is none of the items",
        "checklist item 'direction' is stated 2 times",
        "checklist.yaml: checklist item 'ports' is missing",
    ):
        assert expected in told


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (b"", "a mapping with rules is needed"),
        (b"[]", "a mapping with rules is needed"),
        (b"rules: {}", "a list under 'rules' is needed"),
        (b"rules: [text]", "a mapping with id, title"),
        (b"rules: [{id: [1]}]", "id has to be a text"),
        (b"rules: [", "not readable as YAML"),
        (b"\xff\xfe\xff", "not readable as YAML"),
        (b"!!python/object:os.system {}", "a list under 'rules' is needed"),
        (RULES.replace(b"id: allow-all", b"id: allow-most"), "there is no rule 'allow-most'"),
        (RULES.replace(b"id: allow-all", b"id: or-where-and"), "'or-where-and' is stated 2 times"),
        (RULES.replace(b"id: allow-all", b"id:"), "id is empty"),
        (RULES.replace(b"    severity: medium\n", b""), "severity is missing"),
        (
            RULES.replace(b"    severity: medium\n", b"    severity: low\n    severity: high\n"),
            "field 'severity' is repeated",
        ),
        (RULES + b"extra: 1\n", "unknown field 'extra'"),
    ],
)
def test_a_file_that_says_something_else_is_refused(rules: bytes, expected: str) -> None:
    assert any(expected in error for error in errors(rules)), errors(rules)
