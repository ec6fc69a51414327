"""What ends say on the one port that is asked about."""

from dataclasses import dataclass, replace

from edgewarden.reachability.evaluation import Connection, Side
from edgewarden.reachability.explain.explanation import Answer
from edgewarden.reachability.judgement import Effort, judge
from edgewarden.reachability.model import ClusterProfile
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.reasons import Fact


@dataclass(frozen=True, slots=True)
class AskedPort:
    """One port of a connection, in a cluster of which ``profile`` says what manifests do not."""

    ports: PortSet
    profile: ClusterProfile

    def narrowed(self, connection: Connection) -> Connection:
        """The connection without the grants of other ports, which decide nothing here."""
        return Connection(tuple(map(self.narrowed_side, connection.sides)))

    def narrowed_side(self, side: Side) -> Side:
        return replace(side, grants=tuple(each for each in side.grants if each.ports & self.ports))

    def answer(self, *sides: Side) -> Answer:
        """What the sides of a connection say together; each is narrowed already."""
        return self.settled(Connection(sides))[0]

    def settled(self, connection: Connection) -> tuple[Answer, tuple[Fact, ...]]:
        """The answer, and for a *may* the facts that would settle it."""
        found = judge(None, connection, self.profile, Effort())
        if found.opened & self.ports:
            return Answer.ALLOWED, ()
        doubts = [doubt for doubt in found.may_open if doubt.ports & self.ports]
        facts = sorted({fact for doubt in doubts for fact in doubt.facts})
        return (Answer.MAY if doubts else Answer.BLOCKED), tuple(facts)
