"""What a renderer complains of, in words for the author of a change, and where."""

import os
import re
from pathlib import Path

from edgewarden.manifests.rendering import Plan
from edgewarden.manifests.snapshot import Obstacle

LONGEST = 400
"""Characters of a complaint that are passed on, the last ones: they hold the cause."""

_PREFIX = re.compile(r'^(?:[EF]\d{4} \S+ +\d+ \S+\] "command failed" err=[<"]?|[Ee]rror: )\s*')
_WRAPPED = re.compile(r".*recursed accumulation of path '[^']*': ", re.DOTALL)
_NOISE = re.compile(r"^(?:# )?[Ww]arning:.*$\n?", re.MULTILINE)


def complained(complaint: bytes, plan: Plan, tree: Path) -> Obstacle:
    """What the tool said of a root, the files of which lie in ``tree``."""
    said = complaint.decode("utf-8", errors="replace").replace(f"{os.fspath(tree)}/", "")
    said = said.replace('\\"', '"')
    said = _WRAPPED.sub("", _PREFIX.sub("", _NOISE.sub("", said).strip()))
    said = " ".join("".join(c if c.isprintable() else " " for c in said).split()).strip('<>" .')
    if len(said) > LONGEST:
        said = f"… {said[-LONGEST:]}"
    path, line = _place(said, plan)
    remedy = f"Repair what {plan.tool} complains of."
    return Obstacle(path, line, f"{plan.tool} says: {said or 'nothing'}", remedy)


def _place(said: str, plan: Plan) -> tuple[str, int]:
    """Where a kustomization names the path that the complaint names last; else what makes the
    root."""
    found = [
        (said.rfind(mention.named), len(mention.named), mention.path, mention.line)
        for mention in plan.mentions
        if mention.named and mention.named in said
    ]
    if not found:
        return plan.marker, 1
    _, _, path, line = max(found)
    return path, line
