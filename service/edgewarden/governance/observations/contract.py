"""Agreed connections that a change breaks, and new ones on which nobody agreed."""

from collections.abc import Iterator

from edgewarden.governance.contract.report import ContractReport, EntryResult, Uncovered
from edgewarden.governance.observations.observation import Observation
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.reasons import Cause, Side

_MOST_TOLD = 2


def broken_entries(report: ContractReport) -> Iterator[tuple[EntryResult, Observation]]:
    """One for each entry that breaks in the head and did not in the base."""
    for entry in report.newly_broken:
        told = "; ".join(each.text for each in entry.breaches[:_MOST_TOLD])
        more = len(entry.breaches) - _MOST_TOLD + entry.left_out
        others = f"; and {more} more" if more > 0 else ""
        location, subject, side = _place(entry.causes, entry.location)
        if not entry.causes:
            grounds = (g.location for each in entry.breaches for g in each.grounds if g.location)
            location = next(grounds, location)
        asked = f"{entry.name} of the contract ({entry.location})"
        yield (
            entry,
            Observation(
                key=(entry.name,),
                text=f"The change breaks entry {asked}: {told}{others}.",
                location=location,
                subject=subject,
                side=side,
                remedy=_remedy(entry),
            ),
        )


def uncontracted_edges(report: ContractReport) -> Iterator[tuple[Uncovered, Observation]]:
    """One for each part of a new edge that no entry speaks of."""
    for edge in report.uncovered:
        location, subject, side = _place(edge.causes, _NOWHERE)
        word = "is newly allowed" if edge.certain else "may newly be allowed"
        yield (
            edge,
            Observation(
                key=(edge.text,),
                text=f"No entry of the contract speaks of what {word}: {edge.text}.",
                location=location,
                subject=subject,
                side=side,
            ),
        )


def _remedy(entry: EntryResult) -> str:
    whom = f" ask {entry.owner}, who owns it, to" if entry.owner else ""
    return f"Change the policies back, or{whom} change the entry first."


def _place(
    causes: tuple[Cause, ...], otherwise: Location
) -> tuple[Location, ObjectRef | None, Side]:
    """Where the first cause is written, one of the head if there is one."""
    if not causes:
        return otherwise, None, Side.HEAD
    cause = min(causes, key=lambda each: each.side is not Side.HEAD)
    return cause.location, cause.subject, cause.side


_NOWHERE = Location(".", 1)
