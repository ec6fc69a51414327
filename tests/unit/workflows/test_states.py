"""Trees are read as the base's configuration says, and what the platform says comes first."""

from collections.abc import Mapping

import pytest

from edgewarden.adapters.resources import shipped_policy_pack
from edgewarden.governance.review import Comparison, Review, Verdict
from edgewarden.manifests.load import StatePair
from edgewarden.reachability.location import ProblemKind
from edgewarden.reachability.model import ClusterState
from edgewarden.workflows.assess import assess
from edgewarden.workflows.cluster_parts import DividedTree
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.tree_configuration import configuration_of
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.states import changed_clusters, states_of
from tests.support.manifest_trees import names, policy_named, tree
from tests.support.proposals import NOW
from tests.support.reviews import only, problems_of
from tests.unit.cli.test_rules import RULE

FILE = ".edgewarden.yaml"
PROD = "version: 1\nclusters: [{name: prod, paths: [prod]}]\n"
BOTH = {
    "prod/web.yaml": policy_named("web"),
    "dev/web.yaml": policy_named("web", spec="{podSelector: {}, ingress: [{}]}"),
}


def state(files: Mapping[str, str], platform: ProfileClaims = NO_CLAIMS) -> ClusterState:
    snapshot = tree(files)
    (found,) = states_of(DividedTree.of(snapshot, configuration_of(snapshot), platform).read())
    return found


def pair(
    base: Mapping[str, str], head: Mapping[str, str], platform: ProfileClaims = NO_CLAIMS
) -> StatePair:
    before, after = tree(base), tree(head)
    (found,) = changed_clusters(before, after, configuration_of(before), platform).whole
    return found


def review(base: Mapping[str, str], head: Mapping[str, str]) -> Review:
    trees = TreePair(tree(base), tree(head), Comparison.TREES, "b", "h", "", "")
    return assess(trees, pack=shipped_policy_pack(), platform=NO_CLAIMS, exceptions=(), now=NOW)


def test_without_configuration_two_clusters_in_one_tree_contradict_each_other() -> None:
    assert [each.kind for each in state(BOTH).problems] == [ProblemKind.DUPLICATE_OBJECT]


def test_the_paths_of_the_cluster_say_what_is_read_and_what_is_left_out() -> None:
    found = state({**BOTH, FILE: PROD})
    assert found.problems == ()
    assert [str(policy.location) for policy in found.policies] == ["prod/web.yaml:1"]
    assert found.name == "prod"
    assert found.assumptions == (
        "By .edgewarden.yaml this is about cluster prod (`prod`).",
        "1 file is left out, since it lies outside of the paths of all clusters.",
    )


def test_the_configuration_is_no_manifest() -> None:
    found = state({FILE: "version: 1\n", "web.yaml": policy_named("web")})
    assert names(found) == ["shop/web"]
    assert (found.problems, found.assumptions) == ((), ())


def test_the_bases_configuration_counts_and_the_heads_is_told() -> None:
    base = {**BOTH, FILE: PROD}
    head = {**BOTH, FILE: PROD.replace("[prod]", "[dev]").replace("prod", "dev")}
    before, after = pair(base, head)
    assert before.policies == after.policies
    (problem,) = after.problems
    assert problem.message.startswith("The change touches .edgewarden.yaml")
    assert not problem.decisive


def test_a_configuration_that_the_head_brings_or_takes_away_does_not_count_yet() -> None:
    configured = {"web.yaml": policy_named("web"), FILE: "version: 1\nexclude: [web.yaml]\n"}
    bare = {"web.yaml": policy_named("web")}
    assert [names(each) for each in pair(bare, configured)] == [["shop/web"], ["shop/web"]]
    assert [names(each) for each in pair(configured, bare)] == [[], []]


def test_a_review_passes_a_change_of_the_configuration_and_is_not_quiet_about_it() -> None:
    found = review({**BOTH, FILE: PROD}, {**BOTH, FILE: f"{PROD}exclude: []\n"})
    assert found.verdict is Verdict.PASS
    assert not found.quiet
    assert [str(each.location) for each in found.problems] == [".edgewarden.yaml:1"]


def test_a_head_that_would_break_the_configuration_is_inconclusive_with_its_line() -> None:
    found = review({**BOTH, FILE: PROD}, {**BOTH, FILE: f"{PROD}excludes: []\n"})
    assert found.verdict is Verdict.INCONCLUSIVE
    (problem,) = found.problems
    assert str(problem.location) == ".edgewarden.yaml:3"
    assert problem.message.startswith("Once merged, nothing is judged: There is no key `excludes`")


def test_a_broken_configuration_of_the_base_fails_closed_even_where_the_head_repairs_it() -> None:
    base = {"web.yaml": policy_named("web"), FILE: "version: 1\nexcludes: []\n"}
    for head in (base, {**base, FILE: "version: 1\n"}, {"web.yaml": policy_named("web")}):
        found = review(base, head)
        assert found.verdict is Verdict.INCONCLUSIVE
        decisive = [str(each.location) for each in problems_of(found) if each.decisive]
        assert decisive == [".edgewarden.yaml:2"]
        assert only(found).findings == ()


def test_under_a_broken_configuration_the_whole_tree_is_compared_all_the_same() -> None:
    base = {"web.yaml": policy_named("web"), FILE: "version: 3\n"}
    opened = policy_named("web", spec="{podSelector: {}, ingress: [{}]}")
    found = review(base, {**base, "web.yaml": opened})
    assert found.verdict is Verdict.INCONCLUSIVE
    assert not only(found).diff.empty


@pytest.mark.parametrize(
    "content",
    ["version: 1\nclusters:\n- {name: prod, paths: [prd]}\n", "version: 1\nexclude: ['**']\n"],
)
def test_a_configuration_by_which_nothing_is_read_is_never_a_pass(content: str) -> None:
    base = {**BOTH, FILE: content}
    found = review(base, {**base, "prod/web.yaml": policy_named("api")})
    assert found.verdict is Verdict.INCONCLUSIVE
    (problem,) = found.problems
    assert problem.location.path == FILE
    assert problem.message.startswith("No file lies in the paths of")
    assert [each.decisive for each in state(base).problems] == [True]


def test_an_empty_tree_is_no_slip_of_its_configuration() -> None:
    assert state({FILE: PROD}).problems == ()


def test_the_namespace_of_the_cluster_is_that_of_objects_that_name_none() -> None:
    unnamed = policy_named("web").replace(", namespace: shop", "")
    configured = "version: 1\nclusters: [{name: prod, namespace: shop}]\n"
    found = state({"web.yaml": unnamed, FILE: configured})
    assert names(found) == ["shop/web"]
    assert "By .edgewarden.yaml objects that name no namespace are in shop." in found.assumptions


def test_the_repository_fills_what_the_platform_leaves_open_and_outweighs_nothing() -> None:
    profile = "{enforces_policies: true, prunes: true, cni: Calico}"
    files = {FILE: f"version: 1\nprofile: {profile}\n"}
    platform = ProfileClaims(cni="Calico", enforces_policies=False)
    for found in (state(files, platform), *pair(files, files, platform)):
        assert found.profile.enforces_policies is False
        assert found.profile.prunes is True
        assert found.assumptions[:2] == (
            "Of the cluster's profile .edgewarden.yaml is believed: prunes.",
            "The platform's settings outweigh what .edgewarden.yaml says: enforces_policies.",
        )


def test_a_change_of_what_is_left_out_is_named() -> None:
    base = {"web.yaml": policy_named("web"), "testdata/a.yaml": "a: 1", "testdata/b.yaml": ""}
    _, after = pair(base, {**base, "testdata/a.yaml": "a: 2"})
    sentence, _ = after.assumptions
    assert sentence.startswith("2 files are left out, since `**/testdata/**` excludes them; ")
    assert sentence.endswith("what changes there is not judged: testdata/a.yaml.")


def test_a_change_of_a_base_of_the_clusters_overlay_is_a_change_of_the_cluster() -> None:
    base = {
        FILE: PROD,
        "prod/kustomization.yaml": "resources: [../base]\n",
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": policy_named("web"),
    }
    _, after = pair(base, {**base, "base/web.yaml": policy_named("api")})
    (problem,) = after.problems
    assert problem.kind is ProblemKind.NOT_RENDERED
    assert problem.decisive


EACH = "version: 1\nclusters: [{name: prod, paths: [prod]}, {name: dev, paths: [dev]}]\n"
OPEN = policy_named("web", spec="{podSelector: {}, ingress: [{}]}")


def test_clusters_of_the_configuration_are_read_each_by_itself() -> None:
    snapshot = tree({**BOTH, FILE: EACH, "lab/web.yaml": policy_named("lab")})
    prod, dev = states_of(DividedTree.of(snapshot, configuration_of(snapshot)).read())
    assert (prod.name, [str(each.location) for each in prod.policies]) == (
        "prod",
        ["prod/web.yaml:1"],
    )
    assert (dev.name, [str(each.location) for each in dev.policies]) == ("dev", ["dev/web.yaml:1"])
    assert prod.assumptions == (
        "By .edgewarden.yaml there are 2 clusters: prod (`prod`), dev (`dev`).",
        "1 file is left out, since it lies outside of the paths of all clusters.",
    )


def test_a_change_in_the_paths_of_one_cluster_does_not_touch_the_others() -> None:
    base = {**BOTH, FILE: EACH}
    found = review(base, {**base, "prod/web.yaml": OPEN})
    assert [each.clusters for each in found.clusters] == [("prod",)]
    assert found.untouched == ("dev",)


def test_what_befalls_several_clusters_alike_is_told_once() -> None:
    shared = "version: 1\nclusters: [{name: a, paths: [x]}, {name: b, paths: [x]}]\n"
    base = {FILE: shared, "x/web.yaml": policy_named("web")}
    found = review(base, {**base, "x/web.yaml": OPEN})
    assert [each.clusters for each in found.clusters] == [("a", "b")]
    assert found.untouched == ()


def test_what_befalls_clusters_differently_is_told_of_each() -> None:
    base = {FILE: EACH, "dev/p.yaml": policy_named("api"), "prod/p.yaml": policy_named("web")}
    opened = {
        path: base[path].replace("{}}", "{}, ingress: [{}]}") for path in base if path != FILE
    }
    found = review(base, {**base, **opened})
    assert {each.clusters for each in found.clusters} == {("dev",), ("prod",)}
    assert len({each.verdict for each in found.clusters}) == 1


def test_the_worst_verdict_of_the_clusters_is_that_of_the_review_and_comes_first() -> None:
    base = {FILE: EACH, "dev/web.yaml": policy_named("web"), "prod/web.yaml": policy_named("web")}
    broken = review(base, {**base, "dev/web.yaml": OPEN, "prod/web.yaml": "kind: [\n"})
    assert [each.clusters for each in broken.clusters] == [("prod",), ("dev",)]
    assert broken.verdict is broken.clusters[0].verdict is Verdict.INCONCLUSIVE
    assert broken.clusters[1].verdict is not Verdict.INCONCLUSIVE


def test_a_change_of_the_configuration_is_told_where_no_cluster_is_touched() -> None:
    base = {**BOTH, FILE: EACH}
    found = review(base, {**base, FILE: EACH.replace("dev", "test")})
    assert (found.clusters, found.untouched) == ((), ("dev", "prod"))
    assert [str(problem.location) for problem in found.problems] == [".edgewarden.yaml:1"]
    assert not found.quiet


def test_a_cluster_that_ci_renders_silences_no_file_of_the_others() -> None:
    rendered = "{name: ci, renderer: uploaded}"
    configured = f"version: 1\nclusters: [{{name: prod, paths: [prod]}}, {rendered}]\n"
    base = {**BOTH, FILE: configured}
    found = review(base, {**base, "dev/web.yaml": policy_named("db")})
    assert any("what changes there is not judged: dev/web.yaml" in a for a in found.assumptions)


def test_a_file_that_no_cluster_reads_is_a_quiet_pass() -> None:
    base = {**BOTH, FILE: EACH, "lab/web.yaml": policy_named("lab")}
    found = review(base, {**base, "lab/web.yaml": OPEN})
    assert found.clusters == ()
    assert found.quiet
    assert any("what changes there is not judged: lab/web.yaml" in a for a in found.assumptions)


RULED = "version: 1\nrules: [network/rules]\nzones: network/zones.yaml\n"
RULES = {"network/rules/a.yaml": RULE, "network/zones.yaml": "version: 1\n"}


def test_rules_that_the_base_names_and_does_not_hold_are_inconclusive_with_their_line() -> None:
    base = {FILE: RULED, "network/zones.yaml": "version: 1\n", **BOTH}
    told = review(base, base)
    assert told.verdict is Verdict.INCONCLUSIVE
    assert ".edgewarden.yaml:2 There is neither a file nor a directory network/rules." in [
        f"{each.location} {each.message}" for each in told.problems
    ]


@pytest.mark.parametrize("name", ["README.md", "own.YAML", "own.yaml.off"])
def test_a_directory_of_the_base_without_any_rules_is_inconclusive_with_its_line(name: str) -> None:
    base = {FILE: RULED, "network/zones.yaml": "version: 1\n", f"network/rules/{name}": RULE}
    told = review(base, {**base, **BOTH})
    assert told.verdict is Verdict.INCONCLUSIVE
    assert ".edgewarden.yaml:2 No file of network/rules ends in .yaml or .yml." in [
        f"{each.location} {each.message}" for each in told.problems
    ]


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ({FILE: RULED, **RULES}, {FILE: RULED, "network/zones.yaml": "version: 1\n"}),
        ({FILE: "version: 1\n"}, {FILE: RULED, "network/zones.yaml": "version: 1\n"}),
    ],
)
def test_a_head_after_which_the_rules_would_be_missing_is_inconclusive(
    base: dict[str, str], head: dict[str, str]
) -> None:
    told = review(base, head)
    assert told.verdict is Verdict.INCONCLUSIVE
    assert "Once merged: There is neither a file nor a directory network/rules." in [
        each.message for each in told.problems
    ]


def test_a_head_that_leaves_the_rules_where_they_are_is_quiet() -> None:
    base = {FILE: RULED, **RULES}
    told = review(base, {**base, "README.yaml": "c: 1\n"})
    assert (told.verdict, told.problems) == (Verdict.PASS, ())


def test_a_head_that_repairs_what_the_base_lacks_is_still_judged_without_it() -> None:
    told = review({FILE: RULED}, {FILE: RULED, **RULES})
    assert [each.message for each in told.problems if each.decisive] == [
        "There is neither a file nor a directory network/rules.",
        "There is neither a file nor a directory network/zones.yaml.",
    ]
