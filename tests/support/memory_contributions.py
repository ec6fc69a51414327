"""Contributions in memory, as ``workflows.ports.Contributions`` has them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from edgewarden.workflows.contributed import ClusterContribution


class MemoryContributions:
    def __init__(self, rows: dict[tuple[str, str, str], ClusterContribution]) -> None:
        self._rows = rows

    def keep(self, contribution: ClusterContribution) -> None:
        key = contribution.repository, contribution.forge, contribution.cluster
        before = self._rows.get(key)
        if before is None or before.seen_at <= contribution.seen_at:
            self._rows[key] = contribution

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
        same = {
            each.cluster: (key, each)
            for key, each in self._rows.items()
            if (each.forge, each.repository) == (forge, repository)
            and (each.commit, each.reader) == (commit, reader)
        }
        if not clusters <= same.keys():
            return False
        for key, each in (same[cluster] for cluster in clusters):
            self._rows[key] = replace(each, seen_at=max(each.seen_at, seen_at))
        return True

    def of(self, cluster: str) -> Sequence[ClusterContribution]:
        return [self._rows[key] for key in sorted(self._rows) if key[2] == cluster]
