"""Files that Flux leaves out of what it fetches of a repository.

By ``LoadIgnorePatterns`` of ``fluxcd/pkg/sourceignore``: the ``.sourceignore`` files of the tree,
and after them ``ignore`` of the ``GitRepository``, in the patterns of ``.gitignore``. The last one
that matches a path, or a directory above it, decides.
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from edgewarden.manifests.globs import Globs
from edgewarden.manifests.snapshot import SourceFile, says_what_is_ignored

MOST_RULES = 500
"""Where there are more, any file may be left out."""

_EVERYTHING = "."
_UNREAD = ("[", "\\")
"""What begins a class of characters, and what takes a star for itself: here it matches all."""


def rules_of(files: Mapping[str, SourceFile], own: str) -> tuple[str, ...]:
    """The patterns of a tree and then those of a source's ``own`` text, relative to the tree.

    Those that begin with ``!`` take files in again.
    """
    written = [*_of_files(files), *_of_text(own, "")]
    return tuple(written) if len(written) <= MOST_RULES else (_EVERYTHING,)


def left_out(paths: Iterable[str], rules: Iterable[str]) -> frozenset[str]:
    """Those of ``paths`` that may be left out."""
    listed = frozenset(paths)
    found: frozenset[str] = frozenset()
    for back, group in groupby(rules, key=lambda rule: rule.startswith("!")):
        globs = Globs(tuple(rule.removeprefix("!") for rule in group))
        found = found - globs.matching(found) if back else found | globs.matching(listed)
    return found


def _of_files(files: Mapping[str, SourceFile]) -> Iterator[str]:
    for path in sorted(filter(says_what_is_ignored, files)):
        content, directory = files[path].content, posixpath.dirname(path)
        if content is None:
            yield directory or _EVERYTHING
        else:
            yield from _of_text(content.decode("utf-8", errors="replace"), directory)


def _of_text(text: str, directory: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            back, pattern = line.startswith("!"), line.removeprefix("!").strip().rstrip("/")
            if any(each in pattern for each in _UNREAD):
                if not back:
                    yield directory or _EVERYTHING
                continue
            anywhere = "/" not in pattern
            place = posixpath.join(directory, "**" if anywhere else "", pattern.lstrip("/"))
            yield f"{'!' if back else ''}{place}"
