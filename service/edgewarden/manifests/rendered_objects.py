"""Roots as they are read: what a renderer's output declares, at the places where it was written."""

from collections.abc import Mapping
from dataclasses import replace

from edgewarden.manifests.applying import Applying
from edgewarden.manifests.files import read_text
from edgewarden.manifests.nodes import Mapping as MappingNode
from edgewarden.manifests.objects import Outcome, Refused, read_object
from edgewarden.manifests.readings import FileReading, Lost
from edgewarden.manifests.relocation import Originals, original, placed, relocated
from edgewarden.manifests.rendered import Root, Tool
from edgewarden.manifests.snapshot import Obstacle, Rendering, SourceFile
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import ObjectRef


def read_root(
    root: Root,
    rendering: Rendering,
    originals: Originals,
    files: Mapping[str, SourceFile],
    applying: Applying,
) -> FileReading:
    """Read what ``root`` renders to, or why that is not known.

    Each part of an object is located where it was written, as far as one object of the files that
    the root builds on has its identity; else at the file that makes the root.
    """
    if rendering.output is None:
        return _unknown(root, rendering.obstacle, originals, files)
    known = originals.among(root.declaring)

    def read(candidate: MappingNode) -> tuple[Outcome, ...]:
        written = original(candidate, known)
        if written is None:
            return read_object(placed(candidate, 1), root.marker, applying)
        return read_object(relocated(candidate, written.root), written.path, applying)

    text = rendering.output.decode("utf-8", errors="replace")
    reading = read_text(text, root.marker, applying, read)
    return replace(
        reading,
        declared=tuple(replace(each, root=root.marker) for each in reading.declared),
        refused=tuple(_refused(each, root.marker) for each in reading.refused),
        lost=tuple(_lost(each, root) for each in reading.lost),
        inputs=root.inputs,
    )


def _refused(refused: Refused, marker: str) -> Refused:
    lenient = refused.lenient
    return replace(
        refused, lenient=None if lenient is None else replace(lenient, root=marker), root=marker
    )


def _lost(lost: Lost, root: Root) -> Lost:
    """A line of the output is a line of no file."""
    problems = tuple(
        replace(
            problem,
            location=Location(root.marker, 1),
            message=f"In what {root.tool} renders from {root.directory or '.'}: {problem.message}",
        )
        for problem in lost.problems
    )
    return replace(lost, problems=problems, directory=True, inputs=root.inputs)


def _unknown(
    root: Root, obstacle: Obstacle | None, originals: Originals, files: Mapping[str, SourceFile]
) -> FileReading:
    contents = (files[path].content or b"" for path in sorted(root.inputs))
    text = "\n".join(content.decode("utf-8", errors="replace") for content in contents)
    problem = _not_rendered(root, obstacle or Obstacle(root.marker, 1, "nothing rendered it", ""))
    lost = Lost(root.marker, (problem,), text, directory=True, inputs=root.deciding)
    if root.tool is Tool.KUSTOMIZE:
        lost = replace(lost, candidates=_candidates(root, originals))
    return FileReading(root.marker, lost=(lost,), inputs=root.deciding)


def _candidates(root: Root, originals: Originals) -> frozenset[ObjectRef]:
    """What the objects that the root is built of could be called once it is rendered.

    One without a namespace stands for that in any; a Namespace is in none.
    """
    return frozenset(
        ObjectRef(group, kind, namespace, name)
        for (group, kind, name), alike in originals.among(root.declaring).items()
        for written in alike
        for namespace in ({""} if kind == "Namespace" else root.namespaces or {written.namespace})
    )


def _not_rendered(root: Root, obstacle: Obstacle) -> Problem:
    directory = root.directory or "."
    command = {
        Tool.KUSTOMIZE: f"kustomize build {directory}",
        Tool.HELM: f"helm template {directory}",
    }
    by_hand = (
        f"By hand: `{command[root.tool]}` on both sides, and `edgewarden diff` on the results."
    )
    return Problem(
        ProblemKind.NOT_RENDERED,
        Location(obstacle.path, obstacle.line),
        f"What {root.tool} renders from {directory} is not judged: {obstacle.message}.",
        f"{obstacle.remedy} {by_hand}".lstrip(),
        namespaces=root.namespaces,
    )
