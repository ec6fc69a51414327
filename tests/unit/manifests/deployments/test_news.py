"""Changes of what is deployed that would be easy to pass over in silence."""

from collections.abc import Mapping

import pytest

from edgewarden.manifests.load import StatePair, load_each_pair
from edgewarden.reachability.location import Problem, ProblemKind
from tests.support.manifest_trees import PROFILE, names, policy_named, tree, trees_of

REPOSITORY = "https://git.example/acme/shop.git"
OTHER = "  - {repoURL: 'https://charts.example/x', chart: y, targetRevision: 1.0.0}\n"


def application(name: str, sources: str = "") -> str:
    own = f"  source: {{repoURL: '{REPOSITORY}', path: apps/{name}}}\n"
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"
        f"metadata: {{name: {name}, namespace: argocd}}\nspec:\n{sources or own}"
        f"  destination: {{server: 'https://kubernetes.default.svc', namespace: {name}}}\n"
    )


UNDETERMINED = application(
    "y", f"  sources:\n  - {{repoURL: '{REPOSITORY}', path: other}}\n{OTHER}"
)
ELSE = {"argo/z.yaml": application("z"), "apps/z/p.yaml": policy_named("deny", "z")}
X = application("x")


def pair(base: Mapping[str, str], head: Mapping[str, str]) -> StatePair:
    (found,) = load_each_pair(trees_of(tree(base), tree(head)), PROFILE, "cluster").touched
    return found


def decisive(found: StatePair) -> list[Problem]:
    return [each for state in found for each in state.problems if each.decisive]


def test_an_undetermined_deployment_hides_no_other_one() -> None:
    files = {**ELSE, "apps/x/p.yaml": policy_named("deny", "x"), "argo/y.yaml": UNDETERMINED}
    without, having = files, {**files, "argo/x.yaml": X}
    removed, added = pair(having, without), pair(without, having)
    assert (names(removed.base), names(removed.head)) == (["x/deny", "z/deny"], ["z/deny"])
    assert (names(added.base), names(added.head)) == (["z/deny"], ["x/deny", "z/deny"])


@pytest.mark.parametrize(
    "unread",
    [
        {"apps/x/p.yaml": "kind: NetworkPolicy\nmetadata: {name: a\nspec: [\n"},
        {"apps/x/kustomization.yaml": "resources: [p.yaml]\n", "apps/x/p.yaml": policy_named("a")},
    ],
)
def test_what_is_newly_deployed_and_cannot_be_read_is_news(unread: Mapping[str, str]) -> None:
    files = {**ELSE, **unread}
    assert decisive(pair(files, {**files, "argo/x.yaml": X}))
    assert decisive(pair({**files, "argo/x.yaml": X}, files))
    with_both = {**files, "argo/x.yaml": X}
    assert not decisive(pair(with_both, {**with_both, "argo/z.yaml": ELSE["argo/z.yaml"] + "\n"}))


def repository(ref: str) -> str:
    return (
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        f"metadata: {{name: shop, namespace: flux-system}}\n"
        f"spec: {{url: '{REPOSITORY}', ref: {{{ref}}}}}\n"
    )


def kustomization(namespace: str = "flux-system", path: str = "apps/x", more: str = "") -> str:
    return (
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        f"metadata: {{name: x, namespace: {namespace}}}\nspec:\n  path: ./{path}\n  prune: true\n"
        f"  sourceRef: {{kind: GitRepository, name: shop, namespace: flux-system}}\n{more}"
    )


FLUX = {
    "flux/x.yaml": kustomization(),
    "flux/r.yaml": repository("branch: main"),
    "apps/x/p.yaml": policy_named("deny", "x"),
}


@pytest.mark.parametrize("again", ["kind: Foo\n", "apiVersion: v1\n"])
@pytest.mark.parametrize("deployer", [X, kustomization()])
def test_a_deployment_that_says_twice_what_it_is_stays_and_is_told(
    deployer: str, again: str
) -> None:
    files = {**FLUX, "flux/x.yaml": deployer}
    found = pair(files, {**files, "flux/x.yaml": deployer + again})
    assert names(found.base) == names(found.head)
    (problem,) = decisive(found)
    assert problem.kind is ProblemKind.DUPLICATE_KEY


def test_a_source_that_moves_to_another_tag_is_told() -> None:
    base = {**FLUX, "flux/r.yaml": repository("tag: v1.0.0")}
    (problem,) = decisive(pair(base, {**FLUX, "flux/r.yaml": repository("tag: v2.0.0")}))
    assert "Kustomization flux-system/x" in problem.message


def test_a_source_that_moves_to_another_branch_is_told() -> None:
    """Of two branches only one is at hand."""
    moved = {**FLUX, "flux/r.yaml": repository("branch: prod")}
    (problem,) = decisive(pair(FLUX, moved))
    assert "it comes from the branch prod now" in problem.message
    base = {**FLUX, **ELSE}
    for revision, told in (("HEAD", []), ("prod", ["argo/z.yaml"])):
        at = ELSE["argo/z.yaml"].replace("path: ", f"targetRevision: {revision}, path: ")
        assert [e.location.path for e in decisive(pair(base, {**base, "argo/z.yaml": at}))] == told


def test_all_that_a_source_says_of_what_is_fetched_decides() -> None:
    including = FLUX["flux/r.yaml"].replace("}}", "}, include: [{repository: {name: a}}]}")
    base = {**FLUX, "flux/r.yaml": including}
    (problem,) = decisive(
        pair(base, {**FLUX, "flux/r.yaml": including.replace("name: a", "name: b")})
    )
    assert "includes other repositories" in problem.message
    assert not decisive(
        pair(base, {**FLUX, "flux/r.yaml": including.replace("ref:", "interval: 5m, ref:")})
    )


def test_a_source_that_only_another_tree_could_refer_to_is_told() -> None:
    base = {**ELSE, "flux/r.yaml": repository("tag: v1.0.0")}
    (problem,) = decisive(pair(base, {**base, "flux/r.yaml": repository("tag: v2.0.0")}))
    assert "Flux GitRepository flux-system/shop changed" in problem.message


def test_an_object_that_the_api_server_refuses_is_told_when_it_changes() -> None:
    base = {
        **FLUX,
        "flux/x.yaml": kustomization().replace("{kind: GitRepository, name: shop,", "{kind: [a],"),
    }
    head = {
        **FLUX,
        "flux/x.yaml": kustomization().replace("{kind: GitRepository, name: shop,", "{kind: [b],"),
    }
    assert decisive(pair(base, head))


def test_a_deployment_that_is_resumed_brings_what_waited() -> None:
    suspended = {**FLUX, "flux/x.yaml": kustomization(more="  suspend: true\n")}
    (problem,) = decisive(pair(suspended, FLUX))
    assert "it is suspended" in problem.message
    assert decisive(pair(FLUX, suspended))


def test_secrets_of_one_name_in_two_namespaces_lead_to_two_clusters() -> None:
    access = "  kubeConfig: {secretRef: {name: kubeconfig}}\n"
    base = {
        "flux/a.yaml": kustomization("ta", "a", access),
        "flux/b.yaml": kustomization("tb", "b", access),
        "flux/r.yaml": repository("branch: main"),
        "a/p.yaml": policy_named("web"),
        "b/p.yaml": policy_named("web"),
    }
    found = load_each_pair(
        trees_of(tree(base), tree({**base, "a/p.yaml": "# none\n"})), PROFILE, "cluster"
    )
    ((before, after),) = found.touched
    assert (before.name, names(before), names(after)) == ("ta/kubeconfig", ["shop/web"], [])
    assert found.untouched == ("tb/kubeconfig",)
