"""Roots as they are read: what a renderer's output declares, at the places where it was written."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from edgewarden.manifests.applying import Applying
from edgewarden.manifests.chart_hooks import hooked
from edgewarden.manifests.chart_questions import questions
from edgewarden.manifests.chart_sources import ChartSources
from edgewarden.manifests.files import read_text
from edgewarden.manifests.nodes import Mapping as MappingNode
from edgewarden.manifests.objects import Outcome, Refused, read_object
from edgewarden.manifests.originals import original
from edgewarden.manifests.overlay import Overlay
from edgewarden.manifests.readings import FileReading, Lost
from edgewarden.manifests.relocation import placed, relocated
from edgewarden.manifests.rendered import Root, Tool
from edgewarden.manifests.snapshot import Obstacle, Rendering, SourceFile
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import ObjectRef

_SHOWN = 5


def read_root(
    root: Root,
    rendering: Rendering,
    overlay: Overlay,
    files: Mapping[str, SourceFile],
    applying: Applying,
) -> FileReading:
    """Read what ``root`` renders to, or why that is not known.

    Each part of an object is located where it was written, as far as one object of the files that
    the root builds on has its identity; else at the template of a chart, or the file that makes the
    root.
    """
    if rendering.output is None:
        return _unknown(root, rendering.obstacle, overlay, files)
    text = rendering.output.decode("utf-8", errors="replace")
    of_helm = root.tool is Tool.HELM
    sources = ChartSources(text if of_helm else "", root)
    problems = list(_unanswered(root, files)) if of_helm else []

    def read(candidate: MappingNode) -> tuple[Outcome, ...]:
        written = original(candidate, overlay.known)
        if written is None:
            moved = placed(candidate, Location(sources.at(candidate.line), 1))
        else:
            moved = relocated(candidate, written, overlay)
        outcomes = read_object(moved.root, moved.places, applying)
        problems.extend(hooked(candidate, outcomes) if of_helm else ())
        return outcomes

    reading = read_text(text, root.marker, applying, read)
    return replace(
        reading,
        declared=tuple(replace(each, root=root.marker) for each in reading.declared),
        refused=tuple(_refused(each, root.marker) for each in reading.refused),
        lost=tuple(_lost(each, root, sources) for each in reading.lost),
        problems=(*reading.problems, *problems),
        inputs=root.inputs,
        served=tuple(replace(each, root=root.marker) for each in reading.served),
    )


def _unanswered(root: Root, files: Mapping[str, SourceFile]) -> Iterator[Problem]:
    found = questions({path: files[path].content or b"" for path in root.inputs}, root.directory)
    if found:
        named = [f"{each.asked} ({each.path}:{each.line})" for each in found[:_SHOWN]]
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        yield Problem(
            ProblemKind.NOT_RENDERED,
            Location(found[0].path, found[0].line),
            f"Policies of {root.directory or '.'} may hang on what no file tells: "
            f"{', '.join(named)}{more}. Helm was run without a cluster, and what it answers there "
            "is not judged.",
            "Make it a value, and name the values under `charts` in the configuration.",
            namespaces=root.namespaces,
        )


def _refused(refused: Refused, marker: str) -> Refused:
    lenient = refused.lenient
    return replace(
        refused, lenient=None if lenient is None else replace(lenient, root=marker), root=marker
    )


def _lost(lost: Lost, root: Root, sources: ChartSources) -> Lost:
    """A line of the output is a line of no file."""
    problems = tuple(
        replace(
            problem,
            location=Location(sources.at(problem.location.line), 1),
            message=f"In what {root.tool} renders from {root.directory or '.'}: {problem.message}",
        )
        for problem in lost.problems
    )
    return replace(lost, problems=problems, directory=True, inputs=root.inputs)


def _unknown(
    root: Root, obstacle: Obstacle | None, overlay: Overlay, files: Mapping[str, SourceFile]
) -> FileReading:
    contents = (files[path].content or b"" for path in sorted(root.inputs))
    text = "\n".join(content.decode("utf-8", errors="replace") for content in contents)
    problem = _not_rendered(root, obstacle or Obstacle(root.marker, 1, "nothing rendered it", ""))
    lost = Lost(root.marker, (problem,), text, directory=True, inputs=root.deciding)
    if root.tool is Tool.KUSTOMIZE:
        lost = replace(lost, candidates=_candidates(root, overlay))
    return FileReading(root.marker, lost=(lost,), inputs=root.deciding)


def _candidates(root: Root, overlay: Overlay) -> frozenset[ObjectRef]:
    """What the objects that the root is built of could be called once it is rendered.

    One without a namespace stands for that in any; a Namespace is in none.
    """
    return frozenset(
        ObjectRef(group, kind, namespace, name)
        for (group, kind, name), alike in overlay.known.items()
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
        f"By hand: `{command[root.tool]}`, before and after a change, and `edgewarden diff` on "
        "what it prints; or let CI do it (`renderer: uploaded`)."
    )
    return Problem(
        ProblemKind.NOT_RENDERED,
        Location(obstacle.path, obstacle.line),
        f"What {root.tool} renders from {directory} is not judged: {obstacle.message}.",
        f"{obstacle.remedy} {by_hand}".lstrip(),
        namespaces=root.namespaces,
    )
