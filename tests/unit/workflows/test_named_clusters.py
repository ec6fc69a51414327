"""Which clusters a change may be about, by the text of its configuration: one too many, never
one too few.
"""

import pytest

from edgewarden.manifests.snapshot import NO_FILES, Omission, Snapshot, SourceFile
from edgewarden.workflows.configuration.named_clusters import clusters_named
from edgewarden.workflows.configuration.tree_configuration import branch_configuration
from tests.support.manifest_trees import tree

FILE = ".edgewarden.yaml"


def may_hold(written: str, cluster: str = "prod") -> bool:
    return clusters_named(tree({FILE: written}), NO_FILES, "main").may_hold(cluster)


@pytest.mark.parametrize(
    "written",
    [
        "version: 1\nclusters: [{name: dev}]\n",
        "version: 1\nclusters:\n- name: dev\n  paths: [a]\n",
        "version: 1\nclusters:\n  - paths: [a]\n    name: 'dev'\n",
        '{"version": 1, "clusters": [{"name": "dev"}]}',
        "version: 1\r\nclusters: # all of them\r\n- name: dev\r\n",
    ],
)
def test_a_cluster_beside_those_that_are_named_is_not_meant(written: str) -> None:
    assert not may_hold(written)
    assert may_hold(written, "dev")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "version: 1\n",
        "version: 1\n# clusters:\n# - name: dev\n",
        "version: 1  # {clusters: [{name: dev}]}\n",
        "version: 1\nclusters: []\n",
        "version: 1\nclusters: []  # - name: dev\n",
        'version: 1\nclusters: [{name: "pr\\u006fd"}]\n',
        "version: 1\n? clusters\n: [{name: dev}]\n",
    ],
)
def test_any_cluster_may_be_meant_where_none_is_plainly_named(written: str) -> None:
    assert may_hold(written)


def test_a_tree_without_a_configuration_may_describe_any_cluster() -> None:
    assert clusters_named(tree({"a.yaml": ""}), NO_FILES, "main").may_hold("prod")
    link = Snapshot((SourceFile(FILE, None, Omission.SYMLINK),))
    assert clusters_named(link, NO_FILES, "main").may_hold("prod")


@pytest.mark.parametrize(
    ("branch", "expected"), [("env/dev", False), ("env/dev-2", True), ("release", True)]
)
def test_the_default_branch_speaks_for_a_branch_that_it_names(
    branch: str, *, expected: bool
) -> None:
    written = 'version: 1\nclusters: [{name: dev, branch: "env/dev", paths: [release]}]\n'
    base, default = tree({"a.yaml": ""}), tree({FILE: written})
    assert clusters_named(base, default, branch).may_hold("prod") is expected
    assert branch_configuration(base, default, branch).named is not expected
