"""What decides an output of a renderer, so that it is not rendered twice."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from edgewarden.adapters.cache.code import rendering_code
from edgewarden.adapters.rendering.programs import Program
from edgewarden.manifests.rendering import Plan


def rendering_key(plan: Plan, program: Program, files: Mapping[str, bytes]) -> str:
    """Names what ``program`` makes of a root, for which it finds ``files``. Raises ``OSError``.

    It names no repository: the process that renders sees these files alone. The program is known
    by its file: another version is another file, or one of another time.
    """
    found = Path(program.path).stat()
    told = (
        rendering_code(),
        program.command(plan),
        (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns),
        [(path, sha256(content).hexdigest()) for path, content in sorted(files.items())],
    )
    return f"rendering\0{json.dumps(told)}"
