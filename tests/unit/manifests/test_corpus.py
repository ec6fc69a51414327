"""Every document of a real repository is read, or not ours, or told as a problem with its line."""

from collections import Counter

import pytest
import yaml

from edgewarden.manifests.load import load_state
from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.reachability.location import ProblemKind
from edgewarden.reachability.model import ClusterState
from tests.support.corpus import ARCHIVE, corpus_files
from tests.support.manifest_trees import PROFILE, trees_of
from tests.support.shared import shared_path

NOT_OURS = {"monitoring.coreos.com/v1 ServiceMonitor", "networking.k8s.io/v1 Ingress", "nothing"}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return corpus_files(shared_path(ARCHIVE))


@pytest.fixture(scope="module")
def state(files: dict[str, bytes]) -> ClusterState:
    tree = tuple(SourceFile(path, content) for path, content in files.items())
    return load_state(trees_of(Snapshot(tree)), PROFILE, "corpus")


@pytest.fixture(scope="module")
def written(files: dict[str, bytes]) -> Counter[str]:
    """How many documents of each kind another reader finds."""
    return Counter(
        "nothing" if document is None else f"{document['apiVersion']} {document['kind']}"
        for content in files.values()
        for document in yaml.load_all(content, yaml.CSafeLoader)
    )


def test_what_is_written_is_what_another_reader_finds(
    files: dict[str, bytes], written: Counter[str]
) -> None:
    assert len(files) == 2_933
    assert written == {
        "networking.k8s.io/v1 NetworkPolicy": 3_225,
        "v1 Namespace": 1_464,
        "projectcalico.org/v3 NetworkPolicy": 24,
        "monitoring.coreos.com/v1 ServiceMonitor": 7,
        "networking.k8s.io/v1 Ingress": 1,
        "nothing": 1,
    }
    assert written.total() == 4_722


def test_each_document_is_read_or_not_ours_or_told_with_its_line(
    files: dict[str, bytes], state: ClusterState, written: Counter[str]
) -> None:
    read = [each.location for each in state.policies]
    read += [each.location for each in state.namespaces]
    not_judged = [p for p in state.problems if p.kind is ProblemKind.NOT_JUDGED]
    repeated = [p for p in state.problems if p.kind is ProblemKind.DUPLICATE_OBJECT]
    assert (len(state.policies), len(state.namespaces)) == (3_221, 1_464)
    assert (len(not_judged), len(repeated)) == (24, 4)
    assert len(state.problems) == 28
    others = sum(count for kind, count in written.items() if kind in NOT_OURS)
    assert len(read) + len(not_judged) + len(repeated) + others == written.total()
    places = [*read, *(each.location for each in state.problems)]
    assert len(set(places)) == len(places) - len(repeated)
    lines = {path: content.count(b"\n") + 1 for path, content in files.items()}
    assert all(1 <= place.line <= lines[place.path] for place in places)


def test_only_objects_that_differ_from_an_earlier_one_leave_the_state_open(
    state: ClusterState,
) -> None:
    decisive = [p for p in state.problems if p.decisive]
    assert [(p.kind, p.location.line) for p in decisive] == [
        (ProblemKind.DUPLICATE_OBJECT, 46),
        (ProblemKind.DUPLICATE_OBJECT, 46),
    ]
    assert all("(lines 29 and 46)" in problem.message for problem in decisive)
