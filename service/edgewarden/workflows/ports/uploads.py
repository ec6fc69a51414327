"""What CI rendered of commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edgewarden.manifests.uploads.cleaning import Tally
from edgewarden.manifests.uploads.document import RenderedFile, Upload
from edgewarden.workflows.ports.register import Actor


@dataclass(frozen=True, slots=True, order=True)
class UploadPlace:
    """A cluster at a commit of a repository."""

    forge: str
    repository: str
    commit: str
    cluster: str


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """Rendered manifests without their document. ``actor`` is the handle of who handed them in.

    ``branch`` is the branch of which the commit is the tip, as was said last; empty where nobody
    did. ``counts`` are its objects by kind. ``replaced`` is the digest of what stood there before,
    empty where nothing did.
    """

    place: UploadPlace
    digest: str
    branch: str
    received_at: datetime
    actor: str
    counts: Mapping[str, int]
    replaced: str = ""


class Cleaner(Protocol):
    """Cleans what was rendered where hostile content can do no harm."""

    def cleaned(self, file: RenderedFile) -> tuple[Upload, Tally]:
        """As ``manifests.uploads.cleaning.cleaned`` has it.

        Raises ``UploadError`` also for what exceeds the limits of its process, or breaks it.
        """


class Uploads(Protocol):
    """One upload for each place."""

    def keep(self, upload: StoredUpload, document: bytes, actor: Actor) -> StoredUpload | None:
        """Keep an upload in place of the one before, if any, which is returned.

        ``actor`` is who hands it in. The digest of the one before is kept as ``replaced``; where
        it is the same, only the branch changes. An upload that names no branch keeps the one that
        is known.
        """

    def get(self, place: UploadPlace) -> StoredUpload | None: ...

    def document(self, place: UploadPlace) -> bytes | None:
        """What ``manifests.uploads.document`` reads."""

    def of(self, forge: str, repository: str, commits: Collection[str]) -> Sequence[StoredUpload]:
        """The uploads of these commits, by their places."""

    def forget(self, received_before: datetime) -> int:
        """Delete what is older and nobody will ask for; how many that were.

        Kept is what an open change, or its newest review, is made of, what contributions of the
        repository are made of, and the newest upload of a cluster for each branch that changes of
        the repository go to.
        """
