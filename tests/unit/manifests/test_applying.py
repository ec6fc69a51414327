"""What is known of the applier decides where an object lands and what becomes of a bad one."""

import pytest

from edgewarden.manifests.load import load_state, load_states
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.reachability.model import Applier, ClusterProfile, ClusterState
from tests.support.manifest_trees import policy_named, states_of, tree, trees_of

UNNAMED = policy_named("web").replace(", namespace: shop", "")
MISSPELT = policy_named("web", spec="{podSelector: {}, ingress: [{form: []}]}")


def state(content: str, applier: Applier | None = None, namespace: str = "") -> ClusterState:
    profile = ClusterProfile(applier=applier)
    trees = trees_of(tree({"a.yaml": content}), profile=profile, namespace=namespace)
    return load_state(trees, profile, "test")


def problem(content: str, applier: Applier | None) -> Problem:
    (found,) = state(content, applier).problems
    return found


def test_objects_that_name_no_namespace_are_in_the_one_that_is_known() -> None:
    (policy,) = state(UNNAMED, namespace="shop").policies
    assert policy.namespace == "shop"
    assert state(UNNAMED, namespace="shop").assumptions == ()


def test_without_a_known_namespace_default_is_assumed_and_told() -> None:
    (policy,) = state(UNNAMED).policies
    assert policy.namespace == "default"
    assert len(state(UNNAMED).assumptions) == 1


def test_a_broken_object_without_a_namespace_leaves_the_known_one_open() -> None:
    base = tree({"old/broken.yaml": f"{UNNAMED}x: [\n", "web.yaml": policy_named("web")})
    head = tree({"old/broken.yaml": f"{UNNAMED}x: [\n", "web.yaml": policy_named("api")})
    _, here = load_states(trees_of(base, head, namespace="shop"), ClusterProfile(), "test")
    _, elsewhere = load_states(trees_of(base, head, namespace="data"), ClusterProfile(), "test")
    assert [each.decisive for each in here.problems] == [True]
    assert [each.decisive for each in elsewhere.problems] == [False]


def test_argo_cd_drops_an_unknown_field_and_applies_the_rest() -> None:
    found = problem(MISSPELT, Applier.ARGOCD)
    assert found.kind is ProblemKind.UNKNOWN_FIELD
    assert not found.decisive
    assert "Argo CD drops the field and applies the rest" in found.message
    assert "the rule then admits every peer" in found.message
    assert "kubectl" not in found.message + found.remedy
    (policy,) = state(MISSPELT, Applier.ARGOCD).policies
    assert policy.ingress[0].peers == ()


def test_a_change_that_argo_cd_applies_without_a_field_is_judged_without_it() -> None:
    base = tree({"a.yaml": policy_named("web")})
    profile = ClusterProfile(applier=Applier.ARGOCD)
    _, head = states_of(base, tree({"a.yaml": MISSPELT}), profile)
    assert head.policies[0].ingress
    assert [each.decisive for each in head.problems] == [False]


def test_argo_cd_does_not_get_past_what_the_api_server_refuses() -> None:
    spec = "{podSelector: {}, ingress: [{form: []}], policyTypes: [Both]}"
    found = state(policy_named("web", spec=spec), Applier.ARGOCD)
    assert found.policies == ()
    assert {each.kind for each in found.problems if each.decisive} >= {ProblemKind.INVALID_OBJECT}


@pytest.mark.parametrize(
    ("applier", "refuses", "held"),
    [
        (Applier.KUBECTL, "kubectl refuses", "kubectl applies the objects beside it"),
        (Applier.ARGOCD_SERVER_SIDE, "Argo CD refuses", "Argo CD usually holds back"),
        (Applier.FLUX, "Flux refuses", "Flux holds back everything of the same Kustomization"),
        (Applier.HELM, "Helm refuses", "Helm refuses the whole release"),
    ],
)
def test_other_appliers_refuse_an_object_with_an_unknown_field(
    applier: Applier, refuses: str, held: str
) -> None:
    found = problem(MISSPELT, applier)
    assert found.decisive
    assert f"{refuses} the object and the cluster keeps what it had." in found.message
    assert held in found.remedy


def test_an_unknown_applier_has_both_outcomes() -> None:
    found = problem(MISSPELT, None)
    assert found.decisive
    assert "kubectl and server-side apply refuse the object" in found.message
    assert "Argo CD's client-side apply drops the field" in found.message


def test_a_document_with_a_key_twice_says_what_the_known_applier_does() -> None:
    found = problem(policy_named("web") + "spec: {podSelector: {}}\n", Applier.FLUX)
    assert found.kind is ProblemKind.DUPLICATE_KEY
    assert "Flux holds back" in found.remedy
