"""What repositories deploy to clusters."""

import zlib
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from edgewarden.adapters.store.inserting import insert_into
from edgewarden.adapters.store.tables import ContributionRow
from edgewarden.workflows.contributed import ClusterContribution


class DatabaseContributions:
    """``workflows.ports.Contributions`` within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, contribution: ClusterContribution) -> None:
        """One statement decides between two that come at the same moment."""
        statement = insert_into(self._session, ContributionRow).values(
            forge=contribution.forge,
            repository=contribution.repository,
            cluster=contribution.cluster,
            commit=contribution.commit,
            digest=contribution.digest,
            reader=contribution.reader,
            seen_at=contribution.seen_at,
            body=zlib.compress(contribution.body),
        )
        given = statement.excluded
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["forge", "repository", "cluster"],
                set_={
                    name: given[name] for name in ("commit", "digest", "reader", "seen_at", "body")
                },
                where=ContributionRow.seen_at <= given.seen_at,
            )
        )

    def confirm(
        self,
        forge: str,
        repository: str,
        clusters: AbstractSet[str],
        *,
        commit: str,
        reader: str,
        seen_at: datetime,
    ) -> bool:
        same = (
            ContributionRow.forge == forge,
            ContributionRow.repository == repository,
            ContributionRow.commit == commit,
            ContributionRow.reader == reader,
        )
        known = set(self._session.scalars(select(ContributionRow.cluster).where(*same)))
        if not clusters <= known:
            return False
        later = ContributionRow.seen_at < seen_at
        named = ContributionRow.cluster.in_(sorted(clusters))
        self._session.execute(
            update(ContributionRow).where(*same, named, later).values(seen_at=seen_at)
        )
        return True

    def of(self, cluster: str) -> Sequence[ClusterContribution]:
        statement = (
            select(ContributionRow)
            .where(ContributionRow.cluster == cluster)
            .execution_options(populate_existing=True)
        )
        found = [
            ClusterContribution(
                forge=row.forge,
                repository=row.repository,
                cluster=row.cluster,
                commit=row.commit,
                digest=row.digest,
                reader=row.reader,
                seen_at=row.seen_at,
                body=zlib.decompress(row.body),
            )
            for row in self._session.scalars(statement)
        ]
        return sorted(found, key=lambda each: (each.repository, each.forge))
