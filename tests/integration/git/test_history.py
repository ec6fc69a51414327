"""The merged history of a branch, read out of real repositories."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from edgewarden.adapters.git.history import GitHistory
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.workflows.ports import GitError
from tests.support.manifests import ingress_policy
from tests.support.repositories import BareRepository, Files, Link, git_environment

POLICY = {"db.yaml": ingress_policy("db", "db", "web", 5432)}
OTHER = {"db.yaml": ingress_policy("db", "db", "web", 1)}


@pytest.fixture
def repository(tmp_path: Path) -> BareRepository:
    return BareRepository.create(tmp_path / "shop.git")


def history(
    path: Path, *, branch: str | None = None, last: int = 100, since: date | None = None
) -> GitHistory:
    return GitHistory.of(path, ConfinedRenderer(), branch=branch, last=last, since=since)


def clone(repository: BareRepository, where: Path, *options: str) -> Path:
    subprocess.run(
        ["git", "clone", "--quiet", *options, f"file://{repository.path}", str(where)],
        env=git_environment(),
        check=True,
        timeout=60,
    )
    return where


def differs(repository: BareRepository, before: Files, after: Files) -> bool:
    first = repository.commit("main", before)
    second = repository.commit("main", after, first)
    return history(repository.path).trees(first, second) is not None


def test_each_commit_is_a_change_of_its_first_parent(repository: BareRepository) -> None:
    first = repository.commit("main", {}, message="First")
    side = repository.commit("side", POLICY, first, message="On the side")
    plain = repository.commit("main", {"a.txt": "a"}, first, message="Plain")
    merge = repository.commit("main", POLICY, plain, side, message="Merge branch 'side'")
    found = history(repository.path).changes
    assert [(each.commit, each.parent, each.title, each.merge) for each in found] == [
        (merge, plain, "Merge branch 'side'", True),
        (plain, first, "Plain", False),
        (first, None, "First", False),
    ]


def test_a_merge_of_many_is_one_change(repository: BareRepository) -> None:
    first = repository.commit("main", {})
    sides = [repository.commit(f"s{n}", {f"{n}.yaml": "a: b"}, first) for n in range(5)]
    merge = repository.commit("main", POLICY, first, *sides)
    newest, _ = history(repository.path).changes
    assert (newest.commit, newest.parent, newest.merge) == (merge, first, True)


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("Merge pull request #7 from a/b\n\nOpen the database\n\nMore.", "#7 from a/b: Open the"),
        ("Open the database (#7)\n\nWhy it is open.", "Open the database (#7)"),
        ("Merge branch 'x'", "Merge branch 'x'"),
    ],
)
def test_a_merge_is_called_by_what_was_merged(
    repository: BareRepository, message: str, title: str
) -> None:
    first = repository.commit("main", {})
    side = repository.commit("side", {}, first)
    repository.commit("main", POLICY, first, side, message=message)
    assert title in history(repository.path).changes[0].title


def test_a_title_has_an_end_and_needs_no_encoding(repository: BareRepository) -> None:
    first = repository.commit("main", {}, message="x" * 100_000)
    tree = repository.tree(POLICY)
    text = f"tree {tree}\nparent {first}\nauthor a <a> 99999999999999999 +0000\ncommitter a <a> 99"
    raw = text.encode() + b"999999999999999 +0000\n\n\xff\xfe title\n"
    odd = repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", request=raw)
    repository.point("refs/heads/main", odd)
    newest, oldest = history(repository.path).changes
    assert newest.commit == odd
    assert len(oldest.title) == 200


def test_no_more_than_the_last_are_listed(repository: BareRepository) -> None:
    commit = repository.commit("main", {})
    for _ in range(3):
        commit = repository.commit("main", {}, commit)
    assert len(history(repository.path, last=2).changes) == 2


def test_commits_from_before_a_day_are_left_out(repository: BareRepository) -> None:
    tree, parent = repository.tree({}), ""
    for day in (3, 5, 4):
        author = f"a <a> {int(datetime(2026, 1, day, tzinfo=UTC).timestamp())} +0000"
        above = f"parent {parent}\n" if parent else ""
        raw = f"tree {tree}\n{above}author {author}\ncommitter {author}\n\nDay {day}\n".encode()
        parent = repository.git("hash-object", "-t", "commit", "-w", "--stdin", request=raw)
    repository.point("refs/heads/main", parent)
    found = history(repository.path, since=date(2026, 1, 4)).changes
    assert [each.title for each in found] == ["Day 4", "Day 5"]
    assert found[0].merged_at == datetime(2026, 1, 4, tzinfo=UTC)


def test_of_a_clone_it_is_the_branch_that_changes_are_merged_into(
    repository: BareRepository, tmp_path: Path
) -> None:
    first = repository.commit("main", {}, message="First")
    here = clone(repository, tmp_path / "here")
    repository.commit("topic", POLICY, first, message="Not merged")
    subprocess.run(
        ["git", "-C", str(here), "fetch", "--quiet", "origin", "topic:topic"],
        env=git_environment(),
        check=True,
    )
    subprocess.run(
        ["git", "-C", str(here), "switch", "--quiet", "topic"], env=git_environment(), check=True
    )
    assert [each.title for each in history(here).changes] == ["First"]
    assert [each.title for each in history(here, branch="topic").changes] == ["Not merged", "First"]


def test_a_shallow_clone_says_so(repository: BareRepository, tmp_path: Path) -> None:
    first = repository.commit("main", {})
    second = repository.commit("main", POLICY, first)
    found = history(clone(repository, tmp_path / "here", "--depth=1"))
    assert found.shallow
    assert [(each.commit, each.parent) for each in found.changes] == [(second, None)]
    assert not history(repository.path).shallow


def test_a_file_that_is_not_there_makes_one_change_unreadable(
    repository: BareRepository, tmp_path: Path
) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    first = repository.commit("main", POLICY)
    second = repository.commit("main", OTHER, first)
    found = history(clone(repository, tmp_path / "here", "--filter=blob:none", "--no-checkout"))
    with pytest.raises(GitError, match="objects may not be available"):
        found.trees(first, second)


@pytest.mark.parametrize("branch", ["nowhere", "--all", ""])
def test_an_unknown_branch_is_told(repository: BareRepository, branch: str) -> None:
    repository.commit("main", {})
    with pytest.raises(GitError, match="there is no commit"):
        history(repository.path, branch=branch)


def test_a_directory_without_a_repository_is_told(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="no Git repository"):
        history(tmp_path)


def test_a_repository_without_a_commit_is_told(repository: BareRepository) -> None:
    with pytest.raises(GitError, match="there is no commit"):
        history(repository.path)


CHART = {"chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "chart/a.tpl": "a"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (POLICY, OTHER),
        ({}, POLICY),
        (POLICY, {}),
        ({}, {".edgewarden.yaml": "version: 1\n"}),
        (CHART, {**CHART, "chart/a.tpl": "b"}),
        (CHART, {**CHART, "chart/new.txt": "b"}),
        ({}, {"link": Link("elsewhere")}),
        ({"link": Link("elsewhere")}, {"link": "no link any more"}),
        ({"a\nb.yaml": "a: b"}, {"a\nb.yaml": "a: c"}),
    ],
)
def test_a_change_of_what_may_be_read_is_looked_into(
    repository: BareRepository, before: Files, after: Files
) -> None:
    assert differs(repository, before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (POLICY, POLICY),
        (POLICY, {**POLICY, "README.md": "a"}),
        ({**POLICY, "src/main.go": "a"}, {**POLICY, "src/main.go": "b"}),
        ({**CHART, "notes.tpl": "a"}, {**CHART, "notes.tpl": "b"}),
    ],
)
def test_a_change_of_nothing_that_is_read_is_not(
    repository: BareRepository, before: Files, after: Files
) -> None:
    assert not differs(repository, before, after)
