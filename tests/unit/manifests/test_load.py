"""Two trees made to be compared: carrying over, old problems, rendered roots, deletions."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.manifests.load import load_state, load_states
from edgewarden.manifests.snapshot import Omission, Snapshot, SourceFile
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import ClusterState
from tests.support.manifest_trees import (
    PROFILE,
    names,
    policy_named,
    spec_policy,
    states_of,
    tree,
    trees_of,
)

A, B, C = (policy_named(name) for name in "abc")
BROKEN = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\n bad: [\n"
KUSTOMIZE = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
CALICO = "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n"


def decisive(*states: ClusterState) -> list[Problem]:
    return [problem for state in states for problem in state.problems if problem.decisive]


def test_a_tree_against_itself_has_equal_states() -> None:
    files = {"a.yaml": A + "---\n" + B, "c.yaml": C}
    base, head = states_of(tree(files), tree(files))
    assert (base.policies, base.assumptions) == (head.policies, head.assumptions)
    assert base.policies == load_state(trees_of(tree(files)), PROFILE, "test").policies


def test_a_file_that_does_not_parse_at_the_head_removes_no_policy() -> None:
    base, head = states_of(tree({"a.yaml": A}), tree({"a.yaml": BROKEN}))
    assert names(head) == names(base) == ["shop/a"]
    (problem,) = decisive(base, head)
    assert problem.kind is ProblemKind.UNPARSABLE
    assert "What the base declares there is taken to stay: NetworkPolicy shop/a." in problem.message
    assert problem.namespaces == {"shop"}


def test_a_file_that_does_not_parse_at_the_base_adds_no_policy() -> None:
    base, head = states_of(tree({"a.yaml": BROKEN}), tree({"a.yaml": A}))
    assert names(head) == names(base) == ["shop/a"]
    (problem,) = decisive(base)
    assert "NetworkPolicy shop/a" in problem.message


def test_only_what_is_missing_is_carried_over_beside_a_broken_document() -> None:
    narrowed = policy_named("b", spec="{podSelector: {matchLabels: {x: z}}}")
    base, head = states_of(
        tree({"a.yaml": f"{A}---\n{B}"}), tree({"a.yaml": f"{BROKEN}---\n{narrowed}"})
    )
    assert names(head) == ["shop/a", "shop/b"]
    assert head.policies[0] == base.policies[0]
    assert head.policies[1] != base.policies[1]


def test_a_broken_file_under_a_new_path_keeps_the_policy_that_it_names() -> None:
    base, head = states_of(tree({"old.yaml": A + "---\n" + B}), tree({"new.yaml": BROKEN}))
    assert names(head) == ["shop/a"]
    assert names(base) == ["shop/a", "shop/b"]


@pytest.mark.parametrize(
    "replacement", [b"\0binary", Omission.SYMLINK, Omission.TOO_LARGE], ids=str
)
def test_what_replaces_a_policy_file_and_cannot_be_read_keeps_it(
    replacement: bytes | Omission,
) -> None:
    _, head = states_of(tree({"a.yaml": A}), tree({"a.yaml": replacement}))
    assert names(head) == ["shop/a"]
    assert len(decisive(head)) == 1


MANGLED = {
    "kind misspelt": A.replace("kind: NetworkPolicy", "kind: NetwrokPolicy"),
    "kind missing": A.replace("kind: NetworkPolicy\n", ""),
    "apiVersion misspelt": A.replace("apiVersion", "apiversion"),
    "neither": A.replace("apiVersion", "api").replace("kind", "knd"),
    "name is a number": A.replace("name: a", "name: 1"),
    "name missing": A.replace("name: a, ", ""),
    "metadata misspelt": A.replace("metadata", "metdata"),
    "namespace misspelt": A.replace("namespace: shop", "namespce: shop"),
    "broken without a type": "a: [",
    "a text": "nothing here",
    "a list": "- 1",
    "a template": A.replace("shop", "{{ .Values.namespace }}"),
}


@pytest.mark.parametrize("content", MANGLED.values(), ids=MANGLED.keys())
def test_a_policy_that_no_applier_recognises_any_more_is_not_gone(content: str) -> None:
    base, head = states_of(tree({"a.yaml": A}), tree({"a.yaml": content}))
    assert names(head) == names(base) == ["shop/a"]
    problems = decisive(base, head)
    assert any("is taken to stay: NetworkPolicy shop/a" in p.message for p in problems)
    assert {p.location.path for p in problems} == {"a.yaml"}


@pytest.mark.parametrize("content", ["", "# gone\n", "---\n", B])
def test_a_policy_that_is_taken_out_of_its_file_is_gone(content: str) -> None:
    base, head = states_of(tree({"a.yaml": A}), tree({"a.yaml": content}))
    assert "shop/a" not in names(head)
    assert decisive(base, head) == []


def test_a_submodule_in_place_of_a_directory_keeps_what_the_directory_held() -> None:
    _, head = states_of(tree({"apps/a.yaml": A}), tree({"apps": Omission.SUBMODULE}))
    assert names(head) == ["shop/a"]


def test_a_refused_policy_is_what_it_was_before() -> None:
    refused = spec_policy("ingress: [{from: [{}]}]").replace("name: web", "name: a")
    base, head = states_of(tree({"a.yaml": A}), tree({"b.yaml": refused}))
    assert head.policies == base.policies
    assert "NetworkPolicy shop/a" in decisive(head)[0].message


def test_a_new_policy_that_is_refused_is_not_there() -> None:
    refused = spec_policy("ingress: [{from: [{}]}]")
    unknown = spec_policy("ingres: []").replace("name: web", "name: other")
    _, head = states_of(tree({}), tree({"a.yaml": refused, "b.yaml": unknown}))
    assert head.policies == ()
    assert len(decisive(head)) == 2


def test_a_policy_with_an_unknown_field_in_both_trees_is_read_without_it() -> None:
    unknown = spec_policy("ingres: []\npodSelector: {}")
    files = {"a.yaml": unknown}
    other = policy_named("c", namespace="pay")
    base, head = states_of(tree(files), tree({**files, "other/c.yaml": other}))
    assert names(base) == ["shop/web"]
    assert names(head) == ["pay/c", "shop/web"]
    assert decisive(base, head) == []
    assert [problem.kind for problem in head.problems] == [ProblemKind.UNKNOWN_FIELD]
    assert base.problems == ()


def test_a_missing_separator_removes_nothing_and_is_decisive() -> None:
    base, head = states_of(tree({"a.yaml": A}), tree({"a.yaml": A + B}))
    assert names(head) == names(base) == ["shop/a"]
    (problem,) = decisive(base, head)
    assert problem.kind is ProblemKind.DUPLICATE_KEY
    assert "silently drops NetworkPolicy shop/a" in problem.message


def test_an_old_problem_is_decisive_only_where_a_file_beside_it_changed() -> None:
    old = {"x/broken.yaml": BROKEN, "x/b.yaml": B, "y/c.yaml": C}
    base, head = states_of(tree(old), tree({**old, "y/c.yaml": A}))
    assert decisive(base, head) == []
    assert [problem.kind for problem in head.problems] == [ProblemKind.UNPARSABLE]
    base, head = states_of(tree(old), tree({**old, "x/b.yaml": A}))
    assert [problem.location.path for problem in decisive(base, head)] == ["x/broken.yaml"]


def test_an_old_problem_is_decisive_where_the_change_touches_a_namespace_that_it_leaves_open() -> (
    None
):
    broken = BROKEN.replace("name: a", "namespace: shop")
    for old in (broken, A + "bad: 1\n", A.replace("{podSelector: {}}", "{policyTypes: [ingress]}")):
        files = {"x/old.yaml": old}
        (problem,) = decisive(*states_of(tree(files), tree({**files, "y/b.yaml": B})))
        assert problem.location.path == "x/old.yaml"
        assert problem.namespaces == {"shop"}
        elsewhere = policy_named("b", namespace="pay")
        assert decisive(*states_of(tree(files), tree({**files, "y/b.yaml": elsewhere}))) == []
        commented = {**files, "y/b.yaml": f"# note\n{B}"}
        assert decisive(*states_of(tree({**files, "y/b.yaml": B}), tree(commented))) == []


def test_an_old_file_that_does_not_parse_and_names_no_namespace_leaves_the_default_one_open() -> (
    None
):
    files = {"x/old.yaml": BROKEN}
    free = B.replace(", namespace: shop", "")
    assert len(decisive(*states_of(tree(files), tree({**files, "y/b.yaml": free})))) == 1
    foreign = {"mkdocs.yml": "site: [\n"}
    assert decisive(*states_of(tree(foreign), tree({**foreign, "y/b.yaml": free}))) == []


def test_old_rivals_of_one_identity_are_decisive_where_their_namespace_changes() -> None:
    rival = policy_named("a", spec="{podSelector: {}, ingress: [{}]}")
    files = {"dev/np/a.yaml": A, "prod/np/a.yaml": rival}
    (problem,) = decisive(*states_of(tree(files), tree({**files, "dev/new/b.yaml": B})))
    assert problem.kind is ProblemKind.DUPLICATE_OBJECT
    elsewhere = {**files, "dev/new/b.yaml": policy_named("b", namespace="pay")}
    assert decisive(*states_of(tree(files), tree(elsewhere))) == []


def test_other_labels_of_a_namespace_bear_on_old_problems_of_every_namespace() -> None:
    def labelled(labels: str) -> str:
        return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: pay, labels: {labels}}}\n"

    files = {"x/old.yaml": BROKEN, "n/pay.yaml": labelled("{}")}
    relabelled = {**files, "n/pay.yaml": labelled("{team: a}")}
    assert len(decisive(*states_of(tree(files), tree(relabelled)))) == 1
    assert decisive(*states_of(tree({"x/old.yaml": BROKEN}), tree(relabelled))) == []


def test_two_equal_identities_are_told_with_both_places_and_the_later_one_stands() -> None:
    other = policy_named("a", spec="{podSelector: {matchLabels: {x: z}}}")
    state = load_state(trees_of(tree({"a.yaml": A, "b.yaml": "\n" + other})), PROFILE, "test")
    assert [policy.location.path for policy in state.policies] == ["b.yaml"]
    (problem,) = state.problems
    assert problem.kind is ProblemKind.DUPLICATE_OBJECT
    assert problem.decisive
    assert "a.yaml and b.yaml: NetworkPolicy shop/a (lines 1 and 2)" in problem.message


def test_equal_definitions_of_one_object_decide_nothing() -> None:
    state = load_state(trees_of(tree({"a.yaml": f"{A}---\n{A}"})), PROFILE, "test")
    (problem,) = state.problems
    assert not problem.decisive
    assert "a.yaml twice" in problem.message


def test_a_moved_or_reformatted_policy_is_the_same() -> None:
    base, head = states_of(tree({"a.yaml": A}), tree({"x/b.yaml": f"# moved\n\n{A}"}))
    assert base.policies == head.policies
    assert head.assumptions == ()


def test_a_root_that_is_not_rendered_is_decisive_where_it_or_its_namespace_changed() -> None:
    root = {"k/kustomization.yaml": f"{KUSTOMIZE}resources: [a.yaml]\n", "k/a.yaml": A}
    elsewhere = policy_named("c", "elsewhere")
    base, head = states_of(tree(root), tree({**root, "plain.yaml": elsewhere}))
    assert (names(base), names(head)) == ([], ["elsewhere/c"])
    (problem,) = head.problems
    assert (problem.kind, problem.decisive) == (ProblemKind.NOT_RENDERED, False)
    assert base.problems == ()
    for change in ({"k/a.yaml": B}, {"plain.yaml": B}):
        (problem,) = decisive(*states_of(tree(root), tree({**root, **change})))
        assert "kustomize build k" in problem.remedy


def test_what_a_root_that_is_not_rendered_is_made_from_stays_as_it_is_elsewhere() -> None:
    plain = {"k/a.yaml": A}
    rendered = {**plain, "k/kustomization.yaml": f"{KUSTOMIZE}resources: [a.yaml]\n"}
    for before, after in ((plain, rendered), (rendered, plain)):
        base, head = states_of(tree(before), tree(after))
        assert names(base) == names(head) == ["shop/a"]
        assert [problem.kind for problem in decisive(base, head)] == [ProblemKind.NOT_RENDERED]


def test_a_changed_file_that_is_no_manifest_changes_what_a_chart_renders() -> None:
    def chart(digest: str) -> Snapshot:
        helper = SourceFile("c/templates/_h.tpl", None, Omission.NOT_A_MANIFEST, digest)
        return Snapshot((SourceFile("c/Chart.yaml", b"name: c\n"), helper))

    assert decisive(*states_of(chart("1"), chart("1"))) == []
    assert len(decisive(*states_of(chart("1"), chart("2")))) == 1


def test_a_chart_is_made_of_those_beside_it_that_it_depends_on() -> None:
    depending = "name: %s\ndependencies: [{name: x, repository: 'file://../%s'}]\n"
    charts = {
        "c/Chart.yaml": depending % ("c", "lib"),
        "lib/Chart.yaml": depending % ("lib", "more"),
        "more/Chart.yaml": depending % ("more", "c"),
        "more/templates/_p.tpl": "1",
        "other/Chart.yaml": "name: other\n",
    }
    changed = {**charts, "more/templates/_p.tpl": "2"}
    told = {each.location.path for each in decisive(*states_of(tree(charts), tree(changed)))}
    assert told == {"c/Chart.yaml", "lib/Chart.yaml", "more/Chart.yaml"}


def test_values_outside_of_every_chart_may_be_given_to_any_chart() -> None:
    values = {"env/prod-values.yaml": "np: true\n"}
    chart = {"charts/app/Chart.yaml": "name: app\n", **values}
    changed = {"env/prod-values.yaml": "np: false\n"}
    (problem,) = decisive(*states_of(tree(chart), tree({**chart, **changed})))
    assert problem.kind is ProblemKind.NOT_RENDERED
    assert "Values that charts/app may be given changed" in problem.message
    assert "env/prod-values.yaml" in problem.message
    assert decisive(*states_of(tree(values), tree(changed))) == []
    wrapped = {**chart, "charts/kustomization.yaml": KUSTOMIZE}
    assert len(decisive(*states_of(tree(wrapped), tree({**wrapped, **changed})))) == 1


def test_values_of_one_chart_feed_no_other() -> None:
    chart = {"a/Chart.yaml": "name: a\n", "a/values.yaml": "np: 1\n", "b/Chart.yaml": "name: b\n"}
    (problem,) = decisive(*states_of(tree(chart), tree({**chart, "a/values.yaml": "np: 2\n"})))
    assert problem.location.path == "a/Chart.yaml"


@pytest.mark.parametrize(
    "type_",
    [
        "helm.toolkit.fluxcd.io/v2 HelmRelease",
        "kustomize.toolkit.fluxcd.io/v1 Kustomization",
        "argoproj.io/v1alpha1 Application",
        "argoproj.io/v1alpha1 ApplicationSet",
        "argoproj.io/v1alpha1 AppProject",
        "work.open-cluster-management.io/v1 ManifestWork",
        "template.openshift.io/v1 Template",
    ],
)
def test_what_decides_what_is_deployed_is_told_where_it_came_went_or_changed(type_: str) -> None:
    version, kind = type_.split()
    one = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\nspec: {{path: a}}\n"
    two = one.replace("path: a", "path: b")
    files = {"clusters/dev/x.yaml": one, "clusters/prod/x.yaml": one}
    assert states_of(tree(files), tree(files))[1].problems == ()
    moved = {"dev/x.yaml": one, "prod/x.yaml": f"# note\n{one}"}
    assert decisive(*states_of(tree(files), tree(moved))) == []
    for after, event in (
        ({**files, "clusters/dev/x.yaml": two}, "changed"),
        ({"clusters/dev/x.yaml": one}, "is no longer there"),
        ({}, "is no longer there"),
    ):
        problems = decisive(*states_of(tree(files), tree(after)))
        assert {problem.kind for problem in problems} == {ProblemKind.NOT_RENDERED}
        assert all(f"{kind} x {event}" in problem.message for problem in problems)
    (problem,) = decisive(*states_of(tree({}), tree({"x.yaml": one})))
    assert f"{kind} x is new; what is deployed by it is not judged" in problem.message


def test_a_policy_of_kyverno_decides_what_is_deployed_where_it_generates() -> None:
    def kyverno(rule: str) -> str:
        return (
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: x}\n"
            f"spec: {{rules: [{{name: r, {rule}}}]}}\n"
        )

    generating = tree({"k.yaml": kyverno("generate: {kind: NetworkPolicy}")})
    validating = tree({"k.yaml": kyverno("validate: {}")})
    assert len(decisive(*states_of(generating, tree({})))) == 1
    assert len(decisive(*states_of(generating, validating))) == 1
    assert decisive(*states_of(validating, tree({}))) == []


@pytest.mark.parametrize(
    "type_",
    [
        "k8s.ovn.org/v1 EgressFirewall",
        "projectcalico.org/v3 HostEndpoint",
        "projectcalico.org/v3 Tier",
        "policy.linkerd.io/v1beta3 Server",
        "policy.linkerd.io/v1alpha1 AuthorizationPolicy",
    ],
)
def test_policies_of_other_projects_are_not_judged(type_: str) -> None:
    version, kind = type_.split()
    new = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x, namespace: shop}}\n"
    (problem,) = decisive(*states_of(tree({}), tree({"x.yaml": new})))
    assert problem.kind is ProblemKind.NOT_JUDGED


def test_a_route_of_ovn_denies_nothing() -> None:
    route = "apiVersion: k8s.ovn.org/v1\nkind: AdminPolicyBasedExternalRoute\nmetadata: {name: x}\n"
    assert states_of(tree({}), tree({"x.yaml": route}))[1].problems == ()


def test_an_unjudged_policy_is_decisive_where_it_came_went_or_changed() -> None:
    one = f"{CALICO}metadata: {{name: x, namespace: shop}}\nspec: {{order: 1}}\n"
    two = one.replace("order: 1", "order: 2")
    files = {"a.yaml": one}
    assert decisive(*states_of(tree(files), tree({"a.yaml": f"# note\n{one}"}))) == []
    assert "changed" in decisive(*states_of(tree(files), tree({"a.yaml": two})))[0].message
    assert "is new" in decisive(*states_of(tree({}), tree(files)))[0].message
    base, head = states_of(tree(files), tree({}))
    assert "is removed" in decisive(base)[0].message
    assert head.problems == ()


def test_a_policy_replaced_by_one_of_another_group_is_said_to_be_replaced() -> None:
    calico = f"{CALICO}metadata: {{name: a, namespace: shop}}\nspec: {{order: 1}}\n"
    base, head = states_of(tree({"a.yaml": A}), tree({"a.yaml": calico}))
    assert (names(base), names(head)) == (["shop/a"], [])
    (problem,) = decisive(base, head)
    assert "NetworkPolicy shop/a of networking.k8s.io (a.yaml:1) is replaced" in problem.message
    assert "(NetworkPolicy shop/a of projectcalico.org)" in problem.message


def test_a_deletion_assumes_pruning_unless_the_profile_knows() -> None:
    trees = tree({"a.yaml": A, "b.yaml": B}), tree({"b.yaml": B})
    base, head = states_of(*trees)
    assert head.assumptions == base.assumptions
    assert head.assumptions == (
        "What is deleted here is assumed to be pruned from the cluster: NetworkPolicy shop/a.",
    )
    pruned = dataclasses.replace(PROFILE, prunes=True)
    base, head = states_of(*trees, profile=pruned)
    assert (head.assumptions, decisive(base, head)) == ((), [])
    kept = dataclasses.replace(PROFILE, prunes=False)
    base, head = states_of(*trees, profile=kept)
    (problem,) = base.problems
    assert "it may still be there" in problem.message
    assert [str(policy.ref) for policy in head.lingering] == ["shop/a"]
    assert decisive(base, head) == []


@pytest.mark.parametrize(
    "asking",
    [
        "annotations: {argocd.argoproj.io/sync-options: 'Validate=false, Prune=false'}",
        "annotations: {helm.sh/resource-policy: keep}",
        "annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}",
        "labels: {kustomize.toolkit.fluxcd.io/prune: disabled}",
    ],
)
def test_a_deleted_policy_that_asks_not_to_be_pruned_may_still_be_there(asking: str) -> None:
    asks = A.replace("name: a", f"name: a, {asking}")
    prunes = dataclasses.replace(PROFILE, prunes=True)
    for profile in (PROFILE, prunes):
        base, head = states_of(tree({"a.yaml": asks}), tree({}), profile)
        (problem,) = base.problems
        assert "it asks not to be pruned: it may still be there" in problem.message
        assert [str(policy.ref) for policy in head.lingering] == ["shop/a"]
        assert head.assumptions == ()
    other = A.replace(
        "name: a", "name: a, annotations: {argocd.argoproj.io/sync-options: Prune=true}"
    )
    assert decisive(*states_of(tree({"a.yaml": other}), tree({}), prunes)) == []


def test_assumed_namespaces_are_counted_on_both_sides() -> None:
    free = A.replace(", namespace: shop", "")
    _, head = states_of(tree({"a.yaml": free}), tree({"a.yaml": free, "b.yaml": B}))
    assert head.assumptions == (
        "1 object names no namespace; the namespace default is assumed for them.",
    )
    _, head = states_of(
        tree({"a.yaml": free}),
        tree({"b.yaml": B}),
    )
    assert head.assumptions[0].startswith("1 objects of the base and 0 objects of the head name")


def test_the_profile_and_the_name_are_those_given() -> None:
    base, head = load_states(trees_of(tree({}), tree({})), PROFILE, "prod")
    assert (base.name, head.name, head.profile) == ("prod", "prod", PROFILE)


_bytes = st.sampled_from([A, B, C, BROKEN, A + B, KUSTOMIZE, CALICO, "a: 1\n", "{{ x }}\n"]).map(
    str.encode
) | st.binary(max_size=40)
_trees = st.dictionaries(
    st.sampled_from(["a.yaml", "k/kustomization.yaml", "k/b.yaml", "c.json", "c/Chart.yaml"]),
    _bytes | st.sampled_from([each for each in Omission if each is not Omission.KNOWN]),
)


@given(_trees, _trees)
def test_no_pair_of_trees_makes_loading_fail_and_identities_stay_unique(
    base: dict[str, str | bytes | Omission], head: dict[str, str | bytes | Omission]
) -> None:
    for state in states_of(tree(base), tree(head)):
        refs = [policy.ref for policy in state.policies]
        assert len(refs) == len(set(refs))
        assert refs == sorted(refs)


@given(_trees)
def test_a_tree_against_itself_changes_nothing_and_decides_nothing(
    files: dict[str, str | bytes | Omission],
) -> None:
    base, head = states_of(tree(files), tree(files))
    assert (base.policies, base.unjudged) == (head.policies, head.unjudged)
    assert decisive(base, head) == []


def test_a_policy_that_is_not_judged_stands_where_the_change_does_not_reach_its_namespace() -> None:
    calico = "".join(
        f"---\n{CALICO}metadata: {{name: x, namespace: {name}}}\nspec: {{}}\n"
        for name in ("shop", "other")
    )
    changed = policy_named("a", spec="{podSelector: {matchLabels: {x: z}}}")
    base, head = {"c.yaml": calico, "a.yaml": A}, {"c.yaml": calico, "a.yaml": changed}
    problems = states_of(tree(base), tree(head))[1].problems
    assert {tuple(each.namespaces): each.standing for each in problems} == {
        ("shop",): False,
        ("other",): True,
    }
    assert not any(each.decisive for each in problems)


def test_a_problem_of_files_that_the_change_does_not_touch_stands() -> None:
    base, head = {"old/b.yaml": BROKEN}, {"old/b.yaml": BROKEN, "new/c.yaml": C}
    told = [p for state in states_of(tree(base), tree(head)) for p in state.problems]
    assert told
    assert all(each.standing and not each.decisive for each in told)
