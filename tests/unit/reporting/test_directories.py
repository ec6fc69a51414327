"""Many directories in few words."""

import pytest

from edgewarden.reporting.directories import hosts, rolled_up


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({".": 3}, "."),
        ({"a": 1, "b/c": 2}, "a, b/c"),
        ({f"live/n{n}": 2 for n in range(9)}, "live (18 in 9 directories)"),
        (
            {f"live/{place}/n{n}": 1 for place in ("eu", "us") for n in range(6)} | {"dev/x": 1},
            "dev/x, live/eu (6 in 6 directories), live/us (6 in 6 directories)",
        ),
        (
            {f"t{n}": n for n in range(7)} | {"t3/deep": 9},
            "t3 (12 in 2 directories), t6, t5, t4, t2 and 2 more",
        ),
    ],
)
def test_directories_are_rolled_up_as_far_as_few_words_go(
    counts: dict[str, int], text: str
) -> None:
    assert rolled_up(counts) == text


@pytest.mark.parametrize(
    ("directories", "found"),
    [
        (["a/one.example.org/x", "a/two.example.org"], ("a/one.example.org", "a/two.example.org")),
        (["a/one.example.org/x", "a/one.example.org/y", "b/two.example.org"], ()),
        (["a/v1.2", "a/v1.3"], ()),
    ],
)
def test_hosts_are_told_by_their_names_where_some_stand_beside_each_other(
    directories: list[str], found: tuple[str, ...]
) -> None:
    assert hosts(directories) == found
