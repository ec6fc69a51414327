"""Which program renders, and what it is called with."""

import os
import re
import shutil
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.manifests.releases import Release
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.rendering import Plan


@dataclass(frozen=True, slots=True)
class Program:
    """``path`` is the program, and ``arguments`` come before the directory of the root."""

    path: str
    arguments: tuple[str, ...]

    def command(self, plan: Plan) -> tuple[str, ...]:
        """To be run at the root of the tree."""
        return self.path, *self.arguments, *_installed(plan.release), f"./{plan.directory}"


def _installed(release: Release | None) -> Iterator[str]:
    """What ``helm template`` is told of an installation: its name comes before the chart.

    The repository says all of it, so none of it may be taken for an option or another file.
    """
    if release is not None:
        if release.namespace:
            yield f"--namespace={release.namespace}"
        yield from (f"--values={_field(f'./{path}')}" for path in release.values)
        if release.name:
            yield from ("--", release.name)


def _field(text: str) -> str:
    """Helm takes ``--values`` for a line of CSV, and would read each of its fields as a file of
    this machine."""
    return '"{}"'.format(text.replace('"', '""')) if _MEANS_MORE.search(text) else text


_MEANS_MORE = re.compile(r'[,"\r\n]')


_PROGRAMS = {
    Tool.KUSTOMIZE: (("kustomize", ("build",)), ("kubectl", ("kustomize",))),
    Tool.HELM: (("helm", ("template", "--skip-tests", "--include-crds")),),
}
"""What can render, the first of which that is there is taken.

Helm installs whatever lies in ``crds/`` before the templates, and so do Argo CD and Flux.
Their own defaults do without plugins, without functions, without Helm inside of kustomize, and
without files outside of the directory of a kustomization.
"""

MISSING = {
    Tool.KUSTOMIZE: (
        "kustomize is not installed",
        "Install kubectl or kustomize, or `edgewarden[kustomize]`, where Edgewarden runs.",
    ),
    Tool.HELM: ("Helm is not installed", "Install helm where Edgewarden runs."),
}
"""Why nothing renders, and what to do about it."""


def find_programs() -> dict[Tool, Program]:
    """What is there on ``PATH``, or beside this Python, where extras are installed."""
    found = {}
    for tool, known in _PROGRAMS.items():
        for name, arguments in reversed(known):
            path = program_path(name)
            if path is not None:
                found[tool] = Program(path, arguments)
    return found


def program_path(name: str) -> str | None:
    """Where a program is, on ``PATH`` or beside this Python."""
    path = shutil.which(name) or shutil.which(name, path=sysconfig.get_path("scripts"))
    return None if path is None else os.path.realpath(path)
