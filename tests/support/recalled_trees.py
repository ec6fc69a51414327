"""Trees as they are read from Git where readings of the base are at hand."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from edgewarden.adapters.cache.readings import ReadingCache, Recollection
from edgewarden.manifests.deployments.installations import could_deploy
from edgewarden.manifests.snapshot import Omission, Snapshot, makes_root


def named(snapshot: Snapshot) -> Snapshot:
    """The tree with the digests that a repository has for its files."""
    return replace(
        snapshot,
        files=tuple(
            replace(file, digest=sha256(file.content or b"").hexdigest()) for file in snapshot.files
        ),
    )


def recall(cache: ReadingCache, snapshot: Snapshot, repository: str = "shop") -> Recollection:
    digests = {file.path: file.digest for file in snapshot.files if file.content is not None}
    return cache.recall(repository, digests)


def spared(base: Snapshot, head: Snapshot, known: Mapping[str, str]) -> tuple[Snapshot, Snapshot]:
    """The trees without the bytes that nobody asks for, as they are read from Git."""
    if any(
        makes_root(file.path) or could_deploy(file.content or b"")
        for side in (base, head)
        for file in side.files
    ):
        return base, head
    shared = {f for f in base.files if f.content is not None and known.get(f.path) == f.digest}
    sides = (
        replace(
            side,
            files=tuple(
                replace(file, content=None, omission=Omission.KNOWN) if file in shared else file
                for file in side.files
            ),
        )
        for side in (base, head)
    )
    one, other = sides
    return one, other
