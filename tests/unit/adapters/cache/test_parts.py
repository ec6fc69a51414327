"""What is read ahead of a base is all that anybody reads of it, whoever says how."""

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edgewarden.adapters.cache.entries import Entries
from edgewarden.adapters.cache.readings import ReadingCache
from edgewarden.manifests.snapshot import NO_FILES, Snapshot, holds_manifests
from edgewarden.reachability.model import Applier
from edgewarden.workflows.cluster_parts import DividedTree
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.tree_configuration import branch_configuration
from edgewarden.workflows.deployed import deployed
from edgewarden.workflows.ports import DeploymentRequest
from edgewarden.workflows.recalled_readings import decode_readings
from edgewarden.workflows.states import changed_clusters, states_of
from edgewarden.workflows.surroundings import NO_SURROUNDINGS
from edgewarden.workflows.survey import surveyed
from tests.conformance.casefile import Case, filed_cases
from tests.support.manifest_trees import policy_named, tree
from tests.support.recalled_trees import named, recall, spared

BRANCH = "main"
DIRECTORIES = ("", "one", "one/deep", "two", "two/fixtures", "both")
_fresh = count()


def _sides(case: Case) -> tuple[dict[str, bytes], dict[str, bytes]]:
    sides = (case.state, case.state) if case.state else (case.base, case.head)
    base, head = ({f.path: f.content or b"" for f in s.snapshot("none").files} for s in sides if s)
    return base, head


UNNAMED = {"unnamed.yaml": policy_named("web").replace(", namespace: shop", "").encode()}
CASES = [(UNNAMED, UNNAMED), *(_sides(filed.case) for filed in filed_cases())]

_globs = st.lists(
    st.sampled_from(["one", "two", "both", "**/deep", ".", "one/*.yaml", "!x", "**/*.yml"]),
    min_size=1,
    max_size=3,
    unique=True,
)
_profiles = st.fixed_dictionaries({}, optional={"applier": st.sampled_from(list(Applier))})
_read = st.fixed_dictionaries(
    {},
    optional={
        "paths": _globs,
        "exclude": _globs,
        "namespace": st.sampled_from(["shop", "data"]),
        "profile": _profiles,
        "branch": st.sampled_from([BRANCH, "release"]),
    },
)
_clusters = st.lists(_read | st.just({"renderer": "uploaded"}), min_size=1, max_size=3)
_configurations = st.fixed_dictionaries(
    {"version": st.sampled_from([1, 1, 1, 2])},
    optional={"exclude": _globs, "profile": _profiles, "clusters": _clusters},
)
_trees = st.lists(
    st.tuples(st.sampled_from(DIRECTORIES), st.sampled_from(CASES)), min_size=1, max_size=3
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    _trees,
    _configurations | st.none(),
    _configurations | st.none(),
    st.sampled_from([None, *Applier]),
)
def test_whatever_the_configuration_no_file_that_is_known_is_missed(
    tmp_path: Path,
    cases: list[tuple[str, tuple[dict[str, bytes], dict[str, bytes]]]],
    configured: dict[str, Any] | None,
    reconfigured: dict[str, Any] | None,
    applier: Applier | None,
) -> None:
    platform = ProfileClaims(applier=applier) if applier else NO_CLAIMS
    base = _placed(configured, [(directory, sides[0]) for directory, sides in cases])
    head = _placed(reconfigured, [(directory, sides[1]) for directory, sides in cases])
    cache = ReadingCache(Entries(tmp_path / f"{next(_fresh)}", 1 << 24), platform)
    wanted = _answers(base, head, platform, ())
    for time in ("cold", "warm"):
        recollection = recall(cache, base)
        one, other = spared(base, head, recollection.known)
        recalled = cache.complete(recollection, one)
        assert _answers(one, other, platform, recalled) == wanted
        if time == "warm" and one != base:
            at_hand = {file.path for file in one.files if file.content is not None}
            assert set(filter(holds_manifests, at_hand)) <= {".edgewarden.yaml"}


def _placed(
    configuration: dict[str, Any] | None, cases: list[tuple[str, dict[str, bytes]]]
) -> Snapshot:
    files: dict[str, str | bytes] = {}
    for number, (directory, case) in enumerate(cases):
        files |= {f"{directory}/{number}{path}".lstrip("/"): case[path] for path in case}
    if configuration is not None:
        clusters = configuration.get("clusters", ())
        told = [{"name": f"c{number}", **each} for number, each in enumerate(clusters)]
        files[".edgewarden.yaml"] = json.dumps({**configuration, "clusters": told})
    return named(tree(files))


def _answers(
    base: Snapshot, head: Snapshot, platform: ProfileClaims, encoded: tuple[bytes, ...]
) -> Mapping[str, object]:
    """All that is made of a base of which readings are recalled."""
    recalled = decode_readings(encoded)
    configuration = branch_configuration(base, NO_FILES, BRANCH)
    alone = DividedTree.of(base, configuration, platform).read(recalled)
    states = states_of(alone)
    names = frozenset(cluster.name for cluster in configuration.clusters)
    request = DeploymentRequest("shop", base, names, BRANCH, recalled=encoded)
    return {
        "changed": changed_clusters(base, head, configuration, platform, recalled=recalled),
        "states": states,
        "survey": surveyed(alone, states, NO_SURROUNDINGS),
        "deployed": deployed(request, platform),
    }
