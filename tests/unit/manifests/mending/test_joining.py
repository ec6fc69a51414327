import pytest

from edgewarden.manifests.mending.joining import join_items
from tests.support.mending import lines, place, source, written

NS, PODS = "namespaceSelector", "podSelector"


def joined(text: str, one: str = NS, other: str = PODS) -> str | None:
    return join_items(source(text), place(text, one), place(text, other))


def test_the_later_of_two_neighbours_loses_its_dash_and_nothing_else() -> None:
    text = lines("""
        from:
          # production
          - namespaceSelector:   # by name
              matchLabels: {environment: prod}  # the last line

            # not just anybody
          - podSelector:
              matchLabels:
                app: frontend  # ours
        ports: [{port: 80}]
        """)
    assert written(text, joined(text)) == text.replace("- podSelector", "  podSelector")


@pytest.mark.parametrize("order", [(NS, PODS), (PODS, NS)])
def test_the_order_of_the_two_does_not_matter(order: tuple[str, str]) -> None:
    text = "to:\n- podSelector: {}\n- namespaceSelector: {}\n"
    assert written(text, joined(text, *order)) == text.replace("- name", "  name")


def test_an_item_further_down_moves_up_with_its_comment() -> None:
    text = lines("""
        - namespaceSelector:
            matchLabels: {a: b}
        - ipBlock: {cidr: 10.0.0.0/8}
        # ours
        -   podSelector:
                matchLabels:
                  c: d
        - ipBlock: {cidr: 192.0.2.0/24}
        """)
    assert written(text, joined(text)) == lines("""
        - namespaceSelector:
            matchLabels: {a: b}
        # ours
          podSelector:
              matchLabels:
                c: d
        - ipBlock: {cidr: 10.0.0.0/8}
        - ipBlock: {cidr: 192.0.2.0/24}
        """)


def test_a_wider_dash_of_the_first_shifts_the_second() -> None:
    text = "-   namespaceSelector: {}\n- podSelector:\n    matchLabels: {a: b}\n"
    assert written(text, joined(text)) == (
        "-   namespaceSelector: {}\n    podSelector:\n      matchLabels: {a: b}\n"
    )


def test_an_item_in_braces_becomes_lines_below_lines() -> None:
    text = "- namespaceSelector: {}\n- {podSelector: {matchLabels: {a: b}}}  # ours\n"
    assert written(text, joined(text, NS, "{pod")) == (
        "- namespaceSelector: {}\n  podSelector: {matchLabels: {a: b}}  # ours\n"
    )


def test_items_in_braces_become_one() -> None:
    text = "- {namespaceSelector: {}}  # any\n- {podSelector: {matchLabels: {a: b}}}\n- x: y\n"
    assert written(text, joined(text, "{name", "{pod")) == (
        "- {namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}  # any\n- x: y\n"
    )


def test_items_of_a_list_in_brackets_become_one() -> None:
    text = "from: [{namespaceSelector: {}}, {ipBlock: {}}, {podSelector: {}}, {ipBlock: {}}]\n"
    assert written(text, joined(text, "{name", "{pod")) == (
        "from: [{namespaceSelector: {}, podSelector: {}}, {ipBlock: {}}, {ipBlock: {}}]\n"
    )


def test_json_keeps_its_lines_and_its_tabs() -> None:
    text = '{"ports": [\n\t{\n\t\t"port": 80\n\t},\n\t{\n\t\t"protocol": "UDP"\n\t}\n]}'
    one, other = place(text, '{\n\t\t"port"'), place(text, '{\n\t\t"protocol"')
    assert written(text, join_items(source(text), one, other)) == (
        '{"ports": [\n\t{\n\t\t"port": 80,\n\t\t"protocol": "UDP"\n\t}\n]}'
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- namespaceSelector: {}\n-\n  podSelector: {}\n", id="dash on its own"),
        pytest.param("- namespaceSelector: {}\n- podSelector:\t{}\n", id="tab"),
        pytest.param("- namespaceSelector: {}\n  podSelector: {}\n- x: {}\n", id="one item"),
        pytest.param("a:\n- namespaceSelector: {}\nb:\n- podSelector: {}\n", id="two lists"),
        pytest.param(
            "- namespaceSelector: {}\n  x: 1\n- podSelector: {}\n  x: 1\n", id="a key of both"
        ),
    ],
)
def test_what_takes_more_than_moving_lines_is_left_alone(text: str) -> None:
    assert joined(text) is None


def test_an_item_that_has_a_name_stays_where_it_is() -> None:
    text = "- namespaceSelector: {}\n- &own\n  podSelector: {}\n"
    assert joined(text, other="&own") is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[{namespaceSelector: {}}, # c\n {podSelector: {}}]\n", id="in brackets"),
        pytest.param("- {namespaceSelector: {}}\n- {podSelector: {}} # c\n", id="behind braces"),
    ],
)
def test_no_comment_is_lost(text: str) -> None:
    assert joined(text, "{name", "{pod") is None


def test_what_an_alias_repeats_is_no_item_of_its_list() -> None:
    text = "own: &own\n  podSelector: {}\nfrom:\n- namespaceSelector: {}\n- *own\n"
    assert joined(text) is None
