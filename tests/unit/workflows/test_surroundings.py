"""A cluster is what a repository deploys to it together with what else is there."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from edgewarden.governance.review import Comparison, Review, UsedInventory, Verdict
from edgewarden.manifests.inventory.cleaning import Cleaning
from edgewarden.reachability.model import ClusterState, Effect
from edgewarden.workflows.assess import assess
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.surroundings import (
    NOT_SEEN,
    ClusterInventory,
    Surroundings,
)
from tests.support.contributions import FILE, PROD, pair_beside
from tests.support.manifest_trees import names, policy_named, tree
from tests.support.proposals import shipped_pack
from tests.support.reviews import only

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TAKEN = datetime(2026, 11, 20, 10, tzinfo=UTC)
WEB = policy_named("web")


def named(kind: str, name: str, **labels: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": name, "labels": labels},
    }


def policy(name: str, namespace: str = "shop", **spec: object) -> dict[str, object]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": {}, **spec},
    }


def deployment(name: str, namespace: str = "shop", **more: str) -> dict[str, object]:
    labels = {"app": name, **more}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": []}},
        },
    }


def surroundings(*live: Mapping[str, object]) -> Surroundings:
    cleaning = Cleaning()
    cleaning.read([json.dumps({"apiVersion": "v1", "kind": "List", "items": live}).encode()])
    inventory, _ = cleaning.done(TAKEN, {})
    return Surroundings((ClusterInventory("prod", inventory.digest, inventory.document),), NOW)


def hidden(*live: Mapping[str, object]) -> Surroundings:
    """Where nobody says that the cluster was asked for anything else."""
    cleaning = Cleaning()
    cleaning.read([json.dumps({"apiVersion": "v1", "kind": "List", "items": live}).encode()])
    inventory, _ = cleaning.done(TAKEN)
    return Surroundings((ClusterInventory("prod", inventory.digest, inventory.document),), NOW)


def labels(state: ClusterState, name: str) -> Mapping[str, str] | None:
    return next((each.labels for each in state.namespaces if each.name == name), None)


def namespace(name: str, written: str) -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{written}}}}}\n"


def test_what_the_repository_does_not_declare_is_there_before_and_after() -> None:
    around = surroundings(policy("deny"), deployment("db"), named("Namespace", "shop", team="a"))
    before, after = pair_beside({"web.yaml": WEB}, {"web.yaml": WEB}, around)
    for state in (before, after):
        assert names(state) == ["shop/deny", "shop/web"]
        assert [str(each) for each in state.workloads] == ["shop/db[Deployment]"]
        (shop,) = state.namespaces
        assert (shop.labels, shop.complete) == ({"team": "a"}, True)
    deny = before.policies[0]
    assert deny.location.path == "(inventory of prod)"


def test_what_the_repository_declares_stands_as_its_base_and_its_head_say() -> None:
    around = surroundings(policy("web", ingress=[{}]))
    opened = policy_named("web", spec="{podSelector: {}, egress: [{}]}")
    before, after = pair_beside({"web.yaml": WEB}, {"web.yaml": opened}, around)
    assert (before.policies[0].ingress, before.policies[0].egress) == ((), ())
    assert (after.policies[0].ingress, len(after.policies[0].egress)) == ((), 1)


def test_what_the_repository_deletes_is_gone_although_the_cluster_showed_it() -> None:
    before, after = pair_beside(
        {"web.yaml": WEB, "x.yaml": ""}, {"x.yaml": ""}, surroundings(policy("web"))
    )
    assert (names(before), names(after)) == (["shop/web"], [])


def test_what_only_the_head_declares_was_there_where_the_cluster_shows_it() -> None:
    around = surroundings(policy("web", ingress=[{}]))
    before, after = pair_beside({"x.yaml": ""}, {"x.yaml": "", "web.yaml": WEB}, around)
    assert (len(before.policies[0].ingress), after.policies[0].ingress) == (1, ())


def test_a_namespace_keeps_the_labels_that_the_repository_does_not_name() -> None:
    around = surroundings(named("Namespace", "shop", team="a", env="prod", old="x"))
    before, after = pair_beside(
        {"n.yaml": namespace("shop", "env: prod, old: x")},
        {"n.yaml": namespace("shop", "env: test")},
        around,
    )
    assert labels(before, "shop") == {"team": "a", "env": "prod", "old": "x"}
    assert labels(after, "shop") == {"team": "a", "env": "test"}
    assert all(each.complete for state in (before, after) for each in state.namespaces)


def test_a_namespace_that_the_head_declares_anew_had_the_labels_that_the_cluster_shows() -> None:
    around = surroundings(named("Namespace", "shop", team="a"))
    before, after = pair_beside(
        {"x.yaml": ""}, {"x.yaml": "", "n.yaml": namespace("shop", "env: test")}, around
    )
    assert (labels(before, "shop"), labels(after, "shop")) == (
        {"team": "a"},
        {"team": "a", "env": "test"},
    )


def test_a_deleted_namespace_takes_with_it_what_is_in_it() -> None:
    around = surroundings(
        named("Namespace", "shop", team="a"), policy("deny"), policy("deny", "pay")
    )
    base = {"n.yaml": namespace("shop", "env: prod"), "x.yaml": ""}
    before, after = pair_beside(base, {"x.yaml": ""}, around)
    assert (names(before), names(after)) == (["pay/deny", "shop/deny"], ["pay/deny"])
    assert labels(after, "shop") is None


def test_a_namespace_that_nothing_prunes_stays_with_what_is_in_it() -> None:
    around = surroundings(named("Namespace", "shop", team="a"), policy("deny"))
    kept = namespace("shop", "env: prod").replace(
        "name: shop", "name: shop, annotations: {argocd.argoproj.io/sync-options: Prune=false}"
    )
    before, after = pair_beside({"n.yaml": kept, "x.yaml": ""}, {"x.yaml": ""}, around)
    assert names(after) == ["shop/deny"]
    assert labels(before, "shop") == labels(after, "shop") == {"team": "a", "env": "prod"}


def owned(kind: str, name: str) -> list[dict[str, object]]:
    return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "controller": True}]


def test_pods_that_look_otherwise_than_their_controller_go_with_it() -> None:
    """An earlier revision, or what an admission webhook relabelled: the cluster shows them."""
    pod = named("Pod", "web-5f-1")
    pod["metadata"] = {
        "name": "web-5f-1",
        "namespace": "shop",
        "labels": {"app": "web", "mesh": "on"},
        "ownerReferences": owned("Deployment", "web"),
    }
    around = surroundings(deployment("web"), {**pod, "spec": {"containers": []}}, deployment("db"))
    manifest = {"web.json": json.dumps(deployment("web"))}
    kept, _ = pair_beside(manifest, manifest, around)
    assert "shop/web[Deployment]" in map(str, kept.workloads)
    before, after = pair_beside({**manifest, "x.yaml": ""}, {"x.yaml": ""}, around)
    assert len(before.workloads) == len(kept.workloads)
    assert [str(each) for each in after.workloads] == ["shop/db[Deployment]"]


def test_pods_keep_the_labels_that_the_cluster_shows_beside_those_of_their_manifest() -> None:
    """An admission webhook relabelled all of them, and what it does to others is not known."""
    around = surroundings(deployment("web", mesh="on"))
    base = {"web.json": json.dumps(deployment("web"))}
    same, still = (each.workloads[0] for each in pair_beside({**base, "x.yaml": ""}, base, around))
    assert same.labels == still.labels == {"app": "web", "mesh": "on"}
    other = {"web.json": json.dumps(deployment("web", tier="front"))}
    before, after = (each.workloads[0] for each in pair_beside(base, other, around))
    assert before.labels == {"app": "web", "mesh": "on"}
    assert (after.labels, "mesh" in after.open_labels) == ({"app": "web", "tier": "front"}, True)


def test_a_deployment_that_does_not_prune_leaves_the_namespace_with_what_is_in_it() -> None:
    around = surroundings(named("Namespace", "shop", team="a"), policy("live"))
    brought = {
        "argo/shop.yaml": (
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
            "metadata: {name: shop, namespace: argocd}\nspec:\n"
            "  source: {repoURL: 'https://git.example/acme/shop.git', path: apps}\n"
            "  destination: {server: 'https://kubernetes.default.svc', namespace: shop}\n"
            "  syncPolicy: {automated: {prune: false}}\n"
        ),
        "apps/other.yaml": policy_named("other", "pay"),
    }
    base = {**brought, "apps/shop.yaml": namespace("shop", "env: prod")}
    _, after = pair_beside(base, brought, around)
    assert names(after) == ["pay/other", "shop/live"]


MAKER = """\
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: gen}
spec:
  rules:
  - name: a
    match: {any: [{resources: {kinds: [Namespace]}}]}
    generate:
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      name: gen
      namespace: '{{request.object.metadata.name}}'
      data: {spec: {podSelector: {}, policyTypes: [Ingress]}}
"""


def test_what_may_have_been_made_is_known_only_where_policies_could_be_listed() -> None:
    files = {"maker.yaml": MAKER, "web.yaml": WEB}
    shown = surroundings(named("Namespace", "shop", team="a"))
    seen, _ = pair_beside(files, files, shown)
    unseen, _ = pair_beside(files, files, hidden(named("Namespace", "shop", team="a")))
    assert [each.name for each in seen.lingering] == []
    assert [each.name for each in unseen.lingering] == ["gen"]


def test_a_cluster_shows_its_pods_only_where_it_was_asked_for_all_of_them() -> None:
    live = named("Namespace", "shop"), deployment("db")
    files = {"web.yaml": WEB}
    assert all(state.shown for state in pair_beside(files, files, surroundings(*live)))
    assert not any(state.shown for state in pair_beside(files, files, hidden(*live)))
    assert not any(state.shown for state in pair_beside(files, files, Surroundings()))


def test_a_maker_in_cel_may_have_made_anything() -> None:
    maker = MAKER.replace("kyverno.io/v1", "policies.kyverno.io/v1")
    files = {"maker.yaml": maker.replace("ClusterPolicy", "GeneratingPolicy"), "web.yaml": WEB}
    found, _ = pair_beside(files, files, Surroundings())
    assert [each.ref.namespace for each in found.unjudged] == ["shop"]


def test_policies_of_kinds_that_are_not_judged_are_known_and_not_told_each() -> None:
    calico = {
        "apiVersion": "projectcalico.org/v3",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "shop"},
        "spec": {"order": 1},
    }
    before, after = pair_beside({"web.yaml": WEB}, {"web.yaml": WEB}, surroundings(calico))
    assert [str(each.ref) for each in after.unjudged] == ["shop/deny"]
    assert before.problems == after.problems == ()


def test_a_policy_that_cannot_be_read_could_do_anything_in_its_namespace() -> None:
    _, after = pair_beside({"x.yaml": ""}, {"x.yaml": ""}, surroundings(policy("odd", future=[{}])))
    assert names(after) == []
    (odd,) = after.unjudged
    assert (odd.ref.namespace, odd.effects) == ("shop", frozenset(Effect))


def reviewed(around: Surroundings) -> Review:
    base = {FILE: PROD, "web.yaml": WEB}
    opened = policy_named("web", spec="{podSelector: {}, ingress: [{}]}")
    trees = TreePair(
        tree(base), tree({**base, "web.yaml": opened}), Comparison.TREES, "b", "h", "", ""
    )
    return assess(
        trees,
        pack=shipped_pack(),
        platform=NO_CLAIMS,
        exceptions=(),
        surroundings=around.reader(),
        now=NOW,
    )


def test_a_review_says_which_inventory_it_used_and_how_old_that_is() -> None:
    around = surroundings(deployment("db"), deployment("web", "web"))
    review = reviewed(around)
    assert review.provenance.inventories == (UsedInventory("prod", around.inventories[0].digest),)
    assert (
        "What else is in the cluster is taken from its inventory of 2026-11-20 10:00 UTC, 3 days"
        " ago: 2 objects."
    ) in only(review).assumptions
    ends = {str(end) for edge in only(review).diff.added for end in edge.destinations}
    assert ends == {"shop/db[Deployment]"}


def test_a_review_without_an_inventory_says_what_it_does_not_see() -> None:
    review = reviewed(Surroundings())
    assert NOT_SEEN in only(review).assumptions
    assert review.provenance.inventories == ()
    assert review.verdict is not Verdict.INCONCLUSIVE


def test_what_an_inventory_could_not_see_is_named() -> None:
    cleaning = Cleaning()
    cleaning.read([json.dumps(deployment("db")).encode()])
    inventory, _ = cleaning.done(TAKEN)
    around = Surroundings((ClusterInventory("prod", inventory.digest, inventory.document),), NOW)
    (sentence,) = around.of("prod").sentences
    assert "; not seen: " in sentence
    assert "namespaces (not given)" in sentence
