"""Which paths a pattern stands for."""

import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.manifests.globs import Globs, glob_fault


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        (".", "a/b.yaml"),
        ("**", "a/b.yaml"),
        ("clusters/prod", "clusters/prod/web/policy.yaml"),
        ("clusters/prod/", "clusters/prod/policy.yaml"),
        ("./clusters/prod", "clusters/prod/policy.yaml"),
        ("clusters/*/policies", "clusters/prod/policies/a.yaml"),
        ("apps/web.yaml", "apps/web.yaml"),
        ("**/testdata/**", "testdata/a.yaml"),
        ("**/testdata/**", "a/b/testdata/c/d.yaml"),
        ("a/**/z", "a/z/x.yaml"),
        ("a/**/z", "a/b/c/z"),
        ("**/*.test.yaml", "web/policy.test.yaml"),
        ("team-?", "team-a/x.yaml"),
        ("a.b", "a.b/x.yaml"),
        ("new\nline", "new\nline/x.yaml"),
    ],
)
def test_a_pattern_matches_the_path_or_a_directory_above_it(pattern: str, path: str) -> None:
    assert Globs((pattern,)).matching([path]) == {path}
    assert Globs(("nothing", pattern)).match(path) == pattern


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("clusters/prod", "clusters/production/policy.yaml"),
        ("clusters/prod", "old/clusters/prod/policy.yaml"),
        ("clusters/*", "clusters"),
        ("*.yaml", "a/b.yaml"),
        ("a/*/z", "a/b/c/z/x.yaml"),
        ("a?c", "a/c"),
        ("a.b", "a-b/x.yaml"),
        ("**/testdata/**", "testdata-of-mine/a.yaml"),
        ("[ab]", "a/x.yaml"),
    ],
)
def test_a_pattern_matches_nothing_else(pattern: str, path: str) -> None:
    assert Globs((pattern,)).matching([path]) == frozenset()
    assert Globs((pattern,)).match(path) is None


def test_no_pattern_matches_nothing() -> None:
    assert Globs(()).matching(["a", ""]) == frozenset()


def reference(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """The same by plain recursion over names and characters."""

    @cache
    def names(at: int, place: int) -> bool:
        if at == len(pattern):
            return True
        if pattern[at] == "**":
            return names(at + 1, place) or (place < len(path) and names(at, place + 1))
        return place < len(path) and part(pattern[at], path[place]) and names(at + 1, place + 1)

    @cache
    def part(glob: str, name: str) -> bool:
        if not glob:
            return not name
        if glob[0] == "*":
            return part(glob[1:], name) or (bool(name) and part(glob, name[1:]))
        return bool(name) and glob[0] in {"?", name[0]} and part(glob[1:], name[1:])

    return names(0, 0)


parts = st.one_of(st.just("**"), st.text("ab*?", min_size=1, max_size=5))
patterns = st.lists(parts.filter(lambda part: part == "**" or "**" not in part), min_size=1)
paths = st.lists(st.text("ab\n", min_size=1, max_size=5), min_size=1, max_size=6)


@given(patterns, paths)
def test_a_pattern_means_what_its_stars_say(pattern: list[str], path: list[str]) -> None:
    matched = Globs(("/".join(pattern),)).match("/".join(path)) is not None
    assert matched == reference(tuple(pattern), tuple(path))


def test_no_pattern_takes_long() -> None:
    patterns = Globs(("**/a*b*c*d*e*f*g*/**/a*b*c*d/**/x*y*z",) * 10)
    path = "/".join(["abcabcabcdefgh" * 4] * 70)
    began = time.process_time()
    assert patterns.match(path) is None
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "pattern", ["", " ", "/etc", "../secret", "a/../b", "a\\b", "a**", "**.yaml", "x" * 201]
)
def test_what_stands_for_no_path_of_the_tree_is_a_fault(pattern: str) -> None:
    assert glob_fault(pattern)


@pytest.mark.parametrize("pattern", [".", "a", "a/b/", "**/x/**", "..a/b.."])
def test_what_stands_for_some_paths_is_none(pattern: str) -> None:
    assert glob_fault(pattern) == ""
