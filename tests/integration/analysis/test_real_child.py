"""The analysis child with the assessment that the service runs in it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edgewarden.adapters.analysis import ChildAnalyst
from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.git.local import read_revisions
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.adapters.resources import shipped_policy_pack
from edgewarden.governance.review import Review, Verdict
from edgewarden.workflows.assess import assess
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.ports import AssessmentRequest
from tests.support.repositories import BareRepository, Files
from tests.support.reviews import only, problems_of

RENDERER = ConfinedRenderer()

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WORKLOADS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
"""
CLOSED = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
"""
OPEN = f"""\
{CLOSED}  ingress:
    - from: [{{podSelector: {{matchLabels: {{app: web}}}}}}]
      ports: [{{protocol: TCP, port: 5432}}]
"""
SHOP = {"shop.yaml": WORKLOADS, "db.yaml": CLOSED}


@pytest.fixture
def repository(tmp_path: Path) -> BareRepository:
    return BareRepository.create(tmp_path / "shop.git")


def request(repository: BareRepository, files: Files) -> AssessmentRequest:
    base = repository.commit("main", SHOP)
    head = repository.commit("topic", files, base)
    return AssessmentRequest(read_revisions(repository.path, base, head, RENDERER), (), NOW)


def review(asked: AssessmentRequest) -> Review:
    return ChildAnalyst(shipped_policy_pack(), NO_CLAIMS, Limits(seconds=60)).assess(asked)


def test_the_child_answers_what_the_assessment_says(repository: BareRepository) -> None:
    asked = request(repository, {**SHOP, "db.yaml": OPEN})

    result = review(asked)

    (edge,) = only(result).diff.added
    assert (str(edge.sources[0]), str(edge.destinations[0])) == (
        "shop/web[Deployment]",
        "shop/db[Deployment]",
    )
    assert edge.after.as_mapping() == {"TCP": [[5432, 5432]]}
    assert result == assess(
        asked.trees,
        pack=shipped_policy_pack(),
        platform=NO_CLAIMS,
        exceptions=(),
        now=NOW,
    )


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 100_000,
        b"a: &a [x, x]\n" + b"".join(b"b%d: &b%d [*a, *a, *a]\n" % (n, n) for n in range(50_000)),
        bytes(range(256)) * 1000,
        b"\xff\xfe\x00",
        b"%YAML 9.9\n---\n" * 1000,
        b"{" * 50_000,
        b'{"a":' * 100_000,
        b"? " * 100_000,
        b"- " * 100_000,
    ],
    ids=["brackets", "aliases", "binary", "utf-16", "yaml", "braces", "json", "keys", "-"],
)
def test_hostile_files_are_survived_and_named(repository: BareRepository, hostile: bytes) -> None:
    policy = CLOSED.encode() + b"  ingress:\n---\n"
    files: dict[str, str | bytes] = {**SHOP, "hostile.yaml": policy + hostile}

    result = review(request(repository, files))

    told = {(problem.location.path, problem.decisive) for problem in problems_of(result)}
    assert result.verdict is Verdict.INCONCLUSIVE
    assert ("hostile.yaml", True) in told


def test_a_file_name_that_is_not_utf_8_is_judged_and_told(repository: BareRepository) -> None:
    name = b"caf\xe9.yaml".decode("utf-8", "surrogateescape")

    result = review(request(repository, {**SHOP, name: f"{OPEN}  a: [\n"}))

    assert name in {problem.location.path for problem in problems_of(result)}
