"""Files of a tree that say who owns what: which of them are read, and what they hold."""

from collections.abc import Iterator, Mapping

from edgewarden.adapters.git.listing import REGULAR, Entries, ListedTrees
from edgewarden.governance.ownership.places import ownership_of, ownership_paths
from edgewarden.manifests.snapshot import Omission, SourceFile


def owning(trees: ListedTrees, *, rendered: bool) -> Entries:
    """What says of the first tree who owns what: of all of it where something is rendered, which
    makes other files change than those that differ, and else of what differs."""
    paths = ownership_paths(trees.base) if rendered else ownership_of(trees.changed)
    entries = ((path, trees.base.get(path)) for path in paths)
    return {path: entry for path, entry in entries if entry is not None and entry[0] in REGULAR}


def ownership_files(
    base: Entries, wanted: Entries, contents: Mapping[str, bytes]
) -> Iterator[SourceFile]:
    """Those of a tree, by path; only those that are ``wanted`` have bytes."""
    for path in sorted(ownership_paths(base)):
        mode, object_id = base[path]
        if path in wanted and object_id in contents:
            yield SourceFile(path, contents[object_id], None, object_id)
        elif mode in REGULAR:
            reason = Omission.TOO_LARGE if path in wanted else Omission.NOT_A_MANIFEST
            yield SourceFile(path, None, reason, object_id)
