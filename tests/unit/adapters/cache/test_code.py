"""What code made something is told apart by all of the code that had a part in it."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import FrameType

import edgewarden
from edgewarden.adapters.cache.code import READING, RENDERING
from edgewarden.adapters.rendering.command import run
from edgewarden.adapters.rendering.limits import RenderingLimits
from edgewarden.adapters.rendering.running import Running
from edgewarden.adapters.rendering.tree import written
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.rendering import Plan
from edgewarden.manifests.snapshot import Rendering
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.reading_ahead import FILES, ROOTS, read_ahead
from tests.support.mangled import SOUND
from tests.support.manifest_trees import policy_named, tree
from tests.support.rendering import stand_in

PACKAGE = Path(edgewarden.__file__).parent

CONFIGURATION = """\
version: 1
clusters:
- {name: one, paths: [one, k], namespace: first, profile: {applier: flux}}
"""


def executed(work: Callable[[], object]) -> set[Path]:
    """The files of the package of which code runs, once all is loaded."""
    work()
    files: set[str] = set()

    def note(frame: FrameType, _event: str, _argument: object) -> None:
        files.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return {path for path in map(Path, files) if path.is_relative_to(PACKAGE)}


def named(patterns: Iterable[str]) -> set[Path]:
    return {path for pattern in patterns for path in PACKAGE.glob(pattern)}


def test_all_code_that_has_a_part_in_a_reading_is_named() -> None:
    files = {f"one/{number}.yaml": content for number, content in enumerate(SOUND)}
    roots = {"k/kustomization.yaml": "resources: [p.yaml]\n", "k/p.yaml": policy_named("p")}
    base = tree({".edgewarden.yaml": CONFIGURATION, **files, **roots})
    base = replace(base, renderings=(Rendering("k", policy_named("p").encode()),))
    used = executed(lambda: read_ahead(base, NO_CLAIMS, (), {*range(FILES), ROOTS}))
    assert {path.parent.name for path in used} >= {"manifests", "reachability", "configuration"}
    assert used <= named(READING)


def test_all_code_that_has_a_part_in_what_is_rendered_is_named() -> None:
    plan = Plan("c", "c/Chart.yaml", Tool.HELM, ("c/Chart.yaml",))
    program = stand_in("print('a: 1')")
    with written({"c/Chart.yaml": b"name: c\n"}, None) as place:
        used = executed(lambda: run(plan, program, place, RenderingLimits(), Running()))
    assert used
    assert used <= named(RENDERING)
