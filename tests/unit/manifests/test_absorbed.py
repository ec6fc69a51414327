"""What the base reads by itself and the head only as input of a root."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from edgewarden.manifests.snapshot import Rendering, Snapshot
from edgewarden.reachability.location import Problem, ProblemKind
from tests.support.manifest_trees import policy_named, states_of, tree

KUSTOMIZE = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
OLD = policy_named("web", "shop")
NEW = OLD.replace("podSelector: {}", "podSelector: {matchLabels: {app: web}}")
APP = {"app/kustomization.yaml": f"{KUSTOMIZE}resources: [web.yaml]\n", "app/web.yaml": OLD}


def rendered(files: Mapping[str, str], **outputs: str) -> Snapshot:
    renderings = (Rendering(root, output.encode()) for root, output in outputs.items())
    return replace(tree(files), renderings=tuple(renderings))


def problems(base: Snapshot, head: Snapshot) -> tuple[Problem, ...]:
    return states_of(base, head)[1].problems


def test_a_root_that_another_takes_as_its_input_cannot_hide_behind_it() -> None:
    head = {
        "app/kustomization.yml": APP["app/kustomization.yaml"],
        "app/web.yaml": NEW,
        "top/kustomization.yaml": f"{KUSTOMIZE}resources: [../app]\npatches: [{{path: p.yaml}}]\n",
        "top/p.yaml": OLD,
    }

    (problem,) = problems(rendered(APP, app=OLD), rendered(head, top=OLD))

    assert (problem.kind, problem.decisive) == (ProblemKind.NOT_RENDERED, True)
    assert (
        "app to be rendered by itself, and the head only as input of top/kustomization.yaml"
        in problem.message
    )
    assert str(problem.location) == "app/kustomization.yml:1"


def test_a_root_that_becomes_a_component_is_told() -> None:
    component = APP["app/kustomization.yaml"].replace("Kustomization", "Component")

    told = problems(rendered(APP, app=OLD), rendered({**APP, "app/kustomization.yaml": component}))

    assert [each.decisive for each in told if "a part that nothing builds on" in each.message]


def test_a_chart_that_gets_a_kustomization_is_told() -> None:
    chart = {"app/Chart.yaml": "name: app\n", "app/templates/web.yaml": OLD}
    head = {**chart, "app/kustomization.yaml": KUSTOMIZE}

    (problem,) = (p for p in problems(tree(chart), tree(head)) if "The base has app" in p.message)

    assert "only as input of app/kustomization.yaml" in problem.message


def test_a_root_that_is_deleted_or_stays_is_not_told_of() -> None:
    beside = {**APP, "b/kustomization.yaml": KUSTOMIZE}
    assert problems(rendered(APP, app=OLD), rendered(beside, app=OLD, b="")) == ()
    assert problems(rendered(beside, app=OLD, b=""), rendered(APP, app=OLD)) == ()


def test_a_plain_file_whose_change_a_new_root_undoes_is_told() -> None:
    files = {"kustomization.yaml": f"{KUSTOMIZE}resources: [app/web.yaml]\n", "app/web.yaml": NEW}
    head = replace(tree(files), renderings=(Rendering("", OLD.encode()),))

    (problem,) = problems(tree({"app/web.yaml": OLD}), head)

    assert (problem.kind, problem.decisive) == (ProblemKind.NOT_RENDERED, True)
    assert (
        "NetworkPolicy shop/web, and kustomization.yaml makes something else of it"
        in problem.message
    )


@pytest.mark.parametrize("written", [OLD, NEW, NEW.replace(", namespace: shop", "")])
def test_a_plain_file_that_a_root_renders_as_it_is_written_is_no_limit(written: str) -> None:
    files = {**APP, "app/web.yaml": written}
    rendering = OLD if written == OLD else NEW

    assert problems(tree({"app/web.yaml": OLD}), rendered(files, app=rendering)) == ()
