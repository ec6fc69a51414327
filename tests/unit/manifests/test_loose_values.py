"""Which files may be values of a chart of which nobody says what it is given."""

import pytest

from edgewarden.manifests.clusters import TreesReading
from edgewarden.manifests.loose_values import loosely_given
from tests.support.manifest_trees import policy_named, tree

CHARTS = {
    "charts/app/Chart.yaml": "name: app\ndependencies: [{name: db}]\n",
    "charts/app/values.yaml": "policy: {enabled: true}\n",
    "charts/app/charts/db/Chart.yaml": "name: db\n",
    "charts/app/charts/db/values.yaml": "size: 1\n",
    "charts/web/Chart.yaml": "name: web\n",
    "charts/web/values.yaml": "replicas: 1\n",
    "kustomize/kustomization.yaml": "configMapGenerator: [{name: x, files: [in.yaml]}]\n",
}


def taking(path: str, content: str) -> list[str]:
    """The charts that a new file may be given to."""
    trees = TreesReading.read(tree(CHARTS), tree({**CHARTS, path: content}))
    told = loosely_given(trees.base, trees.head, trees.changed)
    return [each.location.path.removesuffix("/Chart.yaml") for each in told]


APP, WEB = "charts/app", "charts/web"


@pytest.mark.parametrize(
    ("path", "content", "charts"),
    [
        ("values-prod.yaml", "other: 1", [APP, WEB]),
        ("prod/my_Values.yml", "", [APP, WEB]),
        ("charts/app/values-prod.yaml", "other: 1", [APP]),
        ("charts/app/env/prod.yaml", "policy: {enabled: false}", [APP]),
        ("charts/app/env/prod.yaml", "unheard: of", []),
        ("charts/app/charts/db/values-prod.yaml", "", [APP]),
        ("envs/prod.yaml", "policy: {enabled: false}", [APP]),
        ("envs/prod.yaml", "db: {size: 2}", [APP]),
        ("envs/prod.yaml", "global: {}", [APP, WEB]),
        ("envs/prod.yaml", "unheard: of", []),
        ("envs/prod.txt", "policy: {enabled: false}", []),
        ("envs/prod.yaml", f"{policy_named('a')}policy: 1\n", []),
        (".github/workflows/ci.yaml", "policy: 1", []),
        ("kustomize/in.yaml", "policy: 1", []),
        ("charts/app/values.yaml", "policy: {enabled: false}", []),
        ("charts/app/charts/db/values.yaml", "size: 2", []),
        ("charts/app/templates/values.yaml", "policy: 1", []),
        ("charts/app/ci/test-values.yaml", "policy: 1", []),
        ("charts/app/tests/policy_test.yaml", "policy: 1", []),
    ],
)
def test_values_are_told_by_their_name_or_by_what_they_set(
    path: str, content: str, charts: list[str]
) -> None:
    assert taking(path, content) == charts
