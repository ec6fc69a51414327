"""What a deployment does, in a line."""

import pytest

from edgewarden.reporting.deployment_text import deployment_text
from tests.support.deploying import APPS, application, git_repository, kustomization, only

FLUX = {"f.yaml": git_repository()}
SOURCE = "source: {repoURL: HERE, path: apps/web}"


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("", "apps/web"),
        ("destination: {namespace: shop}", "apps/web to namespace shop"),
        ("destination: {name: prod}", "apps/web, in cluster prod"),
        ("syncPolicy: {automated: {}}", "apps/web, prunes nothing"),
        ("syncPolicy: {automated: {prune: true}}", "apps/web, prunes"),
    ],
)
def test_a_line_says_what_is_brought_where(rest: str, said: str) -> None:
    line = deployment_text(only({"x.yaml": application(f"{SOURCE}\n{rest}"), **APPS}))
    assert line == f"Argo CD Application argocd/web: {said}"


def test_a_line_says_what_overrides_and_what_only_a_secret_names() -> None:
    flux = kustomization("path: ./\ntargetNamespace: shop\nkubeConfig: {}")
    line = deployment_text(only({"x.yaml": flux, **FLUX}))
    assert ". to namespace shop, whatever its objects say" in line
    assert line.endswith("in clusters that only their secrets name")


def test_a_line_says_what_is_in_the_way() -> None:
    chart = application("source: {repoURL: https://charts.example, chart: x}")
    line = deployment_text(only({"x.yaml": chart}))
    assert ": not followed, since it deploys the chart `x` of `https://charts.example`" in line
    patched = kustomization("path: apps/web\npatches: [{patch: x}]")
    line = deployment_text(only({"x.yaml": patched, **FLUX, **APPS}))
    assert "apps/web; read as if nothing else was said: its `patches` makes something" in line
