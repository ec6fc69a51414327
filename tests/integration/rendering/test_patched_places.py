"""Where the parts of an object stand that kustomize puts together from several files."""

import json
from posixpath import normpath

from edgewarden.manifests.load import load_state
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, NetworkPolicy
from tests.support.manifest_trees import PROFILE, trees_of
from tests.support.rendering import KUSTOMIZE, rendered

DB = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
    - podSelector: {matchLabels: {app: job}}
    ports: [{port: 5432}]
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {team: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: db
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: db
"""
AS_WRITTEN = ["base/db.yaml:9", "base/db.yaml:10", "base/db.yaml:11", "base/db.yaml:12"]
HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db}\n"
BY_FILE = "patches:\n- path: p.yaml\n"


def state(kustomization: str, **files: str) -> ClusterState:
    """What an overlay makes of ``DB``; its own line 4 is the first of ``kustomization``."""
    (tree,) = rendered(
        {
            "base/kustomization.yaml": f"{KUSTOMIZE}resources: [db.yaml]\n",
            "base/db.yaml": DB,
            "prod/kustomization.yaml": f"{KUSTOMIZE}resources: [../base]\n{kustomization}",
            **{normpath(f"prod/{name}.yaml"): content for name, content in files.items()},
        }
    )
    loaded = load_state(trees_of(tree), PROFILE, "test")
    assert not loaded.problems
    return loaded


def policy(kustomization: str, **files: str) -> NetworkPolicy:
    (only,) = state(kustomization, **files).policies
    return only


def in_one_line(operation: object) -> str:
    """An item of ``patches``."""
    return f"- target: {{kind: NetworkPolicy}}\n  patch: '{json.dumps([operation])}'\n"


def removal(peers_or_ports: str) -> dict[str, str]:
    """The first of the only rule's."""
    return {"op": "remove", "path": f"/spec/ingress/0/{peers_or_ports}/0"}


def places(written: NetworkPolicy) -> list[str]:
    """Of each rule, its peers and its ports."""
    found: list[Location] = []
    for rule in written.ingress:
        found.append(rule.location)
        found += (part.location for part in (*rule.peers, *rule.ports))
    return list(map(str, found))


def whole(written: ClusterState) -> list[str]:
    """The places of the policy, the namespace and the workload."""
    (declared,), (space,), (pods,) = written.policies, written.namespaces, written.workloads
    return [str(place) for place in (declared.location, space.location, pods.location)]


def test_what_is_rendered_as_it_is_written_keeps_its_places() -> None:
    given = (
        "",
        "namespace: shop\n",
        "namePrefix: dev-\nnameSuffix: -x\n",
        "images: [{name: db, newTag: v2}]\nreplicas: [{name: db, count: 3}]\n",
        "commonAnnotations: {a: b}\nlabels: [{pairs: {org: acme}}]\n",
    )
    for kustomization in given:
        found = state(kustomization)
        assert places(found.policies[0]) == AS_WRITTEN, kustomization
        assert whole(found)[0] == "base/db.yaml:1"
        assert whole(found)[2] == "base/db.yaml:20"


def test_a_namespace_that_is_called_as_the_overlay_says_is_found_in_its_file() -> None:
    (space,) = state("namespace: web\n").namespaces

    assert (space.name, str(space.location)) == ("web", "base/db.yaml:14")


def test_what_is_null_and_not_rendered_is_no_change() -> None:
    nothing = DB.replace("  name: db\nspec", "  name: db\n  creationTimestamp: null\nspec")
    nothing = nothing.replace(
        "      labels: {app", "      creationTimestamp: null\n      labels: {app"
    )
    found = state("namespace: shop\nimages: [{name: db, newTag: v2}]\n", **{"../base/db": nothing})

    assert whole(found) == ["base/db.yaml:1", "base/db.yaml:15", "base/db.yaml:21"]


def test_a_rule_that_a_patch_replaces_stands_in_the_patch() -> None:
    patch = f"{HEAD}spec:\n  ingress:\n  - from:\n    - namespaceSelector: {{}}\n"

    patched = policy(BY_FILE, p=patch)

    assert places(patched) == ["prod/p.yaml:6", "prod/p.yaml:7"]
    assert str(patched.location) == "base/db.yaml:1"


def test_a_patch_in_the_kustomization_has_its_own_lines_there() -> None:
    patched = policy(
        "patches:\n"
        "- target: {kind: NetworkPolicy, name: db}\n"
        "  patch: |-\n"
        "    - op: add\n"
        "      path: /spec/ingress/0/from/-\n"
        "      value:\n"
        "        namespaceSelector: {}\n"
        "    - {op: replace, path: /spec/ingress/0/ports/0/port, value: 99}\n"
    )

    assert places(patched) == [
        "prod/kustomization.yaml:10, which changes base/db.yaml:9",
        "base/db.yaml:10",
        "base/db.yaml:11",
        "prod/kustomization.yaml:10",
        "prod/kustomization.yaml:11, which changes base/db.yaml:12",
    ]


def test_a_patch_whose_lines_are_not_known_stands_where_it_begins() -> None:
    rule = {"op": "add", "path": "/spec/ingress/-", "value": {"ports": [{"port": 1}]}}

    patched = policy(f"patches:\n{in_one_line(rule)}namespace: shop\n")

    assert places(patched) == [*AS_WRITTEN, *["prod/kustomization.yaml:5"] * 2]


def test_what_is_taken_away_is_told_of_the_patch_that_does_it() -> None:
    patched = policy(f"patches:\n{in_one_line(removal('from'))}")

    changed = "prod/kustomization.yaml:5, which changes base/db.yaml:9"
    assert places(patched) == [changed, *AS_WRITTEN[2:]]


def test_of_several_patches_that_may_have_done_it_none_is_named() -> None:
    items = (in_one_line(removal(part)) for part in ("from", "ports"))

    patched = policy(f"patches:\n{''.join(items)}")

    assert places(patched)[0] == "prod/kustomization.yaml:1, which changes base/db.yaml:9"


def test_of_several_patches_the_one_that_holds_it_is_named() -> None:
    types = f"{HEAD}spec:\n  policyTypes: [Ingress, Egress]\n"
    rule = f"{HEAD}spec:\n  egress:\n  - {{}}\n"

    patched = policy("patches:\n- path: types.yaml\n- path: rule.yaml\n", types=types, rule=rule)

    assert str(patched.location) == "prod/types.yaml:5, which changes base/db.yaml:1"
    assert [str(each.location) for each in patched.egress] == ["prod/rule.yaml:6"]


def test_of_patches_that_say_the_same_none_is_named() -> None:
    types = f"{HEAD}spec:\n  policyTypes: [Ingress, Egress]\n"

    patched = policy("patches:\n- path: one.yaml\n- path: two.yaml\n", one=types, two=types)

    assert str(patched.location) == "prod/kustomization.yaml:1, which changes base/db.yaml:1"


def test_a_patch_of_another_object_is_not_named() -> None:
    mine, other = in_one_line(removal("from")), in_one_line(removal("from"))
    other = other.replace("NetworkPolicy}", "NetworkPolicy, name: web}")

    patched = policy(f"patches:\n{other}{mine}")

    assert places(patched)[0] == "prod/kustomization.yaml:7, which changes base/db.yaml:9"


def test_a_selector_that_is_changed_is_the_place_of_its_policy() -> None:
    for selector in ("{matchLabels: {tier: back}}", "{matchLabels: {app: null}}"):
        patched = policy(BY_FILE, p=f"{HEAD}spec:\n  podSelector: {selector}\n")
        assert str(patched.location) == "prod/p.yaml:5, which changes base/db.yaml:1"
        assert places(patched) == AS_WRITTEN


def test_a_component_that_labels_a_namespace_and_pods_is_named() -> None:
    found = state(
        "components: [opened]\n",
        **{
            "opened/kustomization": "apiVersion: kustomize.config.k8s.io/v1alpha1\n"
            "kind: Component\npatchesStrategicMerge: [p.yaml]\n",
            "opened/p": "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n"
            "  labels:\n    open: 'yes'\n---\napiVersion: apps/v1\nkind: Deployment\n"
            "metadata: {name: db}\nspec:\n  template:\n    metadata:\n      labels:\n"
            "        tier: back\n",
        },
    )

    assert whole(found) == [
        "base/db.yaml:1",
        "prod/opened/p.yaml:6, which changes base/db.yaml:14",
        "prod/opened/p.yaml:15, which changes base/db.yaml:20",
    ]


def test_a_label_that_everything_gets_in_place_of_another_is_told_where_it_is_given() -> None:
    found = policy("commonLabels:\n  app: all\n")

    given = "prod/kustomization.yaml:5, which changes base/db.yaml"
    assert places(found) == [*(f"{given}:{line}" for line in (9, 10, 11)), AS_WRITTEN[3]]
    assert str(found.location) == f"{given}:1"


def test_a_patch_whose_peers_get_labels_is_named_with_them() -> None:
    patch = f"{HEAD}spec:\n  ingress:\n  - from:\n    - podSelector: {{matchLabels: {{app: a}}}}\n"

    patched = policy(f"commonLabels:\n  env: prod\n{BY_FILE}", p=patch)

    beside = ", with labels of prod/kustomization.yaml:5"
    assert places(patched) == [f"prod/p.yaml:6{beside}", f"prod/p.yaml:7{beside}"]


def test_labels_that_everything_gets_are_told_beside_the_places() -> None:
    given = (
        "commonLabels:\n  env: prod\n",
        "labels:\n- {pairs: {env: prod}, includeSelectors: true}\n",
    )
    for kustomization in given:
        found = state(kustomization)
        beside = ", with labels of prod/kustomization.yaml:5"
        *selecting, port = AS_WRITTEN
        assert places(found.policies[0]) == [*(f"{at}{beside}" for at in selecting), port]
        assert whole(found) == [f"base/db.yaml:{line}{beside}" for line in (1, 14, 20)]


def test_a_replacement_is_named_where_nothing_else_can_have_set_it() -> None:
    found = policy(
        "replacements:\n"
        "- source: {kind: Deployment, name: db, fieldPath: metadata.name}\n"
        "  targets:\n"
        "  - select: {kind: NetworkPolicy}\n"
        "    fieldPaths: [spec.ingress.0.from.0.podSelector.matchLabels.app]\n"
    )

    first, changed, *rest = places(found)
    assert first == "prod/kustomization.yaml:4, which changes base/db.yaml:9"
    assert changed == "prod/kustomization.yaml:4, which changes base/db.yaml:10"
    assert rest == AS_WRITTEN[2:]


def test_a_patched_object_with_another_name_is_found_in_its_file() -> None:
    patched = policy(
        f"namePrefix: dev-\n{BY_FILE}", p=f"{HEAD}spec:\n  policyTypes: [Ingress, Egress]\n"
    )

    assert (patched.name, str(patched.location)) == (
        "dev-db",
        "prod/p.yaml:5, which changes base/db.yaml:1",
    )
    assert places(patched) == AS_WRITTEN
