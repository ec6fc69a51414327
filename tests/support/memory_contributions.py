"""Contributions in memory, as ``workflows.ports.Contributions`` has them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from edgewarden.workflows.contributed import ClusterContribution, Contributor
from edgewarden.workflows.ports import Look

Place: TypeAlias = tuple[Contributor, str]


@dataclass
class ContributionRows:
    contributions: dict[Place, ClusterContribution] = field(default_factory=dict)
    looks: dict[Place, Look] = field(default_factory=dict)


class MemoryContributions:
    def __init__(self, rows: ContributionRows) -> None:
        self._kept, self._looks = rows.contributions, rows.looks

    def keep(self, contribution: ClusterContribution) -> None:
        place = contribution.by, contribution.cluster
        before = self._kept.get(place)
        if before is None or before.seen_at <= contribution.seen_at:
            self._kept[place] = contribution

    def confirm(
        self, by: Contributor, cluster: str, *, commit: str, reader: str, seen_at: datetime
    ) -> None:
        kept = self._kept.get((by, cluster))
        if kept is not None and (kept.commit, kept.reader) == (commit, reader):
            self._kept[by, cluster] = replace(kept, seen_at=max(kept.seen_at, seen_at))

    def of(self, cluster: str, by: Collection[Contributor]) -> Sequence[ClusterContribution]:
        return [
            self._kept[place]
            for place in sorted(self._kept)
            if place[1] == cluster and place[0] in by
        ]

    def note(self, look: Look) -> None:
        place = look.by, look.cluster
        before = self._looks.get(place)
        if before is None or before.at <= look.at:
            self._looks[place] = look

    def looks(self, by: Collection[Contributor]) -> Sequence[Look]:
        return [self._looks[place] for place in sorted(self._looks) if place[0] in by]

    def keep_only(self, wanted: Collection[Place]) -> int:
        unwanted = self._kept.keys() - set(wanted)
        for place in unwanted:
            del self._kept[place]
        for place in self._looks.keys() - set(wanted):
            del self._looks[place]
        return len(unwanted)
