"""Policies that Kyverno and project templates may have made."""

import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from edgewarden.manifests.background import Background
from edgewarden.manifests.generation.possible import MOST_POLICIES
from edgewarden.manifests.load import load_state
from edgewarden.manifests.objects import Declared
from edgewarden.reachability.diff import compare
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ClusterState, Effect, ObjectRef
from tests.support.manifest_trees import PROFILE, policy_named, states_of, tree, trees_of

DENY = "data: {spec: {podSelector: {}, policyTypes: [Ingress]}}"
NAMESPACES = "match: {any: [{resources: {kinds: [Namespace]}}]}"
TRIGGER = "namespace: '{{request.object.metadata.name}}'"
MADE = f"generate: {{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, name: deny, {TRIGGER}, "


def namespace(name: str, labels: str = "{}") -> str:
    return f"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {labels}}}\n"


def pod(space: str) -> str:
    return f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: {space}}}\n"


def kyverno(*rules: str, kind: str = "ClusterPolicy", own: str = "") -> str:
    listed = "".join(f"  - {{name: r{number}, {rule}}}\n" for number, rule in enumerate(rules))
    space = f", namespace: {own}" if own else ""
    return (
        f"apiVersion: kyverno.io/v1\nkind: {kind}\nmetadata: {{name: make{space}}}\n"
        f"spec:\n  rules:\n{listed}"
    )


TOWN = namespace("a", "{team: x}") + namespace("b") + namespace("kube-system") + pod("c")


def state(*texts: str) -> ClusterState:
    files = {f"{number}.yaml": text for number, text in enumerate(texts)}
    return load_state(trees_of(tree(files)), PROFILE, "test")


def possible(*texts: str) -> set[str]:
    return {policy.namespace for policy in state(TOWN, *texts).lingering}


def unknown(*texts: str) -> dict[str, frozenset[Effect]]:
    return {policy.ref.namespace: policy.effects for policy in state(TOWN, *texts).unjudged}


def rule(match: str = NAMESPACES, made: str = f"{MADE}{DENY}}}") -> str:
    return kyverno(f"{match}, {made}")


def test_a_generated_policy_is_possible_in_every_namespace_that_something_names() -> None:
    assert possible(rule()) == {"a", "b", "c", "kube-system"}
    (policy, *_) = state(TOWN, rule()).lingering
    assert str(policy.maker) == "make"
    assert policy.ingress == ()


@pytest.mark.parametrize(
    ("match", "namespaces"),
    [
        ("match: {resources: {kinds: [Namespace], names: ['a', 'kube-*']}}", {"a", "kube-system"}),
        ("match: {any: [{resources: {kinds: [v1/Namespace], name: b}}]}", {"b"}),
        (f"{NAMESPACES}, exclude: {{any: [{{resources: {{names: [kube-*]}}}}]}}", {"a", "b", "c"}),
    ],
)
def test_names_decide_where(match: str, namespaces: set[str]) -> None:
    written = match.replace("{names: [kube-*]}", "{kinds: [Namespace], names: [kube-*]}")
    assert possible(rule(written)) == namespaces


def test_labels_decide_where_a_manifest_names_them() -> None:
    chosen = "resources: {kinds: [Namespace], selector: {matchLabels: {team: KEY}}}"
    match = f"match: {{any: [{{{chosen}}}]}}"
    assert possible(rule(match.replace("KEY", "x"))) == {"a", "b", "c", "kube-system"}
    assert possible(rule(match.replace("KEY", "'y*'"))) == {"b", "c", "kube-system"}
    exclude = f"{NAMESPACES}, exclude: {{any: [{{{chosen}}}]}}"
    assert possible(rule(exclude.replace("KEY", "x"))) == {"b", "c", "kube-system"}
    assert possible(rule(exclude.replace("KEY", "y"))) == {"a", "b", "c", "kube-system"}


@pytest.mark.parametrize(
    "exclude",
    [
        "{any: [{resources: {kinds: [Namespace], names: [a]}, subjects: [{kind: User}]}]}",
        "{all: [{resources: {kinds: [Namespace], names: [a]}}, {resources: {kinds: [Pod]}}]}",
        "{any: [{resources: {kinds: [Namespace], names: [a], operations: [CREATE]}}]}",
        "{any: [{resources: {kinds: [Namespace], selector: {matchExpressions: [{key: t}]}}}]}",
    ],
)
def test_an_exclude_that_is_not_sure_excludes_nothing(exclude: str) -> None:
    assert "a" in possible(rule(f"{NAMESPACES}, exclude: {exclude}"))


def test_a_namespace_that_is_written_is_the_only_one() -> None:
    assert possible(rule(made=f"{MADE}{DENY}}}".replace(TRIGGER, "namespace: b"))) == {"b"}
    own = kyverno(f"{NAMESPACES}, {MADE}{DENY}}}", kind="Policy", own="a")
    assert possible(own) == {"a"}


def test_what_another_kind_sets_off_is_decided_by_its_namespaces() -> None:
    made = f"{MADE}{DENY}}}".replace(TRIGGER, "namespace: '{{request.namespace}}'")
    match = "match: {any: [{resources: {kinds: [Pod], namespaces: ['b*']}}]}"
    assert possible(rule(match, made)) == {"b"}
    assert possible(rule("match: {any: [{resources: {kinds: [Pod]}}]}", made)) == {
        "a",
        "b",
        "c",
        "kube-system",
    }
    assert len(possible(rule(made=made))) == 4


@pytest.mark.parametrize(
    "source",
    [
        "clone: {namespace: x, name: y}",
        "data: {spec: {podSelector: {matchLabels: {a: '{{request.object.metadata.name}}'}}}}",
        "data: {spec: {ingress: [{ports: [{port: 0}]}]}}",
    ],
)
def test_of_what_is_not_known_anything_is_possible(source: str) -> None:
    assert possible(rule(made=f"{MADE}{source}}}")) == set()
    assert unknown(rule(made=f"{MADE}{source}}}"))["a"] == frozenset(Effect)


def test_lists_and_loops_make_policies_too() -> None:
    kinds = "[v1/Secret, networking.k8s.io/v1/NetworkPolicy]"
    clone = f"generate: {{{TRIGGER}, cloneList: {{kinds: {kinds}}}}}"
    assert unknown(rule(made=clone)).keys() == {"a", "b", "c", "kube-system"}
    loop = f"{MADE}{DENY}}}".replace("generate: {", "generate: {foreach: [{list: x, ") + "]}"
    assert possible(rule(made=loop.replace("}]}", "}]}"))) == {"a", "b", "c", "kube-system"}
    cilium = (
        f"generate: {{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, name: x, {TRIGGER}}}"
    )
    assert unknown(rule(made=cilium)).keys() == {"a", "b", "c", "kube-system"}


def test_other_kinds_are_no_policies() -> None:
    secret = f"generate: {{apiVersion: v1, kind: Secret, name: x, {TRIGGER}, data: {{}}}}"
    read = state(TOWN, rule(made=secret))
    assert (read.lingering, read.unjudged, read.assumptions) == ((), (), ())


def test_a_policy_that_a_manifest_declares_is_there_for_certain() -> None:
    assert possible(rule(), policy_named("deny", "a")) == {"b", "c", "kube-system"}


def test_a_project_template_makes_its_policies_in_any_project() -> None:
    template = (
        "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: request}\n"
        "objects:\n- {apiVersion: project.openshift.io/v1, kind: Project, metadata: {name: x}}\n"
        "- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n"
        "  metadata: {name: deny, namespace: '${PROJECT_NAME}'}\n  spec: {podSelector: {}}\n"
    )
    assert possible(template) == {"a", "b", "c", "kube-system"}
    opened = template.replace("podSelector: {}", "podSelector: {matchLabels: {a: '${X}'}}")
    assert unknown(opened).keys() == {"a", "b", "c", "kube-system"}
    assert possible(template.replace("kind: Project,", "kind: Service,")) == set()


def test_in_the_namespaces_of_an_inventory_nothing_is_merely_possible() -> None:
    known = load_state(trees_of(tree({"a.yaml": namespace("a")})), PROFILE, "test").namespaces
    declared = tuple(
        Declared(
            ObjectRef("", "Namespace", "", each.name), replace(each, complete=True), each.location
        )
        for each in known
    )
    files = tree({"town.yaml": TOWN, "k.yaml": rule()})
    read = load_state(trees_of(files), PROFILE, "test", background=Background(declared))
    assert {policy.namespace for policy in read.lingering} == {"b", "c", "kube-system"}


def decisive(*states: ClusterState) -> list[Problem]:
    return [problem for each in states for problem in each.problems if problem.decisive]


def pair(base: Mapping[str, str], head: Mapping[str, str]) -> tuple[ClusterState, ClusterState]:
    return states_of(tree({"town.yaml": TOWN, **base}), tree({"town.yaml": TOWN, **head}))


def test_a_changed_maker_is_told_and_an_unchanged_one_is_quiet() -> None:
    other = rule(made=f"{MADE}{DENY}}}".replace("[Ingress]", "[Egress]"))
    problems = decisive(*pair({"k.yaml": rule()}, {"k.yaml": other}))
    (problem,) = problems
    assert problem.message == (
        "Kyverno ClusterPolicy make changed; what is deployed by it is not judged: whether it did "
        "what it says, only the cluster knows."
    )
    before, after = pair({"k.yaml": rule()}, {"k.yaml": rule(), "a.yaml": policy_named("x", "a")})
    assert decisive(before, after) == []


def test_what_opens_in_a_namespace_that_may_be_isolated_may_open() -> None:
    isolating, opening = (
        policy_named("x", "c"),
        policy_named("x", "c", "{podSelector: {}, ingress: [{}]}"),
    )
    quiet = compare(*pair({"a.yaml": isolating}, {"a.yaml": opening}))
    assert quiet.added
    files = {"k.yaml": rule()}
    certain = compare(*pair({**files, "a.yaml": isolating}, {**files, "a.yaml": opening}))
    assert certain.added == quiet.added
    unsure = compare(*pair({**files, "a.yaml": isolating}, files))
    assert not unsure.added
    (fact,) = {fact for each in unsure.may_added for fact in each.facts}
    assert (
        "Is NetworkPolicy c/deny in the cluster? ClusterPolicy make of kyverno.io" in fact.question
    )


def test_against_itself_nothing_changes_and_a_new_namespace_brings_no_change_elsewhere() -> None:
    files = {"k.yaml": rule()}
    assert compare(*pair(files, files)).empty
    assert {
        policy.namespace
        for policy in pair(files, {**files, "n.yaml": namespace("new")})[0].lingering
    } == {
        "a",
        "b",
        "c",
        "kube-system",
    }


def test_a_rule_that_labels_namespaces_is_a_told_limit() -> None:
    mutate = kyverno(
        f"{NAMESPACES}, mutate: {{patchStrategicMerge: {{metadata: {{labels: {{}}}}}}}}"
    )
    (sentence,) = state(TOWN, mutate).assumptions
    assert sentence.startswith("Kyverno ClusterPolicy make may change labels of namespaces")
    assert len(decisive(*pair({}, {"k.yaml": mutate}))) == 1
    pods = mutate.replace("[Namespace]", "[Pod]")
    assert state(TOWN, pods).assumptions == ()
    targeted = pods.replace("mutate: {", "mutate: {targets: [{kind: Namespace}], ")
    assert state(TOWN, targeted).assumptions != ()


def test_makers_that_are_too_many_could_be_anywhere() -> None:
    many = "".join(namespace(f"n{number}") for number in range(300))
    rules = kyverno(*(f"{NAMESPACES}, {MADE}{DENY}}}" for _ in range(100)))
    assert MOST_POLICIES < 300 * 100
    start = time.process_time()
    read = state(many, rules)
    assert (read.lingering, [policy.ref.namespace for policy in read.unjudged]) == ((), [""])
    assert time.process_time() - start < 5
