"""A contract held against one state of a cluster."""

from collections.abc import Iterator
from datetime import date

from edgewarden.governance.contract.among_all import AmongAll, Outlook, Told
from edgewarden.governance.contract.among_known import AmongKnown
from edgewarden.governance.contract.contract import Entry, Expected
from edgewarden.governance.contract.members import Members, Membership
from edgewarden.governance.contract.report import Breach, Doubt, EntryResult, Standing
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.passage.conceivable import ConceivablePassage
from edgewarden.reachability.passage.known import KnownPassage

MOST_TOLD = 5
"""Of more breaches, and of more doubts, the first are told and the others are counted."""


class Verification:
    """Holds entries against one state of a cluster.

    An entry that allows holds where every known source certainly reaches every known destination
    on all of its ports. One that denies holds where no known source reaches any, and no pod that
    could exist does either. What hangs on facts, or on something that could not be read, is
    undetermined; what names nothing that is known is vacuous unless it breaks all the same.
    """

    def __init__(self, state: ClusterState) -> None:
        known = KnownPassage(state)
        self.membership = Membership(known.index)
        self._among_known = AmongKnown(known, self.membership)
        everyone = ConceivablePassage(state)
        self._among_all = AmongAll(everyone, self.membership, state.profile)
        self._problems = tuple(problem for problem in state.problems if problem.decisive)

    def result(self, entry: Entry, today: date) -> EntryResult:
        sources, destinations = map(self.membership.of, (entry.source, entry.destination))
        unknown = (*sources.unknown, *destinations.unknown)
        unknown += tuple(self._unnamed_ports(entry, destinations))
        found = list(self._among_known.of(entry, sources, destinations))
        seen = list(unknown)
        outlook = self._among_all.of(entry)
        if outlook is not None:
            more, sentences = _looked_at(entry, outlook, known=not unknown)
            found += more
            seen += sentences
        unread = [each for each in self._problems if _concerns(each, entry)]
        breaches = [each for each in found if isinstance(each, Breach)]
        doubts = [each for each in found if isinstance(each, Doubt)]
        if unread:
            doubts = [
                *(Doubt(f"{each.location}: {each.message}") for each in unread),
                *(Doubt(each.text) for each in breaches),
                *doubts,
            ]
            breaches = []
        return EntryResult(
            name=entry.name,
            expected=entry.expected,
            source=entry.source.text,
            destination=entry.destination.text,
            ports=entry.ports_text,
            standing=_standing(breaches, doubts, unknown),
            location=entry.location,
            owner=entry.owner,
            approver=entry.approver,
            reason=entry.reason,
            review_by=entry.review_by,
            overdue=entry.overdue(today),
            unwritten=entry.unwritten,
            breaches=tuple(breaches[:MOST_TOLD]),
            doubts=tuple(doubts[:MOST_TOLD]),
            left_out=sum(max(0, len(each) - MOST_TOLD) for each in (breaches, doubts)),
            seen=tuple(seen),
        )

    def _unnamed_ports(self, entry: Entry, destinations: Members) -> Iterator[str]:
        """Where nothing calls a port so, nothing shows what the entry is about."""
        if not entry.port_names or not destinations.workloads.possible:
            return
        asked = self.membership.by_ports(destinations.workloads.possible, entry)
        if all(ports == entry.ports for _, ports in asked):
            names = " or ".join(map(str, entry.port_names))
            yield f"None of the known destinations calls a port {names}."


def _standing(breaches: list[Breach], doubts: list[Doubt], unknown: tuple[str, ...]) -> Standing:
    if breaches:
        return Standing.BREAKS
    if doubts:
        return Standing.UNDETERMINED
    return Standing.VACUOUS if unknown else Standing.HOLDS


def _looked_at(
    entry: Entry, outlook: Outlook, *, known: bool
) -> tuple[list[Breach | Doubt], list[str]]:
    """What all pods that could exist add to what is known, and what was seen of them."""
    if not outlook.told:
        if entry.expected is Expected.ALLOW:
            return [], []
        text = "Too many rules meet here to tell it of all pods that could exist."
        return [Doubt(text)], []
    passing, blocked = (
        [each for each in some if each.connections.facts or each.connections.shown]
        for some in (outlook.passing, outlook.blocked)
    )
    if entry.expected is Expected.DENY:
        supposed = [each for each in outlook.passing if each not in passing]
        seen = [_supposing(each) for each in supposed[:_MOST_SUPPOSED]]
        if not (known or passing):
            seen.append("By the policies no such pod that could exist would be let through.")
        return list(_leaks(passing, outlook)), seen
    if known:
        return [], []
    if blocked and not passing:
        return list(_shut(blocked, outlook)), []
    if not blocked:
        return [], ["By the policies every such pod that could exist would be let through."]
    told = "; ".join(each.text for each in passing[:_MOST_SUPPOSED])
    more = len(passing) - _MOST_SUPPOSED
    others = f", and {more} more" if more > 0 else ""
    return [], [f"Of the pods that could exist these would be let through: {told}{others}."]


_MOST_SUPPOSED = 2


def _supposing(told: Told) -> str:
    """What counts as absent, since the manifest of the namespace does not name it."""
    place = told.connections.supposing[0].location
    return f"Were it labelled so, which its manifest does not show: {told.text} ({place})."


def _leaks(passing: list[Told], outlook: Outlook) -> Iterator[Breach | Doubt]:
    """What an entry that denies lets through all the same."""
    for each in passing:
        facts = (*each.connections.facts, *outlook.may_deny)
        if facts:
            yield Doubt(f"{each.text} may be allowed", facts)
        else:
            yield Breach(f"{each.text} is allowed", 0, each.connections.grounds)
    if not passing and outlook.may_allow:
        yield Doubt("Such connections may be allowed", outlook.may_allow)


def _shut(blocked: list[Told], outlook: Outlook) -> Iterator[Breach | Doubt]:
    """What an entry that allows is about and nothing lets through."""
    for each in blocked:
        facts = (*each.connections.facts, *outlook.may_allow)
        if facts:
            yield Doubt(f"{each.text} may be blocked", facts)
        else:
            yield Breach(f"{each.text} is blocked", 0, each.connections.grounds)


def _concerns(problem: Problem, entry: Entry) -> bool:
    """Whether what was not read could bear on the entry."""
    named = entry.namespaces
    return named is None or not problem.namespaces or bool(named & problem.namespaces)
