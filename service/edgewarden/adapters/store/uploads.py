"""What CI rendered of commits, for as long as a review may ask for it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, false, or_, select, update
from sqlalchemy.orm import Session, aliased, defer

from edgewarden.adapters.store.changes import newest_merge_base
from edgewarden.adapters.store.inserting import insert_into, inserted
from edgewarden.adapters.store.tables import ChangeRow, LookRow, PersonRow, UploadRow
from edgewarden.workflows.ports import Actor, StoredUpload, UploadPlace

_KEY = ["forge", "repository", "commit", "cluster"]


class DatabaseUploads:
    """``workflows.ports.Uploads`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, upload: StoredUpload, document: bytes, actor: Actor) -> StoredUpload | None:
        """One statement decides between two that come at the same moment."""
        place = upload.place
        said = {
            "digest": upload.digest,
            "received_at": upload.received_at,
            "actor_id": actor.person_id,
            "counts": dict(upload.counts),
            "document": document,
        }
        # PostgreSQL locks the row that is in the way although it is not updated, and SQLite has
        # one writer: nobody else can keep or forget it until this transaction ends.
        statement = (
            insert_into(self._session, UploadRow)
            .values(
                forge=place.forge,
                repository=place.repository,
                commit=place.commit,
                cluster=place.cluster,
                branch=upload.branch,
                replaced="",
                **said,
            )
            .on_conflict_do_update(index_elements=_KEY, set_={"branch": ""}, where=false())
        )
        if inserted(self._session, statement):
            return None
        before = self._found(_at(place))[0]
        changed = {**said, "replaced": before.digest} if before.digest != upload.digest else {}
        self._session.execute(
            update(UploadRow)
            .where(_at(place))
            .values(branch=upload.branch or before.branch, **changed)
            .execution_options(synchronize_session=False)
        )
        return before

    def get(self, place: UploadPlace) -> StoredUpload | None:
        return next(iter(self._found(_at(place))), None)

    def document(self, place: UploadPlace) -> bytes | None:
        return self._session.scalar(select(UploadRow.document).where(_at(place)))

    def of(self, forge: str, repository: str, commits: Collection[str]) -> Sequence[StoredUpload]:
        found = self._found(
            UploadRow.forge == forge,
            UploadRow.repository == repository,
            UploadRow.commit.in_(commits),
        )
        return sorted(found, key=lambda each: each.place)

    def forget(self, received_before: datetime) -> int:
        own = and_(ChangeRow.forge == UploadRow.forge, ChangeRow.repository == UploadRow.repository)
        needed = exists().where(
            own,
            ChangeRow.closed_at.is_(None),
            or_(
                ChangeRow.head == UploadRow.commit,
                newest_merge_base() == UploadRow.commit,
            ),
        )
        looked_at = exists().where(
            LookRow.forge == UploadRow.forge,
            LookRow.repository == UploadRow.repository,
            LookRow.commit == UploadRow.commit,
        )
        base = exists().where(own, ChangeRow.base_branch == UploadRow.branch)
        newer = aliased(UploadRow)
        overtaken = exists().where(
            newer.forge == UploadRow.forge,
            newer.repository == UploadRow.repository,
            newer.cluster == UploadRow.cluster,
            newer.branch == UploadRow.branch,
            newer.received_at > UploadRow.received_at,
        )
        deleted = self._session.execute(
            delete(UploadRow)
            .where(
                UploadRow.received_at < received_before,
                ~needed,
                ~looked_at,
                or_(~base, overtaken),
            )
            .returning(UploadRow.commit)
            .execution_options(synchronize_session=False)
        )
        return len(deleted.all())

    def _found(self, *conditions: ColumnElement[bool]) -> Sequence[StoredUpload]:
        statement = (
            select(UploadRow, PersonRow.handle)
            .join(PersonRow, PersonRow.id == UploadRow.actor_id)
            .where(*conditions)
            .options(defer(UploadRow.document))
            .execution_options(populate_existing=True)
        )
        return [
            StoredUpload(
                place=UploadPlace(row.forge, row.repository, row.commit, row.cluster),
                digest=row.digest,
                branch=row.branch,
                received_at=row.received_at,
                actor=handle,
                counts=row.counts,
                replaced=row.replaced,
            )
            for row, handle in self._session.execute(statement)
        ]


def _at(place: UploadPlace) -> ColumnElement[bool]:
    return and_(
        UploadRow.forge == place.forge,
        UploadRow.repository == place.repository,
        UploadRow.commit == place.commit,
        UploadRow.cluster == place.cluster,
    )
