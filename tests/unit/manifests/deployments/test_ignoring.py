"""Which files Flux leaves out of what it fetches, as far as that is known."""

import pytest

from edgewarden.manifests.deployments.ignoring import MOST_RULES, left_out, rules_of
from edgewarden.manifests.snapshot import Omission
from edgewarden.manifests.tree import by_path
from edgewarden.reachability.location import Problem
from tests.support.deploying import git_repository, kustomization
from tests.support.manifest_trees import policy_named, states_of, tree

PATHS = ("a.yaml", "apps/a.yaml", "apps/b.yaml", "apps/deep/a.yaml")


@pytest.mark.parametrize(
    ("ignored", "taken"),
    [
        ("", PATHS),
        ("# a.yaml\n\n", PATHS),
        ("a.yaml", ("apps/b.yaml",)),
        ("/a.yaml", PATHS[1:]),
        ("apps/a.yaml", ("a.yaml", "apps/b.yaml", "apps/deep/a.yaml")),
        ("deep/", ("a.yaml", "apps/a.yaml", "apps/b.yaml")),
        ("/*\n!/apps", PATHS[1:]),
        ("!/apps\n/*", ()),
        ("**/deep", ("a.yaml", "apps/a.yaml", "apps/b.yaml")),
        ("apps/*.yaml", ("a.yaml", "apps/deep/a.yaml")),
        ("[b].yaml", ()),
        ("/*\n![a]pps", ()),
        ("x\n" * (MOST_RULES + 1), ()),
    ],
)
def test_rules_are_those_of_gitignore(ignored: str, taken: tuple[str, ...]) -> None:
    assert left_out(PATHS, rules_of({}, ignored)) == set(PATHS).difference(taken)


def test_a_file_of_rules_is_for_its_own_directory_and_the_source_has_the_last_word() -> None:
    files = by_path(tree({"apps/.sourceignore": "a.yaml\n", "apps/deep/.sourceignore": "/a.yaml"}))
    assert left_out(PATHS, rules_of(files, "")) == {"apps/a.yaml", "apps/deep/a.yaml"}
    assert left_out(PATHS, rules_of(files, "!/apps/a.yaml")) == {"apps/deep/a.yaml"}
    unread = by_path(tree({"apps/.sourceignore": Omission.NOT_A_MANIFEST}))
    assert left_out(PATHS, rules_of(unread, "")) == set(PATHS[1:])


IGNORING = "url: https://git.example/org/fleet.git\nignore: apps/web/p.yaml"
FLEET = {
    "flux/r.yaml": git_repository(),
    "flux/k.yaml": kustomization("path: apps/web"),
    "apps/web/p.yaml": policy_named("deny"),
    "apps/web/q.yaml": policy_named("other"),
    "docs/x.yaml": policy_named("example"),
}


def decisive(base: dict[str, str], head: dict[str, str]) -> list[Problem]:
    states = states_of(tree(base), tree(head))
    return [each for state in states for each in state.problems if each.decisive]


@pytest.mark.parametrize(
    "other",
    [
        {"flux/r.yaml": git_repository(IGNORING)},
        {".sourceignore": "p.yaml\n"},
        {"apps/.sourceignore": "/web\n"},
        {"flux/r.yaml": git_repository("url: https://git.example/org/fleet.git\nsuspend: true")},
    ],
)
def test_what_is_left_out_from_now_on_or_no_longer_is_told(other: dict[str, str]) -> None:
    for base, head in ((FLEET, {**FLEET, **other}), ({**FLEET, **other}, FLEET)):
        assert "Kustomization flux-system/web" in decisive(base, head)[0].message


def test_rules_matter_only_to_what_a_deployment_brings() -> None:
    assert decisive(FLEET, {**FLEET, ".sourceignore": "docs/\n"}) == []
    files = {**FLEET, "flux/r.yaml": git_repository(IGNORING)}
    assert decisive(files, {**files, "docs/y.yaml": policy_named("other", "db")}) == []
    (problem,) = decisive(files, {**files, "apps/web/p.yaml": policy_named("deny", "db")})
    assert "Flux may leave out apps/web/p.yaml" in problem.message
