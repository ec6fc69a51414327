"""A cluster is the sum of what repositories deploy to it."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from edgewarden.governance.review import Comparison, Review, UsedContribution, Verdict
from edgewarden.manifests.inventory.cleaning import Cleaning
from edgewarden.reachability.diff import compare
from edgewarden.reachability.location import ProblemKind
from edgewarden.reachability.model import Effect
from edgewarden.workflows.assess import assess
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.contributed import Awaited, ClusterContribution, Contributor
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.surroundings import (
    LIVE_NOT_SEEN,
    NOT_SEEN,
    ClusterInventory,
    Surroundings,
)
from tests.support.contributions import (
    COMMIT,
    FILE,
    PROD,
    SEEN,
    contribution_of,
    pair_beside,
)
from tests.support.manifest_trees import names, policy_named, tree
from tests.support.manifests import deployment, ingress_policy
from tests.support.proposals import shipped_pack
from tests.support.reviews import only

X = Contributor("acme/x", "github")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DENY = policy_named("deny")
PLATFORM = contribution_of({"policies/deny.yaml": DENY})
WORKLOADS = f"{deployment('web')}---\n{deployment('db')}"


def around(*contributions: ClusterContribution) -> Surroundings:
    return Surroundings((), NOW, contributions)


def live(*objects: Mapping[str, object]) -> ClusterInventory:
    cleaning = Cleaning()
    cleaning.read([json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}).encode()])
    inventory, _ = cleaning.done(SEEN, {})
    return ClusterInventory("prod", inventory.digest, inventory.document)


def namespace(name: str, written: str) -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{written}}}}}\n"


def opening(known: Surroundings) -> Review:
    base = {FILE: PROD, "shop.yaml": WORKLOADS}
    head = {**base, "db.yaml": ingress_policy("db", "db", "web", 5432)}
    trees = TreePair(tree(base), tree(head), Comparison.TREES, "b", "h", "", "")
    return assess(
        trees,
        pack=shipped_pack(),
        platform=NO_CLAIMS,
        exceptions=(),
        surroundings=known.reader(),
        now=NOW,
    )


# --- the answer -----------------------------------------------------------------------------------
def test_an_allow_opens_what_the_deny_of_another_repository_blocked() -> None:
    alone, together = opening(around()), opening(around(PLATFORM))
    assert only(alone).diff.added == ()
    (edge,) = only(together).diff.added
    assert (str(edge.sources[0]), str(edge.destinations[0]), edge.after.as_mapping()) == (
        "shop/web[Deployment]",
        "shop/db[Deployment]",
        {"TCP": [[5432, 5432]]},
    )
    assert only(together).diff.removed == ()


def test_a_review_says_what_it_used_and_what_nobody_showed() -> None:
    review = opening(around(PLATFORM))
    assert review.provenance.contributions == (
        UsedContribution("prod", "acme/platform", COMMIT, PLATFORM.digest, "github"),
    )
    told = only(review).assumptions
    assert (
        "What other repositories deploy there is taken from acme/platform (commit c0ffeec0ffee, 3"
        " hours ago, 1 object)."
    ) in told
    assert LIVE_NOT_SEEN in told
    assert NOT_SEEN not in told


def test_a_contribution_to_another_cluster_changes_nothing() -> None:
    elsewhere = replace(PLATFORM, cluster="staging")
    review = opening(around(elsewhere))
    assert only(review).diff.added == ()
    assert review.provenance.contributions == ()
    assert NOT_SEEN in only(review).assumptions


def test_what_is_awaited_or_of_another_version_is_said_to_be_unknown() -> None:
    content = zlib.compress(b'[{"objects": 7}]')
    old, odd, new = (Contributor(f"acme/{each}", "github") for each in ("old", "odd", "new"))
    unreadable = replace(PLATFORM, by=old, body=content), replace(PLATFORM, by=odd, body=b"7")
    known = Surroundings((), NOW, unreadable, (Awaited(new, "prod"), Awaited(X, "dev")))
    review = opening(known)
    assert "Not known yet is what is deployed there by acme/new, acme/odd and acme/old." in (
        only(review).assumptions
    )
    assert review.provenance.contributions == ()


def test_what_is_in_the_way_of_a_contribution_is_told_and_of_whom() -> None:
    stale = Awaited(PLATFORM.by, "prod", "CI handed in nothing")
    never = Awaited(X, "prod", "it names no such cluster")
    told = Surroundings((), NOW, (PLATFORM,), (never, stale)).of("prod").sentences
    assert told[1:] == (
        "Not known is what acme/platform deploys there since: CI handed in nothing.",
        "Not known is what acme/x deploys there at all: it names no such cluster.",
    )


def test_repositories_of_one_name_on_two_forges_are_two() -> None:
    open_all = policy_named("deny", spec="{podSelector: {}, ingress: [{}]}")
    other = contribution_of({"a.yaml": open_all}, forge="git/shop")
    awaited = Awaited(Contributor("acme/platform", "git/pay"), "prod")
    found = Surroundings((), NOW, (PLATFORM, other), (awaited,)).of("prod")
    assert [each.by.forge for each in found.used] == ["git/shop", "github"]
    (problem,) = found.problems
    assert problem.message.startswith(
        "acme/platform on git/shop and acme/platform on github declare the same objects differently"
    )
    taken, unknown = found.sentences
    assert "acme/platform on git/shop (commit" in taken
    assert unknown == "Not known yet is what is deployed there by acme/platform on git/pay."


def test_of_many_repositories_those_seen_longest_ago_are_named() -> None:
    many = [
        contribution_of(
            {"a.yaml": policy_named(f"p{n}")}, f"acme/r{n}", seen_at=NOW - timedelta(hours=n)
        )
        for n in range(1, 9)
    ]
    (sentence,) = around(*many).of("prod").sentences
    assert "from acme/r8 (commit c0ffeec0ffee, 8 hours ago, 1 object), acme/r7" in sentence
    assert sentence.endswith("acme/r4 (commit c0ffeec0ffee, 4 hours ago, 1 object) and 3 more"
                             " (3 objects).")  # fmt: skip


# --- whose object counts --------------------------------------------------------------------------
def test_an_object_of_another_repository_is_located_there() -> None:
    before, after = pair_beside({"x.yaml": ""}, {"x.yaml": ""}, around(PLATFORM))
    for state in (before, after):
        (deny,) = state.policies
        assert str(deny.location) == "(in acme/platform) policies/deny.yaml:1"


def test_what_the_reviewed_repository_declares_is_its_own() -> None:
    mine = policy_named("deny", spec="{podSelector: {}, ingress: [{}]}")
    before, after = pair_beside({"x.yaml": ""}, {"x.yaml": "", "deny.yaml": mine}, around(PLATFORM))
    assert (len(before.policies[0].ingress), len(after.policies[0].ingress)) == (0, 1)
    assert after.policies[0].location.path == "deny.yaml"
    (problem,) = after.problems
    assert "is declared otherwise at (in acme/platform) policies/deny.yaml:1" in problem.message
    assert not problem.decisive


@pytest.mark.parametrize("shown", [False, True])
def test_what_another_repository_goes_on_declaring_does_not_go(shown: bool) -> None:
    base = {FILE: PROD, "shop.yaml": WORKLOADS, "deny.yaml": DENY}
    head = {FILE: PROD, "shop.yaml": WORKLOADS}
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "shop"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
    }
    inventories = (live(policy),) if shown else ()
    before, after = pair_beside(base, head, Surroundings(inventories, NOW, (PLATFORM,)))
    assert compare(before, after).empty
    assert after.policies[0].location.path == "(in acme/platform) policies/deny.yaml"
    assert not any("assumed to be pruned" in each for each in after.assumptions)


def test_what_another_repository_declares_otherwise_takes_its_place_and_is_told() -> None:
    base = {"deny.yaml": policy_named("deny", spec="{podSelector: {}, ingress: [{}]}")}
    before, after = pair_beside({**base, "x.yaml": ""}, {"x.yaml": ""}, around(PLATFORM))
    assert (len(before.policies[0].ingress), len(after.policies[0].ingress)) == (1, 0)
    (problem,) = after.problems
    assert "from now on what stands there" in problem.message


def test_what_is_contested_is_not_told_of_what_the_change_leaves_alone() -> None:
    files = {"deny.yaml": policy_named("deny", spec="{podSelector: {}, ingress: [{}]}")}
    _, after = pair_beside(files, {**files, "web.yaml": deployment("web")}, around(PLATFORM))
    assert after.problems == ()


def test_the_inventory_outweighs_what_manifests_say_and_they_add_what_it_lacks() -> None:
    shown = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "shop"},
        "spec": {"podSelector": {}, "ingress": [{}]},
    }
    files = {"deny.yaml": DENY, "more.yaml": policy_named("more")}
    known = Surroundings((live(shown),), NOW, (contribution_of(files),))
    state, _ = pair_beside({"x.yaml": ""}, {"x.yaml": ""}, known)
    assert names(state) == ["shop/deny", "shop/more"]
    assert len(state.policies[0].ingress) == 1
    assert len(known.of("prod").sentences) == 2
    assert known.of("prod").unseen == ()


def test_of_two_repositories_the_first_by_name_counts_and_the_other_is_told() -> None:
    open_all = policy_named("deny", spec="{podSelector: {}, ingress: [{}]}")
    one = contribution_of({"a.yaml": DENY}, "acme/a")
    other = contribution_of({"b.yaml": f"---\n{open_all}"}, "acme/b")
    for known in (around(one, other), around(other, one)):
        before, after = pair_beside({"x.yaml": ""}, {"x.yaml": ""}, known)
        assert after.policies[0].location.path == "(in acme/a) a.yaml"
        (problem,) = after.problems
        assert (problem.kind, problem.decisive) == (ProblemKind.DUPLICATE_OBJECT, False)
        assert "shop/deny at (in acme/a) a.yaml:1 and at (in acme/b) b.yaml:2" in problem.message
        assert problem.namespaces == {"shop"}
        assert before.problems == ()


def test_two_repositories_that_declare_the_same_are_no_problem() -> None:
    one = contribution_of({"a.yaml": DENY}, "acme/a")
    other = contribution_of({"b.yaml": f"---\n{DENY}"}, "acme/b")
    _, after = pair_beside({"x.yaml": ""}, {"x.yaml": ""}, around(one, other))
    assert (names(after), after.problems) == (["shop/deny"], ())


def test_a_difference_between_repositories_decides_nothing() -> None:
    open_all = policy_named("deny", spec="{podSelector: {}, ingress: [{}]}")
    other = contribution_of({"b.yaml": open_all}, "acme/z")
    review = opening(around(PLATFORM, other))
    assert review.verdict is not Verdict.INCONCLUSIVE
    assert [each.kind for each in only(review).problems] == [ProblemKind.DUPLICATE_OBJECT]


# --- namespaces -----------------------------------------------------------------------------------
def test_labels_of_a_namespace_add_up_and_are_not_complete() -> None:
    theirs = contribution_of({"n.yaml": namespace("shop", "team: a, env: prod")})
    before, after = pair_beside(
        {"n.yaml": namespace("shop", "env: test, old: x"), "x.yaml": ""},
        {"n.yaml": namespace("shop", "env: test"), "x.yaml": ""},
        around(theirs),
    )
    assert before.namespaces[0].labels == {"team": "a", "env": "test", "old": "x"}
    assert after.namespaces[0].labels == {"team": "a", "env": "test"}
    assert not before.namespaces[0].complete


def test_a_namespace_that_another_repository_declares_stays_with_what_is_in_it() -> None:
    files = {"n.yaml": namespace("shop", "team: a"), "deny.yaml": DENY}
    _, after = pair_beside(
        {"n.yaml": namespace("shop", "team: b"), "x.yaml": ""},
        {"x.yaml": ""},
        around(contribution_of(files)),
    )
    assert names(after) == ["shop/deny"]
    assert after.namespaces[0].labels == {"team": "a"}


def test_a_label_that_another_repository_gives_as_well_stays_where_the_cluster_shows_it() -> None:
    shown = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "shop", "labels": {"team": "a", "env": "prod"}},
    }
    theirs = contribution_of({"n.yaml": namespace("shop", "team: a")})
    _, after = pair_beside(
        {"n.yaml": namespace("shop", "team: a, env: prod")},
        {"n.yaml": namespace("shop", "")},
        Surroundings((live(shown),), NOW, (theirs,)),
    )
    assert after.namespaces[0].labels == {"team": "a"}


def test_a_namespace_that_only_the_reviewed_repository_declares_takes_all_with_it() -> None:
    _, after = pair_beside(
        {"n.yaml": namespace("shop", "team: b"), "x.yaml": ""}, {"x.yaml": ""}, around(PLATFORM)
    )
    assert names(after) == []


# --- what is not understood -----------------------------------------------------------------------
def test_a_policy_that_is_refused_could_do_anything_in_its_namespace() -> None:
    odd = policy_named("odd", spec="{podSelector: {}, ingress: [{from: [{}]}]}")
    known = around(contribution_of({"odd.yaml": odd}))
    state, _ = pair_beside({"x.yaml": ""}, {"x.yaml": ""}, known)
    (policy,) = state.unjudged
    assert (policy.ref.namespace, policy.effects) == ("shop", frozenset(Effect))
    assert any("(in acme/platform) odd.yaml:" in each for each in known.of("prod").sentences)


@pytest.mark.parametrize(
    "content",
    [
        f"{DENY}---\nkind: [\n",
        DENY.replace(", namespace: shop", ""),
        DENY.replace("name: deny,", "generateName: deny-,"),
    ],
    ids=["broken", "without a namespace", "without a name"],
)
def test_what_is_not_known_to_be_deployed_is_named(content: str) -> None:
    known = around(contribution_of({"a.yaml": content}))
    assert any(
        each.startswith("Not understood there, and not seen: (in acme/platform) a.yaml:")
        for each in known.of("prod").sentences
    )
    state, _ = pair_beside({"x.yaml": ""}, {"x.yaml": ""}, known)
    assert all(each.namespace != "default" for each in state.policies)
