"""Mirrors against a real git server over HTTP."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from edgewarden.adapters.cache.entries import Entries
from edgewarden.adapters.cache.readings import ReadingCache
from edgewarden.adapters.git.address import Credential, RepositoryAddress
from edgewarden.adapters.git.listing import ReadingLimits
from edgewarden.adapters.git.mirrors import GitMirrors
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.governance.review import Comparison
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.workflows.ports import ChangeRef, GitError, PullRequest, TreePair
from tests.support.git_http import GitServer, Login, serving
from tests.support.repositories import BareRepository, Link

RENDERER = ConfinedRenderer()

SECRET = "s3cr3t-t0ken-of-the-mirror"


@dataclass
class Shop:
    """A repository with one commit on main, its server, and mirrors of it."""

    repository: BareRepository
    server: GitServer
    mirrors: GitMirrors
    data: Path
    first: str

    def pull_request(
        self, head: str, *, number: str = "17", base: str = "main", head_ref: str = ""
    ) -> PullRequest:
        return PullRequest(
            ref=ChangeRef("github", "team/shop", number),
            title="Open the database",
            author="ada",
            open=True,
            base_branch=base,
            base=self.first,
            head=head,
            head_ref=head_ref or f"refs/pull/{number}/head",
            address="",
        )

    def compare(self, head: str) -> TreePair:
        return self.mirrors.compare(self.pull_request(head))

    def mirror(self) -> BareRepository:
        (path,) = self.data.glob("*.git")
        return BareRepository(path)


def address(server: GitServer, credential: Credential | None = None) -> RepositoryAddress:
    return RepositoryAddress("github", "team/shop", f"{server.address}/shop.git", credential)


def texts(snapshot: Snapshot) -> dict[str, str]:
    return {f.path: f.content.decode() for f in snapshot.files if f.content is not None}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    repository = BareRepository.create(tmp_path / "served" / "shop.git")
    first = repository.commit("main", {"a.yaml": "a: 1\n", "b.yaml": "b: 1\n", "image": "png"})
    with serving(tmp_path / "served") as server:
        data = tmp_path / "data"
        yield Shop(repository, server, GitMirrors(data, [address(server)], RENDERER), data, first)


def propose(shop: Shop, files: dict[str, str], *parents: str, number: int = 17) -> str:
    head = shop.repository.commit("refs/scratch", files, *(parents or (shop.first,)))
    shop.repository.delete("refs/scratch")
    shop.repository.pull_request(number, head)
    return head


def test_the_base_branch_is_compared_with_the_merge_result(shop: Shop) -> None:
    head = propose(shop, {"a.yaml": "a: 2\n", "b.yaml": "b: 1\n"})
    tip = shop.repository.commit("main", {"a.yaml": "a: 1\n", "b.yaml": "b: 3\n"}, shop.first)

    pair = shop.compare(head)

    assert pair.comparison is Comparison.MERGE_RESULT
    assert (pair.base_commit, pair.head_commit) == (tip, head)
    assert pair.merge_base == shop.first
    assert texts(pair.base) == {"a.yaml": "a: 1\n", "b.yaml": "b: 3\n"}
    assert texts(pair.head) == {"a.yaml": "a: 2\n", "b.yaml": "b: 3\n"}
    assert pair.base_tree == shop.repository.git("rev-parse", "main^{tree}")
    assert pair.head_tree == shop.repository.tree({"a.yaml": "a: 2\n", "b.yaml": "b: 3\n"})


STEERING = "version: 1\nclusters: [{name: prod, branch: env/prod}]\n"


def test_a_branch_without_configuration_comes_with_that_of_the_default_branch(shop: Shop) -> None:
    shop.repository.commit("main", {".edgewarden.yaml": STEERING, "a.yaml": "a: 1\n"}, shop.first)
    base = shop.repository.commit("env/prod", {"a.yaml": "a: 2\n"})
    head = propose(shop, {"a.yaml": "a: 3\n"}, base)

    pair = shop.mirrors.compare(shop.pull_request(head, base="env/prod"))

    assert pair.branch == "env/prod"
    assert texts(pair.default) == {".edgewarden.yaml": STEERING}
    assert texts(pair.steering) == texts(pair.default)
    assert texts(pair.base) == {"a.yaml": "a: 2\n"}


def test_a_link_in_place_of_the_configuration_is_no_configuration(shop: Shop) -> None:
    shop.repository.commit("main", {".edgewarden.yaml": Link("a.yaml")}, shop.first)
    base = shop.repository.commit("env/prod", {"a.yaml": "a: 2\n"})
    head = propose(shop, {"a.yaml": "a: 3\n"}, base)

    pair = shop.mirrors.compare(shop.pull_request(head, base="env/prod"))

    assert [file.content for file in pair.default.files] == [None]


@pytest.mark.parametrize("own", ["version: 1\n", ""])
def test_the_configuration_of_the_default_branch_is_not_asked_for_in_vain(
    shop: Shop, own: str
) -> None:
    """Neither where the base has its own, nor where there is no default branch."""
    base = shop.repository.commit("env/prod", {".edgewarden.yaml": own} if own else {"a.yaml": ""})
    head = propose(shop, {"a.yaml": "a: 3\n"}, base)
    if not own:
        shop.repository.delete("refs/heads/main")

    pair = shop.mirrors.compare(shop.pull_request(head, base="env/prod"))

    assert pair.default.files == ()
    assert pair.steering == pair.base


def test_a_conflict_compares_the_merge_base_with_the_head(shop: Shop) -> None:
    head = propose(shop, {"a.yaml": "a: 2\n", "b.yaml": "b: 1\n"})
    shop.repository.commit("main", {"a.yaml": "a: 3\n", "b.yaml": "b: 1\n"}, shop.first)

    pair = shop.compare(head)

    assert pair.comparison is Comparison.MERGE_BASE
    assert (pair.base_commit, pair.head_commit) == (shop.first, head)
    assert pair.merge_base == shop.first
    assert texts(pair.base)["a.yaml"] == "a: 1\n"
    assert texts(pair.head)["a.yaml"] == "a: 2\n"


def test_a_change_without_shared_history_is_told_to_rebase(shop: Shop) -> None:
    head = shop.repository.commit("refs/pull/17/head", {"a.yaml": "a: 2\n"})

    with pytest.raises(GitError, match="rebase it onto main") as caught:
        shop.compare(head)

    assert caught.value.permanent


def test_a_change_that_is_merged_already_changes_nothing(shop: Shop) -> None:
    head = propose(shop, {"a.yaml": "a: 2\n"})
    shop.repository.point("refs/heads/main", head)

    pair = shop.compare(head)

    assert pair.comparison is Comparison.MERGE_RESULT
    assert pair.base_tree == pair.head_tree


def test_the_merge_result_leaves_nothing_in_the_mirror(shop: Shop) -> None:
    head = propose(shop, {"a.yaml": "a: 2\n", "b.yaml": "b: 1\n"})
    shop.repository.commit("main", {"a.yaml": "a: 1\n", "b.yaml": "b: 3\n"}, shop.first)

    pair = shop.compare(head)

    with pytest.raises(AssertionError, match="could not get object info"):
        shop.mirror().git("cat-file", "-t", pair.head_tree)
    assert not list(shop.mirror().path.glob("merge-*"))


def test_a_mirror_is_bare_and_keeps_its_references_to_itself(shop: Shop) -> None:
    shop.compare(propose(shop, {"a.yaml": "a: 2\n"}))

    mirror = shop.mirror()
    assert mirror.git("for-each-ref", "--format=%(refname)").splitlines() == [
        "refs/edgewarden/branches/main/tip",
        "refs/edgewarden/changes/17/head",
    ]
    assert mirror.git("rev-parse", "--is-bare-repository") == "true"
    assert not (mirror.path / "FETCH_HEAD").exists()
    assert not (mirror.path / "hooks").exists()


def test_a_head_that_was_pushed_over_is_still_judged_while_it_is_there(shop: Shop) -> None:
    old = propose(shop, {"a.yaml": "a: 2\n"})
    shop.compare(old)
    new = propose(shop, {"a.yaml": "a: 3\n"})

    assert texts(shop.compare(old).head)["a.yaml"] == "a: 2\n"
    assert texts(shop.compare(new).head)["a.yaml"] == "a: 3\n"


def test_a_head_that_was_never_seen_and_is_gone_is_a_temporary_error(shop: Shop) -> None:
    old = propose(shop, {"a.yaml": "a: 2\n"})
    propose(shop, {"a.yaml": "a: 3\n"})

    with pytest.raises(GitError, match="the change has a newer head") as caught:
        shop.compare(old)

    assert not caught.value.permanent


def test_a_base_branch_that_was_rewritten_is_followed(shop: Shop) -> None:
    head = propose(shop, {"a.yaml": "a: 2\n"})
    shop.compare(head)
    rewritten = shop.repository.commit("main", {"a.yaml": "a: 1\n", "z.yaml": ""}, shop.first)
    shop.compare(head)
    other = shop.repository.commit("main", {"a.yaml": "a: 1\n", "y.yaml": ""}, shop.first)

    assert rewritten != other
    assert shop.compare(head).base_commit == other


def test_branches_whose_names_contain_each_other_do_not_collide(shop: Shop) -> None:
    for number, branch in enumerate(("release", "release/1", "release/1.lock-it")):
        head = propose(shop, {"a.yaml": f"a: {branch}\n"})
        shop.repository.point(f"refs/heads/{branch}", shop.first)
        pair = shop.mirrors.compare(shop.pull_request(head, base=branch))
        assert texts(pair.head)["a.yaml"] == f"a: {branch}\n", number
        shop.repository.delete(f"refs/heads/{branch}")


def test_a_missing_object_that_is_not_read_does_no_harm(shop: Shop) -> None:
    head = propose(shop, {"a.yaml": "a: 2\n", "image": "png"})
    shop.compare(head)
    mirror = shop.mirror()
    image = mirror.git("rev-parse", f"{head}:image")
    for pack in (mirror.path / "objects/pack").glob("*.pack"):
        data = pack.read_bytes()
        pack.unlink()
        mirror.git("unpack-objects", "-q", request=data)
    (mirror.path / "objects" / image[:2] / image[2:]).unlink()
    newer = propose(shop, {"a.yaml": "a: 3\n", "image": "png"})

    assert texts(shop.compare(newer).head)["a.yaml"] == "a: 3\n"


def test_two_workers_share_a_mirror(shop: Shop) -> None:
    heads = {n: propose(shop, {"a.yaml": f"a: {n}\n"}, number=n) for n in range(1, 7)}
    seen: dict[int, str] = {}

    def work(mirrors: GitMirrors, numbers: list[int]) -> None:
        for n in numbers:
            pair = mirrors.compare(shop.pull_request(heads[n], number=str(n)))
            seen[n] = texts(pair.head)["a.yaml"]

    other = GitMirrors(shop.data, [address(shop.server)], RENDERER)
    workers = [
        threading.Thread(target=work, args=(shop.mirrors, [1, 2, 3])),
        threading.Thread(target=work, args=(other, [4, 5, 6])),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert seen == {n: f"a: {n}\n" for n in heads}
    assert len(list(shop.data.glob("*.git"))) == 1


def test_a_worker_asks_for_nothing_that_another_has_read(shop: Shop, tmp_path: Path) -> None:
    readings = ReadingCache(Entries(tmp_path / "cache", 1 << 24))
    workers = [
        GitMirrors(shop.data, [address(shop.server)], RENDERER, readings=readings) for _ in "ab"
    ]
    head = propose(shop, {"a.yaml": "a: 2\n", "b.yaml": "b: 1\n"})
    pairs = [worker.compare(shop.pull_request(head)) for worker in workers]
    assert texts(pairs[0].base) == {"a.yaml": "a: 1\n", "b.yaml": "b: 1\n"}
    assert texts(pairs[1].base) == {}
    assert [texts(pair.head)["a.yaml"] for pair in pairs] == ["a: 2\n"] * 2
    assert texts(pairs[1].head) == {"a.yaml": "a: 2\n"}


def test_of_a_tip_that_was_a_base_nothing_is_asked_for(shop: Shop, tmp_path: Path) -> None:
    readings = ReadingCache(Entries(tmp_path / "cache", 1 << 24))
    mirrors = GitMirrors(shop.data, [address(shop.server)], RENDERER, readings=readings)
    pair = mirrors.compare(shop.pull_request(propose(shop, {"a.yaml": "a: 2\n"})))
    tip = mirrors.fetch_tip("github", "team/shop", "main")
    assert [file.path for file in tip.tree.files] == [file.path for file in pair.base.files]
    assert texts(tip.tree) == {}
    assert tip.recalled == pair.recalled


def test_repositories_of_two_forges_may_bear_the_same_name(shop: Shop) -> None:
    gone = RepositoryAddress("git", "team/shop", "http://127.0.0.1:9/shop.git")
    mirrors = GitMirrors(shop.data, [gone, address(shop.server)], RENDERER)
    head = propose(shop, {"a.yaml": "a: 2\n"})

    assert texts(mirrors.compare(shop.pull_request(head)).head) == {"a.yaml": "a: 2\n"}


def test_a_repository_that_is_not_configured_is_refused(shop: Shop) -> None:
    mirrors = GitMirrors(shop.data, [], RENDERER)

    with pytest.raises(GitError, match="add it to the governed repositories") as caught:
        mirrors.compare(shop.pull_request(shop.first))

    assert caught.value.permanent
    assert shop.server.requests == []


@pytest.mark.parametrize(
    "name",
    [
        "-upload-pack=touch x",
        "main:refs/heads/x",
        "a..b",
        "x y",
        "a\nb",
        "*",
        "a.lock",
        "",
        "@{-1}",
    ],
)
def test_a_hostile_base_branch_never_reaches_git(shop: Shop, name: str) -> None:
    with pytest.raises(GitError, match="is not the name of a git reference") as caught:
        shop.mirrors.compare(shop.pull_request(shop.first, base=name))

    assert caught.value.permanent
    assert shop.server.requests == []


@pytest.mark.parametrize("ref", ["--upload-pack=x", "+refs/heads/main", "HEAD", "refs", "main"])
def test_a_hostile_head_reference_never_reaches_git(shop: Shop, ref: str) -> None:
    with pytest.raises(GitError, match="is not the name of a git reference"):
        shop.mirrors.compare(shop.pull_request(shop.first, head_ref=ref))

    assert shop.server.requests == []


@pytest.mark.parametrize("head", ["main", "--all", "HEAD", "1234", "", "A" * 40])
def test_a_head_that_is_no_id_never_reaches_git(shop: Shop, head: str) -> None:
    with pytest.raises(GitError, match="is not the id of a commit"):
        shop.compare(head)

    assert shop.server.requests == []


def test_ten_thousand_manifests_are_read_in_seconds(shop: Shop) -> None:
    files = {f"apps/team-{n % 100}/policy-{n}.yaml": f"n: {n}\n" * 40 for n in range(10_000)}
    tip = shop.repository.commit("main", files, shop.first)
    head = propose(shop, {**files, "apps/team-0/policy-0.yaml": "changed"}, tip)
    shop.compare(head)
    start = time.monotonic()

    pair = shop.compare(head)

    taken = time.monotonic() - start
    assert len(pair.base.files) == len(pair.head.files) == 10_000
    assert taken < 10, f"reading took {taken:.1f} s"


def test_a_repository_that_is_too_large_is_a_permanent_error(shop: Shop) -> None:
    mirrors = GitMirrors(
        shop.data,
        [address(shop.server)],
        RENDERER,
        reading=ReadingLimits(files=1, total_size=1000),
    )

    with pytest.raises(GitError, match="split it") as caught:
        mirrors.compare(shop.pull_request(propose(shop, {"a.yaml": "a: 2\n"})))

    assert caught.value.permanent


def bomb(repository: BareRepository, levels: int) -> str:
    """A tree of ten files in ten directories in ten directories; its id."""
    tree = repository.tree({f"{number}.yaml": "a: b\n" for number in range(10)})
    for _ in range(levels):
        lines = "".join(f"040000 tree {tree}\t{number}\n" for number in range(10))
        tree = repository.git("mktree", request=lines.encode())
    return tree


def unfolding(shop: Shop, files: dict[str, str]) -> str:
    """A pull request of ``files`` and of a tree that unfolds to ten thousand million files."""
    listing = shop.repository.git("ls-tree", shop.repository.tree(files))
    entries = f"{listing}\n040000 tree {bomb(shop.repository, 9)}\tbomb\n"
    tree = shop.repository.git("mktree", request=entries.encode())
    head = shop.repository.git("commit-tree", tree, f"-p{shop.first}", "-mUnfold")
    shop.repository.pull_request(17, head)
    return head


def test_a_tree_that_unfolds_without_end_is_a_permanent_error(shop: Shop) -> None:
    with pytest.raises(GitError, match="larger than Edgewarden reads") as caught:
        shop.compare(unfolding(shop, {"a.yaml": "a: 1\n"}))

    assert caught.value.permanent


def test_a_merge_that_looks_for_a_moved_file_without_end_is_stopped(shop: Shop) -> None:
    shop.repository.commit("main", {"a.yaml": "a: 2\n", "b.yaml": "b: 1\n"}, shop.first)
    mirrors = GitMirrors(shop.data, [address(shop.server)], RENDERER, memory=128 << 20)
    gone = unfolding(shop, {"b.yaml": "b: 1\n"})

    with pytest.raises(GitError, match="more than 128 MiB of memory") as caught:
        mirrors.compare(shop.pull_request(gone))

    assert caught.value.permanent


def test_what_a_killed_worker_left_is_removed_and_hinders_nothing(shop: Shop) -> None:
    head = propose(shop, {"a.yaml": "a: 2\n"})
    shop.compare(head)
    mirror = shop.mirror().path
    long_ago = time.time() - 3600
    left = [
        shop.data / "askpass-killed" / "secret",
        mirror / "merge-killed" / "object",
        mirror / "refs/edgewarden/branches/main/tip.lock",
        mirror / "objects/pack/tmp_pack_killed",
    ]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_text("left")
        os.utime(path, (long_ago, long_ago))
        os.utime(path.parent, (long_ago, long_ago))
    in_use = shop.data / "askpass-in-use"
    in_use.mkdir()

    tip = shop.repository.commit("main", {"a.yaml": "a: 1\n", "c.yaml": ""}, shop.first)
    mirrors = GitMirrors(shop.data, [address(shop.server)], RENDERER)

    assert mirrors.compare(shop.pull_request(head)).base_commit == tip
    assert not [path for path in left if path.exists()]
    assert in_use.exists()


# --- the tip of the default branch ----------------------------------------------------------------


def test_the_tip_is_what_the_server_says_and_nothing_is_fetched_for_it(shop: Shop) -> None:
    branches = shop.mirrors.branches("github", "team/shop")
    assert (branches.default, branches.commits["main"]) == ("main", shop.first)
    assert list(shop.data.glob("*.git")) == []


def test_the_tree_of_the_tip_is_read_and_follows_the_branch(shop: Shop) -> None:
    one = shop.mirrors.fetch_tip("github", "team/shop", "main")
    second = shop.repository.commit("main", {"a.yaml": "a: 2\n"}, shop.first)
    other = shop.mirrors.fetch_tip("github", "team/shop", "main")

    assert (one.commit, texts(one.tree)) == (shop.first, {"a.yaml": "a: 1\n", "b.yaml": "b: 1\n"})
    assert (other.commit, texts(other.tree)) == (second, {"a.yaml": "a: 2\n"})
    reviewed = shop.compare(propose(shop, {"a.yaml": "a: 3\n"}, second))
    assert other.tree == reviewed.base


def test_the_tree_of_another_branch_is_read_beside_it(shop: Shop) -> None:
    rendered = shop.repository.commit("env/prod", {"a.yaml": "a: 9\n"})
    assert shop.mirrors.branches("github", "team/shop").commits["env/prod"] == rendered

    shop.mirrors.fetch_tip("github", "team/shop", "main")
    one = shop.mirrors.fetch_tip("github", "team/shop", "env/prod")

    assert (one.commit, texts(one.tree)) == (rendered, {"a.yaml": "a: 9\n"})
    with pytest.raises(GitError, match="cannot be fetched"):
        shop.mirrors.fetch_tip("github", "team/shop", "env/dev")


def test_a_default_branch_that_is_not_there_is_to_be_configured(shop: Shop) -> None:
    shop.repository.point("refs/heads/trunk", shop.first)
    shop.repository.delete("refs/heads/main")

    with pytest.raises(GitError, match="configure its default branch") as caught:
        shop.mirrors.branches("github", "team/shop")
    assert caught.value.permanent
    with pytest.raises(GitError, match="cannot be fetched"):
        shop.mirrors.fetch_tip("github", "team/shop", "main")


# --- the server -----------------------------------------------------------------------------


def test_a_server_that_hangs_is_given_up_in_time(shop: Shop) -> None:
    shop.server.delay = 30
    mirrors = GitMirrors(shop.data, [address(shop.server)], RENDERER, seconds=0.5)
    start = time.monotonic()

    with pytest.raises(GitError, match="did not end within the time") as caught:
        mirrors.compare(shop.pull_request(shop.first))

    assert not caught.value.permanent
    assert time.monotonic() - start < 10
    while processes_that_mention(shop.server.address):
        assert time.monotonic() - start < 10, "a process of git outlived its time"
        time.sleep(0.02)


def test_a_server_that_is_down_is_a_temporary_error(shop: Shop) -> None:
    gone = RepositoryAddress("github", "team/shop", "http://127.0.0.1:9/shop.git")

    with pytest.raises(GitError, match=r"^team/shop cannot be fetched\. git said: ") as caught:
        GitMirrors(shop.data, [gone], RENDERER).compare(shop.pull_request(shop.first))

    assert not caught.value.permanent


def test_a_repository_that_the_server_does_not_know_is_a_permanent_error(shop: Shop) -> None:
    unknown = RepositoryAddress("github", "team/shop", f"{shop.server.address}/other.git")

    with pytest.raises(GitError, match="check the address") as caught:
        GitMirrors(shop.data, [unknown], RENDERER).compare(shop.pull_request(shop.first))

    assert caught.value.permanent


def test_a_failed_fetch_is_repaired_by_the_next(shop: Shop) -> None:
    head = propose(shop, {"a.yaml": "a: 2\n"})
    shop.server.redirect_to = "http://127.0.0.1:9"
    with pytest.raises(GitError):
        shop.compare(head)
    shop.server.redirect_to = ""

    assert texts(shop.compare(head).head) == {"a.yaml": "a: 2\n"}


def test_a_redirect_is_not_followed(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    with serving(tmp_path / "elsewhere") as elsewhere:
        shop.server.redirect_to = elsewhere.address
        with pytest.raises(GitError, match="check the address"):
            shop.compare(shop.first)

        assert elsewhere.requests == []


# --- credentials ----------------------------------------------------------------------------


@pytest.fixture
def guarded(shop: Shop) -> Shop:
    shop.server.login = Login("robot", SECRET)
    credential = Credential("robot", SECRET)
    shop.mirrors = GitMirrors(shop.data, [address(shop.server, credential)], RENDERER)
    return shop


def test_a_credential_opens_the_server(guarded: Shop) -> None:
    head = propose(guarded, {"a.yaml": "a: 2\n"})

    assert texts(guarded.compare(head).head) == {"a.yaml": "a: 2\n"}
    assert guarded.server.authorised > 0


def test_a_credential_is_never_written_down_or_shown(guarded: Shop) -> None:
    guarded.server.delay = 0.2
    head = propose(guarded, {"a.yaml": "a: 2\n"})
    shown: list[str] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            shown.extend(processes_that_mention(SECRET))
            time.sleep(0.01)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        guarded.compare(head)
    finally:
        done.set()
        watcher.join()

    assert shown == []
    kept = [path for path in guarded.data.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if SECRET.encode() in path.read_bytes()]


@pytest.mark.parametrize("credential", [None, Credential("robot", "wrong-" + SECRET)])
def test_a_refused_credential_is_a_permanent_error_that_does_not_show_it(
    guarded: Shop, credential: Credential | None
) -> None:
    mirrors = GitMirrors(guarded.data, [address(guarded.server, credential)], RENDERER)

    with pytest.raises(GitError, match="check the address and the credential") as caught:
        mirrors.compare(guarded.pull_request(guarded.first))

    assert caught.value.permanent
    assert SECRET not in str(caught.value)
    assert not list(guarded.data.glob("askpass-*"))


def test_the_services_own_variables_are_withheld_from_git(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = propose(shop, {"a.yaml": "a: 2\n"})
    monkeypatch.setenv("EDGEWARDEN_GITHUB_TOKEN", SECRET)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "url.http://127.0.0.1:9/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "http://127.0.0.1")
    shop.server.delay = 0.3
    told: list[bytes] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            told.extend(git_environments(shop.server.address))
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        pair = shop.compare(head)
    finally:
        done.set()
        watcher.join()

    assert texts(pair.head) == {"a.yaml": "a: 2\n"}
    assert told
    assert not [environment for environment in told if SECRET.encode() in environment]


def command_lines() -> Iterator[tuple[Path, bytes]]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            yield process, (process / "cmdline").read_bytes()
        except OSError:
            continue


def processes_that_mention(text: str) -> list[str]:
    mine = str(os.getpid())
    return [
        line.decode(errors="replace")
        for process, line in command_lines()
        if text.encode() in line and process.name != mine
    ]


def git_environments(address: str) -> Iterator[bytes]:
    """The environments of the git processes that talk to ``address``."""
    for process, line in command_lines():
        if address.encode() in line and line.startswith(b"git"):
            try:
                yield (process / "environ").read_bytes()
            except OSError:
                continue
