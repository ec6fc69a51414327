"""Patterns of Argo CD, each of which means something else by its star than the others do."""

import posixpath
import re
from collections.abc import Iterable

from edgewarden.manifests.deployments.specification import UnclearError, shown
from edgewarden.manifests.globs import Globs, crossing

_CLASSES = frozenset("[]\\")
_BRACES = re.compile(r"\{([^{}]*)\}")


def directories_matching(pattern: str, directories: Iterable[str]) -> frozenset[str]:
    """Those of ``directories`` that a pattern of the git generator means.

    It is Go's ``path.Match``: a star stands for text without a slash, two stars for the same, and
    a pattern is relative to the root. Raises ``UnclearError`` for classes of characters.
    """
    _without_classes(pattern)
    depth = pattern.count("/")
    if pattern.startswith("/") or not pattern.strip("/") or pattern.endswith("/"):
        return frozenset()
    level = [each for each in directories if each.count("/") == depth]
    return Globs((re.sub(r"\*+", "*", pattern),)).matching(level)


def files_matching(pattern: str, files: Iterable[str]) -> frozenset[str]:
    """Those of ``files`` that a pattern of the git generator means.

    By default that is a pattern of ``git ls-files``, in which a star stands for slashes as well;
    ``applicationsetcontroller.enable.new.git.file.globbing`` makes it stand for text without.
    Raises ``UnclearError`` where these do not mean the same files, and for classes of characters.
    """
    _without_classes(pattern)
    if "{" in pattern:
        raise _unsure(pattern)
    listed = tuple(files)
    loosely = crossing([pattern])
    found = frozenset(path for path in listed if loosely.match(path))
    if found != _within_slashes(pattern, listed):
        raise UnclearError(
            f"the files that {shown(pattern)} means depend on a setting of Argo CD",
            "Name the directories in between: write a star for each of them.",
        )
    return found


def _within_slashes(pattern: str, files: Iterable[str]) -> frozenset[str]:
    """Those of ``files`` themselves that match, and not a directory that they are in."""
    globs = Globs((pattern,))
    matched = globs.matching(files)
    if pattern.endswith("**"):
        return matched
    return matched - {path for path in matched if globs.match(posixpath.dirname(path))}


def check_patterns(*patterns: str) -> None:
    """Raises ``UnclearError`` for a pattern that ``selected`` could not hold a path against."""
    for pattern in patterns:
        _alternatives(pattern)


def selected(path: str, include: str, exclude: str) -> bool:
    """Whether ``directory.include`` and ``exclude`` of an ``Application`` let a file through.

    ``path`` is relative to its directory. A star stands for slashes as well, and patterns stand in
    braces, with commas between. ``check_patterns`` has found them sound.
    """
    if exclude and crossing(_alternatives(exclude)).match(path):
        return False
    return not include or bool(crossing(_alternatives(include)).match(path))


def _alternatives(pattern: str) -> list[str]:
    _without_classes(pattern)
    braces = _BRACES.findall(pattern)
    if not braces and "{" not in pattern:
        return [pattern]
    if len(braces) != 1 or pattern.count("{") != 1:
        raise _unsure(pattern)
    before, after = _BRACES.split(pattern)[0], _BRACES.split(pattern)[2]
    return [f"{before}{middle.strip()}{after}" for middle in braces[0].split(",")]


def _without_classes(pattern: str) -> None:
    if _CLASSES & set(pattern):
        raise _unsure(pattern)


def _unsure(pattern: str) -> UnclearError:
    return UnclearError(
        f"what the pattern {shown(pattern)} means is not known here",
        "Write it with stars and question marks only.",
    )
