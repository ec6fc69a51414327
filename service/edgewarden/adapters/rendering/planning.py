"""What is to be rendered, found out in a child process: kustomizations are hostile content too."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.isolated_python import Child, ChildFailedError
from edgewarden.manifests.deployments.installations import could_install
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.releases import Release
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.rendering import Mention, Plan, plans
from edgewarden.manifests.snapshot import Obstacle, Omission, Snapshot, SourceFile, makes_root
from edgewarden.workflows.configuration.tree_configuration import usable_configuration

ANSWER_LIMIT = 64 << 20
"""Bytes of plans that are taken from the child."""

_CHILD = "edgewarden.adapters.rendering.planning_child"


class PlanningError(Exception):
    """Nothing is known of what is to be rendered; the message goes on after "because"."""


def planned(trees: Sequence[Snapshot], limits: Limits) -> tuple[tuple[Plan, ...], ...]:
    """The plans of each tree, or ``PlanningError``."""
    child = Child(_CHILD, limits, ANSWER_LIMIT)
    try:
        return child.ask(_encode_trees(trees), lambda answer: _decode_plans(answer, trees))
    except ChildFailedError as error:
        raise PlanningError(f"finding what is rendered {error}") from error


def answer_plans(request: bytes) -> bytes:
    """The child's side of ``planned``."""
    trees = [Snapshot(tuple(map(_file, tree))) for tree in json.loads(request)]
    areas = [cluster.area for cluster in usable_configuration(trees[0]).clusters]
    found = [[asdict(plan) for plan in plans(tree, areas)] for tree in trees]
    return json.dumps(found).encode("ascii")


def _decode_plans(answer: bytes, trees: Sequence[Snapshot]) -> tuple[tuple[Plan, ...], ...]:
    """Raises ``ValueError``, also for plans that need what the trees do not have."""
    try:
        found = tuple(tuple(map(_plan, tree)) for tree in json.loads(answer))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError("not the plans of trees") from error
    known = [{file.path for file in tree.files} for tree in trees]
    if len(found) != len(trees) or any(
        not paths.issuperset(plan.inputs)
        for paths, tree_plans in zip(known, found, strict=True)
        for plan in tree_plans
    ):
        raise ValueError("not the plans of these trees")
    return found


def _encode_trees(trees: Sequence[Snapshot]) -> bytes:
    """Of most files it only matters that they are there."""
    files = [[_encoded(file) for file in tree.files] for tree in trees]
    return json.dumps(files).encode("ascii")


def _encoded(file: SourceFile) -> tuple[str, str | None, str]:
    named = file.path == CONFIGURATION_FILE or makes_root(file.path)
    wanted = file.content is not None and (named or could_install(file))
    text = (file.content or b"").decode("latin-1") if wanted else ""
    return file.path, file.omission, text


def _file(encoded: tuple[str, str | None, str]) -> SourceFile:
    path, omission, text = encoded
    if omission is not None:
        return SourceFile(path, None, Omission(omission))
    return SourceFile(path, text.encode("latin-1"))


def _plan(fields: dict[str, Any]) -> Plan:
    """Validated, as everything is that has been near hostile content."""
    obstacle = fields["obstacle"]
    return Plan(
        directory=_text(fields["directory"]),
        marker=_text(fields["marker"]),
        tool=Tool(fields["tool"]),
        inputs=tuple(map(_text, fields["inputs"])),
        canonical=tuple((_text(path), _text(text)) for path, text in fields["canonical"]),
        mentions=tuple(
            Mention(_text(each["named"]), _text(each["path"]), int(each["line"]))
            for each in fields["mentions"]
        ),
        obstacle=obstacle
        and Obstacle(
            _text(obstacle["path"]),
            int(obstacle["line"]),
            _text(obstacle["message"]),
            _text(obstacle["remedy"]),
        ),
        release=_release(fields["release"]),
    )


def _release(fields: dict[str, Any] | None) -> Release | None:
    if fields is None:
        return None
    return Release(
        _text(fields["chart"]),
        _text(fields["name"]),
        _text(fields["namespace"]),
        tuple(map(_text, fields["values"])),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is no text")
    return value
