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
from edgewarden.manifests.snapshot import Obstacle, Omission
from tests.support.manifest_trees import names, policy_named, states_of, tree
from tests.support.rendering import stand_in

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
    print(f"---\\n# Source: web/templates/{{template.name}}\\n{{template.read_text()}}")
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
    assert [policy.location.path for policy in head.policies] == [
        "charts/web/templates/more.yaml",
        "charts/web/templates/policy.yaml",
    ]


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


def test_what_a_chart_defines_and_packs_is_there_to_be_looked_through() -> None:
    files: dict[str, str | bytes | Omission] = {**CHART, "charts/web/logo.svg": "z"}
    files |= {"charts/web/templates/_h.tpl": "x", "charts/web/charts/s.tgz": b"\x1f\x8b"}
    renderer = ConfinedRenderer(programs={Tool.HELM: stand_in("")})

    (rendered,) = renderer.render([tree(files)])

    contents = {file.path: file.content for file in rendered.files}
    assert contents["charts/web/templates/_h.tpl"] == b"x"
    assert contents["charts/web/charts/s.tgz"] == b"\x1f\x8b"
    assert contents["charts/web/logo.svg"] is None


STARLARK = (
    "2026/11/23 18:22:48 Starlark failed to allocate 4GB address space: cannot allocate memory.\n"
)
"""What Helm 3 and 4 say at each start under a limit of address space."""
MARKER = "charts/web/Chart.yaml"
TEMPLATE = "charts/web/templates/policy.yaml"


def complaint(said: str) -> Obstacle:
    """What becomes of a complaint of Helm."""
    helm = stand_in(f"import sys; sys.exit({STARLARK + said!r})")
    (rendered,) = ConfinedRenderer(programs={Tool.HELM: helm}).render([tree(CHART)])
    (rendering,) = rendered.renderings
    assert rendering.obstacle is not None
    return rendering.obstacle


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("execution error at (web/templates/policy.yaml:8:5): set .Values.who", (TEMPLATE, 8)),
        ('web/templates/policy.yaml:3:4 executing "web/templates/policy.yaml": no', (TEMPLATE, 3)),
        ("YAML parse error on web/templates/policy.yaml: yaml: line 8: no", (TEMPLATE, 1)),
        ("parse error at (other/templates/gone.yaml:8): missing value for if", (MARKER, 1)),
        ("validation: chart.metadata.version is required", (MARKER, 1)),
    ],
)
def test_a_complaint_of_helm_is_told_where_the_template_is(
    said: str, place: tuple[str, int]
) -> None:
    told = complaint(f"Error: {said}\n\nUse --debug flag to render out invalid YAML")

    assert (told.message, told.path, told.line) == (f"Helm says: {said}", *place)


def test_helm_out_of_memory_is_told_from_helm_that_complains_of_it_at_its_start() -> None:
    told = complaint(
        "runtime: out of memory: cannot allocate 79691776-byte block\nfatal error: ..."
    )

    assert told.message == "Helm needed more than 2048 MiB or its time and was stopped"
