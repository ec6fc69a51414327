"""What decides an output of a renderer, so that it is not rendered twice."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from edgewarden.adapters.rendering.programs import Program
from edgewarden.manifests.rendering import Plan


def rendering_key(plan: Plan, program: Program, files: Mapping[str, bytes]) -> str:
    """Names what ``program`` makes of a root, for which it finds ``files``. Raises ``OSError``.

    It names no repository: the process that renders sees these files alone. The program is known
    by its file: another version is another file, or one of another time.
    """
    found = Path(program.path).stat()
    told = (
        program.path,
        program.arguments,
        (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns),
        plan.tool,
        plan.directory,
        plan.release and asdict(plan.release),
        [(path, sha256(content).hexdigest()) for path, content in sorted(files.items())],
    )
    return f"rendering\0{json.dumps(told)}"
