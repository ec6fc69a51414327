"""How much of today's connections a contract speaks of, as an outline and as JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from edgewarden.governance.contract.contract import Entry
from edgewarden.governance.contract.today import CoverageReport
from edgewarden.reporting import edge_tables
from edgewarden.reporting.blocks import Banner, Heading, Item, Items, Tone
from edgewarden.reporting.json_edges import StandingEdgeReport, pair_by_pair, standing
from edgewarden.reporting.json_parts import clean
from edgewarden.reporting.json_text import json_text
from edgewarden.reporting.outline import Outline
from edgewarden.reporting.parties import Namer, workload_ends
from edgewarden.reporting.rows import EdgeRow
from edgewarden.reporting.wording import counted

_MOST_LISTED = 40
"""Of a kind; JSON has them all."""


@dataclass(frozen=True, slots=True)
class ContractCoverageReport:
    """``connections`` of known workloads, ``without_entry`` those that no entry speaks of on some
    port. Idle entries allow what nothing of today's is; unwritten ones lack an owner, an approver,
    a reason or a review date."""

    cluster: str
    connections: int
    without_entry: int
    uncovered: Iterable[StandingEdgeReport]
    idle: list[str]
    unwritten: list[str]


def coverage_json(report: CoverageReport) -> Iterator[str]:
    """As JSON text with a line feed at its end, in pieces."""
    return json_text(
        ContractCoverageReport(
            cluster=clean(report.cluster),
            connections=report.connections,
            without_entry=report.without_entry,
            uncovered=pair_by_pair((edge, standing(edge)) for edge in report.uncovered),
            idle=[clean(entry.name) for entry in report.idle],
            unwritten=[clean(entry.name) for entry in report.unwritten],
        )
    )


def coverage_outline(report: CoverageReport) -> Outline:
    table = edge_tables.standing(report.uncovered, Namer(workload_ends(report.uncovered)))
    covered = report.connections - report.without_entry
    sentence = (
        f"of {counted(report.connections, 'connection')} of today {covered} have an entry in the"
        f" contract, {report.without_entry} have none."
    )
    banner = Banner("not whole", sentence, Tone.ATTENTION)
    return (
        banner if table.rows else replace(banner, title="whole", tone=Tone.GOOD),
        *_listed(f"Without an entry: {report.without_entry}", map(_row, table.rows)),
        *_listed(
            f"Entries that allow nothing of today: {len(report.idle)}", map(_entry, report.idle)
        ),
        *_listed(
            "Entries without an owner, an approver, a reason or a review date:"
            f" {len(report.unwritten)}",
            map(_entry, report.unwritten),
        ),
    )


def _listed(title: str, items: Iterable[Item]) -> tuple[Heading | Items, ...]:
    found = list(items)
    if (more := len(found) - _MOST_LISTED) > 0:
        found = [*found[:_MOST_LISTED], Item(f"{more} more", Tone.QUIET)]
    return (Heading(title), Items(tuple(found))) if found else ()


def _row(row: EdgeRow) -> Item:
    ends = (("From", row.source), ("To", row.target))
    members = (f"{role}: {', '.join(end.members)}" for role, end in ends if end.folded)
    return Item(edge_tables.row_text(row), Tone.ATTENTION, tuple(members))


def _entry(entry: Entry) -> Item:
    return Item(f"{entry.name} ({entry.location})", Tone.QUIET)
