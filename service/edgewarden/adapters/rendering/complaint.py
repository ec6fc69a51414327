"""What a renderer complains of, in words for the author of a change, and where."""

import os
import posixpath
import re
from pathlib import Path

from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.rendering import Plan
from edgewarden.manifests.snapshot import Obstacle

LONGEST = 400
"""Characters of a complaint that are passed on, the last ones: they hold the cause."""

_BEGINNING = re.compile(
    r'^(?:[EF]\d{4} \S+ +\d+ \S+\] "command failed" err=[<"]?|[Ee]rror: )\s*', re.MULTILINE
)
"""Before it stands what the tool logs by the way."""
_WRAPPED = re.compile(r".*recursed accumulation of path '[^']*': ", re.DOTALL)
_NOISE = re.compile(r"^(?:(?:# )?[Ww]arning:|Use --debug flag).*$\n?", re.MULTILINE)
_TEMPLATE = re.compile(r'(?<![\w./-])[\w.-]+/((?:charts|templates)/[^\s:()"]+)(?::(\d+))?')
"""Helm calls a template by the name of the chart, where its directory would stand."""


def complained(complaint: bytes, plan: Plan, tree: Path) -> Obstacle:
    """What the tool said of a root, the files of which lie in ``tree``."""
    said = complaint.decode("utf-8", errors="replace").replace(f"{os.fspath(tree)}/", "")
    said = said.replace('\\"', '"')
    beginning = _BEGINNING.search(said)
    said = _WRAPPED.sub("", _NOISE.sub("", said[beginning.end() if beginning else 0 :]))
    said = " ".join("".join(c if c.isprintable() else " " for c in said).split()).strip('<>" .')
    if len(said) > LONGEST:
        said = f"… {said[-LONGEST:]}"
    path, line = _template(said, plan) or _mention(said, plan) or (plan.marker, 1)
    remedy = f"Repair what {plan.tool} complains of."
    return Obstacle(path, line, f"{plan.tool} says: {said or 'nothing'}", remedy)


def _template(said: str, plan: Plan) -> tuple[str, int] | None:
    """The last template of a chart that the complaint names with a line, else the last one."""
    found = [
        (bool(line), at, posixpath.join(plan.directory, path), int(line or 1))
        for at, (path, line) in enumerate(_TEMPLATE.findall(said))
    ]
    named = [each for each in found if plan.tool is Tool.HELM and each[2] in plan.inputs]
    return max(named)[2:] if named else None


def _mention(said: str, plan: Plan) -> tuple[str, int] | None:
    """Where a kustomization names the path that the complaint names last."""
    found = [
        (said.rfind(mention.named), len(mention.named), mention.path, mention.line)
        for mention in plan.mentions
        if mention.named and mention.named in said
    ]
    return max(found)[2:] if found else None
