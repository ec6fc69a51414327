"""Whether what leaves the tree leaves the cluster, as its deployment says."""

import pytest

from edgewarden.reachability.model import ClusterProfile, ClusterState
from tests.support.deploying import application, application_set, git_repository, kustomization
from tests.support.manifest_trees import PROFILE, policy_named, states_of, tree
from tests.support.proposals import deployment

PRUNES = "syncPolicy: {automated: {prune: true}}"
KEEPS = "syncPolicy: {automated: {}}"
BY_HAND = "syncPolicy: {}"
ASSUMED = "assumed to be pruned"
FILES = {"apps/a.yaml": policy_named("a"), "apps/b.yaml": policy_named("b")}
FINALIZER = ", finalizers: [resources-finalizer.argocd.argoproj.io]"


def app(policy: str, path: str = "apps", metadata: str = "", name: str = "web") -> str:
    return application(f"source: {{repoURL: HERE, path: {path}}}\n{policy}", name, metadata)


def head_of(
    base: dict[str, str], head: dict[str, str], profile: ClusterProfile = PROFILE
) -> tuple[list[str], str, str]:
    """The policies that may linger, what is assumed, and what is said of what stays."""
    before, after = states_of(tree(base), tree(head), profile)
    return (
        [each.name for each in after.lingering],
        " ".join(after.assumptions),
        " ".join(_told(before)),
    )


def _told(state: ClusterState) -> list[str]:
    return [each.message for each in state.problems if "may still be there" in each.message]


def without_b(deployment: str) -> tuple[dict[str, str], dict[str, str]]:
    base = {"x.yaml": deployment, **FILES}
    return base, {path: text for path, text in base.items() if path != "apps/b.yaml"}


def test_an_application_that_prunes_deletes_and_nothing_has_to_be_assumed() -> None:
    assert head_of(*without_b(app(PRUNES))) == ([], "", "")


def test_what_an_application_does_not_prune_may_linger() -> None:
    lingering, assumed, told = head_of(*without_b(app(KEEPS)))
    assert (lingering, assumed) == (["b"], "")
    assert "Argo CD Application argocd/web, which brings it, does not prune" in told


def test_the_command_that_deletes_what_stays_means_that_very_object() -> None:
    """Of its kind, whose name other groups have too, and in its namespace."""
    calico = policy_named("b").replace("networking.k8s.io/v1", "projectcalico.org/v3")
    namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n"
    for content, command in (
        (policy_named("b"), "networkpolicy.networking.k8s.io b --namespace shop"),
        (calico, "networkpolicy.projectcalico.org b --namespace shop"),
        (namespace, "namespace b"),
    ):
        base, head = without_b(app(KEEPS))
        before, _ = states_of(tree({**base, "apps/b.yaml": content}), tree(head))
        told = [each.remedy for each in before.problems if "may still be" in each.message]
        assert told == [
            f"Delete it in the cluster as well (`kubectl delete {command}`), or turn pruning on."
        ]


def test_a_workload_that_nothing_prunes_may_still_be_there() -> None:
    workload = deployment("pay", "api")
    for policy, left in ((KEEPS, [("api", True)]), (PRUNES, [])):
        base = {"x.yaml": app(policy), "apps/api.yaml": workload}
        before, after = states_of(tree(base), tree({**base, "apps/api.yaml": ""}))
        assert [(each.name, each.lingering) for each in after.workloads] == left
        assert [each.lingering for each in before.workloads] == [False]


def test_who_syncs_by_hand_may_prune() -> None:
    lingering, assumed, _ = head_of(*without_b(app(BY_HAND)))
    assert lingering == []
    assert ASSUMED in assumed
    told = ClusterProfile(prunes=True)
    assert head_of(*without_b(app(BY_HAND)), told) == ([], "", "")


@pytest.mark.parametrize(("prunes", "lingering"), [(True, ["b"]), (False, ["b"])])
def test_whatever_says_that_an_object_stays_counts(prunes: bool, lingering: list[str]) -> None:
    profile = ClusterProfile(prunes=prunes)
    assert head_of(*without_b(app(PRUNES if not prunes else KEEPS)), profile)[0] == lingering


def test_one_of_two_deployments_that_keeps_is_enough() -> None:
    base, head = without_b(app(PRUNES))
    other = {"y.yaml": app(KEEPS, name="other")}
    assert head_of({**base, **other}, {**head, **other})[0] == ["b"]


def test_flux_says_for_each_kustomization_whether_it_prunes() -> None:
    flux = {"f.yaml": git_repository()}
    for prunes, lingering in (("true", []), ("false", ["b"])):
        base, head = without_b(kustomization(f"path: apps\nprune: {prunes}"))
        assert head_of({**base, **flux}, {**head, **flux})[0] == lingering


def test_a_change_of_pruning_counts_when_the_deletion_does() -> None:
    base, head = without_b(app(KEEPS))
    assert head_of(base, {**head, "x.yaml": app(PRUNES)})[0] == []
    assert head_of({**base, "x.yaml": app(PRUNES)}, head)[0] == ["b"]


def test_an_application_that_turns_elsewhere_prunes_what_it_brought() -> None:
    other = {"other/c.yaml": policy_named("c")}
    for policy, lingering in ((PRUNES, []), (KEEPS, ["a", "b"])):
        base = {"x.yaml": app(policy), **FILES, **other}
        assert head_of(base, {**base, "x.yaml": app(policy, "other")})[0] == lingering


def test_of_two_applications_of_one_identity_each_prunes_as_it_says() -> None:
    other = {"other/c.yaml": policy_named("c")}
    base = {"1/x.yaml": app(PRUNES), "2/x.yaml": app(KEEPS, "other"), **FILES, **other}
    moved = {**base, "1/x.yaml": app(PRUNES, "other")}
    assert head_of(base, moved)[0] == []
    assert head_of(base, {**moved, "1/x.yaml": app(KEEPS, "other")})[0] == ["a", "b"]


def test_a_deleted_application_takes_along_what_it_brought_only_by_its_finalizer() -> None:
    lingering, _, told = head_of({"x.yaml": app(PRUNES), **FILES}, FILES)
    assert lingering == ["a", "b"]
    assert "nothing deletes what Argo CD Application argocd/web brought: it may still be" in told
    lingering, assumed, _ = head_of({"x.yaml": app(PRUNES, metadata=FINALIZER), **FILES}, FILES)
    assert lingering == []
    assert ASSUMED in assumed


@pytest.mark.parametrize(
    ("policy", "lingering"), [("", []), ("syncPolicy: {preserveResourcesOnDeletion: true}", ["a"])]
)
def test_a_set_deletes_the_applications_that_it_makes_no_more(
    policy: str, lingering: list[str]
) -> None:
    made = f"""
    generators: [git: {{repoURL: HERE, directories: [path: 'apps/*']}}]
    template:
      metadata: {{name: '{{{{path.basename}}}}'}}
      spec: {{source: {{repoURL: HERE, path: '{{{{path}}}}'}}}}
    {policy}
    """
    head = {"x.yaml": application_set(made), "apps/b/b.yaml": policy_named("b")}
    found = head_of({**head, "apps/a/a.yaml": policy_named("a")}, head)
    assert found[:2] == (lingering, "")


@pytest.mark.parametrize(("sync", "kept"), [("create-only", True), ("create-delete", False)])
def test_an_application_may_outlive_the_set_that_made_it(sync: str, kept: bool) -> None:
    made = f"""
    generators: [git: {{repoURL: HERE, directories: [path: 'apps/*']}}]
    template:
      metadata: {{name: '{{{{path.basename}}}}'{FINALIZER}}}
      spec: {{source: {{repoURL: HERE, path: '{{{{path}}}}'}}}}
    syncPolicy: {{applicationsSync: {sync}}}
    """
    head = {"x.yaml": application_set(made), "apps/b/b.yaml": policy_named("b")}
    lingering, _, told = head_of({**head, "apps/a/a.yaml": policy_named("a")}, head)
    assert lingering == (["a"] if kept else [])
    assert ("nothing deletes what Argo CD Application argocd/a brought" in told) is kept


def test_of_a_deployment_that_brings_itself_nothing_is_known() -> None:
    base = {"all/x.yaml": app(PRUNES, "all", FINALIZER), "all/a.yaml": policy_named("a")}
    lingering, assumed, _ = head_of(base, {"all/b.yaml": ""})
    assert lingering == []
    assert ASSUMED in assumed


def test_what_is_known_hangs_on_no_other_object_that_is_deleted() -> None:
    """Of the end of a chain that is too long nothing is known, and of its beginning all."""
    root = {"root.yaml": app(PRUNES, "d0", name="root"), "d0/keep.yaml": ""}
    chain = {f"d{n}/x.yaml": app(PRUNES, f"d{n + 1}", FINALIZER, f"x{n}") for n in range(24)}
    near, far = {"d5/p.yaml": policy_named("near")}, {"d24/p.yaml": policy_named("far")}
    assert head_of({**root, **chain, **near, **far}, root)[1].endswith(": NetworkPolicy shop/far.")
    assert head_of({**root, **chain, **near}, root)[1] == ""


def test_a_deleted_application_is_itself_pruned_by_the_one_that_brings_it() -> None:
    inner = {"all/x.yaml": app(PRUNES, metadata=FINALIZER), **FILES}
    for policy, lingering, assumed in ((PRUNES, [], ""), (KEEPS, ["a", "b"], "")):
        root = {"root.yaml": app(policy, "all", name="root")}
        found = head_of({**root, **inner}, {**root, **FILES, "all/y.yaml": ""})
        assert found[:2] == (lingering, assumed)


@pytest.mark.parametrize(("metadata", "lingering"), [("", ["a", "b"]), (FINALIZER, [])])
def test_of_several_that_share_a_source_the_one_that_goes_decides(
    metadata: str, lingering: list[str]
) -> None:
    unnamed = {path: text.replace(", namespace: shop", "") for path, text in FILES.items()}
    one = app(f"destination: {{namespace: shop}}\n{PRUNES}", metadata=metadata, name="one")
    two = app(f"destination: {{namespace: edge}}\n{PRUNES}", name="two")
    base = {"x.yaml": one, "y.yaml": two, **unnamed}
    head = {path: text for path, text in base.items() if path != "x.yaml"}
    parent = {"p.yaml": app(PRUNES, ".", name="parent")}
    found, _, _ = head_of({**parent, **base}, {**parent, **head})
    assert found == lingering
