"""What one state says of a connection, put into words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from edgewarden.reachability.ends import AddressEnd, End
from edgewarden.reachability.evaluation import Grant
from edgewarden.reachability.explain.explanation import (
    AddedIsolation,
    AddedRule,
    Addition,
    Answer,
    Closing,
    Opening,
    Reasoning,
    RemovedRules,
    Say,
    rule_of,
)
from edgewarden.reachability.facts import Holding
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction, PodPeer, Rule
from edgewarden.reachability.questions import Question
from edgewarden.reachability.reasons import Fact, Side
from edgewarden.reachability.wording import capitalised, listed
from edgewarden.reporting.manifest_lines import policy_lines, rule_lines
from edgewarden.reporting.parties import Namer
from edgewarden.reporting.rows import Place, Why
from edgewarden.reporting.whys import fact_whys, object_text, rule_text
from edgewarden.reporting.wording import counted, ports_text

MOST_TOLD = 5
"""More rules or policies of one sort than these are counted."""

ANSWERS = {Answer.ALLOWED: "allowed", Answer.BLOCKED: "blocked", Answer.MAY: "may be allowed"}


@dataclass(frozen=True, slots=True)
class PointRow:
    """One point of an explanation: a sentence, where it is written, and what it hangs on.

    ``answer`` is what it speaks for, if anything. ``snippet`` are lines of YAML.
    """

    text: str
    places: tuple[Place, ...] = ()
    facts: tuple[Why, ...] = ()
    snippet: tuple[str, ...] = ()
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class PointSection:
    title: str
    rows: tuple[PointRow, ...]


@dataclass(frozen=True, slots=True)
class StateWords:
    """Words for the explanation of one connection in one state.

    ``side`` says which of two trees the state is of; absent where there is only one.
    """

    question: Question
    source: End
    destination: End
    namer: Namer
    side: Side | None = None

    @property
    def port(self) -> str:
        question = self.question
        if question.stand_in:
            return f"{question.protocol} {question.port_name}"
        name = f" ({question.port_name})" if question.port_name else ""
        return f"{question.protocol} {question.port}{name}"

    @property
    def connection(self) -> str:
        ends = self.namer.party([self.source]).text, self.namer.party([self.destination]).text
        between = " between two of its pods" if self.source == self.destination else ""
        return f"{ends[0]} → {ends[1]} on {self.port}{between}"

    def blocking(self, reasoning: Reasoning) -> str:
        """The ends at which the connection is blocked: ``ingress of shop/db``."""
        blocked = (say for say in reasoning.says if say.answer is Answer.BLOCKED)
        return listed(
            [f"{say.direction.value} of {self._subject(say.direction)}" for say in blocked]
        )

    def says(self, says: Iterable[Say]) -> Iterator[PointSection]:
        """A section for what each end says."""
        where = f" in the {self.side.value}" if self.side is not None else ""
        for say in says:
            title = f"{say.direction.value.capitalize()} of {self._subject(say.direction)}{where}"
            yield PointSection(f"{title}: {ANSWERS[say.answer]}", tuple(self._say(say)))

    def outside(self) -> Iterator[PointSection]:
        """A section for an end that says nothing."""
        for end, direction in ((self.source, "Egress"), (self.destination, "Ingress")):
            if isinstance(end, AddressEnd):
                row = PointRow("It is outside the cluster, where no policy applies")
                yield PointSection(f"{direction} of {self.namer.party([end]).text}", (row,))

    def opening(self, opening: Opening) -> PointSection:
        """What would allow the connection."""
        title = "To allow it" if len(opening.additions) < 2 else "To allow it, all of these"
        rows = [*map(self._added, opening.additions)]
        if opening.then is not Answer.ALLOWED:
            rows.append(PointRow("It then hangs on facts that no manifest states"))
        return PointSection(title, tuple(rows))

    def closings(self, closings: Sequence[Closing]) -> PointSection:
        """What would block the connection."""
        title = "To block it" if len(closings) < 2 else "To block it, one of these"
        if not closings:
            row = PointRow("No NetworkPolicy can: none binds either end")
            return PointSection(title, (row,))
        return PointSection(title, tuple(map(self._closing, closings)))

    def _say(self, say: Say) -> Iterator[PointRow]:
        if not say.isolations:
            host = "It runs with hostNetwork, so no policy binds it"
            free = f"No policy isolates its {say.direction.value}, so every connection passes"
            yield PointRow(host if say.subject.host_network else free, answer=Answer.ALLOWED)
        for isolation in say.isolations[:MOST_TOLD]:
            yield PointRow(
                f"{object_text(isolation.policy.ref)} isolates it",
                self._places(isolation.policy.location),
                _facts(isolation.when),
                answer=Answer.MAY if isolation.when else None,
            )
        yield from rest(say.isolations, "policy that isolates it", "policies that isolate it")
        yield from self._rules(say)
        for policy in say.unjudged[:MOST_TOLD]:
            yield PointRow(
                f"{object_text(policy.ref)} is of a kind that is not judged, and could overrule it",
                self._places(policy.location),
                answer=Answer.MAY,
            )
        yield from rest(say.unjudged, "policy that is not judged", "policies that are not judged")

    def _rules(self, say: Say) -> Iterator[PointRow]:
        other = self._other(say.direction)
        for grant in say.admitting[:MOST_TOLD]:
            text = f"{capitalised(_grant_text(say.direction, grant))} admits {other}"
            yield self._granted(text, grant, Answer.MAY if grant.when else Answer.ALLOWED)
        yield from rest(say.admitting, "rule that admits it", "rules that admit it")
        if say.isolations and not say.admitting:
            text = f"No {say.direction.value} rule admits {other} on {self.port}"
            yield PointRow(text, answer=Answer.BLOCKED)
        for grant in say.elsewhere[:MOST_TOLD]:
            ports = ports_text(grant.ports)
            text = f"{capitalised(_grant_text(say.direction, grant))} admits {other}, but only on"
            yield self._granted(f"{text} {ports}", grant, None)
        yield from rest(say.elsewhere, "rule for other ports", "rules for other ports")
        for each in say.excepted[:MOST_TOLD]:
            text = rule_text(say.direction, each.rule.index, each.policy.ref)
            yield PointRow(
                f"{capitalised(text)} admits {each.block.cidr}, but its except {each.hole} takes"
                f" {other} out",
                self._places(each.block.location),
            )
        yield from rest(say.excepted, "rule with such an except", "rules with such an except")

    def _granted(self, text: str, grant: Grant, answer: Answer | None) -> PointRow:
        name = grant.origin.port_name if grant.origin is not None else None
        called = f" by the port name {name.name}" if name is not None else ""
        places = self._places(*_locations(grant))
        return PointRow(f"{text}{called}", places, _facts(grant.when), answer=answer)

    def _added(self, added: Addition) -> PointRow:
        if isinstance(added, AddedRule):
            return self._added_rule(added)
        policy, direction = added.policy, added.direction
        (rule,) = policy.rules(direction)
        return PointRow(
            f"Add this policy, since those that isolate {direction.value} of"
            f" {self._subject(direction)} select every pod of namespace"
            f" {policy.namespace}{self._caution(direction, rule)}",
            snippet=policy_lines(policy),
        )

    def _added_rule(self, added: AddedRule) -> PointRow:
        policies = added.policies[:MOST_TOLD]
        names = [object_text(policy.ref) for policy in policies]
        if len(added.policies) > len(policies):
            names.append(f"{len(added.policies) - len(policies)} more that isolate it")
        where = " or ".join(names)
        return PointRow(
            f"Add this rule to {added.direction.value} of"
            f" {where}{self._caution(added.direction, added.rule)}",
            self._places(*(policy.location for policy in policies)),
            snippet=rule_lines(added.direction, added.rule),
        )

    def _caution(self, direction: Direction, rule: Rule) -> str:
        (peer,) = rule.peers
        if not isinstance(peer, PodPeer) or (peer.pods and peer.pods.requirements):
            return ""
        return (
            f". No label tells {self._other(direction)} from the other pods of its namespace:"
            " this admits all of them"
        )

    def _closing(self, closing: Closing) -> PointRow:
        facts = ". It then hangs on facts that no manifest states"
        then = "" if closing.then is Answer.BLOCKED else facts
        match closing:
            case RemovedRules():
                rules = [*dict.fromkeys(_grant_text(closing.direction, g) for g in closing.grants)]
                text = f"Let {_first(rules)} no longer admit"
                places = dict.fromkeys(p for g in closing.grants for p in _locations(g))
                return PointRow(
                    f"{text} {self._other(closing.direction)}{_emptied_egress(closing)}{then}",
                    self._places(*[*places][:MOST_TOLD]),
                )
            case AddedIsolation(policy=policy):
                text = (
                    f"Isolate {closing.direction.value} of {self._subject(closing.direction)} by a"
                    f" policy of namespace {policy.namespace} that selects {policy.pods}, with"
                    f" policyTypes [{closing.direction.value.capitalize()}] and no rules; it also"
                    " blocks everything else there that no rule admits"
                )
                return PointRow(f"{text}{then}")

    def _subject(self, direction: Direction) -> str:
        end = self.source if direction is Direction.EGRESS else self.destination
        return self.namer.party([end]).text

    def _other(self, direction: Direction) -> str:
        end = self.destination if direction is Direction.EGRESS else self.source
        return self.namer.party([end]).text

    def _places(self, *locations: Location) -> tuple[Place, ...]:
        return tuple(Place(location, self.side) for location in locations)


def rest(told: Sequence[object], singular: str, plural: str) -> Iterator[PointRow]:
    """How many there are beyond those that are told."""
    if len(told) > MOST_TOLD:
        yield PointRow(f"{counted(len(told) - MOST_TOLD, f'more {singular}', f'more {plural}')}")


def _grant_text(direction: Direction, grant: Grant) -> str:
    if grant.origin is None:
        return "the network plugin's way with the traffic of nodes"
    return rule_text(direction, grant.origin.rule.index, grant.origin.policy.ref)


def _first(items: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = [f"{len(items) - MOST_TOLD} more"] if len(items) > MOST_TOLD else []
    return listed([*items[:MOST_TOLD], *more])


def _emptied_egress(closing: RemovedRules) -> str:
    """A caution where a policy is left without egress rules: it isolates egress only by saying so
    in ``policyTypes``."""
    if closing.direction is not Direction.EGRESS:
        return ""
    gone = set(map(rule_of, closing.grants))
    policies = {
        each.origin.policy.ref: each.origin.policy for each in closing.grants if each.origin
    }
    emptied = [
        object_text(ref)
        for ref, policy in policies.items()
        if all((ref, rule.index) in gone for rule in policy.egress)
    ]
    return f"; write Egress into policyTypes of {_first(emptied)}" if emptied else ""


def _locations(grant: Grant) -> tuple[Location, ...]:
    """The rule, or its peer where it has several."""
    origin = grant.origin
    if origin is None:
        return ()
    several = origin.peer is not None and len(origin.rule.peers) > 1
    return (origin.peer.location if several and origin.peer else origin.rule.location,)


def _facts(when: Holding) -> tuple[Why, ...]:
    facts: list[Fact] = sorted(proposition.fact() for proposition in when)
    return fact_whys(facts)
