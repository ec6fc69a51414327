"""Uploads in memory, as ``workflows.ports.Uploads`` has them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from edgewarden.workflows.ports import Actor, Change, Look, StoredUpload, UploadPlace

Rows = dict[UploadPlace, tuple[StoredUpload, bytes]]


class MemoryUploads:
    """``changes`` pair each change with what its newest review compares with; ``looks`` are those
    at what contributes.
    """

    def __init__(
        self,
        rows: Rows,
        changes: Callable[[], list[tuple[Change, str]]],
        looks: Callable[[], Collection[Look]],
    ) -> None:
        self._rows = rows
        self._changes = changes
        self._looks = looks

    def keep(self, upload: StoredUpload, document: bytes, actor: Actor) -> StoredUpload | None:
        before = self.get(upload.place)
        kept = replace(upload, actor=actor.handle, replaced="")
        if before is not None:
            kept = replace(kept, branch=upload.branch or before.branch, replaced=before.digest)
            if before.digest == upload.digest:
                kept = replace(before, branch=kept.branch)
        self._rows[upload.place] = (kept, document)
        return before

    def get(self, place: UploadPlace) -> StoredUpload | None:
        row = self._rows.get(place)
        return None if row is None else row[0]

    def document(self, place: UploadPlace) -> bytes | None:
        row = self._rows.get(place)
        return None if row is None else row[1]

    def of(self, forge: str, repository: str, commits: Collection[str]) -> Sequence[StoredUpload]:
        return [
            self._rows[place][0]
            for place in sorted(self._rows)
            if (place.forge, place.repository) == (forge, repository) and place.commit in commits
        ]

    def forget(self, received_before: datetime) -> int:
        old = [
            upload.place
            for upload, _ in self._rows.values()
            if upload.received_at < received_before
            and not self._needed(upload)
            and not self._looked_at(upload.place)
            and not self._newest_of_a_base(upload)
        ]
        for place in old:
            del self._rows[place]
        return len(old)

    def _of_its_repository(self, upload: StoredUpload) -> list[tuple[Change, str]]:
        own = (upload.place.forge, upload.place.repository)
        return [
            each for each in self._changes() if (each[0].ref.forge, each[0].ref.repository) == own
        ]

    def _needed(self, upload: StoredUpload) -> bool:
        return any(
            change.open and upload.place.commit in {change.head, merge_base}
            for change, merge_base in self._of_its_repository(upload)
        )

    def _looked_at(self, place: UploadPlace) -> bool:
        return any(
            (look.by.forge, look.by.repository, look.commit)
            == (place.forge, place.repository, place.commit)
            for look in self._looks()
        )

    def _newest_of_a_base(self, upload: StoredUpload) -> bool:
        bases = {change.base_branch for change, _ in self._of_its_repository(upload)}
        line = replace(upload.place, commit="")
        later = (
            other
            for other, _ in self._rows.values()
            if replace(other.place, commit="") == line
            and other.branch == upload.branch
            and other.received_at > upload.received_at
        )
        return upload.branch in bases and not any(later)
