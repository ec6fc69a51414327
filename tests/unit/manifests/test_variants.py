"""Overlays and bundles that declare the same objects are clusters of their own."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from edgewarden.manifests.load import LoadedPairs, load_each_pair, load_each_state
from edgewarden.manifests.snapshot import Rendering, Snapshot
from edgewarden.reachability.location import ProblemKind
from tests.support.manifest_trees import PROFILE, names, policy_named, tree, trees_of

KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
WEB = policy_named("web")
OPEN = policy_named("web", spec="{podSelector: {}, ingress: [{}]}")
DATABASE = policy_named("db")
LOGS = policy_named("logs")
BUNDLE = "---\n".join((WEB, DATABASE))
FILES = {"base/kustomization.yaml": f"{KUSTOMIZATION}resources: [web.yaml]\n", "base/web.yaml": WEB}


def overlays(outputs: Mapping[str, str], **plain: str) -> Snapshot:
    """Overlays of ``base`` by their directories, as they render, beside plain files."""
    files = dict(FILES)
    for directory in outputs:
        up = "../" * (directory.count("/") + 1)
        files[f"{directory}/kustomization.yaml"] = f"{KUSTOMIZATION}resources: [{up}base]\n"
    files |= {f"{name}.yaml": text for name, text in plain.items()}
    renderings = (Rendering(directory, text.encode()) for directory, text in outputs.items())
    return replace(tree(files), renderings=tuple(renderings))


def pairs(base: Snapshot, head: Snapshot) -> LoadedPairs:
    return load_each_pair(trees_of(base, head), PROFILE, "cluster")


def touched(snapshot: Snapshot, path: str) -> Snapshot:
    """The tree with a comment in one file."""
    (file,) = (each for each in snapshot.files if each.path == path)
    commented = replace(file, content=(file.content or b"") + b"# touched\n")
    return replace(
        snapshot, files=tuple(commented if each is file else each for each in snapshot.files)
    )


def clusters(snapshot: Snapshot) -> list[str]:
    return [state.name for state in load_each_state(trees_of(snapshot), PROFILE, "cluster")]


def test_overlays_of_one_base_are_clusters_of_their_own() -> None:
    both = overlays({"envs/staging": WEB, "envs/production": OPEN}, logs=LOGS)

    production, staging = load_each_state(trees_of(both), PROFILE, "cluster")
    assert (production.name, staging.name) == ("production", "staging")
    assert [policy.ingress == () for policy in production.policies] == [True, False]
    assert names(staging) == names(production) == ["shop/logs", "shop/web"]
    assert [problem.kind for problem in (*production.problems, *staging.problems)] == []
    assert production.assumptions[0].startswith(
        "By what is deployed where, or declared several times, there are 2 clusters: "
        "production (with envs/production), staging (with envs/staging);"
    )


def test_a_change_of_one_overlay_touches_that_cluster_alone() -> None:
    base = overlays({"envs/staging": WEB, "envs/production": WEB})
    head = overlays({"envs/staging": WEB, "envs/production": OPEN})
    found = pairs(base, touched(head, "envs/production/kustomization.yaml"))
    ((before, after),) = found.touched
    assert (before.name, found.untouched) == ("production", ("staging",))
    assert before.policies != after.policies


def test_a_change_of_what_all_have_touches_all() -> None:
    outputs = {"envs/staging": WEB, "envs/production": OPEN}
    found = pairs(overlays(outputs, logs=LOGS), overlays(outputs, logs=policy_named("traces")))
    assert [pair.name for pair in found.touched] == ["production", "staging"]
    assert found.untouched == ()


def test_a_change_of_what_overlays_build_on_touches_them_all() -> None:
    both = overlays({"envs/staging": WEB, "envs/production": OPEN})
    found = pairs(both, touched(both, "base/web.yaml"))
    assert [pair.name for pair in found.touched] == ["production", "staging"]


def test_what_nothing_reads_touches_nothing() -> None:
    both = overlays({"envs/staging": WEB, "envs/production": OPEN})
    assert pairs(both, both).touched == ()
    assert pairs(both, both).untouched == ("production", "staging")


@pytest.mark.parametrize(
    ("directories", "found"),
    [
        (["a/overlays/dev", "a/overlays/prod"], ["dev", "prod"]),
        (["a/dev", "a/prod/east/k", "a/prod/west/k"], ["dev", "prod/east", "prod/west"]),
        (["a/dev", "b/prod"], ["a", "b"]),
        (["a", "a/dev"], ["a", "dev"]),
        (["a/dev", "a/prod", "a/prod/east"], ["dev", "prod", "prod/east"]),
    ],
)
def test_a_cluster_is_called_by_what_distinguishes_its_overlay(
    directories: list[str], found: list[str]
) -> None:
    assert clusters(overlays(dict.fromkeys(directories, WEB))) == found


def test_overlays_of_several_applications_go_together_by_their_names() -> None:
    outputs = {
        "web/dev": WEB,
        "web/prod": WEB,
        "db/dev": DATABASE,
        "db/prod/east": DATABASE,
        "db/prod/west": DATABASE,
    }
    found = load_each_state(trees_of(overlays(outputs)), PROFILE, "cluster")
    assert {state.name: names(state) for state in found} == {
        "dev": ["shop/db", "shop/web"],
        "prod/east": ["shop/db", "shop/web"],
        "prod/west": ["shop/db", "shop/web"],
    }


EVERY = ["dev", "east", "west"]


@pytest.mark.parametrize(
    ("directory", "expected"),
    [("envs/west", ["west"]), ("extra/west", EVERY), ("envs/north", EVERY)],
)
def test_an_overlay_whose_objects_are_called_otherwise_goes_with_the_cluster_of_its_name(
    directory: str, expected: list[str]
) -> None:
    """If it is a sibling of the overlays of other clusters."""
    prefixed = {directory: policy_named("x-web"), "envs/east": WEB, "envs/dev": WEB}
    shop = {"apps/east": LOGS, "apps/west": LOGS, "apps/dev": LOGS}
    found = load_each_state(trees_of(overlays(prefixed | shop)), PROFILE, "cluster")
    holding = [each.name for each in found if "shop/x-web" in names(each)]
    assert holding == expected


def test_overlays_for_namespaces_of_their_own_are_one_cluster() -> None:
    outputs = {"dev": policy_named("web", "dev"), "prod": policy_named("web", "prod")}
    assert clusters(overlays(outputs)) == ["cluster"]


def test_an_overlay_that_moves_stays_the_same_cluster() -> None:
    base = overlays({"envs/staging": WEB, "envs/prod": OPEN})
    head = overlays({"envs/staging": WEB, "envs/production": OPEN})

    ((before, after),) = pairs(base, head).touched
    assert (before.name, before.policies) == ("prod", after.policies)


def test_a_new_overlay_is_a_cluster_in_which_all_is_new() -> None:
    base = overlays({"envs/staging": WEB, "envs/production": OPEN})
    head = overlays({"envs/staging": WEB, "envs/production": OPEN, "envs/canary": WEB})

    ((before, after),) = pairs(base, head).touched
    assert (after.name, names(before), names(after)) == ("canary", [], ["shop/web"])


def test_bundles_with_most_of_their_objects_in_common_are_alternatives() -> None:
    other = BUNDLE.replace("podSelector: {}", "podSelector: {}, egress: []")
    both = tree({"eu/all.yaml": BUNDLE, "us/all.yaml": other})
    assert clusters(both) == ["eu", "us"]


@pytest.mark.parametrize(
    "files",
    [
        {"eu/web.yaml": WEB, "us/web.yaml": OPEN},
        {"web.yaml": BUNDLE, "web.old.yaml": BUNDLE},
        {
            "eu/a.yaml": f"{BUNDLE}---\n{LOGS}---\n{policy_named('a')}---\n{policy_named('b')}",
            "us/a.yaml": WEB,
        },
    ],
)
def test_a_copy_is_no_alternative(files: Mapping[str, str]) -> None:
    assert clusters(tree(files)) == ["cluster"]


def test_what_the_head_declares_once_more_replaces_what_was_there() -> None:
    """Otherwise a second bundle would be another cluster, where it opens nothing."""
    copy = BUNDLE.replace("podSelector: {}", "podSelector: {}, ingress: [{}]")
    found = pairs(tree({"a/all.yaml": BUNDLE}), tree({"a/all.yaml": BUNDLE, "b/all.yaml": copy}))

    ((_, after),) = found.touched
    assert after.name == "cluster"
    assert ProblemKind.DUPLICATE_OBJECT in {each.kind for each in after.problems if each.decisive}
    assert all(policy.ingress for policy in after.policies)


def test_of_too_many_alternatives_the_tree_is_taken_for_one() -> None:
    assert clusters(overlays({f"envs/e{number}": WEB for number in range(201)})) == ["cluster"]
