"""Charts, by the Helm of this machine, or by a program that takes its words."""

import shutil
import sys
from pathlib import Path

import pytest

from edgewarden.adapters.rendering.programs import Program
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.manifests.releases import Release
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.rendering import Plan
from tests.support.manifest_trees import names, policy_named, states_of, tree

CHART = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "charts/web/values.yaml": "enabled: true\n",
    "charts/web/templates/policy.yaml": policy_named("web"),
}


STAND_IN = f"""\
#!{sys.executable}
import pathlib, sys
command, *options, chart = sys.argv[1:]
assert (command, options) == ("template", ["--skip-tests", "--include-crds"]), sys.argv
for template in sorted(pathlib.Path(chart, "templates").iterdir()):
    print(f"---\\n# Source: {{template}}\\n{{template.read_text()}}")
"""


@pytest.fixture
def renderer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConfinedRenderer:
    """The renderer where ``helm`` is on the path."""
    if shutil.which("helm") is None:
        helm = tmp_path / "helm"
        helm.write_text(STAND_IN)
        helm.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return ConfinedRenderer()


def test_a_chart_is_judged_by_what_it_renders(renderer: ConfinedRenderer) -> None:
    templates = {**CHART, "charts/web/templates/more.yaml": policy_named("more")}

    before, after = renderer.render([tree(CHART), tree(templates)])

    base, head = states_of(before, after)
    assert (names(base), names(head)) == (["shop/web"], ["shop/more", "shop/web"])
    assert base.problems == head.problems == ()
    assert {policy.location.path for policy in head.policies} == {"charts/web/Chart.yaml"}


def test_a_name_and_values_that_a_repository_chose_are_no_option_and_no_other_file() -> None:
    values = ("env/prod.yaml", 'env/a,/etc/passwd,".yaml')
    plan = Plan(
        "web", "web/Chart.yaml", Tool.HELM, (), release=Release("web", "--post", "", values)
    )

    command = Program("helm", ("template",)).command(plan)

    assert command[2:] == (
        "--values=./env/prod.yaml",
        '--values="./env/a,/etc/passwd,"".yaml"',
        "--",
        "--post",
        "./web",
    )
