"""What passes between zones against their terms."""

from dataclasses import dataclass

from edgewarden.governance.phrases import listing
from edgewarden.governance.zones.wording import direction_text, terms_text
from edgewarden.governance.zones.zones import Respect, Terms
from edgewarden.reachability.location import Location
from edgewarden.reachability.reasons import Cause, CauseKind, Fact, Side
from edgewarden.reachability.rule_ports import RulePorts
from edgewarden.reachability.symbolic import wording
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import Precision, StatedPorts, Statement

_MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Breach:
    """Newly allowed connections from zones of ``source`` to zones of ``destination``.

    ``None`` among the zones is being in none. ``parts`` are the connections that the terms do not
    let pass, by importance and never empty; of a part that is not certain they perhaps did not
    open, or do not pass between these zones. A ``hypothetical`` one takes namespaces to have labels
    that nothing shows and that tell no zone.
    """

    respect: Respect
    source: Values
    destination: Values
    terms: Terms
    parts: tuple[Statement, ...]
    hypothetical: bool = False

    @property
    def certain(self) -> bool:
        return any(part.certain for part in self.parts)

    @property
    def ports(self) -> RulePorts:
        """Those of all parts."""
        return RulePorts.union(map(_rule_ports, (part.ports for part in self.parts)))

    @property
    def key(self) -> str:
        """What it means, without lines: equal in two changes that do the same to the zones."""
        case = " in a hypothetical case" if self.hypothetical else ""
        return f"{self.respect} {self.direction}: {self.ports}{case}"

    @property
    def direction(self) -> str:
        """``from tenant a to tenant b``."""
        return direction_text(self.source, self.destination, self.respect)

    @property
    def judgement(self) -> str:
        """The terms, with where they are written."""
        place = f" ({self.terms.location})" if self.terms.location else ""
        return f"{terms_text(self.terms)}{place}"

    @property
    def causes(self) -> tuple[Cause, ...]:
        return tuple(dict.fromkeys(cause for part in self.parts for cause in part.causes))

    @property
    def cause(self) -> Cause:
        """The one to show: a rule of the head if there is one."""
        return min(
            self.causes,
            key=lambda each: (
                each.side is not Side.HEAD,
                each.kind is not CauseKind.RULE_ALLOWS,
                each.location,
            ),
        )

    @property
    def location(self) -> Location:
        return self.cause.location

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What would settle the parts that are not certain."""
        return tuple(sorted({fact for part in self.parts for fact in part.facts}))

    @property
    def limits(self) -> str:
        """How the first part is more than what opened between the zones; empty where it is not."""
        part = self.parts[0]
        told = wording.limits(part.guard, part.unsubtracted)
        bound = part.precision is Precision.UPPER_BOUND and not told
        return "at most this, since it took too long to tell by zones" if bound else told

    @property
    def text(self) -> str:
        """All of it in words."""
        allowed = "Newly allowed" if self.certain else "May newly be allowed"
        peers = listing((f"{each.source} → {each.destination}" for each in self.parts), _MOST_PARTS)
        limits = f", {self.limits}" if self.limits else ""
        told = (
            f"{allowed} {self.direction}, which is {self.judgement}: {peers}: {self.ports}{limits}."
        )
        asked = () if self.certain else self.facts[:_MOST_PARTS]
        return " ".join((told, *(fact.question for fact in asked)))


def _rule_ports(ports: StatedPorts) -> RulePorts:
    if ports.named:
        return RulePorts(names=frozenset(ports.named))
    return RulePorts(ports.numbers)
