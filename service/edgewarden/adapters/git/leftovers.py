"""What a killed process leaves behind in a mirror and nobody else removes."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

PRIVATE = ("askpass-*", "new-mirror-*")
"""Directories beside the mirrors that belong to one process."""

INSIDE = ("merge-*", "packed-refs.lock", "refs/edgewarden/**/*.lock", "objects/pack/tmp_*")
"""Files and directories in a mirror that belong to one process."""


def remove_leftovers(directory: Path, patterns: tuple[str, ...], older_than: float) -> None:
    """Remove what matches ``patterns`` and has not been touched for ``older_than`` seconds.

    No process runs that long, so nothing that is in use is removed.
    """
    before = time.time() - older_than
    for pattern in patterns:
        for path in directory.glob(pattern):
            with suppress(FileNotFoundError):  # another worker may sweep at the same time
                if path.lstat().st_mtime < before:
                    _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
