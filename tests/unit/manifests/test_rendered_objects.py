"""Roots as they are read: identity, places and what is carried over."""

from collections.abc import Mapping
from dataclasses import replace

from edgewarden.manifests.load import load_each_pair, load_state
from edgewarden.manifests.snapshot import Obstacle, Rendering, Snapshot
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import ClusterState
from tests.support.deploying import application
from tests.support.manifest_trees import PROFILE, names, policy_named, states_of, tree, trees_of

KUSTOMIZE = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
FAULT = Obstacle("k/kustomization.yaml", 2, "kustomize says: no", "Repair it.")
SOURCE = """\
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata:
  name: web
spec:
  podSelector: {}
  ingress:
  - ports:
    - port: 80
  - from:
    - podSelector:
        matchLabels: {app: a}
    - podSelector:
        matchLabels: {app: b}
"""
RENDERED = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  ingress:
  - ports:
    - port: 80
  - from:
    - podSelector:
        matchLabels:
          app: b
    - podSelector:
        matchLabels:
          app: new
  podSelector: {}
"""


def root(output: str | Obstacle, **files: str) -> Snapshot:
    """A tree whose root ``k`` names the files given, and renders to ``output``."""
    named = ", ".join(name.replace("_", ".") for name in files)
    return rendered_tree(
        {
            "k/kustomization.yaml": f"{KUSTOMIZE}resources: [{named}]\n",
            **{f"k/{name.replace('_', '.')}": content for name, content in files.items()},
        },
        k=output,
    )


def rendered_tree(files: Mapping[str, str], **outcomes: str | Obstacle) -> Snapshot:
    """A tree with what its roots render to, by their directories."""
    renderings = (
        Rendering(directory, None, outcome)
        if isinstance(outcome, Obstacle)
        else Rendering(directory, outcome.encode())
        for directory, outcome in outcomes.items()
    )
    return replace(tree(files), renderings=tuple(renderings))


def state(snapshot: Snapshot) -> ClusterState:
    return load_state(trees_of(snapshot), PROFILE, "test")


def decisive(*states: ClusterState) -> list[Problem]:
    return [problem for each in states for problem in each.problems if problem.decisive]


def test_parts_of_an_object_are_located_where_they_were_written() -> None:
    (policy,) = state(root(RENDERED, web_yaml=SOURCE)).policies

    assert policy.location == Location("k/web.yaml", 1, 1)
    every, some = policy.ingress
    set_by = "k/kustomization.yaml:1, which changes k/web.yaml"
    assert [str(rule.location) for rule in (every, some)] == ["k/web.yaml:8", f"{set_by}:10"]
    assert [str(peer.location) for peer in some.peers] == ["k/web.yaml:13", f"{set_by}:11"]


def test_an_object_whose_source_is_not_certain_is_located_at_its_overlay() -> None:
    elsewhere = SOURCE.replace("name: web", "name: web\n  namespace: pay")
    for files in ({}, {"a_yaml": SOURCE, "b_yaml": SOURCE}, {"a_yaml": elsewhere}):
        (policy,) = state(root(RENDERED, **files)).policies
        assert policy.location == Location("k/kustomization.yaml", 1, 1)
        assert {rule.location for rule in policy.ingress} == {policy.location}


def test_a_source_in_the_rendered_namespace_comes_before_one_in_none() -> None:
    here = SOURCE.replace("name: web", "name: web\n  namespace: shop")

    (policy,) = state(root(RENDERED, a_yaml=SOURCE, b_yaml=here)).policies

    assert policy.location.path == "k/b.yaml"


def test_a_patch_is_no_source() -> None:
    files = {
        "k/kustomization.yaml": f"{KUSTOMIZE}resources: [web.yaml]\npatches: [{{path: p.yaml}}]\n",
        "k/web.yaml": SOURCE,
        "k/p.yaml": SOURCE,
    }

    (policy,) = state(rendered_tree(files, k=RENDERED)).policies

    assert policy.location.path == "k/web.yaml"


def test_a_fault_of_a_rendered_object_is_told_where_it_was_written() -> None:
    faulty = SOURCE.replace("port: 80", "port: 70000")

    (problem,) = state(root(RENDERED.replace("port: 80", "port: 70000"), web_yaml=faulty)).problems

    assert (problem.kind, str(problem.location)) == (ProblemKind.INVALID_OBJECT, "k/web.yaml:9")


def test_output_that_cannot_be_read_is_told_of_the_root() -> None:
    (problem,) = state(root("a: [\n", web_yaml=SOURCE)).problems

    assert str(problem.location) == "k/kustomization.yaml:1"
    assert problem.message.startswith("In what kustomize renders from k: This is not YAML")


def test_an_object_without_a_namespace_after_rendering_is_assumed_to_be_in_default() -> None:
    loaded = state(root(SOURCE, web_yaml=SOURCE))

    assert names(loaded) == ["default/web"]
    assert loaded.assumptions == (
        "1 object names no namespace; the namespace default is assumed for them.",
    )


def test_a_move_between_plain_and_rendered_is_no_change() -> None:
    plain = tree({"plain.yaml": RENDERED})
    overlay = root(RENDERED, web_yaml=SOURCE)

    for base, head in ((plain, overlay), (overlay, plain)):
        before, after = states_of(base, head)
        assert before.policies == after.policies
        assert names(before) == ["shop/web"]
        assert decisive(before, after) == []


def test_a_move_from_one_root_to_another_is_no_change() -> None:
    files = {"k/kustomization.yaml": KUSTOMIZE, "new/kustomization.yaml": KUSTOMIZE}
    base = rendered_tree(files, k=RENDERED, new="")
    head = rendered_tree(files, k="", new=RENDERED)

    before, after = states_of(base, head)

    assert before.policies == after.policies
    assert before.problems == after.problems == ()


def test_a_root_that_is_no_longer_rendered_keeps_what_it_held() -> None:
    rendering = root(RENDERED, web_yaml=SOURCE)
    failing = root(FAULT, web_yaml=SOURCE + "# changed\n")

    for base, head in ((rendering, failing), (failing, rendering)):
        before, after = states_of(base, head)
        assert names(before) == names(after) == ["shop/web"]
        (problem,) = decisive(before, after)
        assert (problem.kind, str(problem.location)) == (
            ProblemKind.NOT_RENDERED,
            "k/kustomization.yaml:2",
        )
        assert "What kustomize renders from k is not judged: kustomize says: no." in problem.message
        assert "NetworkPolicy shop/web" in problem.message
        assert "Repair it. By hand: `kustomize build k`, before and after" in problem.remedy


def test_plain_files_that_come_into_a_root_which_is_not_rendered_keep_what_they_held() -> None:
    plain = tree({"k/web.yaml": RENDERED})

    before, after = states_of(plain, root(FAULT, web_yaml=RENDERED))

    assert names(before) == names(after) == ["shop/web"]
    assert [problem.kind for problem in decisive(before, after)] == [ProblemKind.NOT_RENDERED]


def test_what_may_have_moved_into_a_root_that_is_not_rendered_is_not_removed() -> None:
    base = tree({"plain.yaml": RENDERED, "other.yaml": policy_named("web", "pay")})

    before, after = states_of(base, root(FAULT, web_yaml=RENDERED))

    assert names(before) == ["pay/web", "shop/web"]
    assert names(after) == ["shop/web"]


def test_the_namespace_that_a_root_sets_decides_what_may_have_moved_into_it() -> None:
    base = tree({"plain.yaml": RENDERED, "other.yaml": policy_named("web", "pay")})
    head = rendered_tree(
        {
            "k/kustomization.yaml": f"{KUSTOMIZE}namespace: pay\nresources: [web.yaml]\n",
            "k/web.yaml": RENDERED,
        },
        k=FAULT,
    )

    assert names(states_of(base, head)[1]) == ["pay/web"]


def test_a_namespace_may_have_moved_into_a_root_that_sets_one() -> None:
    space = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {env: prod}}}"
    files = {
        "k/kustomization.yaml": f"{KUSTOMIZE}namespace: shop\nresources: [space.yaml]\n",
        "k/space.yaml": space,
    }
    _, after = states_of(tree({"plain.yaml": space}), rendered_tree(files, k=FAULT))

    assert [(each.name, each.labels) for each in after.namespaces] == [("shop", {"env": "prod"})]


def test_what_a_cluster_is_brought_otherwise_is_not_removed_while_that_is_not_rendered() -> None:
    def brought(prod: str) -> Snapshot:
        apps = (
            application(f"source: {{repoURL: HERE, path: {path}}}\ndestination: {{name: {to}}}", to)
            for to, path in (("dev", "dev"), ("prod", prod))
        )
        files = {"apps.yaml": "\n---\n".join(apps), "web.yaml": SOURCE}
        overlay = f"{KUSTOMIZE}namespace: shop\nresources: [../web.yaml]\n"
        files |= {f"{name}/kustomization.yaml": overlay for name in ("dev", "prod", prod)}
        return rendered_tree(files, dev=RENDERED, prod=RENDERED, new=FAULT)

    pairs = load_each_pair(trees_of(brought("prod"), brought("new")), PROFILE, "all").touched

    found = {each.head.name: names(each.head) for each in pairs}
    assert found["prod"] == ["shop/web"]


def test_an_old_root_that_is_not_rendered_keeps_nothing_that_vanished_elsewhere() -> None:
    failing = rendered_tree(
        {"k/kustomization.yaml": f"{KUSTOMIZE}resources: [web.yaml]\n", "k/web.yaml": SOURCE},
        k=FAULT,
    )
    with_plain = replace(
        failing, files=(*failing.files, *tree({"plain.yaml": policy_named("web")}).files)
    )

    assert names(states_of(with_plain, failing)[1]) == []


def test_an_old_root_that_is_not_rendered_is_a_limit_where_the_change_shares_its_namespace() -> (
    None
):
    files = {
        "k/kustomization.yaml": f"{KUSTOMIZE}namespace: shop\nresources: [web.yaml]\n",
        "k/web.yaml": SOURCE,
    }
    base = rendered_tree(files, k=FAULT)
    for namespace, is_decisive in (("pay", False), ("shop", True)):
        head = rendered_tree({**files, "new.yaml": policy_named("new", namespace)}, k=FAULT)
        _, after = states_of(base, head)
        (problem,) = after.problems
        assert (problem.kind, problem.decisive) == (ProblemKind.NOT_RENDERED, is_decisive)


def test_roots_that_render_one_file_alike_are_no_duplicates() -> None:
    files = {
        "a/kustomization.yaml": f"{KUSTOMIZE}resources: [../base]\n",
        "b/kustomization.yaml": f"{KUSTOMIZE}resources: [../base]\n",
        "base/kustomization.yaml": f"{KUSTOMIZE}resources: [web.yaml]\n",
        "base/web.yaml": SOURCE,
    }
    other = RENDERED.replace("port: 80", "port: 81")

    assert state(rendered_tree(files, a=RENDERED, b=RENDERED)).problems == ()
    (problem,) = state(rendered_tree(files, a=RENDERED, b=other)).problems
    assert problem.kind is ProblemKind.DUPLICATE_OBJECT
    assert "a/kustomization.yaml and b/kustomization.yaml" in problem.message


def test_a_part_that_nothing_builds_on_declares_nothing() -> None:
    component = KUSTOMIZE.replace("Kustomization", "Component")
    files = {
        "k/kustomization.yaml": f"{component}resources: [web.yaml]\n",
        "k/web.yaml": SOURCE,
        "lib/Chart.yaml": "name: lib\ntype: library\n",
        "lib/templates/web.yaml": SOURCE,
    }

    loaded = state(tree(files))

    assert (names(loaded), loaded.problems) == ([], ())
