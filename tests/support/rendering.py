"""Trees that are rendered, and programs that stand in for kustomize and Helm."""

import sys
from collections.abc import Mapping
from textwrap import dedent

import pytest

from edgewarden.adapters.rendering.programs import Program, find_programs
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.snapshot import Obstacle, Omission, Rendering, Snapshot
from tests.support.manifest_trees import tree

KUSTOMIZE = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"


def stand_in(code: str) -> Program:
    """A program in Python that gets the directory of a root as its argument."""
    return Program(sys.executable, ("-c", dedent(code)))


def kustomize() -> Program:
    """The kustomize of this machine; skips the test where there is none."""
    found = find_programs().get(Tool.KUSTOMIZE)
    if found is None:
        pytest.skip("no kustomize: install kubectl, kustomize or edgewarden[kustomize]")
    return found


def rendered(
    *sides: Mapping[str, str | bytes | Omission], by: Program | None = None
) -> tuple[Snapshot, ...]:
    """Trees as they come from the renderer, by kustomize unless another program stands in."""
    program = by or kustomize()
    return ConfinedRenderer(programs={Tool.KUSTOMIZE: program}).render([*map(tree, sides)])


def rendering(files: Mapping[str, str | bytes | Omission], by: Program | None = None) -> Rendering:
    """What becomes of the one root of a tree."""
    (snapshot,) = rendered(files, by=by)
    (only,) = snapshot.renderings
    return only


def obstacle(files: Mapping[str, str | bytes | Omission], by: Program | None = None) -> Obstacle:
    """Why the one root of a tree is not rendered."""
    only = rendering(files, by)
    assert only.output is None
    assert only.obstacle is not None
    return only.obstacle
