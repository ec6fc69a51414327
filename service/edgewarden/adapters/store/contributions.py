"""What repositories deploy to clusters, and how far they were looked at."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, delete, select, tuple_, update
from sqlalchemy.orm import Session

from edgewarden.adapters.store.inserting import insert_into
from edgewarden.adapters.store.tables import ContributionRow, LookRow
from edgewarden.workflows.contributed import ClusterContribution, Contributor
from edgewarden.workflows.ports import Look

_KEY = ["forge", "repository", "cluster"]
_Row = TypeVar("_Row", ContributionRow, LookRow)


class DatabaseContributions:
    """``workflows.ports.Contributions`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, contribution: ClusterContribution) -> None:
        """One statement decides between two that come at the same moment."""
        new = {
            "commit": contribution.commit,
            "digest": contribution.digest,
            "reader": contribution.reader,
            "seen_at": contribution.seen_at,
            "body": contribution.body,
        }
        statement = insert_into(self._session, ContributionRow).values(
            forge=contribution.by.forge,
            repository=contribution.by.repository,
            cluster=contribution.cluster,
            **new,
        )
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=_KEY,
                set_=new,
                where=ContributionRow.seen_at <= statement.excluded.seen_at,
            )
        )

    def confirm(
        self, by: Contributor, cluster: str, *, commit: str, reader: str, seen_at: datetime
    ) -> None:
        self._session.execute(
            update(ContributionRow)
            .where(
                _at(ContributionRow, by, cluster),
                ContributionRow.commit == commit,
                ContributionRow.reader == reader,
                ContributionRow.seen_at < seen_at,
            )
            .values(seen_at=seen_at)
        )

    def of(self, cluster: str, by: Collection[Contributor]) -> Sequence[ClusterContribution]:
        return [
            ClusterContribution(
                by=Contributor(row.repository, row.forge),
                cluster=row.cluster,
                commit=row.commit,
                digest=row.digest,
                reader=row.reader,
                seen_at=row.seen_at,
                body=row.body,
            )
            for row in self._of(ContributionRow, by, ContributionRow.cluster == cluster)
        ]

    def note(self, look: Look) -> None:
        new = {
            "branch": look.branch,
            "commit": look.commit,
            "made_of": look.made_of,
            "obstacle": look.obstacle,
            "looked_at": look.at,
        }
        statement = insert_into(self._session, LookRow).values(
            forge=look.by.forge, repository=look.by.repository, cluster=look.cluster, **new
        )
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=_KEY,
                set_=new,
                where=LookRow.looked_at <= statement.excluded.looked_at,
            )
        )

    def looks(self, by: Collection[Contributor]) -> Sequence[Look]:
        return [
            Look(
                by=Contributor(row.repository, row.forge),
                cluster=row.cluster,
                branch=row.branch,
                commit=row.commit,
                made_of=row.made_of,
                obstacle=row.obstacle,
                at=row.looked_at,
            )
            for row in self._of(LookRow, by)
        ]

    def keep_only(self, wanted: Collection[tuple[Contributor, str]]) -> int:
        forgotten = [self._forget(table, wanted) for table in (ContributionRow, LookRow)]
        return forgotten[0]

    def _forget(
        self,
        table: type[ContributionRow] | type[LookRow],
        wanted: Collection[tuple[Contributor, str]],
    ) -> int:
        places = {
            (Contributor(repository, forge), cluster)
            for forge, repository, cluster in self._session.execute(
                select(table.forge, table.repository, table.cluster)
            )
        }
        unwanted = places - set(wanted)
        for by, cluster in unwanted:
            self._session.execute(delete(table).where(_at(table, by, cluster)))
        return len(unwanted)

    def _of(
        self, table: type[_Row], by: Collection[Contributor], *conditions: ColumnElement[bool]
    ) -> Sequence[_Row]:
        """Their rows, by repository, forge and cluster."""
        those = tuple_(table.repository, table.forge).in_([(e.repository, e.forge) for e in by])
        statement = (
            select(table).where(those, *conditions).execution_options(populate_existing=True)
        )
        found = self._session.scalars(statement)
        return sorted(found, key=lambda row: (row.repository, row.forge, row.cluster))


def _at(
    table: type[ContributionRow] | type[LookRow], by: Contributor, cluster: str
) -> ColumnElement[bool]:
    return and_(
        table.forge == by.forge, table.repository == by.repository, table.cluster == cluster
    )
