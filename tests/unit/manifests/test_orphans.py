"""What nothing here deploys is part of no cluster, and a change of it is told."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from edgewarden.manifests.discovery import discover
from edgewarden.manifests.load import LoadedPairs, load_each_pair, load_each_state, load_states
from edgewarden.manifests.snapshot import Rendering, Snapshot
from edgewarden.reachability.location import Problem
from tests.support.deploying import application, git_repository, kustomization
from tests.support.manifest_trees import PROFILE, names, policy_named, tree, trees_of

OVERLAY = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
WEB = policy_named("web")
OPEN = policy_named("web", spec="{podSelector: {}, ingress: [{}]}")
BASE = {"base/kustomization.yaml": f"{OVERLAY}resources: [web.yaml]\n", "base/web.yaml": WEB}


def brought(name: str, cluster: str) -> str:
    spec = f"""
    source: {{repoURL: "HERE", path: envs/{name}, targetRevision: HEAD}}
    destination: {{name: {cluster}}}
    """
    return application(spec, name)


DEPLOYED = {"argo/dev.yaml": brought("dev", "eu-dev"), "argo/prod.yaml": brought("prod", "eu-prod")}


def fleet(outputs: Mapping[str, str], deployed: Mapping[str, str]) -> Snapshot:
    """Overlays of one base by their names, as they render, and what deploys them."""
    files = {**BASE, **deployed}
    for name, text in outputs.items():
        what = f"{OVERLAY}resources: [../../base]\n# {len(text)}\n"
        files[f"envs/{name}/kustomization.yaml"] = what
    renderings = (Rendering(f"envs/{name}", text.encode()) for name, text in outputs.items())
    return replace(tree(files), renderings=tuple(renderings))


def clusters(snapshot: Snapshot) -> dict[str, list[str]]:
    states = load_each_state(trees_of(snapshot), PROFILE, "cluster")
    return {state.name: names(state) for state in states}


def pairs(base: Snapshot, head: Snapshot) -> LoadedPairs:
    return load_each_pair(trees_of(base, head), PROFILE, "cluster")


THREE = {"dev": WEB, "prod": WEB, "old": WEB}


def test_an_overlay_in_whose_stead_others_are_deployed_is_in_no_cluster() -> None:
    snapshot = fleet(THREE, DEPLOYED)
    assert clusters(snapshot) == {"eu-dev": ["shop/web"], "eu-prod": ["shop/web"]}
    (state, _) = load_each_state(trees_of(snapshot), PROFILE, "cluster")
    assert state.assumptions[1] == (
        "No deployment here brings envs/old, but others in its stead: it is left out."
    )
    assert discover(trees_of(snapshot)).left == ("envs/old",)
    assert discover(trees_of(snapshot)).undeployed == ()


def test_where_one_overlay_is_deployed_there_is_one_cluster() -> None:
    deployed = {"argo/dev.yaml": brought("dev", "eu-dev")}
    assert clusters(fleet({"dev": WEB, "old": OPEN}, deployed)) == {"cluster": ["shop/web"]}


def test_overlays_of_which_nothing_is_deployed_are_clusters_as_without_deployments() -> None:
    deployed = {"argo/logs.yaml": brought("logs", "eu"), "envs/logs/x.yaml": policy_named("logs")}
    assert list(clusters(fleet(THREE, deployed))) == ["dev", "old", "prod"]


def test_a_deployment_that_is_not_understood_may_bring_what_no_other_brings() -> None:
    unclear = application("source: {repoURL: HERE, path: 7}\ndestination: {name: eu}", "old")
    found = clusters(fleet(THREE, {**DEPLOYED, "argo/old.yaml": unclear}))
    assert "eu-dev/old" in found


def test_a_bundle_that_nothing_deploys_is_left_out_as_an_overlay_is() -> None:
    bundle = "---\n".join((WEB, policy_named("db")))
    files = {
        "apps/new/all.yaml": bundle,
        "apps/old/all.yaml": bundle,
        "flux/x.yaml": kustomization("path: apps/new"),
        "flux/f.yaml": git_repository(),
    }
    assert discover(trees_of(tree(files))).left == ("apps/old/all.yaml",)
    assert clusters(tree(files)) == {"cluster": ["shop/db", "shop/web"]}


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        (THREE, {**THREE, "old": OPEN}, "changed"),
        (THREE, {"dev": WEB, "prod": WEB}, "is gone"),
        ({"dev": WEB, "prod": WEB}, THREE, "is new"),
    ],
)
def test_a_change_of_what_is_left_over_is_told_once(
    before: Mapping[str, str], after: Mapping[str, str], event: str
) -> None:
    found = pairs(fleet(before, DEPLOYED), fleet(after, DEPLOYED))
    assert found.untouched == ("eu-dev", "eu-prod")
    (problem,) = found.problems
    assert problem.decisive
    assert problem.message.startswith(f"envs/old {event}. No deployment here brings it")


def test_a_change_of_what_is_left_over_is_told_of_one_cluster_too() -> None:
    deployed = {"argo/dev.yaml": brought("dev", "eu-dev")}
    base, head = (
        fleet({"dev": WEB, "old": WEB}, deployed),
        fleet({"dev": WEB, "old": OPEN}, deployed),
    )
    assert [each.location.path for each in told(pairs(base, head))] == [
        "envs/old/kustomization.yaml"
    ]


def test_a_change_that_deployed_overlays_share_is_judged_by_these() -> None:
    files = fleet(THREE, DEPLOYED)
    commented = replace(
        files,
        files=tuple(
            replace(file, content=OPEN.encode()) if file.path == "base/web.yaml" else file
            for file in files.files
        ),
        renderings=tuple(replace(each, output=OPEN.encode()) for each in files.renderings),
    )
    found = pairs(files, commented)
    assert [pair.name for pair in found.touched] == ["eu-dev", "eu-prod"]
    assert found.problems == ()


def test_a_comment_in_what_is_left_over_is_no_news() -> None:
    changed = fleet({**THREE, "old": f"{WEB}# comment"}, DEPLOYED)
    assert pairs(fleet(THREE, DEPLOYED), changed).problems == ()


def test_what_a_change_begins_to_deploy_is_new_in_that_cluster() -> None:
    old = {**DEPLOYED, "argo/old.yaml": brought("old", "eu-old")}
    found = pairs(fleet(THREE, DEPLOYED), fleet(THREE, old))
    ((before, after),) = (pair for pair in found.touched if pair.name == "eu-old")
    assert (names(before), names(after)) == ([], ["shop/web"])
    assert found.problems == ()


PART = {"part/kustomization.yaml": f"{COMPONENT}resources: [web.yaml]\n", "part/web.yaml": WEB}
OPENED = {**PART, "part/web.yaml": OPEN}


def told(found: LoadedPairs) -> tuple[Problem, ...]:
    return tuple(p for pair in found.touched for p in pair.head.problems)


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [(PART, OPENED, "changed"), ({}, PART, "is new"), (PART, {}, "is gone")],
)
def test_a_change_of_a_component_that_nothing_builds_on_is_told(
    before: Mapping[str, str], after: Mapping[str, str], event: str
) -> None:
    base, head = tree({**before, "logs.yaml": WEB}), tree({**after, "logs.yaml": WEB})
    message = f"part {event}. Nothing here builds on that component; what changes where something"
    (problem,) = told(pairs(base, head))
    assert problem.decisive
    assert problem.message.startswith(message)
    assert load_states(trees_of(base, head), PROFILE, "prod").head.problems == (problem,)


def test_a_component_that_nothing_builds_on_is_found_and_as_it_was_is_no_news() -> None:
    assert discover(trees_of(tree(PART))).unused == ("part",)
    assert told(pairs(tree(PART), tree({**PART, "logs.yaml": WEB}))) == ()


def test_a_component_that_an_overlay_uses_is_judged_by_the_overlay() -> None:
    overlay = {"env/kustomization.yaml": f"{OVERLAY}components: [../part]\n"}
    rendered = (Rendering("env", WEB.encode()), Rendering("env", OPEN.encode()))
    base, head = (
        replace(tree({**files, **overlay}), renderings=(output,))
        for files, output in zip((PART, OPENED), rendered, strict=True)
    )
    found = pairs(base, head)
    assert told(found) == ()
    assert discover(trees_of(base)).unused == ()


def test_a_component_that_a_change_begins_to_use_is_judged_by_what_uses_it() -> None:
    overlay = {"env/kustomization.yaml": f"{OVERLAY}components: [../part]\n"}
    used = replace(tree({**OPENED, **overlay}), renderings=(Rendering("env", OPEN.encode()),))
    assert not any("Nothing here builds on" in p.message for p in told(pairs(tree(PART), used)))
