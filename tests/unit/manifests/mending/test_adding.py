import json

import pytest

from edgewarden.manifests.mending.adding import add_item
from tests.support.mending import lines, place, source, written

RULE = {"to": [{"podSelector": {}}], "ports": [{"protocol": "UDP", "port": 53}]}
BLOCK = "- to:\n  - podSelector: {}\n  ports:\n  - protocol: UDP\n    port: 53\n"


def added(text: str, key: str = "egress", item: str | dict[str, object] = RULE) -> str | None:
    return add_item(source(text), *place(text, "kind"), key, item)


def test_a_rule_goes_behind_the_others_at_their_indentation() -> None:
    text = lines("""
        kind: NetworkPolicy
        spec:
          egress:
          - to: []  # the last rule
          # what follows
          policyTypes: [Egress]
        """)
    rule = "".join(f"  {line}\n" for line in BLOCK.splitlines())
    expected = text.replace("rule\n", f"rule\n{rule}")
    assert written(text, added(text)) == expected


def test_lists_are_indented_as_the_first_of_the_file_is() -> None:
    text = "kind: A\nspec:\n    policyTypes:\n      - Egress\n    egress: []  # nothing\n"
    assert written(text, added(text)) == text.replace(
        "egress: []  # nothing\n",
        "egress:  # nothing\n"
        "      - to:\n          - podSelector: {}\n"
        "        ports:\n          - protocol: UDP\n            port: 53\n",
    )


@pytest.mark.parametrize("nothing", ["", " null", " ~", " []"])
def test_nothing_makes_room_for_the_first_rule(nothing: str) -> None:
    text = f"kind: A\nspec:\n  egress:{nothing}\n  podSelector: {{}}\n"
    rule = "".join(f"  {line}\n" for line in BLOCK.splitlines())
    assert written(text, added(text)) == f"kind: A\nspec:\n  egress:\n{rule}  podSelector: {{}}\n"


def test_a_list_that_is_not_there_is_made_at_the_end_of_the_document() -> None:
    text = "kind: A\nspec:\n  podSelector: {}\n---\nkind: B\n"
    rule = "".join(f"  {line}\n" for line in BLOCK.splitlines())
    assert written(text, added(text)) == (
        f"kind: A\nspec:\n  podSelector: {{}}\n  egress:\n{rule}---\nkind: B\n"
    )


def test_a_file_may_end_without_a_line_feed() -> None:
    text = "kind: A\nspec:\n  podSelector: {}"
    edited = written(text, added(text))
    assert edited.endswith("    port: 53")


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "A", "spec": {"egress": []}}',
        '{"kind": "A", "spec": {"egress": null}}',
        '{"kind": "A", "spec": {"egress": [{"to": []}]}}',
        '{"kind": "A", "spec": {"podSelector": {}}}',
        '{\n\t"kind": "A",\n\t"spec": {\n\t\t"egress": [\n\t\t\t{}\n\t\t]\n\t}\n}\n',
    ],
)
def test_json_gets_the_rule_and_keeps_the_rest(text: str) -> None:
    before = json.loads(text)
    edited = add_item(source(text), 1, 1, "egress", RULE)
    after = json.loads(written(text, edited))
    assert after["spec"].pop("egress") == [*(before["spec"].pop("egress", None) or []), RULE]
    assert after == before


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ("[Ingress]", "[Ingress, Egress]"),
        ('["Ingress"]', '["Ingress", "Egress"]'),
        ("['Ingress',]", "['Ingress', 'Egress',]"),
        ("\n  - Ingress  # in", "\n  - Ingress  # in\n  - Egress"),
        ("\n    -   'Ingress'", "\n    -   'Ingress'\n    -   'Egress'"),
    ],
)
def test_a_type_looks_like_the_one_before_it(types: str, expected: str) -> None:
    text = f"kind: A\nspec:\n  policyTypes: {types}\n  podSelector: {{}}\n"
    assert written(text, added(text, "policyTypes", "Egress")) == text.replace(types, expected)


@pytest.mark.parametrize(
    "spec",
    [
        "&all\n  egress: []",
        "\n  egress: &none []",
        "\n  <<: *other\n  podSelector: {}",
        "\n  egress: a text",
    ],
)
def test_what_others_share_is_left_alone(spec: str) -> None:
    text = f"other: &other {{a: b}}\nkind: A\nspec: {spec}\n"
    assert add_item(source(text), 1, 1, "egress", RULE) is None
