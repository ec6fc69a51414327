"""Symbolic links of a tree: what names that which they lead to."""

from collections.abc import Mapping

import pytest

from edgewarden.manifests.links import link_sources
from edgewarden.manifests.snapshot import Omission, Snapshot, SourceFile
from edgewarden.reachability.location import ProblemKind
from tests.support.manifest_trees import names, policy_named, states_of

A, B = policy_named("a"), policy_named("b")


def links_of(targets: Mapping[str, str], files: Mapping[str, str]) -> dict[str, SourceFile]:
    """The links among ``files``, each of which is named by its content."""
    return {link.path: link for link in link_sources(targets, files, files.__getitem__)}


def digest(target: str, files: Mapping[str, str], **others: str) -> str:
    return links_of({"k/l.yaml": target, **others}, files)["k/l.yaml"].digest


def test_a_link_to_a_file_is_named_by_the_file() -> None:
    assert digest("../a.txt", {"a.txt": "one"}) == "one"
    assert digest("../x/./../a.txt", {"a.txt": "one", "x/b": ""}) == "one"
    assert digest("../m", {"d/a.txt": "one"}, m="n/a.txt", n="d") == "one"


def test_a_link_to_a_directory_is_named_by_the_manifests_below_it() -> None:
    files = {"v1/p.yaml": "one", "v1/deep/q.yaml": "two", "v1/README.md": "x"}
    (link,) = links_of({"live": "v1"}, files).values()
    assert link.omission is Omission.DIRECTORY_LINK
    same = {path.replace("v1", "v2"): content for path, content in files.items()}
    assert links_of({"live": "v2"}, same)["live"] == link
    assert links_of({"live": "v1"}, {**files, "v1/README.md": "y"})["live"] == link
    assert links_of({"live": "v1"}, {**files, "v1/deep/q.yaml": "3"})["live"] != link
    assert links_of({"live": "v1"}, {**files, "v1/new.yaml": ""})["live"] != link
    assert links_of({"x/self": ".."}, files)["x/self"].omission is Omission.DIRECTORY_LINK


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../../a.yaml", "nowhere", "l.yaml", "../a.yaml/b", "x/" * 3_000]
)
def test_a_link_that_leads_to_nothing_in_the_tree_is_named_by_what_it_says(target: str) -> None:
    files = {"a.yaml": "one"}
    (link,) = links_of({"k/l.yaml": target}, files).values()
    assert link.omission is Omission.SYMLINK
    assert link.digest not in {"", "one"}
    assert links_of({"k/l.yaml": f"{target}x"}, files)["k/l.yaml"] != link


def test_links_that_lead_to_each_other_lead_nowhere() -> None:
    loop = {"a.yaml": "b.yaml", "b.yaml": "a.yaml"}
    assert {link.omission for link in links_of(loop, {}).values()} == {Omission.SYMLINK}


def test_a_link_to_what_holds_no_manifests_hides_none() -> None:
    files = {"docs/a.md": "x", "run.sh": "x", "chart/Chart.yaml": "x"}
    targets = {"d": "docs", "r": "run.sh", "chart/values.txt": "../run.sh"}
    assert set(links_of(targets, files)) == {"chart/values.txt"}


def snapshot(targets: Mapping[str, str], files: Mapping[str, str]) -> Snapshot:
    read = [SourceFile(path, text.encode()) for path, text in files.items()]
    read += links_of(targets, files).values()
    return Snapshot(tuple(sorted(read, key=lambda file: file.path)))


def test_a_link_is_decisive_where_what_it_leads_to_changed_and_only_there() -> None:
    files = {"v1/p.yaml": A, "v2/p.yaml": B, "w/q.yaml": B}
    live = snapshot({"live": "v1"}, files)
    _, head = states_of(live, snapshot({"live": "v2"}, files))
    assert ProblemKind.NOT_FOLLOWED in {p.kind for p in head.problems if p.decisive}
    moved = snapshot({"live": "v1"}, {**files, "ci.yml": "on: push\n"})
    assert [p for p in states_of(live, moved)[1].problems if p.decisive] == []


@pytest.mark.parametrize("target", ["/srv/policies", "v2"])
def test_a_link_in_place_of_a_directory_keeps_what_the_directory_held(target: str) -> None:
    other = {"v2/q.yaml": B}
    base, head = states_of(snapshot({}, {"k/p.yaml": A, **other}), snapshot({"k": target}, other))
    assert names(head) == names(base)
    assert [p.kind for p in head.problems if p.decisive] == [ProblemKind.NOT_FOLLOWED]
    assert states_of(snapshot({}, other), snapshot({"z": "/srv"}, other))[1].problems == ()
