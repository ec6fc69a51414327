"""Which files of a repository say who owns what, and which of them are read for a change."""

from pathlib import Path

import pytest

from edgewarden.adapters.cache.entries import Entries
from edgewarden.adapters.cache.readings import ReadingCache
from edgewarden.adapters.git.listing import ReadingLimits
from edgewarden.adapters.git.local import read_revisions
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.manifests.snapshot import Omission
from tests.support.repositories import BareRepository, File, Link

RENDERER = ConfinedRenderer()
OWNED: dict[str, File] = {
    "CODEOWNERS": "* @ada",
    "OWNERS": "root",
    "a/OWNERS": "a",
    "a/b/OWNERS": "b",
    "c/OWNERS": "c",
    "a/b/x.yaml": "x: 1\n",
    "c/y.yaml": "y: 1\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> BareRepository:
    return BareRepository.create(tmp_path / "shop.git")


def read(
    repository: BareRepository,
    base: dict[str, File],
    head: dict[str, File],
    limits: ReadingLimits | None = None,
) -> dict[str, bytes | Omission | None]:
    """The bytes of each file, or why there are none."""
    first = repository.commit("main", base)
    second = repository.commit("topic", head, first)
    pair = read_revisions(repository.path, first, second, RENDERER, limits)
    return {file.path: file.content or file.omission for file in pair.base.ownership}


def test_those_above_what_changes_are_read_and_the_others_are_only_there(
    repository: BareRepository,
) -> None:
    assert read(repository, OWNED, {**OWNED, "a/b/x.yaml": "x: 2\n"}) == {
        "CODEOWNERS": b"* @ada",
        "OWNERS": b"root",
        "a/OWNERS": b"a",
        "a/b/OWNERS": b"b",
        "c/OWNERS": Omission.NOT_A_MANIFEST,
    }


def test_a_file_that_goes_is_owned_as_well(repository: BareRepository) -> None:
    head = {path: content for path, content in OWNED.items() if path != "c/y.yaml"}
    assert read(repository, OWNED, head)["c/OWNERS"] == b"c"


def test_the_heads_word_on_owners_is_not_read(repository: BareRepository) -> None:
    head = {**OWNED, "CODEOWNERS": "* @mallory", "a/b/c/OWNERS": "mallory", "a/b/c/z.yaml": "z"}
    found = read(repository, OWNED, head)
    assert found["CODEOWNERS"] == b"* @ada"
    assert "a/b/c/OWNERS" not in found


def test_where_something_is_rendered_all_are_read(repository: BareRepository) -> None:
    rendered: dict[str, File] = {**OWNED, "k/kustomization.yaml": "resources: []\n"}
    found = read(repository, rendered, {**rendered, "a/b/x.yaml": "x: 2\n"})
    assert found["c/OWNERS"] == b"c"


def test_a_file_that_is_too_large_is_told_and_a_link_is_none(repository: BareRepository) -> None:
    base: dict[str, File] = {
        "CODEOWNERS": "#" * 200,
        "OWNERS": Link("a/OWNERS"),
        "a.yaml": "a: 1\n",
    }
    found = read(repository, base, {**base, "a.yaml": "a: 2\n"}, ReadingLimits(file_size=100))
    assert found == {"CODEOWNERS": Omission.TOO_LARGE}


def test_they_are_read_where_nothing_else_of_the_base_is(
    repository: BareRepository, tmp_path: Path
) -> None:
    first = repository.commit("main", OWNED)
    second = repository.commit("topic", {**OWNED, "a/b/x.yaml": "x: 2\n"}, first)
    readings = ReadingCache(Entries(tmp_path / "cache", 1 << 24))
    cold, warm = (
        read_revisions(repository.path, first, second, RENDERER, readings=readings) for _ in "12"
    )
    assert [file.omission for file in warm.base.files] == [Omission.KNOWN] * 2
    assert warm.base.ownership == cold.base.ownership
