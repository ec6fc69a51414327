"""Files: encodings, lists, JSON, broken and foreign content."""

import json
import time
from textwrap import indent

import pytest

from edgewarden.manifests.load import load_state
from edgewarden.manifests.snapshot import Omission
from edgewarden.reachability.location import Location, ProblemKind
from edgewarden.reachability.model import ClusterState, Effect
from tests.support.manifest_trees import (
    PROFILE,
    names,
    policy_named,
    spec_policy,
    state_of,
    states_of,
    tree,
    trees_of,
)

POLICY = policy_named("web")


def kinds(state: ClusterState) -> list[ProblemKind]:
    return [problem.kind for problem in state.problems]


@pytest.mark.parametrize(
    "content",
    [
        POLICY.encode(),
        b"\xef\xbb\xbf" + POLICY.encode(),
        POLICY.replace("\n", "\r\n").encode(),
        POLICY.encode("utf-16"),
        ("# caf\u00e9 \U0001f600\n" + POLICY).encode(),
        f"---\n{POLICY}---\n".encode(),
        f"%YAML 1.1\n---\n{POLICY}...\n".encode(),
        f"---\n# nothing\n---\n{POLICY}".encode(),
    ],
    ids=["plain", "bom", "crlf", "utf-16", "wide", "separated", "directive", "empty document"],
)
def test_a_policy_is_found_however_the_text_is_encoded(content: bytes) -> None:
    state = state_of(content)
    assert names(state) == ["shop/web"]
    assert state.problems == ()


AS_JSON = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "web", "namespace": "shop", "annotations": {"face": "\U0001f600/\u00e9"}},
    "spec": {"podSelector": {}, "ingress": [{"ports": [{"port": 80}]}]},
}


@pytest.mark.parametrize("indentation", [None, 2, "\t"])
@pytest.mark.parametrize("path", ["a.json", "a.yaml"])
def test_a_json_manifest_is_read_with_its_escapes_and_tabs(
    path: str, indentation: int | str | None
) -> None:
    text = json.dumps(AS_JSON, indent=indentation).replace("/", "\\/")
    state = state_of(text, path)
    (policy,) = state.policies
    assert policy.annotations == {"face": "\U0001f600/\u00e9"}
    assert policy.ingress[0].ports[0].port == 80


BROKEN_JSON = [b'{"a": ', b"// comment\n{}", b"\xff\xfe\x00", b'{"kind": "x", "a": [}', b"\0"]


@pytest.mark.parametrize("content", BROKEN_JSON)
def test_a_broken_json_file_that_names_no_object_is_told_and_decides_nothing(
    content: bytes,
) -> None:
    (problem,) = state_of(content, "package.json").problems
    assert (problem.kind, problem.decisive) == (ProblemKind.UNPARSABLE, False)


def test_an_old_broken_json_file_that_names_no_object_is_no_news() -> None:
    files: dict[str, str | bytes | Omission] = {"web/package.json": b"{", "a.yaml": POLICY}
    changed = {**files, "a.yaml": policy_named("api")}
    before, after = states_of(tree(files), tree(changed))
    assert (before.problems, after.problems) == ((), ())


def test_sound_json_that_names_no_object_is_no_problem() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert state_of('{"name": "shop", "n": 1e999}', "package.json").problems == ()
    assert kinds(state_of(deep, "deep.json")) == [ProblemKind.UNPARSABLE]


def test_a_broken_json_manifest_is_told() -> None:
    assert kinds(state_of('{"apiVersion": "v1", "kind": "Pod"', "a.json")) == [
        ProblemKind.UNPARSABLE
    ]


def test_items_of_a_list_are_objects_and_know_their_lines() -> None:
    state = state_of(
        "apiVersion: v1\nkind: List\nitems:\n"
        "- apiVersion: networking.k8s.io/v1\n  kind: NetworkPolicy\n"
        "  metadata: {name: a, namespace: b}\n"
        "- apiVersion: v1\n  kind: Namespace\n  metadata: {name: b}\n- null\n- 3\n"
    )
    assert names(state) == ["b/a"]
    assert [namespace.name for namespace in state.namespaces] == ["b"]
    assert state.policies[0].location == Location("a.yaml", 4, 3)


def test_items_of_a_typed_list_may_lack_their_type() -> None:
    state = state_of(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems:\n"
        "- metadata: {name: a, namespace: b}\n"
        "- kind: NetworkPolicy\n  apiVersion: networking.k8s.io/v1\n"
        "  metadata: {name: c, namespace: b}\n"
    )
    assert names(state) == ["b/a", "b/c"]
    assert state.problems == ()


def test_anchors_and_aliases_are_expanded() -> None:
    state = state_of(
        spec_policy(
            "podSelector: &all {matchLabels: {a: b}}\ningress: [{from: [podSelector: *all]}]"
        )
    )
    policy = state.policies[0]
    assert policy.ingress[0].peers[0].pods == policy.pods  # type: ignore[union-attr]


def test_a_parse_error_in_the_third_document_keeps_the_others_and_names_file_and_line() -> None:
    first, second, fourth = (policy_named(name) for name in ("one", "two", "four"))
    broken = "kind: NetworkPolicy\n   apiVersion: networking.k8s.io/v1\n"
    state = state_of("---\n".join([first, second, broken, fourth]))
    assert names(state) == ["shop/four", "shop/one", "shop/two"]
    (problem,) = state.problems
    assert (problem.kind, problem.location.line) == (ProblemKind.UNPARSABLE, 12)
    assert problem.decisive


@pytest.mark.parametrize(
    "content",
    [
        b"\x00GITCRYPT\x00\x8a\x01\xff",
        b"\xffapiVersion: v1\nkind: Namespace\n",
        POLICY.encode() + b"\0",
        ("# caf\u00e9\n" + POLICY).encode("latin-1"),
    ],
    ids=["encrypted", "not utf-8", "nul", "latin-1"],
)
def test_what_is_no_text_under_a_manifest_name_is_decisive(content: bytes) -> None:
    state = state_of(content)
    assert state.policies == ()
    assert kinds(state) == [ProblemKind.UNPARSABLE]
    assert state.problems[0].decisive


@pytest.mark.parametrize(
    "content",
    [
        "a: [\n",
        "[" * 100_000,
        "a:\n\tb: c\n",
        "{{- if .Values.on }}\na: b\n{{- end }}\n",
        "{{ toYaml .Values.policy }}\n",
        "apiVersion: {{ .version }}\nkind: {{ .kind }}\n",
        "? {a: b}\n: c\n",
        "a: *nowhere\n",
    ],
    ids=["open", "deep", "tab", "if", "template", "kind", "mapping as key", "alias"],
)
def test_yaml_that_cannot_be_read_is_decisive_whatever_it_seems_to_hold(content: str) -> None:
    state = state_of(content)
    assert set(kinds(state)) == {ProblemKind.UNPARSABLE}
    assert all(problem.decisive for problem in state.problems)


@pytest.mark.parametrize("number", [".nan", "-.inf", "!!int x", "!Ref x"])
def test_a_value_that_is_no_json_is_told_of_objects_only(number: str) -> None:
    assert state_of(f"panels: [{number}]\n").problems == ()
    state = state_of(POLICY.replace("podSelector: {}", f"podSelector: {number}"))
    assert ProblemKind.UNPARSABLE in kinds(state)
    assert {problem.location.line for problem in state.problems} == {4}


def test_yaml_with_the_tags_of_another_program_alarms_nobody() -> None:
    """CloudFormation writes ``!Ref``; what kind of document it is, is plain all the same."""
    assert state_of("Resources: {Db: {Name: !Ref Name, Tags: !Cases [a]}}\n").problems == ()


def test_a_key_written_with_escapes_is_found_all_the_same() -> None:
    hidden = POLICY.replace("apiVersion", '"api\\x56ersion"').replace("kind", '"\\u006bind"')
    assert names(state_of(hidden)) == ["shop/web"]
    assert names(state_of(json.dumps(AS_JSON).replace("kind", "\\u006bind"), "a.json")) == [
        "shop/web"
    ]


@pytest.mark.parametrize("value", ["!include spec.yaml", "*nowhere", "{{ .Values.spec }}"])
def test_a_document_that_cannot_be_read_to_the_end_is_no_policy(value: str) -> None:
    state = state_of(POLICY.replace("{podSelector: {}}", value))
    assert state.policies == ()
    assert ProblemKind.UNPARSABLE in kinds(state)
    assert all(problem.decisive for problem in state.problems)


def test_a_file_of_50_mb_is_refused_unread() -> None:
    content = (POLICY + "# " + "x" * 50_000_000).encode()
    state = state_of(content)
    assert kinds(state) == [ProblemKind.TOO_LARGE]
    assert state.problems[0].decisive
    assert kinds(state_of(b"x" * 50_000_000)) == [ProblemKind.TOO_LARGE]


@pytest.mark.parametrize(
    ("path", "omission", "kind"),
    [
        ("a.yaml", Omission.SYMLINK, ProblemKind.NOT_FOLLOWED),
        ("live", Omission.DIRECTORY_LINK, ProblemKind.NOT_FOLLOWED),
        ("vendor", Omission.SUBMODULE, ProblemKind.NOT_FOLLOWED),
        ("a.yaml", Omission.TOO_LARGE, ProblemKind.TOO_LARGE),
    ],
)
def test_what_is_not_there_to_be_read_is_told(
    path: str, omission: Omission, kind: ProblemKind
) -> None:
    (problem,) = load_state(trees_of(tree({path: omission})), PROFILE, "test").problems
    assert (problem.kind, problem.decisive, problem.location.path) == (kind, True, path)


def test_a_missing_separator_is_told_with_the_policy_that_it_would_drop() -> None:
    state = state_of(policy_named("one") + policy_named("two"))
    (problem,) = state.problems
    assert (problem.kind, problem.decisive) == (ProblemKind.DUPLICATE_KEY, True)
    assert problem.location.line == 5
    assert "`kind` at line 2 and again at line 6" in problem.message
    assert "drops NetworkPolicy shop/one (from line 1)" in problem.message


def test_a_separator_missing_before_another_kind_is_told_too() -> None:
    other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"
    assert kinds(state_of(POLICY + other)) == [ProblemKind.DUPLICATE_KEY]
    assert kinds(state_of(other + POLICY)) == [ProblemKind.DUPLICATE_KEY]
    assert state_of(other + other).problems == ()


def test_a_second_spec_is_told_with_both_lines() -> None:
    (problem,) = state_of(POLICY + "spec: {podSelector: {}, ingress: [{}]}\n").problems
    assert (problem.kind, problem.location.line) == (ProblemKind.DUPLICATE_KEY, 5)
    assert "`spec` at line 4 and again at line 5" in problem.message


def test_a_repeated_key_within_a_policy_is_told_with_what_is_dropped() -> None:
    (problem,) = state_of(spec_policy("ingress: [{}]\npodSelector: {}\ningress: []")).problems
    assert problem.kind is ProblemKind.DUPLICATE_KEY
    assert "drops `ingress` of line 5" in problem.message


def test_a_generated_name_is_created_and_not_applied() -> None:
    text = POLICY.replace("name: web", "generateName: web-")
    state = state_of(f"{text}---\n{text}")
    assert names(state) == ["shop/web-*", "shop/web-*2"]
    assert [problem.decisive for problem in state.problems] == [False, False]
    assert "can be created and not applied" in state.problems[0].message


def test_objects_without_a_namespace_are_counted() -> None:
    without = POLICY.replace(", namespace: shop", "")
    state = state_of(without)
    assert names(state) == ["default/web"]
    assert state.assumptions == (
        "1 object names no namespace; the namespace default is assumed for them.",
    )


UNJUDGED = {
    ("projectcalico.org/v3", "NetworkPolicy"): ("shop", set(Effect)),
    ("projectcalico.org/v3", "GlobalNetworkPolicy"): ("", set(Effect)),
    ("crd.projectcalico.org/v1", "NetworkPolicy"): ("shop", set(Effect)),
    ("cilium.io/v2", "CiliumNetworkPolicy"): ("shop", set(Effect)),
    ("cilium.io/v2", "CiliumClusterwideNetworkPolicy"): ("", set(Effect)),
    ("security.istio.io/v1", "AuthorizationPolicy"): ("shop", {Effect.DENY}),
    ("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"): ("", set(Effect)),
    ("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy"): ("", set(Effect)),
    ("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"): ("", set(Effect)),
    ("crd.antrea.io/v1beta1", "NetworkPolicy"): ("shop", set(Effect)),
    ("networking.k8.io/v1", "NetworkPolicy"): ("shop", set(Effect)),
}


@pytest.mark.parametrize(("api", "kind"), UNJUDGED)
def test_a_policy_of_another_group_is_listed_and_not_judged(api: str, kind: str) -> None:
    state = state_of(
        f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: a, namespace: shop}}\nspec: {{x: 1}}\n"
    )
    (policy,) = state.unjudged
    namespace, effects = UNJUDGED[api, kind]
    assert (policy.ref.kind, policy.ref.namespace, policy.ref.name) == (kind, namespace, "a")
    assert policy.effects == effects
    (problem,) = state.problems
    assert (problem.kind, problem.decisive) == (ProblemKind.NOT_JUDGED, False)


def test_a_staged_policy_has_no_effect() -> None:
    state = state_of(
        "apiVersion: projectcalico.org/v3\nkind: StagedNetworkPolicy\nmetadata: {name: a}\n"
    )
    assert (state.unjudged, state.problems) == ((), ())


def test_the_digest_of_a_policy_follows_what_it_says_and_not_its_labels_or_layout() -> None:
    def digest(metadata: str, spec: str) -> str:
        text = f"apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {metadata}\n{spec}"
        (policy,) = state_of(text).unjudged
        return policy.digest

    one = digest("{name: a, namespace: b}", "spec: {x: 1, z: [2, 3]}\n")
    assert digest("{name: a, namespace: b, labels: {c: d}}", "spec:\n  z: [2, 3]\n  x: 1\n") == one
    assert digest("{name: a, namespace: b}", "spec: {x: 1, z: [3, 2]}\n") != one
    assert digest("{name: a, namespace: b}", "specs: [{x: 1, z: [2, 3]}]\n") != one


MANY = {
    "objects in a list": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems:\n"
    + "".join(f"- metadata: {{name: p{n}, namespace: shop}}\n" for n in range(10_000)),
    "generated names": "---\n".join([POLICY.replace("name: web", "generateName: w")] * 3_000),
    "faults": spec_policy("ingress:\n" + "- {form: [], ports: [{port: 0}]}\n" * 6_000),
    "equal objects": "---\n".join([POLICY] * 3_000),
    "unknown fields": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n"
    + "".join(f"  container{n}: 1\n" for n in range(30_000)),
    "repeated keys": POLICY + "kind: NetworkPolicy\n" * 30_000,
}


@pytest.mark.parametrize("content", MANY.values(), ids=MANY.keys())
def test_much_of_everything_is_read_in_bounded_time(content: str) -> None:
    started = time.process_time()
    state = state_of(content)
    assert time.process_time() - started < 20
    assert state.policies or state.problems


def test_of_many_faults_the_first_are_told_and_the_others_counted() -> None:
    problems = state_of(spec_policy("ingress:\n" + "- {ports: [{port: 0}]}\n" * 30)).problems
    assert len(problems) == 10
    assert "20 more faults" in problems[-1].message


def test_of_a_name_without_end_only_the_beginning_is_told() -> None:
    (problem,) = state_of(POLICY.replace("name: web", f"name: {'w' * 1_000_000}")).problems
    assert len(problem.message) < 2_000
    assert problem.message.startswith("The API server refuses NetworkPolicy shop/www")
    assert problem.message.endswith("the cluster keeps what it had.")


def test_an_object_with_items_is_a_list_whatever_its_kind() -> None:
    items = "items:\n- " + indent(policy_named("a"), "  ").lstrip()
    for kind in ("List", "ConfigMap", "Bundle"):
        assert names(state_of(f"apiVersion: v1\nkind: {kind}\n{items}")) == ["shop/a"]
    assert names(state_of(items)) == []


@pytest.mark.parametrize("kind", ["List", "NetworkPolicyList"])
def test_a_list_whose_items_are_no_sequence_cannot_be_decoded(kind: str) -> None:
    version = "networking.k8s.io/v1" if kind != "List" else "v1"
    broken = f"apiVersion: {version}\nkind: {kind}\nitems: {{a: {{kind: NetworkPolicy}}}}\n"
    policy = policy_named("a")
    base, head = states_of(tree({"a.yaml": policy}), tree({"a.yaml": broken}))
    assert names(head) == names(base) == ["shop/a"]
    (problem,) = head.problems
    assert (problem.decisive, problem.field) == (True, "items")
    without = f"apiVersion: {version}\nkind: {kind}\n"
    _, head = states_of(tree({"a.yaml": policy}), tree({"a.yaml": without}))
    assert (names(head), len(head.problems)) == (["shop/a"], 1)
    for nothing in ("items: null\n", "items: []\n"):
        base, head = states_of(tree({"a.yaml": policy}), tree({"a.yaml": without + nothing}))
        assert (names(head), head.problems) == ([], ())


def test_a_kind_of_its_own_may_end_in_list() -> None:
    assert state_of("apiVersion: a.example/v1\nkind: AllowList\nspec: {}\n").problems == ()


@pytest.mark.parametrize("path", ["a.yaml", "a.json"])
def test_a_pointer_of_git_lfs_is_not_followed(path: str) -> None:
    def pointer(oid: str) -> str:
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 3\n"

    _, head = states_of(tree({path: pointer("a")}), tree({path: pointer("b")}))
    (problem,) = head.problems
    assert (problem.kind, problem.decisive) == (ProblemKind.NOT_FOLLOWED, True)
    _, head = states_of(tree({path: pointer("a")}), tree({path: pointer("a")}))
    assert [problem.decisive for problem in head.problems] == [False]
    _, head = states_of(tree({"a.yaml": policy_named("a")}), tree({"a.yaml": pointer("a")}))
    assert names(head) == ["shop/a"]
