"""Symbolic links of a tree: what they lead to, so that a change of that shows at the link."""

import hashlib
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import takewhile

from edgewarden.manifests.snapshot import (
    Omission,
    SourceFile,
    ancestors,
    holds_manifests,
    renderer_inputs,
)

_MOST_STEPS = 256
"""Parts of paths that are walked for one link; one that takes more, or loops, leads nowhere."""


def link_sources(
    targets: Mapping[str, str], files: Iterable[str], digest_of: Callable[[str], str]
) -> Iterator[SourceFile]:
    """The links that could hide manifests, by their paths in ``targets``.

    ``files`` are the paths of everything else in the tree, and ``digest_of`` tells what names
    the bytes of one of them. The digest of a link names what it leads to in the tree: a file, or
    the manifests below a directory. One that leads to nothing there could hide anything.
    """
    listed = frozenset(files)
    paths = listed | targets.keys()
    directories = frozenset(up for path in paths for up in ancestors(path))
    manifests = sorted(filter(holds_manifests, paths))
    rendered = renderer_inputs(paths)
    trees: dict[str, str] = {}
    for link, target in targets.items():
        omission, digest = Omission.SYMLINK, _digest(target)
        place = _place(link, targets, listed, directories)
        wanted = place is None or holds_manifests(link) or link in rendered
        if place in listed:
            digest = digest_of(place) if wanted else ""
        elif place is not None:
            if place not in trees:
                trees[place] = _tree_digest(place, manifests, targets, digest_of)
            digest = trees[place]
            if digest:
                omission, wanted = Omission.DIRECTORY_LINK, True
        if wanted:
            yield SourceFile(link, None, omission, digest)


def _place(
    link: str, targets: Mapping[str, str], files: AbstractSet[str], directories: AbstractSet[str]
) -> str | None:
    """The file or directory of the tree that a link leads to, over all links in between."""
    pending = deque(link.split("/"))
    walked: list[str] = []
    for _ in range(_MOST_STEPS):
        if not pending:
            return "/".join(walked)
        part = pending.popleft()
        if part in {"", "."}:
            continue
        if part == "..":
            if not walked:
                return None
            walked.pop()
            continue
        walked.append(part)
        here = "/".join(walked)
        if here in targets:
            if targets[here].startswith("/"):
                return None
            walked.pop()
            pending.extendleft(reversed(targets[here].split("/")))
        elif here not in directories and (pending or here not in files):
            return None
    return None


def _tree_digest(
    directory: str,
    manifests: list[str],
    targets: Mapping[str, str],
    digest_of: Callable[[str], str],
) -> str:
    """Names the manifests below a directory, links among them by what they say; empty where
    there are none."""
    prefix = f"{directory}/" if directory else ""
    below = takewhile(
        lambda path: path.startswith(prefix),
        (manifests[index] for index in range(bisect_left(manifests, prefix), len(manifests))),
    )
    lines = [
        f"{path.removeprefix(prefix)}\0{targets.get(path) or digest_of(path)}\0" for path in below
    ]
    return _digest("".join(lines)) if lines else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
