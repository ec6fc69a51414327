"""An entry held against the connections of known workloads, and of these with addresses."""

from collections.abc import Iterator

from edgewarden.governance.contract.contract import Entry, Expected
from edgewarden.governance.contract.members import Members, Membership
from edgewarden.governance.contract.report import Breach, Doubt
from edgewarden.governance.contract.wording import crowd
from edgewarden.reachability.concrete.bits import lowest
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.passage.known import KnownPassage, Part
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Fact, FactKind


class AmongKnown:
    """Asks one state about entries."""

    def __init__(self, passage: KnownPassage, membership: Membership) -> None:
        self._passage = passage
        self._membership = membership

    def of(self, entry: Entry, sources: Members, destinations: Members) -> Iterator[Breach | Doubt]:
        """What is not as agreed, and what may not be."""
        asked = list(self._membership.by_ports(destinations.workloads.possible, entry))
        some = Ends(sources.workloads.possible, sources.addresses)
        for others, ports in asked:
            for part in self._passage.parts(some, Ends(others), ports):
                yield from self._judged(entry, part, sources, destinations)
        if destinations.addresses:
            outside = Ends(0, destinations.addresses)
            for part in self._passage.parts(some, outside, entry.ports):
                yield from self._judged(entry, part, sources, destinations)

    def _judged(
        self, entry: Entry, part: Part, sources: Members, destinations: Members
    ) -> Iterator[Breach | Doubt]:
        allow = entry.expected is Expected.ALLOW
        wrong = part.blocked if allow else part.passing
        if wrong:
            yield self._wrong(entry, part, wrong, sources, destinations)
        for doubt in part.doubts:
            ends = (self._passage.ends(each)[0] for each in (part.sources, part.destinations))
            facts = doubt.facts_about(*ends)
            word = "may be blocked" if allow else "may be allowed"
            yield Doubt(f"{self._text(part)}: {doubt.ports} {word}", facts)

    def _wrong(
        self, entry: Entry, part: Part, ports: PortSet, sources: Members, destinations: Members
    ) -> Breach | Doubt:
        """A doubt where it hangs on labels whether such pods are meant at all."""
        sure = Part(
            _certain(part.sources, sources),
            _certain(part.destinations, destinations),
            part.passing,
            part.blocked,
            (),
        )
        allow = entry.expected is Expected.ALLOW
        word = "is blocked" if allow else "is allowed"
        if sure.sources and sure.destinations:
            why = self._passage.why_blocked if allow else self._passage.why_passing
            pairs = _count(sure.sources) * _count(sure.destinations)
            return Breach(f"{self._text(sure)}: {ports} {word}", pairs, why(sure))
        return Doubt(f"{self._text(part)}: {ports} {word}", tuple(self._meant(part, sure)))

    def _meant(self, part: Part, sure: Part) -> Iterator[Fact]:
        for ends, certain in (
            (part.sources, sure.sources),
            (part.destinations, sure.destinations),
        ):
            if not certain:
                workload = self._passage.index.workload(lowest(ends.workloads))
                if workload is not None:
                    yield Fact(
                        FactKind.OPEN_LABEL,
                        str(workload),
                        f"Are the pods of {workload} among those that the entry names? Their"
                        " controller sets such a label at run time.",
                        workload.location,
                    )

    def _text(self, part: Part) -> str:
        sources, destinations = (
            crowd(self._passage.ends(ends)) for ends in (part.sources, part.destinations)
        )
        return f"{sources} → {destinations}"


def _certain(ends: Ends, members: Members) -> Ends:
    return Ends(ends.workloads & members.workloads.certain, ends.addresses)


def _count(ends: Ends) -> int:
    """Addresses are counted as one end."""
    return ends.workloads.bit_count() + bool(ends.addresses)
