"""The branches of a plain Git server, as it has them now."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edgewarden.adapters.forges.plain_git import PlainGit
from edgewarden.adapters.git.address import Credential, RepositoryAddress
from edgewarden.adapters.git.mirrors import GitMirrors
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.workflows.ports import ChangeGoneError, ChangeRef, ForgeError
from tests.support.git_http import GitServer, Login, serving
from tests.support.repositories import BareRepository

RENDERER = ConfinedRenderer()


@pytest.fixture
def repository(tmp_path: Path) -> BareRepository:
    made = BareRepository.create(tmp_path / "served" / "shop.git")
    made.commit("main", {"a.yaml": "a: 1\n"})
    return made


@pytest.fixture
def server(repository: BareRepository) -> Iterator[GitServer]:
    with serving(repository.path.parent, Login("robot", "s3cret")) as running:
        yield running


def address(server: GitServer, default_branch: str = "main") -> RepositoryAddress:
    return RepositoryAddress(
        "git",
        "team/shop",
        f"{server.address}/shop.git",
        Credential("robot", "s3cret"),
        default_branch,
    )


@pytest.fixture
def forge(server: GitServer, tmp_path: Path) -> PlainGit:
    return PlainGit("git", "secret", [address(server)], tmp_path, branch_limit=3)


def topic(name: str) -> ChangeRef:
    return ChangeRef("git", "team/shop", name)


def test_a_branch_is_a_change_with_both_ends_as_they_are_now(
    repository: BareRepository, forge: PlainGit
) -> None:
    base = repository.git("rev-parse", "main")
    head = repository.commit("ada/topic", {"a.yaml": "a: 2\n"}, base)

    change = forge.pull_request(topic("ada/topic"))

    assert (change.base_branch, change.base, change.head) == ("main", base, head)
    assert (change.open, change.head_ref) == (True, "refs/heads/ada/topic")


def test_such_a_change_can_be_compared(
    repository: BareRepository, forge: PlainGit, server: GitServer, tmp_path: Path
) -> None:
    base = repository.git("rev-parse", "main")
    repository.commit("ada/topic", {"a.yaml": "a: 2\n"}, base)

    pair = GitMirrors(tmp_path / "data", [address(server)], RENDERER).compare(
        forge.pull_request(topic("ada/topic"))
    )

    assert [file.content for file in pair.head.files] == [b"a: 2\n"]


def test_a_branch_that_is_gone_is_a_change_that_is_gone(forge: PlainGit) -> None:
    with pytest.raises(ChangeGoneError):
        forge.pull_request(topic("topic"))


def test_the_default_branch_is_no_open_change(forge: PlainGit) -> None:
    assert not forge.pull_request(topic("main")).open


def test_open_changes_are_the_branches_that_differ_by_name_and_bounded(
    repository: BareRepository, forge: PlainGit
) -> None:
    base = repository.git("rev-parse", "main")
    for name in ("d", "c", "b", "a"):
        repository.commit(name, {"a.yaml": f"a: {name}\n"}, base)
    repository.point("refs/heads/at-main", base)
    repository.point("refs/tags/v1", base)

    assert [each.ref.key for each in forge.open_pull_requests("team/shop")] == ["a", "b", "c"]


def test_a_default_branch_that_is_not_there_is_told(
    repository: BareRepository, server: GitServer, tmp_path: Path
) -> None:
    repository.commit("topic", {}, repository.git("rev-parse", "main"))
    forge = PlainGit("git", "secret", [address(server, "trunk")], tmp_path)

    with pytest.raises(ForgeError, match="configure its default branch") as caught:
        forge.pull_request(topic("topic"))

    assert caught.value.permanent


def test_a_server_that_hangs_is_given_up_in_time(server: GitServer, tmp_path: Path) -> None:
    server.delay = 30

    with pytest.raises(ForgeError, match="did not end within the time") as caught:
        PlainGit("git", "secret", [address(server)], tmp_path, seconds=0.5).pull_request(topic("x"))

    assert not caught.value.permanent


def test_the_directories_may_be_relative(
    repository: BareRepository,
    server: GitServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scratch").mkdir()
    head = repository.commit("topic", {"b.yaml": ""}, repository.git("rev-parse", "main"))

    change = PlainGit("git", "s", [address(server)], Path("scratch")).pull_request(topic("topic"))

    assert GitMirrors(Path("data"), [address(server)], RENDERER).compare(change).head_commit == head


def test_a_repository_on_this_machine_is_reached_by_its_path(
    repository: BareRepository, tmp_path: Path
) -> None:
    head = repository.commit("topic", {"b.yaml": ""}, repository.git("rev-parse", "main"))
    local = RepositoryAddress("git", "team/shop", str(repository.path))
    forge = PlainGit("git", "secret", [local], tmp_path)

    change = forge.pull_request(topic("topic"))

    assert change.head == head
    assert GitMirrors(tmp_path / "data", [local], RENDERER).compare(change).head_commit == head
