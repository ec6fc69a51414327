"""A head costs what it changes: bytes asked of Git, files read, roots rendered, in counts."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from edgewarden.adapters.analysis import ChildAnalyst
from edgewarden.adapters.cache.child_reader import AheadReader
from edgewarden.adapters.cache.entries import Entries
from edgewarden.adapters.cache.readings import NO_READINGS, ReadingCache
from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.git.local import read_revisions
from edgewarden.adapters.rendering.identity import rendering_key
from edgewarden.adapters.rendering.programs import Program
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.adapters.resources import shipped_policy_pack
from edgewarden.manifests.releases import Release
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.rendering import Plan
from edgewarden.manifests.snapshot import Omission, Snapshot
from edgewarden.manifests.tree import read_tree
from edgewarden.workflows.assess import assess
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.ports import AssessmentRequest, TreePair
from edgewarden.workflows.reading_ahead import read_ahead
from edgewarden.workflows.recalled_readings import decode_readings
from tests.support.manifest_trees import policy_named, tree
from tests.support.rendering import stand_in
from tests.support.repositories import BareRepository, File, Link, Submodule
from tests.support.shared import shared_path_if_present
from tests.unit.cli.test_rules import RULE

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
MORE = RULE.replace("own-rule", "more").replace('"bad"', '"p"')
FILES: dict[str, str] = {f"n{n}/p.yaml": policy_named("p", f"n{n}") for n in range(40)}


@pytest.fixture
def repository(tmp_path: Path) -> BareRepository:
    return BareRepository.create(tmp_path / "shop.git")


@pytest.fixture
def entries(tmp_path: Path) -> Entries:
    return Entries(tmp_path / "cache", 1 << 24)


def read(repository: BareRepository, base: str, head: str, readings: ReadingCache) -> TreePair:
    return read_revisions(
        repository.path, base, head, ConfinedRenderer(programs={}), readings=readings
    )


def at_hand(snapshot: Snapshot) -> set[str]:
    """The files of which bytes were asked for."""
    return {file.path for file in snapshot.files if file.content is not None}


def anew(pair: TreePair) -> tuple[frozenset[str], frozenset[str]]:
    """The files that are read of either side."""
    base = read_tree(pair.base, recalled=decode_readings(pair.recalled))
    return base.anew, read_tree(pair.head, base).anew


def test_a_changed_file_is_all_that_is_asked_for_and_read(
    repository: BareRepository, entries: Entries
) -> None:
    change = {"n3/p.yaml": policy_named("q", "n3"), "new.yaml": policy_named("r")}
    base = repository.commit("main", FILES)
    head = repository.commit("topic", {**FILES, **change}, base)
    readings = ReadingCache(entries)
    cold = read(repository, base, head, readings)
    assert at_hand(cold.base) == FILES.keys()
    warm = read(repository, base, head, readings)
    assert (at_hand(warm.base), at_hand(warm.head)) == (set[str](), set(change))
    assert anew(warm) == (frozenset[str](), frozenset(change))


def test_of_a_base_that_went_on_only_what_is_new_is_asked_for(
    repository: BareRepository, entries: Entries
) -> None:
    first = repository.commit("main", FILES)
    second = repository.commit("main", {**FILES, "n5/p.yaml": policy_named("q", "n5")}, first)
    readings = ReadingCache(entries)
    read(repository, first, first, readings)
    pair = read(repository, second, second, readings)
    assert at_hand(pair.base) == {"n5/p.yaml"}
    assert at_hand(read(repository, second, second, readings).base) == set()


def test_what_a_head_deletes_renames_and_turns_into_links_is_seen(
    repository: BareRepository, entries: Entries
) -> None:
    staying = (path for path in FILES if path not in {"n1/p.yaml", "n2/p.yaml"})
    other: dict[str, File] = {
        **{path: FILES[path] for path in staying},
        "n2/renamed.yaml": FILES["n2/p.yaml"],
        "n4/p.yaml": Link("../n3/p.yaml"),
        "n6/p.yaml": FILES["n7/p.yaml"],
    }
    base = repository.commit("main", FILES)
    head = repository.commit("topic", other, base)
    without = read(repository, base, head, NO_READINGS)
    readings = ReadingCache(entries)
    for _ in range(2):
        pair = read(repository, base, head, readings)
        assert [f.path for f in pair.head.files] == [f.path for f in without.head.files]
        assert _judged(pair) == _judged(without)
    assert {f.path for f in pair.head.files if f.omission is Omission.SYMLINK} == {"n4/p.yaml"}


APPLICATION = """\
apiVersion: "argoproj.io%sv1alpha1"
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  project: default
  source: {repoURL: https://git.example/shop.git, path: n3}
  destination: {namespace: shop}
"""


@pytest.mark.parametrize("slash", ["/", "\\x2f"], ids=["plain", "escaped"])
def test_all_bytes_are_at_hand_where_a_head_deploys(
    repository: BareRepository, entries: Entries, slash: str
) -> None:
    base = repository.commit("main", FILES)
    head = repository.commit("topic", {**FILES, "argo.yaml": APPLICATION % slash}, base)
    readings = ReadingCache(entries)
    for _ in range(2):
        pair = read(repository, base, head, readings)
        assert at_hand(pair.base) == set(FILES)
        assert _judged(pair) == _judged(read(repository, base, head, NO_READINGS))
    assert at_hand(read(repository, base, base, readings).base) == set()


def _judged(pair: TreePair) -> object:
    pack = shipped_policy_pack()
    return assess(pair, pack=pack, platform=NO_CLAIMS, exceptions=(), now=NOW)


REPLAYS = shared_path_if_present("replays")


@pytest.mark.parametrize(
    "replay", sorted(REPLAYS.glob("*/")) if REPLAYS else (), ids=lambda path: path.name
)
def test_a_replay_is_judged_the_same_by_what_is_known_of_its_base(
    replay: Path, repository: BareRepository, entries: Entries
) -> None:
    before, after = (
        {
            path.relative_to(side).as_posix(): path.read_bytes()
            for path in side.rglob("*")
            if path.is_file()
        }
        for side in (replay / "base", replay / "head")
    )
    base = repository.commit("main", before)
    head = repository.commit("topic", after, base)
    wanted = _judged(read(repository, base, head, NO_READINGS))
    for _ in range(2):
        assert _judged(read(repository, base, head, ReadingCache(entries))) == wanted


def test_the_service_reviews_by_readings_that_another_process_made(
    repository: BareRepository, entries: Entries
) -> None:
    base = repository.commit("main", FILES)
    opened = {"n3/p.yaml": policy_named("p", "n3", "{podSelector: {}, ingress: [{}]}")}
    head = repository.commit("topic", {**FILES, **opened}, base)
    readings = ReadingCache(entries, ahead=AheadReader(Limits(seconds=30)))
    analyst = ChildAnalyst(shipped_policy_pack(), NO_CLAIMS, Limits(seconds=30))
    plain = read(repository, base, head, NO_READINGS)
    wanted = analyst.assess(AssessmentRequest(plain, (), NOW))
    for expected in (set(FILES), set[str]()):
        pair = read(repository, base, head, readings)
        assert at_hand(pair.base) == expected
        assert pair.recalled
        assert analyst.assess(AssessmentRequest(pair, (), NOW)) == wanted
    assert not wanted.inconclusive


def test_rules_of_the_repository_are_at_hand_though_its_readings_are_known(
    repository: BareRepository, entries: Entries
) -> None:
    ruled = {**FILES, ".edgewarden.yaml": "version: 1\nrules: [rules]\n", "rules/own.yaml": RULE}
    base = repository.commit("main", ruled)
    head = repository.commit("topic", {**ruled, "bad.yaml": policy_named("bad")}, base)
    wanted = _judged(read(repository, base, head, NO_READINGS))
    assert "own-rule" in str(wanted)
    for _ in range(2):
        assert _judged(read(repository, base, head, ReadingCache(entries))) == wanted


@pytest.mark.parametrize(
    "change",
    [
        {"rules/own.yaml": RULE.replace("bad", "p")},
        {".edgewarden.yaml": "version: 1\nrules: [rules, more]\n", "more/p.yaml": MORE},
        {".edgewarden.yaml": "version: 1\nrules: [more]\nexclude: [n1]\n", "more/p.yaml": MORE},
    ],
)
def test_a_change_of_the_rules_is_previewed_though_readings_are_known(
    repository: BareRepository, entries: Entries, change: dict[str, str]
) -> None:
    ruled = {**FILES, ".edgewarden.yaml": "version: 1\nrules: [rules]\n", "rules/own.yaml": RULE}
    base = repository.commit("main", ruled)
    head = repository.commit("topic", {**ruled, **change}, base)
    wanted = _judged(read(repository, base, head, NO_READINGS))
    assert "would object to " in str(wanted)
    for _ in range(2):
        assert _judged(read(repository, base, head, ReadingCache(entries))) == wanted


def test_a_child_reads_what_is_read_here() -> None:
    base = tree(FILES)
    parts = set(range(65))
    child = AheadReader(Limits(seconds=30))
    made = child(base, NO_CLAIMS, (), parts)
    assert decode_readings(made.values()) == decode_readings(
        read_ahead(base, NO_CLAIMS, (), parts).values()
    )


@pytest.mark.parametrize(
    "child", ["tests.support.no_such_child", "this", "tests.support.babbling_child"]
)
def test_a_child_that_fails_has_read_nothing(child: str) -> None:
    reader = AheadReader(Limits(seconds=30), child)
    with capture_logs() as logs:
        assert reader(tree(FILES), NO_CLAIMS, (), {1}) == {}
    assert [entry["event"] for entry in logs] == ["reading ahead failed"]


def _counting(log: Path) -> Program:
    return stand_in(
        f"""
        import pathlib, sys
        with open({str(log)!r}, "a") as log:
            log.write(sys.argv[1] + "\\n")
        sys.stdout.write(pathlib.Path(sys.argv[1], "p.yaml").read_text())
        """
    )


def test_a_root_is_rendered_once_for_what_feeds_it(
    repository: BareRepository, entries: Entries, tmp_path: Path
) -> None:
    roots = {f"{path[:-6]}kustomization.yaml": "resources: [p.yaml]\n" for path in FILES}
    files = {**FILES, **roots}
    base = repository.commit("main", files)
    head = repository.commit("topic", {**files, "n3/p.yaml": policy_named("q", "n3")}, base)
    log = tmp_path / "log"
    renderer = ConfinedRenderer(programs={Tool.KUSTOMIZE: _counting(log)}, entries=entries)
    readings = ReadingCache(entries)

    def rendered() -> list[str]:
        log.write_text("")
        pair = read_revisions(repository.path, base, head, renderer, readings=readings)
        assert len(pair.head.renderings) == len(FILES)
        assert all(rendering.output for rendering in pair.head.renderings)
        assert anew(pair) == (frozenset[str](), frozenset({"n3/kustomization.yaml"}))
        return sorted(log.read_text().split())

    assert rendered() == sorted([*(f"./n{n}" for n in range(40)), "./n3"])
    assert rendered() == []
    base, head = head, base
    assert rendered() == []


def test_another_version_of_the_program_renders_anew(entries: Entries, tmp_path: Path) -> None:
    script = tmp_path / "kustomize"
    outputs = []
    for word in ("one", "two", "two"):
        script.write_text(f"#!{sys.executable}\nprint({policy_named(word)!r})\n")
        script.chmod(0o755)
        renderer = ConfinedRenderer(
            programs={Tool.KUSTOMIZE: Program(str(script), ())}, entries=entries
        )
        files = {"k/kustomization.yaml": "resources: [p.yaml]\n", "k/p.yaml": policy_named("p")}
        (rendered,) = renderer.render([tree(files)])
        (only,) = rendered.renderings
        outputs.append(only.output)
    assert outputs == [f"{policy_named(word)}\n".encode() for word in ("one", "two", "two")]


def test_a_chart_is_rendered_anew_for_another_release() -> None:
    """Its values lie among the files; its name and namespace stand in the command."""
    program = stand_in("")
    files = {"c/Chart.yaml": b"name: c\n"}
    plan = Plan("c", "c/Chart.yaml", Tool.HELM, ("c/Chart.yaml",))
    releases = (None, Release("c", "shop"), Release("c", "shop", "apps"))
    keys = {rendering_key(replace(plan, release=each), program, files) for each in releases}
    assert len(keys) == len(releases)
    assert rendering_key(plan, program, {"c/Chart.yaml": b"name: d\n"}) not in keys
    assert rendering_key(replace(plan, directory="d"), program, files) not in keys


@pytest.mark.parametrize(
    "asked",
    [
        ("diff", "{base}", "{head}", "--repo", "{repository}"),
        ("connectivity", "{head}", "--repo", "{repository}"),
        ("explain", "{head}", "n3/app=a", "n3/app=b", "80", "--repo", "{repository}"),
        (
            "explain",
            "{head}",
            "n3/a=a",
            "n3/b=b",
            "80",
            "--base",
            "{base}",
            "--repo",
            "{repository}",
        ),
        ("survey", "{head}", "--repo", "{repository}"),
    ],
    ids=lambda asked: f"{asked[0]} of {sum('{' in each for each in asked) - 1}",
)
def test_a_command_keeps_its_readings_and_answers_the_same(
    repository: BareRepository, tmp_path: Path, asked: tuple[str, ...]
) -> None:
    base = repository.commit("main", FILES)
    opened = {"n3/p.yaml": policy_named("p", "n3", "{podSelector: {}, ingress: [{}]}")}
    head = repository.commit("topic", {**FILES, **opened}, base)
    own = tmp_path / "own"

    def answer(*options: str) -> str:
        named = (each.format(base=base, head=head, repository=repository.path) for each in asked)
        return subprocess.run(
            [sys.executable, "-m", "edgewarden.cli.main", *named, *options],
            env={
                "PYTHONPATH": ":".join(filter(None, sys.path)),
                "PATH": "/usr/bin:/bin",
                "XDG_CACHE_HOME": str(own),
            },
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    wanted = answer("--no-cache")
    assert not own.exists()
    assert wanted
    assert [answer(), answer()] == [wanted, wanted]
    assert any((own / "edgewarden").rglob("*"))


def _random_files(chance: Random) -> dict[str, File]:
    """Files, links and submodules in a few places, where another tree may have a directory."""
    kinds: list[File] = ["a: 1\n", "b: 2\n", Link("a.yaml"), Link("../x"), Submodule("1" * 40)]
    places = ["a.yaml", "x", "x/a.yaml", "x/b.yml", "y/z/c.json", "y/notes.txt", "y/ä\n.yaml"]
    chosen = chance.sample(places, chance.randrange(1, len(places)))
    if "x" in chosen:
        chosen = [place for place in chosen if not place.startswith("x/")]
    return {place: chance.choice(kinds) for place in chosen}


def test_a_head_is_the_same_tree_by_its_difference_as_by_itself(
    repository: BareRepository, entries: Entries
) -> None:
    chance = Random(20261123)
    commits = [repository.commit(f"b{n}", _random_files(chance)) for n in range(12)]
    readings = ReadingCache(entries)
    plain = {each: read(repository, each, each, NO_READINGS).base for each in commits}
    for base in commits:
        for head in commits:
            pair = read(repository, base, head, NO_READINGS)
            assert (pair.base, pair.head) == (plain[base], plain[head])
        known = read(repository, base, commits[0], readings)
        digests = [(file.path, file.digest) for file in plain[commits[0]].files]
        assert [(file.path, file.digest) for file in known.head.files] == digests
