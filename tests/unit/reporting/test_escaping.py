import unicodedata
from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.reporting.escaping import clipped, code, prose, prose_between, visible
from tests.support.markdown import OURS, REFERENCE, Rendered, as_github, as_markdown_it

Render: TypeAlias = Callable[[str], Rendered]
Escape: TypeAlias = Callable[[str], str]

# fmt: off
FRAGMENTS = (
    "@everyone", "@acme/ops", "#1", "GH-7", "acme/shop#1", "acme/shop@5f2b10d5c3782dff",
    "5f2b10d5", "http://evil.example", "https://evil.example/?a=1", "www.evil.example",
    "ops@evil.example", "mailto:ops@evil.example", "![x](//evil)", "[x](//evil)",
    "<img src=//evil>", "<b>", "</details>", "<!-- edgewarden:review:shop -->", "<!--", "-->",
    "|", "\\", "\\|", "`", "``", "```", "~~~", "*", "**x**", "_x_", "~x~", "- ", "1. ", "# ",
    "> ", "\n", "\r\n", "\n\n    x", "\t", "\x00", "\x1b[31m", "\u202e", "\u2066", "\u200b",
    "\ufeff", "\u2028", "\xa0", "&#64;x", "&lt;", "&nbsp;", "\udc80", "$x$", ":tada:", "[^1]",
    "www", "www.", "www..", "shop", "db", " ", "  ", ".", ",", "(", ")", '"', "'", "!", "1", "12",
)
# fmt: on

hostile = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=8).map("".join)
renderers = pytest.mark.parametrize("render", [as_github, as_markdown_it])
placings = pytest.mark.parametrize(
    "placing",
    ["{}", "- {}", "**x:** {} tail", "| a | b |\n| --- | --- |\n| {} | last |", "<sub>{} x</sub>"],
)
escapes = pytest.mark.parametrize("escape", [code, prose])


@renderers
@placings
@escapes
@settings(deadline=None)
@given(text=hostile)
def test_hostile_text_links_mentions_and_builds_nothing(
    render: Render, placing: str, escape: Escape, text: str
) -> None:
    rendered = render(placing.format(escape(text)))

    assert rendered.addresses == []
    assert rendered.elements <= OURS
    assert rendered.comments == []
    assert not [part for part in rendered.plain if REFERENCE.search(part)]
    if placing.startswith("|"):
        assert rendered.cells == [2, 2]


@escapes
@settings(deadline=None)
@given(text=hostile)
def test_escaped_text_is_one_line_that_can_be_encoded(escape: Escape, text: str) -> None:
    escaped = escape(text)

    escaped.encode()
    assert len(escaped.splitlines()) <= 1
    assert not [c for c in escaped if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    assert "<!--" not in escaped


@renderers
@settings(deadline=None)
@given(name=st.from_regex(r"[a-z0-9]([-a-z0-9./]{0,40}[a-z0-9])?", fullmatch=True))
def test_an_ordinary_name_is_shown_unchanged_as_code(render: Render, name: str) -> None:
    assert render(code(name)).code == [name]


@settings(deadline=None)
@given(text=hostile)
def test_what_is_visible_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@renderers
def test_a_sentence_keeps_its_words_and_quotes_its_names(render: Render) -> None:
    rendered = render(prose("Policy shop/db (k8s/db.yaml:14) admits port 5432, AND/OR was meant."))

    assert rendered.code == ["shop/db", "k8s/db.yaml:14"]
    assert "".join(rendered.plain).strip() == "Policy  () admits port 5432, AND/OR was meant."


@renderers
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The key `kind`, twice.", ["kind"]),
        ("Says (`a b`).", ["a b"]),
        ("An `open end", ["`open"]),
        ("Not`one` token", ["Not`one`"]),
    ],
)
def test_what_a_sentence_quotes_already_is_not_quoted_twice(
    render: Render, text: str, shown: list[str]
) -> None:
    assert render(prose(text)).code == shown


@renderers
def test_a_piece_of_a_sentence_leaves_bare_what_joins_it_to_a_place_beside_it(
    render: Render,
) -> None:
    pieces = [prose_between(each) for each in ("See shop/db (", "), and (", ").")]

    rendered = render(code("a.yaml:1").join(pieces))

    assert rendered.code == ["shop/db", "a.yaml:1", "a.yaml:1"]
    assert "".join(rendered.plain).strip() == "See  (), and ()."


@renderers
@settings(deadline=None)
@given(before=hostile, after=hostile)
def test_hostile_pieces_around_a_place_build_nothing(
    render: Render, before: str, after: str
) -> None:
    link = "[`a.yaml:1`](https://forge.example/a)"
    rendered = render(f"- {prose_between(f'{before} (')}{link}{prose_between(f'). {after}')}")

    assert rendered.addresses == ["https://forge.example/a"]
    assert rendered.elements <= OURS
    assert not [part for part in rendered.plain if REFERENCE.search(part)]


@renderers
def test_a_number_at_the_beginning_begins_no_list(render: Render) -> None:
    assert render(prose("1. is the first.")).elements == {"p"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("a\u202eb", "a\\u202eb"),
        ("a\xa0b", "a\\xa0b"),
        ("a\udc80b", "a\\x80b"),
        ("a\U000e0001b", "a\\U000e0001b"),
        ("Bücher und 店", "Bücher und 店"),
    ],
)
def test_unseen_characters_are_written_as_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_name_without_characters_is_still_seen() -> None:
    assert code("") == '`""`'


def test_cut_text_ends_in_an_ellipsis() -> None:
    assert clipped("abcdef", 4) == "abc…"
    assert clipped("abcd", 4) == "abcd"
