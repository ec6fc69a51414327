import pytest

from edgewarden.manifests.mending.nesting import nest_selector
from tests.support.mending import lines, place, source, written


def nested(text: str, sought: str) -> str | None:
    return nest_selector(source(text), *place(text, sought))


@pytest.mark.parametrize("sought", ["podSelector", "matchLabels"])
def test_labels_beside_an_empty_selector_move_into_it(sought: str) -> None:
    text = lines("""
        - podSelector:
          matchLabels:
            app: web
            # and
          matchExpressions: []
        - podSelector: {}
        """)
    assert written(text, nested(text, sought)) == lines("""
        - podSelector:
            matchLabels:
              app: web
              # and
            matchExpressions: []
        - podSelector: {}
        """)


def test_labels_without_match_labels_get_it() -> None:
    text = "spec:\n  podSelector:\n    app: web  # ours\n    tier: a\n  ingress: []\n"
    assert written(text, nested(text, "app")) == (
        "spec:\n  podSelector:\n    matchLabels:\n      app: web  # ours\n      tier: a\n"
        "  ingress: []\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("podSelector: {app: web}\n", "podSelector: {matchLabels: {app: web}}\n"),
        ('{"podSelector": {"app": "web"}}', '{"podSelector": {"matchLabels": {"app": "web"}}}'),
    ],
)
def test_labels_in_braces_get_braces(text: str, expected: str) -> None:
    sought = '"app"' if text.startswith("{") else "app"
    assert written(text, nested(text, sought)) == expected


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        pytest.param("spec:\n  matchLabels: {a: b}\n", "matchLabels", id="no selector before"),
        pytest.param("podSelector: {}\nmatchLabels: {a: b}\n", "matchLabels", id="a full one"),
        pytest.param("podSelector:\n  app: {a: b}\n", "app", id="no labels"),
        pytest.param("labels:\n  app: web\n", "app", id="no selector"),
        pytest.param("podSelector: &x\n  app: web\n", "app", id="shared"),
    ],
)
def test_what_is_meant_otherwise_is_left_alone(text: str, sought: str) -> None:
    assert nested(text, sought) is None
