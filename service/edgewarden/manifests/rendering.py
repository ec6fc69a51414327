"""Rendering, as far as nothing has to be run for it: what is rendered, and of which files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from edgewarden.manifests.charts import Release
from edgewarden.manifests.division import Area
from edgewarden.manifests.obstacles import obstacle
from edgewarden.manifests.rendered import Tool, rendered_input
from edgewarden.manifests.snapshot import Obstacle, Snapshot
from edgewarden.manifests.tree import by_path


class Renderer(Protocol):
    def render(self, trees: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
        """The same trees, each with the renderings of its roots.

        The first of them is the base: its configuration says which directories are roots.

        Never raises for what the trees hold: a root that cannot be rendered says why. Roots that
        the same bytes feed are rendered once. The bytes of files that are no manifests by their
        names are left out of what is returned.
        """


@dataclass(frozen=True, slots=True)
class Mention:
    """A path that a kustomization names, and the place where it does."""

    named: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A root to render from the files at ``inputs``, or the ``obstacle`` to that.

    ``canonical`` are its kustomizations by their paths, in the form that kustomize is to get: what
    it reads is then what was read here.
    ``release`` says how a chart is installed, where that is known.
    """

    directory: str
    marker: str
    tool: Tool
    inputs: tuple[str, ...]
    canonical: tuple[tuple[str, str], ...] = ()
    mentions: tuple[Mention, ...] = ()
    obstacle: Obstacle | None = None
    release: Release | None = None


def plans(tree: Snapshot, area: Area) -> tuple[Plan, ...]:
    """What is to be rendered in that area of a tree, by directory.

    Of the files only those that make roots need their bytes.
    """
    files = by_path(tree)
    rendered = rendered_input(files, area.of(files), area.releases)
    return tuple(
        Plan(
            directory=root.directory,
            marker=root.marker,
            tool=root.tool,
            inputs=tuple(sorted(root.inputs)),
            canonical=tuple((k.marker, k.canonical) for k in rendered.kustomizations_of(root)),
            mentions=tuple(
                Mention(reference.path, kustomization.marker, reference.line)
                for kustomization in rendered.kustomizations_of(root)
                for reference in kustomization.references
            ),
            obstacle=obstacle(root, rendered, files),
            release=root.release,
        )
        for root in rendered.roots
    )
