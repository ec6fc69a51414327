"""What a tree deploys to clusters, by its own configuration."""

import pytest

from edgewarden.reachability.location import Location
from edgewarden.reachability.model import NetworkPolicy, UnjudgedPolicy
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.contribution_codec import pack, unpack
from edgewarden.workflows.deployed import deployed
from edgewarden.workflows.deployed_codec import decode_deployed, encode_deployed
from edgewarden.workflows.ports import Deployed, DeploymentRequest
from edgewarden.workflows.rendered import ClusterUpload
from tests.support.deploying import git_repository, kustomization
from tests.support.manifest_trees import policy_named, tree
from tests.support.manifests import deployment, ingress_policy

FILE = ".edgewarden.yaml"
TWO = "version: 1\nclusters: [{name: prod, paths: [prod]}, {name: dev, paths: [dev]}]\n"
FILES = {"prod/a.yaml": policy_named("a"), "dev/b.yaml": policy_named("b")}
SHOP = {
    FILE: "version: 1\nclusters: [{name: prod, namespace: shop}]\n",
    "n.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {a: b}}\n",
    "db.yaml": ingress_policy("db", "db", "web", 5432).replace("  namespace: shop\n", ""),
    "web.yaml": deployment("web"),
    "calico.yaml": "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n"
    "metadata: {name: c, namespace: shop}\nspec: {order: 1}\n",
}


def read(files: dict[str, str], *clusters: str, branch: str = "main") -> Deployed:
    request = DeploymentRequest("acme/platform", tree(files), frozenset(clusters), branch)
    return deployed(request, NO_CLAIMS)


def refs(files: dict[str, str], *clusters: str) -> dict[str, list[str]]:
    found = read(files, *clusters).contributions
    return {name: [str(each.ref) for each in one.objects] for name, one in found.items()}


def test_each_cluster_gets_its_part() -> None:
    assert refs({FILE: TWO, **FILES}, "prod", "dev") == {"prod": ["shop/a"], "dev": ["shop/b"]}


def test_only_clusters_that_are_asked_for_are_read() -> None:
    assert refs({FILE: TWO, **FILES}, "prod", "other") == {"prod": ["shop/a"]}


def test_bundles_without_a_configuration_are_clusters_by_their_own_names() -> None:
    both = f"{policy_named('a')}---\n{policy_named('b')}"
    files = {f"envs/{name}/all.yaml": both for name in ("prod", "dev")}
    assert refs(files, "prod") == {"prod": ["shop/a", "shop/b"]}


def test_nothing_is_known_of_a_tree_whose_configuration_cannot_be_used() -> None:
    assert refs({FILE: "version: 1\nclusters: [{nam: prod}]\n", **FILES}, "prod") == {}


def test_what_describes_a_cluster_instead_of_the_files_is_told() -> None:
    clusters = "[{name: prod, renderer: uploaded}, {name: dev, branch: env/dev}, {name: test}]"
    files = {FILE: f"version: 1\nclusters: {clusters}\n", **FILES}
    found = read(files, "prod", "dev", "test")
    assert found.contributions.keys() == {"test"}
    assert found.elsewhere == {"dev": "env/dev"}
    assert found.missing == {"prod"}


def test_what_was_handed_in_in_a_form_that_is_not_read_any_more_is_missing() -> None:
    files = {FILE: "version: 1\nclusters: [{name: prod, renderer: uploaded}]\n"}
    upload = ClusterUpload("prod", "c", "d", b'{"kind": "RenderedManifests", "files": 7}')
    request = DeploymentRequest(
        "acme/platform", tree(files), frozenset({"prod"}), "main", uploads=(upload,)
    )
    assert deployed(request, NO_CLAIMS).missing == {"prod"}


def test_what_is_brought_otherwise_than_it_is_read_is_not_all_that_is_there() -> None:
    patched = kustomization("path: apps\npatches: [{patch: x}]")
    files = {
        "flux/x.yaml": patched,
        "flux/f.yaml": git_repository(),
        "apps/a.yaml": FILES["prod/a.yaml"],
    }
    found = read({FILE: "version: 1\nclusters: [{name: prod}]\n", **files}, "prod")
    unread = found.contributions["prod"].unread
    assert [each.path for each in unread] == ["(in acme/platform) flux/x.yaml"]


@pytest.mark.parametrize(("kind", "known"), [("GlobalNetworkPolicy", ["a"]), ("IPPool", [])])
def test_a_policy_that_is_refused_is_there_in_some_form(kind: str, known: list[str]) -> None:
    content = (
        f"apiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata: {{name: a, labels: [b]}}\n"
    )
    files = {FILE: "version: 1\nclusters: [{name: prod}]\n", "a.yaml": content}
    assert refs(files, "prod") == {"prod": known}


def test_a_policy_that_two_files_declare_differently_may_do_anything_there() -> None:
    other = policy_named("a", spec="{podSelector: {}, ingress: [{}]}")
    files = {FILE: TWO, "prod/a.yaml": policy_named("a"), "prod/again.yaml": other}
    found = read(files, "prod").contributions["prod"]
    assert [type(each.value) for each in found.objects] == [UnjudgedPolicy]
    assert [str(each) for each in found.unread] == [
        "(in acme/platform) prod/a.yaml:1",
        "(in acme/platform) prod/again.yaml:1",
    ]


def test_a_policy_that_two_files_declare_alike_is_what_they_say() -> None:
    files = {FILE: TWO, "prod/a.yaml": policy_named("a"), "prod/again.yaml": policy_named("a")}
    found = read(files, "prod").contributions["prod"]
    assert [type(each.value) for each in found.objects] == [NetworkPolicy]
    assert found.unread == ()


def test_every_kind_comes_back_from_bytes_with_places_in_its_repository() -> None:
    found = read(SHOP, "prod")
    one = found.contributions["prod"]
    assert sorted(each.ref.kind for each in one.objects) == [
        "Deployment",
        "Namespace",
        "NetworkPolicy",
        "NetworkPolicy",
    ]
    body, digest = pack(one)
    assert unpack(body) == one
    assert pack(unpack(body)).digest == digest
    sent = encode_deployed(found)
    assert decode_deployed(sent) == found
    assert sent.count(b'"path":') == sent.count(b'"path":"(in acme/platform) ')


def test_a_policy_keeps_its_lines_down_to_the_ports() -> None:
    again = unpack(pack(read(SHOP, "prod").contributions["prod"]).body)
    (policy,) = (each.value for each in again.objects if str(each.ref) == "shop/db")
    (rule,) = policy.ingress  # type: ignore[union-attr]
    assert rule.ports[0].location == Location("(in acme/platform) db.yaml", 12, 7)
