"""The JSON of what is said over all pods that could exist.

Every text is one that UTF-8 can encode.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    Bond,
    EndSet,
    IsolationStatement,
    Members,
    PodSet,
    StatedPorts,
    Statement,
    SymbolicDiff,
)
from edgewarden.reporting.json_parts import (
    CauseReport,
    FactReport,
    Ports,
    causes_report,
    clean,
    facts_report,
)


@dataclass(frozen=True, slots=True)
class ValuesReport:
    """Those that are ``listed``, or all others where ``inverted``; null is an absent label."""

    listed: list[str | None]
    inverted: bool


@dataclass(frozen=True, slots=True)
class EndsReport:
    """``kind`` is ``pods``, ``addresses`` or ``anything``; ``text`` says the set in words.

    ``namespaces`` are names; labels that are not named are free. ``addresses`` are
    ``first-last`` ranges: of addresses outside the cluster, or those that pods must have.
    """

    kind: str
    text: str
    namespaces: ValuesReport | None
    namespace_labels: dict[str, ValuesReport]
    labels: dict[str, ValuesReport]
    addresses: list[str]


@dataclass(frozen=True, slots=True)
class StatedPortsReport:
    """Of ``ports`` those to which the destination gives all names of ``named`` and none of
    ``unnamed``; a name reads ``TCP http``."""

    ports: Ports
    named: list[str]
    unnamed: list[str]


@dataclass(frozen=True, slots=True)
class PolicyReport:
    policy: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class BondReport:
    """``isolated`` is ``none``, ``part`` or ``all``: how far policies bound an end in the base.

    ``policies_left_out`` counts policies beyond those that are listed.
    """

    direction: str
    isolated: str
    policies: list[PolicyReport]
    policies_left_out: int


@dataclass(frozen=True, slots=True)
class MembersReport:
    """Known workloads of the head among the ends of a set, and their pods."""

    workloads: int
    pods: int


@dataclass(frozen=True, slots=True)
class StatementReport:
    """``precision`` is ``exact``, ``guarded`` or ``upper_bound``; ``certain`` where every
    connection changes, whatever is not in the repository. Otherwise it hangs on ``facts``, on
    the policies of the ``guard`` direction, or is less than it says by what ``unsubtracted``
    other rules allow. ``reach`` is ``internet``, ``every_pod`` or ``everything`` where the source
    is as wide as that. ``clusters`` are those that it is told of."""

    text: str
    source: EndsReport
    destination: EndsReport
    ports: StatedPortsReport
    certain: bool
    precision: str
    guard: str | None
    unsubtracted: int
    causes: list[CauseReport]
    facts: list[FactReport]
    before: list[BondReport]
    known_sources: MembersReport
    known_destinations: MembersReport
    known_pairs: int
    reach: str | None
    clusters: list[str]


@dataclass(frozen=True, slots=True)
class StatedIsolationReport:
    pods: EndsReport
    direction: str
    isolated: bool
    certain: bool
    causes: list[CauseReport]
    facts: list[FactReport]
    known: MembersReport
    clusters: list[str]


@dataclass(frozen=True, slots=True)
class SymbolicReport:
    opened: list[StatementReport]
    closed: list[StatementReport]
    isolation: list[StatedIsolationReport]


def symbolic_report(several: Iterable[tuple[SymbolicDiff, list[str]]]) -> SymbolicReport:
    """What is said of each cluster, with its names."""
    told = [*several]
    return SymbolicReport(
        opened=[_statement(each, names) for diff, names in told for each in diff.opened],
        closed=[_statement(each, names) for diff, names in told for each in diff.closed],
        isolation=[_isolation(each, names) for diff, names in told for each in diff.isolation],
    )


def _statement(statement: Statement, clusters: list[str]) -> StatementReport:
    return StatementReport(
        text=clean(str(statement)),
        source=_ends(statement.source),
        destination=_ends(statement.destination),
        ports=_ports(statement.ports),
        certain=statement.certain,
        precision=statement.precision.value,
        guard=None if statement.guard is None else statement.guard.value,
        unsubtracted=statement.unsubtracted,
        causes=causes_report(statement.causes),
        facts=facts_report(statement.facts),
        before=[*map(_bond, statement.before)],
        known_sources=_members(statement.sources),
        known_destinations=_members(statement.destinations),
        known_pairs=statement.known_pairs,
        reach=None if statement.reach is None else statement.reach.value,
        clusters=clusters,
    )


def _isolation(statement: IsolationStatement, clusters: list[str]) -> StatedIsolationReport:
    return StatedIsolationReport(
        pods=_ends(statement.pods),
        direction=statement.direction.value,
        isolated=statement.isolated,
        certain=statement.certain,
        causes=causes_report(statement.causes),
        facts=facts_report(statement.facts),
        known=_members(statement.known),
        clusters=clusters,
    )


def _ends(ends: EndSet) -> EndsReport:
    text = clean(str(ends))
    match ends:
        case Anything():
            return EndsReport("anything", text, None, {}, {}, [])
        case AddressSet():
            return EndsReport("addresses", text, None, {}, {}, [*map(str, ends.ranges)])
        case PodSet():
            return EndsReport(
                "pods",
                text,
                _values(ends.namespaces),
                {clean(key): _values(each) for key, each in ends.namespace_labels.items()},
                {clean(key): _values(each) for key, each in ends.labels.items()},
                [*map(str, ends.addresses)],
            )


def _values(values: Values) -> ValuesReport:
    present = sorted(clean(value) for value in values.listed if value is not None)
    absent = [None] if None in values.listed else []
    return ValuesReport([*absent, *present], values.inverted)


def _ports(ports: StatedPorts) -> StatedPortsReport:
    return StatedPortsReport(
        ports.numbers.as_mapping(),
        [clean(str(name)) for name in ports.named],
        [clean(str(name)) for name in ports.unnamed],
    )


def _bond(bond: Bond) -> BondReport:
    return BondReport(
        bond.direction.value,
        bond.isolated.value,
        [
            PolicyReport(clean(str(ref)), clean(location.path), location.line)
            for ref, location in bond.policies
        ],
        bond.left_out,
    )


def _members(members: Members) -> MembersReport:
    return MembersReport(members.workloads, members.pods)
