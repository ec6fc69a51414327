"""Whatever happens to a file: it is read to an end, and hides nothing that lies beside it.

``EDGEWARDEN_SEEDS`` says how many files, ``EDGEWARDEN_FIRST_SEED`` where to begin; ``mangled`` of a
seed that fails here is the file.
"""

import os
import tracemalloc
from time import process_time

import pytest

from edgewarden.manifests.load import load_state, load_states
from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.reachability.model import ClusterState
from tests.support.mangled import SOUND, mangled
from tests.support.manifest_trees import PROFILE, policy_named, trees_of

_COUNT = int(os.environ.get("EDGEWARDEN_SEEDS", "400"))
_FIRST = int(os.environ.get("EDGEWARDEN_FIRST_SEED", "1000000"))
_AT_ONCE = 50
_SECONDS = 2
_BYTES = 20_000_000

_BESIDE = SourceFile("b.yaml", policy_named("beside").encode())


def _tree(content: bytes, seed: int) -> Snapshot:
    path = "a.json" if seed % 7 == 0 else "a.yaml"
    return Snapshot((SourceFile(path, content), _BESIDE))


def _check(seed: int) -> None:
    content = mangled(seed)
    other = mangled(seed + 1) if seed % 2 else SOUND[seed % len(SOUND)]
    started = process_time()
    alone = load_state(trees_of(_tree(content, seed)), PROFILE, "one")
    base, head = load_states(trees_of(_tree(other, seed), _tree(content, seed)), PROFILE, "two")
    assert process_time() - started < _SECONDS
    lines = max(map(_lines, (content, other, _BESIDE.content or b"")))
    for state in (alone, base, head):
        _check_state(state, lines)


def _lines(content: bytes) -> int:
    """No reader counts more."""
    ends = (b"\n", b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
    return 1 + sum(content.count(end) for end in ends)


def _check_state(state: ClusterState, lines: int) -> None:
    assert "shop/beside" in {f"{policy.namespace}/{policy.name}" for policy in state.policies}
    for problem in state.problems:
        assert 1 <= problem.location.line <= lines
        assert problem.location.column >= 1
        assert problem.message.endswith(".")
        assert problem.remedy.endswith(".")


@pytest.mark.parametrize("first", range(_FIRST, _FIRST + _COUNT, _AT_ONCE))
def test_damage_is_told_with_its_place_and_hides_nothing_else(first: int) -> None:
    for seed in range(first, min(first + _AT_ONCE, _FIRST + _COUNT)):
        try:
            _check(seed)
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise


def test_damage_costs_no_memory_beyond_a_bound() -> None:
    tracemalloc.start()
    try:
        for seed in range(_FIRST, _FIRST + 40):
            _check(seed)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < _BYTES
