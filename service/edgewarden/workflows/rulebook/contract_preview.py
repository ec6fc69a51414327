"""What a change of the contract would come to once it is merged."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from edgewarden.governance.contract.contract import Contract
from edgewarden.governance.contract.report import Standing
from edgewarden.governance.contract.verification import Verification
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState
from edgewarden.reporting.wording import counted

MOST_NAMED = 3
_STANDINGS = (
    (Standing.BREAKS, "broken"),
    (Standing.UNDETERMINED, "undetermined"),
    (Standing.VACUOUS, "vacuous"),
)
_NOWHERE = Location("", 1)


def fresh_entries(before: Contract, after: Contract) -> Contract:
    """Those that the change writes, or writes otherwise."""
    known = {replace(each, location=_NOWHERE) for each in before.entries}
    entries = (each for each in after.entries if replace(each, location=_NOWHERE) not in known)
    return Contract(tuple(entries))


def foretold(fresh: Contract, states: Sequence[ClusterState]) -> Iterator[str]:
    """Says what ``fresh`` entries come to in ``states``."""
    if not fresh.entries:
        return
    count = counted(len(fresh.entries), "entry", "entries")
    verified = ((Verification(state), fresh.of_cluster(state.name)) for state in states)
    standings = {
        (result.name, result.standing)
        for verification, entries in verified
        for result in (verification.result(entry, date.min) for entry in entries)
    }
    told = [f"Once merged, {count} of the contract will count"]
    for standing, words in _STANDINGS:
        names = sorted(name for name, so in standings if so is standing)
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        if names:
            told.append(f"{words}: {', '.join(names[:MOST_NAMED])}{more}")
    yield "; ".join(told) + "."
