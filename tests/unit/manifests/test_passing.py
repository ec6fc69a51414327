"""Objects that ask not to be applied, or not to stay."""

import pytest

from edgewarden.manifests.passing import reasons
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import Applier, ClusterProfile
from tests.support.manifest_trees import names, policy_named, states_of, tree

HOOK, DELETE = "argocd.argoproj.io/hook", "argocd.argoproj.io/hook-delete-policy"
LOCAL = "config.kubernetes.io/local-config"


@pytest.mark.parametrize(
    ("annotations", "taken_away"),
    [
        ({}, []),
        ({HOOK: "PreSync"}, []),
        ({HOOK: "Sync, PostSync", DELETE: "BeforeHookCreation"}, []),
        ({HOOK: "Skip"}, [HOOK]),
        ({HOOK: "Sync,Skip"}, [HOOK]),
        ({HOOK: "SyncFail"}, [HOOK]),
        ({HOOK: "PostDelete"}, [HOOK]),
        ({HOOK: "PreSync", DELETE: "HookFailed, HookSucceeded"}, [HOOK]),
        ({DELETE: "HookSucceeded"}, []),
        ({LOCAL: "true"}, [LOCAL]),
        ({LOCAL: "true", HOOK: "Skip"}, [HOOK, LOCAL]),
    ],
)
def test_what_asks_for_it_may_not_be_there(
    annotations: dict[str, str], taken_away: list[str]
) -> None:
    assert [annotation for _, annotation in reasons(annotations, None)] == taken_away


@pytest.mark.parametrize(
    ("applier", "taken_away"),
    [
        (Applier.ARGOCD, [HOOK]),
        (Applier.ARGOCD_SERVER_SIDE, [HOOK]),
        (Applier.FLUX, [LOCAL]),
        (Applier.KUBECTL, []),
        (Applier.HELM, []),
    ],
)
def test_an_annotation_counts_for_the_applier_that_knows_it(
    applier: Applier, taken_away: list[str]
) -> None:
    found = reasons({HOOK: "Skip", LOCAL: "true"}, applier)
    assert [annotation for _, annotation in found] == taken_away


SOUND = policy_named("deny")
SKIPPED = SOUND.replace("name: deny", f"name: deny, annotations: {{{HOOK}: Skip}}")


def decisive(base: str, head: str, profile: ClusterProfile) -> list[Problem]:
    states = states_of(tree({"p.yaml": base}), tree({"p.yaml": head}), profile)
    assert [names(state) for state in states] == [["shop/deny"], ["shop/deny"]]
    return [each for state in states for each in state.problems if each.decisive]


def test_a_policy_that_is_skipped_from_now_on_or_no_longer_is_told() -> None:
    for base, head in ((SOUND, SKIPPED), (SKIPPED, SOUND)):
        (problem,) = decisive(base, head, ClusterProfile())
        assert "NetworkPolicy shop/deny is a hook of Argo CD" in problem.message
        assert problem.namespaces == {"shop"}
    assert decisive(SKIPPED, SKIPPED, ClusterProfile()) == []
    assert decisive(SOUND, SKIPPED, ClusterProfile(applier=Applier.KUBECTL)) == []
