"""Who a number of workloads stands for, in Markdown."""

from collections.abc import Iterable

from edgewarden.reporting.escaping import prose
from edgewarden.reporting.rows import EdgeTable, Party
from edgewarden.reporting.sections import Fold


def folded_parties(table: EdgeTable) -> Iterable[Party]:
    return (party for row in table.rows for party in (row.source, row.target) if party.folded)


def who_is_meant(parties: Iterable[Party]) -> tuple[Fold, ...]:
    """Who is meant by each count, every group once."""
    groups = dict.fromkeys((party.text, party.members) for party in parties)
    lines = tuple(f"- {prose(text)}: {', '.join(map(prose, members))}" for text, members in groups)
    return (Fold("Who is meant", lines),) if lines else ()
