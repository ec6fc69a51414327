"""What rules are asked about, made where the first rule asks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from google.protobuf.message import Message

from edgewarden.governance.case import Case
from edgewarden.governance.rules.rule import Rule
from edgewarden.governance.rules.terms import RuleScope
from edgewarden.governance.vocabulary.changes import change_value
from edgewarden.governance.vocabulary.clusters import cluster_value
from edgewarden.governance.vocabulary.edges import edge_values
from edgewarden.governance.vocabulary.namespaces import namespace_values
from edgewarden.governance.vocabulary.objects import location_of, object_of
from edgewarden.governance.vocabulary.owners import request_value
from edgewarden.governance.vocabulary.policies import policy_value
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.reasons import Side

_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Subject:
    """A value of a rule's scope, and the object that it is of."""

    value: Message
    ref: ObjectRef | None
    location: Location


class Subjects:
    """The values of each scope on either side of a change.

    Only those of the head can be objected to. A policy that the change leaves as it is is none of
    them, so of the base the policies of those namespaces are there in which one is touched: the
    same may stand there in another policy. What is a change itself has no base.
    """

    def __init__(self, case: Case, rules: Sequence[Rule]) -> None:
        self._case = case
        self._names = {name for rule in rules for name in _names(rule)}
        self._made: dict[tuple[RuleScope, Side], tuple[Subject, ...]] = {}
        self.around = {
            "cluster": cluster_value(case),
            "request": request_value(case.proposal.request),
        }

    def of(self, scope: RuleScope, side: Side) -> tuple[Subject, ...]:
        made = self._made.get((scope, side))
        if made is None:
            made = self._made[scope, side] = tuple(self._subjects(scope, side))
        return made

    def _subjects(self, scope: RuleScope, side: Side) -> Iterator[Subject]:
        proposal = self._case.proposal
        match scope, side:
            case RuleScope.POLICY, _:
                touched = proposal.touched_policies()
                namespaces = {policy.namespace for policy in touched}
                there = (each for each in proposal.base.policies if each.namespace in namespaces)
                state = proposal.head if side is Side.HEAD else proposal.base
                manifests = {each.name: each for each in state.namespaces}
                for policy in touched if side is Side.HEAD else there:
                    owner = proposal.owners.of_policy(policy, manifests.get(policy.namespace))
                    value = policy_value(policy, proposal.profile, owner)
                    yield Subject(value, policy.ref, policy.location)
            case RuleScope.EDGE, Side.HEAD:
                for value in edge_values(self._case, self._names):
                    yield Subject(value, object_of(value), location_of(value))
            case RuleScope.NAMESPACE, _:
                state = proposal.head if side is Side.HEAD else proposal.base
                for value in namespace_values(state, proposal.touched_namespaces(), side):
                    yield Subject(value, object_of(value), location_of(value))
            case RuleScope.CHANGE, Side.HEAD:
                value = change_value(self._case, self._names)
                yield Subject(value, None, location_of(value))


def _names(rule: Rule) -> Iterator[str]:
    """Every name in its texts: what is not among them, no expression can ask for."""
    return (name for text in rule.terms.texts for name in _NAME.findall(text))
