"""Two revisions of a repository on this machine."""

from pathlib import Path

import pytest

from edgewarden.adapters.git.listing import ReadingLimits
from edgewarden.adapters.git.local import read_revisions
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.governance.review import Comparison
from edgewarden.manifests.snapshot import Omission, Snapshot, SourceFile
from edgewarden.workflows.ports import GitError
from tests.support.repositories import BareRepository, File, Files, Link, Submodule

RENDERER = ConfinedRenderer()

POLICY = "kind: NetworkPolicy\n"


@pytest.fixture
def repository(tmp_path: Path) -> BareRepository:
    return BareRepository.create(tmp_path / "shop.git")


def read(repository: BareRepository, files: Files, limits: ReadingLimits | None = None) -> Snapshot:
    commit = repository.commit("main", files)
    return read_revisions(repository.path, commit, commit, RENDERER, limits).head


def by_path(snapshot: Snapshot) -> dict[str, SourceFile]:
    return {file.path: file for file in snapshot.files}


def test_two_revisions_are_compared_as_they_are(repository: BareRepository) -> None:
    base = repository.commit("main", {"a.yaml": "a: 1\n"})
    head = repository.commit("topic", {"a.yaml": "a: 2\n"}, base)

    pair = read_revisions(repository.path, "main", "topic", RENDERER)

    assert pair.comparison is Comparison.TREES
    assert (pair.base_commit, pair.head_commit) == (base, head)
    assert pair.base_tree == repository.git("rev-parse", "main^{tree}")
    assert pair.head_tree == repository.git("rev-parse", "topic^{tree}")
    assert [file.content for file in pair.base.files] == [b"a: 1\n"]
    assert [file.content for file in pair.head.files] == [b"a: 2\n"]


def test_a_revision_may_be_an_abbreviation_a_tag_or_an_expression(
    repository: BareRepository,
) -> None:
    first = repository.commit("main", {"a.yaml": POLICY})
    second = repository.commit("main", {"b.yaml": POLICY}, first)
    repository.git("tag", "-a", "-mrelease", "v1", first)

    pair = read_revisions(repository.path, "v1", second[:12], RENDERER)

    assert (pair.base_commit, pair.head_commit) == (first, second)
    assert read_revisions(repository.path, "HEAD~1", "HEAD", RENDERER).base_commit == first


@pytest.mark.parametrize(
    "revision", ["nowhere", "", "--help", "-1", "HEAD:a.yaml", "a\0b", "0" * 40]
)
def test_what_names_no_commit_is_refused_with_a_remedy(
    repository: BareRepository, revision: str
) -> None:
    repository.commit("main", {"a.yaml": POLICY})

    with pytest.raises(GitError, match="name a branch, a tag or an id") as caught:
        read_revisions(repository.path, revision, "main", RENDERER)

    assert caught.value.permanent


def test_a_link_shows_whether_what_it_leads_to_changed(repository: BareRepository) -> None:
    files: dict[str, File] = {
        "k/a.yaml": Link("../a.txt"),
        "live": Link("v"),
        "long": Link("x" * 5_000),
    }
    before = by_path(read(repository, {**files, "a.txt": "1", "v/b.yaml": "1"}))
    after = by_path(read(repository, {**files, "a.txt": "2", "v/b.yaml": "2"}))

    assert {path: file.omission for path, file in before.items() if file.omission} == {
        "k/a.yaml": Omission.SYMLINK,
        "live": Omission.DIRECTORY_LINK,
        "long": Omission.SYMLINK,
    }
    assert before["k/a.yaml"].digest != after["k/a.yaml"].digest
    assert before["live"].digest != after["live"].digest
    assert before["long"] == after["long"]


def test_a_tree_is_called_as_the_remotes_of_its_repository(repository: BareRepository) -> None:
    repository.commit("main", {"a.yaml": ""})
    assert read_revisions(repository.path, "main", "main", RENDERER).base.repositories == set()
    for name, url in (
        ("origin", "https://token:x@git.example:8443/org/Fleet.git"),
        ("upstream", "git@git.example:up/fleet.git"),
        ("here", "/srv/fleet.git"),
    ):
        repository.git("remote", "add", name, url)
    pair = read_revisions(repository.path, "main", "main", RENDERER)
    assert pair.base.repositories == {"git.example/org/fleet", "git.example/up/fleet"}
    assert pair.head.repositories == pair.base.repositories


def test_a_directory_that_is_no_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(GitError, match=r"no Git repository at .* or above it: name"):
        read_revisions(tmp_path, "main", "main", RENDERER)


def test_a_directory_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="is not a directory"):
        read_revisions(tmp_path / "missing", "main", "main", RENDERER)


def test_only_manifests_are_read(repository: BareRepository) -> None:
    snapshot = read(
        repository,
        {"z.yml": "z", "a.yaml": "a", "deploy/b.json": "{}", "README.md": "x", "c.YAML": "c"},
    )

    assert [file.path for file in snapshot.files] == ["a.yaml", "deploy/b.json", "z.yml"]


def test_everything_below_a_renderers_directory_is_told_and_what_decides_there_is_read(
    repository: BareRepository,
) -> None:
    files = by_path(
        read(
            repository,
            {
                "chart/Chart.yaml": "name: shop\n",
                "chart/templates/_helpers.tpl": "{{ define }}",
                "app/Kustomization": "resources: []\n",
                "app/settings.env": "A=1",
                "docs/notes.txt": "no",
            },
        )
    )

    assert set(files) == {
        "app/Kustomization",
        "app/settings.env",
        "chart/Chart.yaml",
        "chart/templates/_helpers.tpl",
    }
    assert files["app/Kustomization"].content == b"resources: []\n"
    assert files["chart/templates/_helpers.tpl"].content == b"{{ define }}"
    assert files["app/settings.env"].omission is Omission.NOT_A_MANIFEST


def test_a_changed_template_helper_shows_in_its_digest(repository: BareRepository) -> None:
    base = repository.commit("main", {"Chart.yaml": "", "templates/_helpers.tpl": "one"})
    head = repository.commit("topic", {"Chart.yaml": "", "templates/_helpers.tpl": "two"}, base)

    pair = read_revisions(repository.path, base, head, RENDERER)

    assert by_path(pair.base)["Chart.yaml"] == by_path(pair.head)["Chart.yaml"]
    helper = "templates/_helpers.tpl"
    assert by_path(pair.base)[helper] != by_path(pair.head)[helper]


def test_links_and_submodules_are_omitted_and_told(repository: BareRepository) -> None:
    written: dict[str, File] = {
        "real.yaml": POLICY,
        "link.yaml": Link("/etc/passwd"),
        "vendored": Submodule("1" * 40),
        "program": Link("real.yaml"),
    }

    files = by_path(read(repository, written))

    assert {path: file.omission for path, file in files.items()} == {
        "link.yaml": Omission.SYMLINK,
        "real.yaml": None,
        "vendored": Omission.SUBMODULE,
    }
    assert files["link.yaml"].content is None


def test_names_may_hold_anything(repository: BareRepository) -> None:
    names = [b"new\nline.yaml", b"caf\xe9.yaml", b"-rf.yaml", b'quo"te\\.yaml', "ä b.yaml".encode()]

    snapshot = read(repository, {name: name for name in names})

    assert {f.path.encode("utf-8", "surrogateescape"): f.content for f in snapshot.files} == {
        name: name for name in names
    }


def test_a_file_beyond_the_limit_is_omitted_and_the_next_is_read(
    repository: BareRepository,
) -> None:
    limits = ReadingLimits(file_size=10)

    files = by_path(read(repository, {"big.yaml": "x" * 11, "fits.yaml": "x" * 10}, limits))

    assert files["big.yaml"].omission is Omission.TOO_LARGE
    assert files["fits.yaml"].content == b"x" * 10


def test_a_fifty_megabyte_file_is_not_read(repository: BareRepository) -> None:
    written: dict[str, File] = {"dump.yaml": b"\0" * (50 << 20), "a.yaml": POLICY}

    files = by_path(read(repository, written))

    assert files["dump.yaml"].omission is Omission.TOO_LARGE
    assert files["a.yaml"].content == POLICY.encode()


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (ReadingLimits(files=1), "2 different manifest files"),
        (ReadingLimits(total_size=3), "hold 4 bytes"),
        (ReadingLimits(entries=2), "holds 3 files"),
    ],
)
def test_a_tree_beyond_the_limits_is_a_permanent_error(
    repository: BareRepository, limits: ReadingLimits, message: str
) -> None:
    with pytest.raises(GitError, match=message) as caught:
        read(repository, {"a.yaml": "aa", "b.yaml": "bb", "same.yaml": "bb"}, limits)

    assert caught.value.permanent


def test_an_empty_file_and_an_empty_tree_are_read(repository: BareRepository) -> None:
    assert by_path(read(repository, {"empty.yaml": ""}))["empty.yaml"].content == b""
    assert read(repository, {}).files == ()


def test_a_missing_object_that_is_not_read_does_no_harm(repository: BareRepository) -> None:
    commit = repository.commit("main", {"a.yaml": POLICY, "image.bin": "gone"})
    lose(repository, repository.git("rev-parse", "main:image.bin"))

    assert len(read_revisions(repository.path, commit, commit, RENDERER).head.files) == 1


def test_a_missing_manifest_is_an_error_that_names_it(repository: BareRepository) -> None:
    commit = repository.commit("main", {"a.yaml": POLICY, "image.bin": "here"})
    blob = repository.git("rev-parse", "main:a.yaml")
    lose(repository, blob)

    with pytest.raises(GitError, match=f"lacks the file with the id {blob}"):
        read_revisions(repository.path, commit, commit, RENDERER)


def test_a_repository_is_found_from_a_directory_inside_it(tmp_path: Path) -> None:
    bare = BareRepository.create(tmp_path / "shop.git")
    bare.commit("main", {"deploy/a.yaml": POLICY, "b.yaml": POLICY})
    bare.git("clone", "--quiet", str(bare.path), str(tmp_path / "clone"))

    snapshot = read_revisions(tmp_path / "clone" / "deploy", "main", "main", RENDERER).head

    assert [file.path for file in snapshot.files] == ["b.yaml", "deploy/a.yaml"]


def test_git_variables_of_the_caller_do_not_lead_elsewhere(
    repository: BareRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = repository.commit("main", {"a.yaml": POLICY})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path))

    assert read_revisions(repository.path, "main", "main", RENDERER).head_commit == commit


def lose(repository: BareRepository, blob: str) -> None:
    """Delete one object, as a damaged disk or a filtered clone would."""
    packs = list((repository.path / "objects/pack").glob("*.pack"))
    for pack in packs:
        data = pack.read_bytes()
        for other in pack.parent.glob(f"{pack.stem}.*"):
            other.unlink()
        repository.git("unpack-objects", "-q", request=data)
    (repository.path / "objects" / blob[:2] / blob[2:]).unlink()
