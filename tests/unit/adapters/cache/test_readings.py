"""What is recalled of a base: never another reading, and never one more or one less."""

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgewarden.adapters.cache.entries import Entries
from edgewarden.adapters.cache.readings import ReadingCache
from edgewarden.manifests.applying import Applying
from edgewarden.manifests.snapshot import Rendering, Snapshot, makes_root
from edgewarden.manifests.tree import read_tree
from edgewarden.reachability.model import Applier
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.tree_configuration import usable_configuration
from edgewarden.workflows.reading_ahead import read_ahead
from edgewarden.workflows.recalled_readings import decode_readings
from edgewarden.workflows.states import ChangedClusters, changed_clusters
from tests.support.mangled import mangled
from tests.support.manifest_trees import policy_named, tree
from tests.support.recalled_trees import named, recall, spared

LIMIT = 1 << 24
A, B, C = (policy_named(name) for name in "abc")
SPACELESS = A.replace(", namespace: shop", "")
TWO_CLUSTERS = """\
version: 1
clusters:
- {name: one, paths: [one, both], namespace: first}
- {name: two, paths: [two, both], namespace: second}
"""


@pytest.fixture
def entries(tmp_path: Path) -> Entries:
    return Entries(tmp_path / "cache", LIMIT)


def states(
    base: Snapshot,
    head: Snapshot,
    cache: ReadingCache | None = None,
    platform: ProfileClaims = NO_CLAIMS,
    repository: str = "shop",
) -> ChangedClusters:
    """The states of two trees, by a cache where there is one."""
    recalled: tuple[bytes, ...] = ()
    if cache is not None:
        recollection = recall(cache, base, repository)
        base, head = spared(base, head, recollection.known)
        recalled = cache.complete(recollection, base)
    configuration = usable_configuration(base)
    return changed_clusters(base, head, configuration, platform, recalled=decode_readings(recalled))


def trees(files: Mapping[str, str | bytes], *changes: Mapping[str, str | bytes]) -> list[Snapshot]:
    return [named(tree(each)) for each in (files, *({**files, **change} for change in changes))]


_contents = st.one_of(
    st.sampled_from([A, B, A + "---\n" + C, SPACELESS, "a: 1\n", "{{ x }}\n"]).map(str.encode),
    st.integers(0, 5_000).map(mangled),
)
_paths = st.sampled_from(["one/a.yaml", "one/b.yaml", "two/a.yaml", "both/c.json", "d.yaml"])
_trees = st.dictionaries(
    _paths | st.sampled_from(["one/kustomization.yaml", "two/Chart.yaml"]), _contents, max_size=5
)
_fresh = count()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_trees, _trees, _trees, st.booleans(), st.randoms(use_true_random=False))
def test_a_cold_a_warm_and_a_damaged_cache_give_the_states_that_none_gives(
    tmp_path: Path,
    before: dict[str, bytes],
    base: dict[str, bytes],
    head: dict[str, bytes],
    configured: bool,
    chance: random.Random,
) -> None:
    added = {".edgewarden.yaml": TWO_CLUSTERS.encode()} if configured else {}
    old, one, other = (named(tree({**added, **files})) for files in (before, base, head))
    directory = tmp_path / f"{next(_fresh)}"
    cache = ReadingCache(Entries(directory, LIMIT))
    wanted = states(one, other)
    states(old, one, cache)
    for _ in range(2):
        assert states(one, other, cache) == wanted
        _damage(directory, chance)


def _damage(directory: Path, chance: random.Random) -> None:
    for file in sorted(path for path in directory.rglob("*") if path.is_file()):
        whole = bytearray(file.read_bytes() or b"\0")
        match chance.randrange(4):
            case 0:
                whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            case 1:
                del whole[chance.randrange(len(whole)) :]
            case 2:
                whole = bytearray(chance.randbytes(40))
        file.write_bytes(whole)


def read_anew(base: Snapshot, recalled: tuple[bytes, ...]) -> frozenset[str]:
    return read_tree(base, recalled=decode_readings(recalled)).anew


def test_of_a_base_with_a_changed_file_that_file_is_read(entries: Entries) -> None:
    files = {f"n{number}/p.yaml": policy_named("p", f"n{number}") for number in range(300)}
    first, second = trees(files, {"n7/p.yaml": policy_named("q", "n7")})
    made: list[frozenset[str]] = []

    def ahead(
        base: Snapshot, platform: ProfileClaims, recalled: tuple[bytes, ...], parts: object
    ) -> Mapping[int, bytes]:
        assert isinstance(parts, set)
        made.append(read_anew(base, recalled))
        return read_ahead(base, platform, recalled, parts)

    cache = ReadingCache(entries, ahead=ahead)
    states(first, second, cache)
    states(first, second, cache)
    states(second, first, cache)
    states(second, first, cache)
    assert [len(anew) for anew in made] == [300, 1]
    assert made[1] == {"n7/p.yaml"}


def known(cache: ReadingCache, snapshot: Snapshot, repository: str = "shop") -> Mapping[str, str]:
    return recall(cache, snapshot, repository).known


def test_what_is_known_of_a_base_is_read_of_neither_side(entries: Entries) -> None:
    first, second = trees({"a.yaml": A, "b.yaml": B}, {"b.yaml": C})
    cache = ReadingCache(entries)
    states(first, second, cache)
    recollection = recall(cache, first)
    one, other = spared(first, second, recollection.known)
    base = read_tree(one, recalled=decode_readings(cache.complete(recollection, one)))
    assert not base.anew
    assert read_tree(other, base).anew == {"b.yaml"}


def test_one_repository_knows_nothing_of_another(entries: Entries) -> None:
    (base,) = trees({"a.yaml": A})
    cache = ReadingCache(entries)
    states(base, base, cache)
    assert known(cache, base) == {"a.yaml": base.files[0].digest}
    assert known(cache, base, "other") == {}


def test_another_configuration_or_platform_knows_nothing(entries: Entries) -> None:
    plain, configured, renamed = trees(
        {"one/a.yaml": SPACELESS},
        {".edgewarden.yaml": TWO_CLUSTERS},
        {".edgewarden.yaml": TWO_CLUSTERS.replace("first", "third")},
    )
    cache = ReadingCache(entries)
    states(configured, configured, cache)
    assert known(cache, configured)
    assert not known(cache, plain)
    assert not known(cache, renamed)
    assert not known(ReadingCache(entries, ProfileClaims(applier=Applier.FLUX)), configured)
    assert states(renamed, plain, cache) == states(renamed, plain)


def test_a_file_that_two_clusters_read_is_known_as_each_reads_it(entries: Entries) -> None:
    files = {".edgewarden.yaml": TWO_CLUSTERS, "both/a.yaml": SPACELESS, "both/b.yaml": B}
    base, head = trees(files, {"both/b.yaml": SPACELESS.replace("name: a", "name: b")})
    cache = ReadingCache(entries)
    states(base, head, cache)
    warm = states(base, head, cache)
    assert warm == states(base, head)
    found = {policy.ref for pair in warm.touched for policy in pair.base.policies}
    assert {str(ref) for ref in found} == {"first/a", "second/a", "shop/b"}


def test_a_file_that_is_rendered_no_longer_is_read(entries: Entries) -> None:
    """It was known without a reading, since it was input of a root."""
    rendered, plain = trees(
        {"k/kustomization.yaml": "resources: [a.yaml]\n", "k/a.yaml": A, "b.yaml": B}, {}
    )
    plain = replace(plain, files=tuple(f for f in plain.files if not makes_root(f.path)))
    cache = ReadingCache(entries)
    states(rendered, rendered, cache)
    assert states(plain, plain, cache) == states(plain, plain)
    assert states(rendered, plain, cache) == states(rendered, plain)


def test_the_configuration_itself_is_always_at_hand(entries: Entries) -> None:
    (base,) = trees({".edgewarden.yaml": TWO_CLUSTERS, "one/a.yaml": A})
    cache = ReadingCache(entries)
    states(base, base, cache)
    assert known(cache, base).keys() == {"one/a.yaml"}


def test_a_root_is_read_again_only_where_it_renders_otherwise(entries: Entries) -> None:
    files = {
        "k/kustomization.yaml": "resources: [a.yaml]\n",
        "k/a.yaml": A,
        "l/kustomization.yaml": "resources: [b.yaml]\n",
        "l/b.yaml": B,
    }
    (base,) = trees(files)

    def rendering(k: str, b: str) -> Snapshot:
        outputs = (Rendering("k", k.encode()), Rendering("l", b.encode()))
        return replace(base, renderings=outputs)

    cache = ReadingCache(entries)
    states(rendering(A, B), base, cache)
    recalled = decode_readings(cache.complete(recall(cache, base), rendering(A, B)))
    assert read_tree(rendering(A, B), recalled=recalled).anew == frozenset()
    other = policy_named("b", "elsewhere")
    assert read_tree(rendering(A, other), recalled=recalled).anew == {"l/kustomization.yaml"}
    assert states(rendering(A, other), base, cache) == states(rendering(A, other), base)


def test_another_namespace_is_another_reading(entries: Entries) -> None:
    (base,) = trees({"a.yaml": SPACELESS})
    cache = ReadingCache(entries)
    recalled = decode_readings(cache.complete(recall(cache, base), base))
    assert read_tree(base, recalled=recalled).anew == frozenset()
    shop = read_tree(base, applying=Applying("shop"), recalled=recalled)
    assert shop.anew == {"a.yaml"}
    assert {str(ref) for ref in shop.held} == {"shop/a"}


def test_a_reader_that_gives_up_leaves_everything_to_be_read(entries: Entries) -> None:
    base, head = trees({"a.yaml": A}, {"a.yaml": B})
    cache = ReadingCache(entries, ahead=lambda *_: {})
    assert states(base, head, cache) == states(base, head)
    assert not known(cache, base)


def test_beside_what_deploys_nothing_is_known(entries: Entries) -> None:
    """It may have any file read in a namespace of its own."""
    application = """\
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: shop, namespace: argocd}
        spec:
          project: default
          source: {repoURL: https://git.example/shop.git, path: apps}
          destination: {namespace: %s}
        """
    plain, deploying, moved = trees(
        {"apps/a.yaml": SPACELESS, "b.yaml": B},
        {"argo.yaml": application % "shop"},
        {"argo.yaml": application % "elsewhere"},
    )
    cache = ReadingCache(entries)
    for base, head in ((plain, deploying), (deploying, moved), (moved, plain)):
        for _ in range(2):
            assert states(base, head, cache) == states(base, head)
    assert not known(cache, moved)
    assert known(cache, plain).keys() == {"apps/a.yaml", "b.yaml"}
