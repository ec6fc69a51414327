"""Clusters that deployments name are judged each by what is brought there."""

from collections.abc import Mapping

from edgewarden.manifests.load import LoadedPairs, load_each_pair, load_each_state
from tests.support.manifest_trees import PROFILE, names, policy_named, tree, trees_of

REPOSITORY = "https://git.example/acme/shop.git"
OPEN = "{podSelector: {}, ingress: [{}]}"


def application(name: str, path: str, cluster: str, namespace: str = "") -> str:
    destination = f"name: {cluster}" if cluster else "server: https://kubernetes.default.svc"
    place = f", namespace: {namespace}" if namespace else ""
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        f"metadata: {{name: {name}, namespace: argocd}}\n"
        "spec:\n"
        f"  source: {{repoURL: '{REPOSITORY}', path: {path}, targetRevision: HEAD}}\n"
        f"  destination: {{{destination}{place}}}\n"
    )


EACH = {
    "argocd/eu.yaml": application("eu", "apps/eu", "eu"),
    "argocd/us.yaml": application("us", "apps/us", "us"),
    "apps/eu/web.yaml": policy_named("web"),
    "apps/us/web.yaml": policy_named("web", spec=OPEN),
    "shared/logs.yaml": policy_named("logs"),
}


def found(files: Mapping[str, str]) -> dict[str, list[str]]:
    states = load_each_state(trees_of(tree(files)), PROFILE, "cluster")
    assert [problem for state in states for problem in state.problems] == []
    return {state.name: names(state) for state in states}


def pairs(base: Mapping[str, str], head: Mapping[str, str]) -> LoadedPairs:
    return load_each_pair(trees_of(tree(base), tree(head)), PROFILE, "cluster")


def test_each_cluster_gets_what_is_brought_there_and_what_nothing_brings() -> None:
    assert found(EACH) == {"eu": ["shop/logs", "shop/web"], "us": ["shop/logs", "shop/web"]}
    us = load_each_state(trees_of(tree(EACH)), PROFILE, "cluster")[1]
    assert [policy.location.path for policy in us.policies] == [
        "shared/logs.yaml",
        "apps/us/web.yaml",
    ]


def test_one_cluster_that_is_named_by_all_deployments_is_one() -> None:
    files = {**EACH, "argocd/us.yaml": application("us", "apps/us", "eu")}
    del files["apps/us/web.yaml"]
    files["apps/us/db.yaml"] = policy_named("db")
    assert list(found(files)) == ["cluster"]


def test_a_change_of_what_is_brought_to_one_cluster_touches_no_other() -> None:
    changed = pairs(EACH, {**EACH, "apps/eu/web.yaml": EACH["apps/us/web.yaml"]})
    assert ([pair.name for pair in changed.touched], changed.untouched) == (["eu"], ("us",))


def test_a_deployment_to_another_cluster_opens_there_what_it_brings() -> None:
    """Where the deployments themselves are brought to the cluster that they are made from."""
    base = {
        **EACH,
        "root/root.yaml": application("root", "argocd", ""),
        "extra/x.yaml": policy_named("x"),
        "argocd/x.yaml": application("x", "extra", "eu"),
    }
    moved = {**base, "argocd/x.yaml": application("x", "extra", "us")}
    changed = pairs(base, moved)
    states = {pair.name: (names(pair.base), names(pair.head)) for pair in changed.touched}
    assert states["eu"] == (["shop/logs", "shop/web", "shop/x"], ["shop/logs", "shop/web"])
    assert states["us"] == (["shop/logs", "shop/web"], ["shop/logs", "shop/web", "shop/x"])


def test_a_deployment_that_changes_touches_its_own_cluster_alone() -> None:
    base = {**EACH, "root/root.yaml": application("root", "argocd", "")}
    pruning = EACH["argocd/us.yaml"] + "  syncPolicy: {automated: {prune: true}}\n"
    changed = pairs(base, {**base, "argocd/us.yaml": pruning})
    assert ([pair.name for pair in changed.touched], changed.untouched) == (["us"], ("eu",))


def test_each_cluster_reads_what_several_get_in_its_own_namespace() -> None:
    unnamed = policy_named("web").replace(", namespace: shop", "")
    files = {
        "argocd/eu.yaml": application("eu", "app", "eu", "shop-eu"),
        "argocd/us.yaml": application("us", "app", "us", "shop-us"),
        "app/web.yaml": unnamed,
    }
    assert found(files) == {"eu": ["shop-eu/web"], "us": ["shop-us/web"]}


def test_a_cluster_without_a_name_is_the_one_that_deploys() -> None:
    files = {**EACH, "argocd/us.yaml": application("us", "apps/us", "")}
    assert set(found(files)) == {"eu", "in-cluster"}


def test_alternatives_within_a_cluster_are_told_with_it() -> None:
    bundle = "---\n".join((policy_named("a"), policy_named("b")))
    files = {
        **EACH,
        "argocd/eu1.yaml": application("eu1", "apps/eu1", "eu"),
        "argocd/eu2.yaml": application("eu2", "apps/eu2", "eu"),
        "apps/eu1/all.yaml": bundle,
        "apps/eu2/all.yaml": bundle,
    }
    assert set(found(files)) == {"eu/eu1", "eu/eu2", "us"}
    files["argocd/us.yaml"] = application("us", "apps/us", "eu/eu2")
    assert set(found(files)) == {"eu/eu1", "eu/eu2 again", "eu/eu2"}


def test_a_cluster_has_one_name_however_its_address_is_written() -> None:
    by_address = application("us", "apps/us", "eu").replace("name: eu", "server: 'https://eu:443/'")
    files = {**EACH, "argocd/us.yaml": by_address, "apps/us/web.yaml": policy_named("db")}
    assert found(files) == {"cluster": ["shop/db", "shop/logs", "shop/web"]}
