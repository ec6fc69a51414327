"""A cluster that CI renders is what CI handed in, and nothing where it did not."""

from collections.abc import Mapping

import pytest

from edgewarden.governance.review import Comparison, Review, UsedUpload, Verdict
from edgewarden.manifests.uploads.cleaning import cleaned
from edgewarden.reachability.location import Problem, ProblemKind
from edgewarden.workflows.assess import assess
from edgewarden.workflows.cluster_parts import DividedTree
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.configuration.configuration import ConfigurationError
from edgewarden.workflows.configuration.reader import read_configuration
from edgewarden.workflows.configuration.tree_configuration import configuration_of
from edgewarden.workflows.ports import TreePair
from edgewarden.workflows.rendered import ClusterUpload
from edgewarden.workflows.states import changed_clusters, states_of
from tests.support.manifest_trees import policy_named, tree
from tests.support.proposals import NOW, shipped_pack
from tests.support.reviews import only

FILE = ".edgewarden.yaml"
PROD = """\
version: 1
clusters:
- name: prod
  renderer: uploaded
  namespace: apps
"""
WITH_DEV = f"{PROD}- {{name: dev, paths: [dev]}}\n"
BASE, AHEAD, HEAD = "b" * 40, "c" * 40, "d" * 40
CLOSED = policy_named("web")
OPEN = policy_named("web", spec="{podSelector: {}, ingress: [{}]}")
LOOSE = CLOSED.replace(", namespace: shop", "")


def upload(commit: str, *texts: str, cluster: str = "prod") -> ClusterUpload:
    made, _ = cleaned({"manifests.yaml": "---\n".join(texts).encode()})
    return ClusterUpload(cluster, commit, made.digest, made.document)


def review(
    *uploads: ClusterUpload,
    base: str = BASE,
    configuration: str = PROD,
    tip: Mapping[str, str] | None = None,
    head: Mapping[str, str] | None = None,
) -> Review:
    """Of a change of ``values.yaml`` that leads from ``BASE`` to ``HEAD``; ``base`` is the tip."""
    before = {FILE: configuration, "values.yaml": "a: 1\n", **(tip or {})}
    after = {**before, "values.yaml": "a: 2\n", **(head or {})}
    trees = TreePair(
        tree(before), tree(after), Comparison.MERGE_RESULT, base, HEAD, "", "", merge_base=BASE
    )
    return assess(
        trees,
        pack=shipped_pack(),
        platform=NO_CLAIMS,
        exceptions=(),
        uploads=uploads,
        now=NOW,
    )


def missing(found: Review) -> list[Problem]:
    return [p for p in only(found).problems if p.kind is ProblemKind.NOT_RENDERED]


def test_the_uploads_of_both_sides_are_compared_and_nothing_of_the_tree() -> None:
    base, head = upload(BASE, CLOSED), upload(HEAD, OPEN)

    found = review(base, head, head={"web.yaml": policy_named("tree", spec="nonsense")})

    assert found.verdict is not Verdict.INCONCLUSIVE
    assert found.different
    assert found.provenance.uploads == (UsedUpload("prod", base.digest, head.digest),)
    assert found.provenance.merge_base == BASE
    assert (
        f"Cluster prod is compared as CI rendered it for {BASE[:12]} and for {HEAD[:12]}."
        in only(found).assumptions
    )
    assert "By .edgewarden.yaml this is about cluster prod (rendered by CI)." in found.assumptions


def test_findings_stand_at_the_lines_that_the_renderer_printed() -> None:
    found = review(upload(BASE, CLOSED), upload(HEAD, f"# a\n# b\n{OPEN}"))
    places = {str(each.location) for each in only(found).findings if each.rule == "allow-all"}
    assert places == {"(rendered for prod)/manifests.yaml:6"}


def test_equal_uploads_are_no_change_whatever_the_tree_says() -> None:
    found = review(upload(BASE, CLOSED), upload(HEAD, CLOSED))
    assert (found.verdict, found.different) == (Verdict.PASS, False)


def test_among_several_clusters_one_with_equal_uploads_is_untouched() -> None:
    found = review(
        *(upload(BASE, CLOSED), upload(HEAD, CLOSED)),
        configuration=WITH_DEV,
        tip={"dev/web.yaml": CLOSED},
        head={"dev/web.yaml": OPEN},
    )
    assert (only(found).clusters, found.untouched) == (("dev",), ("prod",))


def test_objects_without_a_namespace_are_in_that_of_the_cluster() -> None:
    found = review(upload(BASE, LOOSE), upload(HEAD, OPEN.replace(", namespace: shop", "")))
    names = {each.subject.namespace for each in only(found).findings if each.subject}
    assert names == {"apps"}


@pytest.mark.parametrize(
    ("uploads", "told"),
    [
        ((), [("base", BASE), ("head", HEAD)]),
        ((upload(BASE, CLOSED),), [("head", HEAD)]),
        ((upload(HEAD, CLOSED),), [("base", BASE)]),
        ((upload(BASE, CLOSED), upload(HEAD, CLOSED, cluster="dev")), [("head", HEAD)]),
        ((upload(BASE, CLOSED), upload(AHEAD, CLOSED)), [("head", HEAD)]),
    ],
)
def test_what_was_not_handed_in_is_named_with_its_command(
    uploads: tuple[ClusterUpload, ...], told: list[tuple[str, str]]
) -> None:
    found = review(*uploads)

    problems = missing(found)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert only(found).diff.empty
    assert all(problem.decisive for problem in problems)
    assert [str(problem.location) for problem in problems] == [f"{FILE}:3"] * len(told)
    for problem, (side, commit) in zip(problems, told, strict=True):
        assert f"of the {side} commit {commit[:12]} was not handed in" in problem.message
        assert (
            f"`edgewarden rendered push --cluster prod --commit {commit} --repo" in problem.remedy
        )


def test_a_missing_upload_of_one_cluster_leaves_the_others_judged() -> None:
    found = review(
        configuration=WITH_DEV, tip={"dev/web.yaml": CLOSED}, head={"dev/web.yaml": OPEN}
    )
    verdicts = {each.clusters: each.verdict for each in found.clusters}
    assert verdicts[("prod",)] is Verdict.INCONCLUSIVE
    assert verdicts[("dev",)] is not Verdict.INCONCLUSIVE
    assert found.verdict is Verdict.INCONCLUSIVE


def test_a_change_behind_its_base_is_compared_with_the_merge_base_and_that_is_told() -> None:
    """What landed on the base meanwhile, here a policy that opens, is not taken for undone."""
    found = review(
        upload(BASE, CLOSED), upload(AHEAD, CLOSED, OPEN), upload(HEAD, CLOSED), base=AHEAD
    )

    assert not found.different
    (told,) = [each for each in only(found).assumptions if "as CI rendered it" in each]
    assert f"for {BASE[:12]} and for {HEAD[:12]}, before any merge." in told
    assert "What landed on the base branch meanwhile is not in this comparison" in told


def test_where_only_the_tip_was_rendered_the_merge_base_is_asked_for() -> None:
    found = review(upload(AHEAD, CLOSED), upload(HEAD, CLOSED), base=AHEAD)
    (problem,) = missing(found)
    assert f"base commit {BASE[:12]}" in problem.message


def test_the_command_line_says_how_to_compare_what_was_rendered_elsewhere() -> None:
    before = tree({FILE: PROD})
    configuration = configuration_of(before)
    (pair,) = changed_clusters(before, before, configuration).whole
    (state,) = states_of(DividedTree.of(before, configuration).read())
    for found in (pair.head, state):
        (problem,) = found.problems
        assert "not known here" in problem.message
        assert "`edgewarden diff`" in problem.remedy
        assert problem.decisive


def test_trees_without_a_history_have_no_uploads() -> None:
    before = tree({FILE: PROD})
    trees = TreePair(before, before, Comparison.TREES, BASE, HEAD, "", "")
    found = assess(trees, pack=shipped_pack(), platform=NO_CLAIMS, exceptions=(), now=NOW)
    (problem,) = missing(found)
    assert "not known here" in problem.message
    assert found.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("key", "value"), [("paths", "[prod]"), ("exclude", "[]"), ("charts", "[]")]
)
def test_nothing_can_be_said_of_files_that_are_not_read(key: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        read_configuration(f"{PROD}  {key}: {value}\n".encode())
    assert f"remove {key}" in str(error.value)
    assert str(error.value).startswith(f"{FILE}:3:")


def test_another_renderer_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConfigurationError, match="write 'local' or 'uploaded'"):
        read_configuration(PROD.replace("uploaded", "jsonnet").encode())
