"""Rendering, as far as nothing has to be run for it: what is rendered, and of which files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from edgewarden.manifests.division import Area
from edgewarden.manifests.obstacles import obstacle
from edgewarden.manifests.releases import Release
from edgewarden.manifests.rendered import RenderedInput, Root, Tool, rendered_input
from edgewarden.manifests.snapshot import Obstacle, Snapshot, SourceFile
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


def plans(tree: Snapshot, areas: Iterable[Area]) -> tuple[Plan, ...]:
    """What is to be rendered in these areas of a tree, by directory.

    Of the files only those that make roots, and those that could install charts, need their bytes.
    A chart that several areas install in the same way is rendered once.
    """
    files = by_path(tree)
    found: dict[tuple[str, Release | None], Plan] = {}
    for area in areas:
        rendered = rendered_input(files, area.of(files), area.releases, tree.repositories)
        for root in rendered.roots:
            key = root.directory, root.release
            if key not in found:
                found[key] = _plan(root, rendered, files)
    return tuple(sorted(found.values(), key=lambda plan: plan.directory))


def _plan(root: Root, rendered: RenderedInput, files: Mapping[str, SourceFile]) -> Plan:
    kustomizations = rendered.kustomizations_of(root)
    return Plan(
        directory=root.directory,
        marker=root.marker,
        tool=root.tool,
        inputs=tuple(sorted(root.inputs)),
        canonical=tuple((each.marker, each.canonical) for each in kustomizations),
        mentions=tuple(
            Mention(reference.path, kustomization.marker, reference.line)
            for kustomization in kustomizations
            for reference in kustomization.references
        ),
        obstacle=obstacle(root, rendered, files),
        release=root.release,
    )
