import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edgewarden.adapters.directory import DirectoryError, DirectoryLimits, read_directory
from edgewarden.adapters.git.listing import ReadingLimits
from edgewarden.adapters.git.local import read_revisions
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.manifests.snapshot import Omission, Snapshot, without_feed
from tests.support.manifests import write
from tests.support.repositories import BareRepository, File, Link

RENDERER = ConfinedRenderer()


def omissions(snapshot: Snapshot) -> dict[str, Omission | None]:
    return {file.path: file.omission for file in snapshot.files}


def test_manifests_are_read_and_other_files_are_not(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"b.yml": "b", "a/c.yaml": "c", "d.json": "{}", "README.md": "x", ".git/config.yaml": "x"}
        | {"a/.sourceignore": "b"},
    )

    snapshot = read_directory(tmp_path)

    assert [file.path for file in snapshot.files] == [
        "a/.sourceignore",
        "a/c.yaml",
        "b.yml",
        "d.json",
    ]
    assert [file.content for file in snapshot.files] == [b"b", b"c", b"b", b"{}"]


def test_what_says_who_owns_files_is_read_beside_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a/b/OWNERS": "b", ".github/CODEOWNERS": "c", "x/CODEOWNERS": "no", "a/OWNERS.md": "no"}
        | {"OWNERS_ALIASES": "d", "a/x.yaml": "x"},
    )

    snapshot = read_directory(tmp_path)

    assert [file.path for file in snapshot.files] == ["a/x.yaml"]
    assert {file.path: file.content for file in snapshot.ownership} == {
        ".github/CODEOWNERS": b"c",
        "OWNERS_ALIASES": b"d",
        "a/b/OWNERS": b"b",
    }


def test_symbolic_links_are_told_and_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.yaml": "secret"})
    root = write(tmp_path / "root", {"a.yaml": "a"})
    (root / "link.yaml").symlink_to(outside / "secret.yaml")
    (root / "directory").symlink_to(outside, target_is_directory=True)
    (root / "loop").symlink_to(root, target_is_directory=True)

    snapshot = read_directory(root)

    assert omissions(snapshot) == {
        "a.yaml": None,
        "directory": Omission.SYMLINK,
        "link.yaml": Omission.SYMLINK,
        "loop": Omission.SYMLINK,
    }
    assert all(file.content is None for file in snapshot.files if file.omission)


def test_a_link_shows_whether_what_it_leads_to_changed(tmp_path: Path) -> None:
    root = write(tmp_path, {"v1/p.yaml": "one", "v2/p.yaml": "two", "extra.txt": "x"})
    (root / "extra.yaml").symlink_to("extra.txt")
    (root / "live").symlink_to("v1")

    before = digests(root)
    write(root, {"extra.txt": "y"})
    (root / "live").unlink()
    (root / "live").symlink_to("v2")
    after = digests(root)

    assert before["extra.yaml"] != after["extra.yaml"]
    assert before["live"] != after["live"]
    assert omissions(read_directory(root))["live"] is Omission.DIRECTORY_LINK


def digests(root: Path) -> dict[str, str]:
    return {file.path: file.digest for file in read_directory(root).files}


def test_the_directory_named_may_itself_be_a_link(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"a.yaml": "a"})
    (tmp_path / "link").symlink_to(root, target_is_directory=True)

    assert read_directory(tmp_path / "link") == read_directory(root)


def test_a_directory_leaves_out_the_files_that_a_repository_leaves_out(tmp_path: Path) -> None:
    bound = ReadingLimits().file_size
    root = write(tmp_path, {"a.yaml": "#" * bound, "b.yaml": "#" * (bound + 1)})

    assert omissions(read_directory(root)) == {"a.yaml": None, "b.yaml": Omission.TOO_LARGE}


def test_a_large_file_is_left_out_and_shows_whether_it_changed(tmp_path: Path) -> None:
    limits = DirectoryLimits(file_size=3)
    root = write(tmp_path, {"a.yaml": "abc", "b.yaml": "abcd"})

    before = read_directory(root, limits)
    write(root, {"b.yaml": "abce"})
    after = read_directory(root, limits)

    assert omissions(before) == {"a.yaml": None, "b.yaml": Omission.TOO_LARGE}
    assert before.files[0] == after.files[0]
    assert before.files[1].digest != after.files[1].digest


@pytest.mark.parametrize("limits", [DirectoryLimits(total_size=5), DirectoryLimits(entries=1)])
def test_more_than_can_be_read_is_an_error(tmp_path: Path, limits: DirectoryLimits) -> None:
    write(tmp_path, {"a.yaml": "abc", "b.yaml": "abc"})

    with pytest.raises(DirectoryError, match="holds more than"):
        read_directory(tmp_path, limits)


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")

    assert read_directory(tmp_path).files == ()


@contextmanager
def unprivileged() -> Iterator[None]:
    """Without the right of root to read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("below", [".", "deeper"])
def test_what_may_not_be_read_is_an_error_that_says_so(tmp_path: Path, below: str) -> None:
    write(tmp_path / "root" / "deeper", {"a.yaml": "a"})
    (tmp_path / "root").chmod(0)

    with unprivileged(), pytest.raises(DirectoryError, match=r"cannot be read \(Permission denied"):
        read_directory(tmp_path / "root" / below)


def test_a_directory_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="does not exist"):
        read_directory(tmp_path / "nowhere")


def test_a_directory_reads_as_the_same_tree_in_git(tmp_path: Path) -> None:
    files = {
        "a.yaml": "a",
        "chart/Chart.yaml": "name: x",
        "chart/templates/_helpers.tpl": "{{ x }}",
        "deploy/.sourceignore": "x",
        "notes.txt": "no",
        "program.jsonnet": "{}",
        "library.libsonnet": "{}",
        "ü.yaml": "u",
    }
    root = write(tmp_path / "root", files)
    (root / "link.yaml").symlink_to("a.yaml")
    (root / "charts").symlink_to("chart")
    (root / "byte\udcff.yaml").write_text("b", encoding="utf-8")
    repository = BareRepository.create(tmp_path / "git")
    tree: dict[bytes, File] = {os.fsencode(path): content for path, content in files.items()}
    tree |= {b"link.yaml": Link("a.yaml"), b"charts": Link("chart"), b"byte\xff.yaml": "b"}
    repository.commit("main", tree)

    by_git = read_revisions(repository.path, "main", "main", RENDERER).base
    by_directory = without_feed(read_directory(root))

    assert [(f.path, f.content, f.omission) for f in by_directory.files] == [
        (f.path, f.content, f.omission) for f in by_git.files
    ]
