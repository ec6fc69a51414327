"""What gives charts their values that lies in this repository, while the chart need not."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from edgewarden.manifests.deployments.values import is_asked
from edgewarden.manifests.snapshot import Rendering
from edgewarden.reachability.location import Problem
from tests.support.deploying import HERE, application, helm_release, only
from tests.support.manifest_trees import policy_named, states_of, tree

CHART = "repoURL: https://charts.example, chart: web, targetRevision: 1.0.0"
JOINED = """
sources:
- {%s, helm: {valueFiles: [%s]}}
- {repoURL: %s, ref: env}
destination: {namespace: shop}
"""
FILES = {"env/prod.yaml": "open: false\n", "env/dev.yaml": "", "p.yaml": policy_named("deny")}


def decisive(base: Mapping[str, str], head: Mapping[str, str]) -> list[Problem]:
    states = states_of(tree(base), tree(head))
    return [each for state in states for each in state.problems if each.decisive]


@pytest.mark.parametrize(
    ("named", "repository", "given"),
    [
        ("$env/env/prod.yaml", HERE, {"env/prod.yaml"}),
        ("$env/env/*.yaml", HERE, {"env/prod.yaml", "env/dev.yaml"}),
        ("'$env/env/{{name}}.yaml'", HERE, {"env/prod.yaml", "env/dev.yaml"}),
        ("$env/env/gone.yaml", HERE, set()),
        ("$env/../prod.yaml", HERE, set()),
        ("$env/env/prod.yaml", "https://git.example/org/else.git", set()),
        ("env/prod.yaml", HERE, set()),
    ],
)
def test_values_may_come_from_another_source(named: str, repository: str, given: set[str]) -> None:
    files = {"a.yaml": application(JOINED % (CHART, named, repository)), **FILES}
    assert only(files, HERE).given == given


def test_values_of_a_chart_that_lies_elsewhere_are_told_when_they_change() -> None:
    files = {"a.yaml": application(JOINED % (CHART, "$env/env/prod.yaml", HERE)), **FILES}
    (problem,) = decisive(files, {**files, "env/prod.yaml": "open: true\n"})
    assert "argocd/web brings changes with env/prod.yaml" in problem.message
    assert decisive(files, {**files, "env/dev.yaml": "open: true\n"}) == []


RELEASE = helm_release(
    "chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: all}}}\n"
    "valuesFrom: [{kind: ConfigMap, name: web-values}]"
)
BESIDE = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {values.yaml: '%s'}\n"
MAKING = (
    "resources: [r.yaml]\ngeneratorOptions: {disableNameSuffixHash: true}\n"
    "configMapGenerator: [{name: web-values, files: [values.yaml=values/web.yaml]}]\n"
)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (BESIDE % ("web-values", 1), BESIDE % ("web-values", 2), True),
        (BESIDE % ("web-values", 1), "", True),
        (BESIDE % ("other", 1), BESIDE % ("other", 2), False),
        (BESIDE % ("web-values", 1), f"# more\n{BESIDE % ('web-values', 1)}", False),
    ],
)
def test_an_object_that_a_release_takes_values_from_is_told_when_it_changes(
    before: str, after: str, told: bool
) -> None:
    files = {"r.yaml": RELEASE, **FILES}
    found = decisive({**files, "c.yaml": before}, {**files, "c.yaml": after})
    assert ["HelmRelease shop/web brings changes with c.yaml" in e.message for e in found] == (
        [True] if told else []
    )


def test_a_file_that_such_an_object_is_generated_from_is_told_when_it_changes() -> None:
    files = {
        "apps/r.yaml": RELEASE,
        "apps/kustomization.yaml": MAKING,
        "apps/values/web.yaml": "a: 1\n",
    }
    rendered = (Rendering("apps", RELEASE.encode()),)
    base, head = (
        replace(tree({**files, "apps/values/web.yaml": f"a: {n}\n"}), renderings=rendered)
        for n in (1, 2)
    )
    _, state = states_of(base, head)
    (message,) = [each.message for each in state.problems if each.decisive]
    assert "HelmRelease shop/web brings changes with apps/values/web.yaml" in message


@pytest.mark.parametrize(
    ("name", "asked"),
    [("values", "values"), ("values", "prod-values"), ("values", "values-5f7g9h2k4m")],
)
def test_what_kustomize_adds_to_a_name_hides_no_object(name: str, asked: str) -> None:
    assert is_asked(name, {asked})
    assert not is_asked(f"other-{name}", {asked})
