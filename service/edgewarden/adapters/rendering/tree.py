"""The files of one root, as a renderer finds them."""

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

LEFTOVERS = ("rendering-*",)
"""Directories in a scratch place that belong to one process."""

_NO_NAMES = frozenset({"", ".", ".."})


@contextmanager
def written(files: Mapping[str, bytes], scratch: Path | None) -> Iterator[Path]:
    """A directory that holds ``tree``, with the files in it by their paths, and an empty ``home``.

    It is made below ``scratch`` if there is one, and gone afterwards. Raises ``OSError`` where a
    file cannot be written, as one whose path leads out of the tree: Git lists such a path where
    somebody made it by hand.
    """
    with tempfile.TemporaryDirectory(prefix="rendering-", dir=scratch) as name:
        place = Path(name)
        (place / "home").mkdir()
        tree = place / "tree"
        tree.mkdir()
        for path, content in files.items():
            if not _NO_NAMES.isdisjoint(path.split("/")):
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
            file = tree / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        yield place
