"""What an explanation says."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.evaluation import Grant, Isolation
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import (
    Direction,
    IPBlock,
    Network,
    NetworkPolicy,
    ObjectRef,
    Rule,
    UnjudgedPolicy,
)
from edgewarden.reachability.questions import Question
from edgewarden.reachability.reasons import Cause, Fact, Side


class Answer(StrEnum):
    """Whether a connection is possible; *may* where facts decide that no manifest states."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    MAY = "may"


def rule_of(grant: Grant) -> tuple[ObjectRef, int] | None:
    """The policy and the index of the rule that grants; absent where no rule does."""
    origin = grant.origin
    return None if origin is None else (origin.policy.ref, origin.rule.index)


@dataclass(frozen=True, slots=True)
class Excepted:
    """``rule`` admits the addresses of ``block``, of which ``hole`` takes the other end out."""

    policy: NetworkPolicy
    rule: Rule
    block: IPBlock
    hole: Network


@dataclass(frozen=True, slots=True)
class Say:
    """What one end has to say: egress of the source, or ingress of the destination.

    ``isolations`` are the policies that isolate ``subject`` in ``direction``; without any, every
    connection passes. ``admitting`` are what their rules grant the other end on the port that is
    asked about. Where all that blocks, ``elsewhere`` is what they grant it on other ports only,
    and ``excepted`` what would admit it but for an ``except``. ``unjudged`` are policies of kinds
    that are not evaluated and could overrule all that. Each hangs on the propositions that it
    holds, if any.
    """

    direction: Direction
    subject: WorkloadEnd
    answer: Answer
    isolations: tuple[Isolation, ...]
    admitting: tuple[Grant, ...]
    elsewhere: tuple[Grant, ...]
    excepted: tuple[Excepted, ...]
    unjudged: tuple[UnjudgedPolicy, ...]


@dataclass(frozen=True, slots=True)
class AddedRule:
    """``rule`` lets the connection pass at this end.

    Adding it to any one of ``policies`` is enough; none of them is wider than the others.
    """

    direction: Direction
    policies: tuple[NetworkPolicy, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class AddedPolicy:
    """``policy``, which no state has, lets the connection pass at this end.

    It has one rule. Every policy that isolates this end selects more pods.
    """

    direction: Direction
    policy: NetworkPolicy


Addition: TypeAlias = AddedRule | AddedPolicy


@dataclass(frozen=True, slots=True)
class Opening:
    """The smallest change that allows a blocked connection: every one of ``additions``.

    ``then`` is the answer with them; *may* where facts could still block it.
    """

    additions: tuple[Addition, ...]
    then: Answer


@dataclass(frozen=True, slots=True)
class RemovedRules:
    """At this end the connection is blocked once none of ``grants`` admits it any more."""

    direction: Direction
    grants: tuple[Grant, ...]
    then: Answer


@dataclass(frozen=True, slots=True)
class AddedIsolation:
    """At this end the connection is blocked by a policy like ``policy``, which no state has.

    It has no rules, so it blocks whatever else nothing admits at this end.
    """

    direction: Direction
    policy: NetworkPolicy
    then: Answer


Closing: TypeAlias = RemovedRules | AddedIsolation
"""One of the ways to block an allowed connection; each is enough alone."""


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What one state answers, and why.

    ``facts`` would settle a *may*. ``opening`` is there where the connection is blocked;
    ``closings``, the smallest first, where it is allowed and a policy can block it.
    """

    answer: Answer
    says: tuple[Say, ...]
    facts: tuple[Fact, ...]
    opening: Opening | None
    closings: tuple[Closing, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one state allows or blocks a connection."""

    question: Question
    source: End
    destination: End
    reasoning: Reasoning


class Change(StrEnum):
    """What becomes of a connection from one state to the next."""

    NONE = "none"
    OPENED = "opened"
    CLOSED = "closed"
    MAY_OPEN = "may_open"
    MAY_CLOSE = "may_close"
    MAY_EITHER = "may_either"
    """Some answers open it, others close it."""


class Written(StrEnum):
    """Where in a policy a selector is written."""

    POD_SELECTOR = "pod_selector"
    PEER_PODS = "peer_pod_selector"
    PEER_NAMESPACES = "peer_namespace_selector"


@dataclass(frozen=True, slots=True)
class LabelChange:
    """The value of one label in base and head; absent where the object lacks the label."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FlippedSelector:
    """``selector`` of ``policy`` matches ``subject`` in the state ``matched_in`` only.

    ``labels`` are those that the selector asks for and that changed. ``side`` says in which of
    the two trees ``location`` lies.
    """

    subject: ObjectRef
    labels: tuple[LabelChange, ...]
    selector: LabelSelector
    written: Written
    policy: ObjectRef
    matched_in: Side
    side: Side
    location: Location


@dataclass(frozen=True, slots=True)
class ChangeExplanation:
    """What two states say of a connection, and why they differ.

    Reasoning is absent where that state lacks one of the ends. ``causes`` are empty where
    nothing changed; ``flipped`` tells of those that lie in labels which selectors gave another
    answer. ``facts`` are what a change that may be hangs on.
    """

    question: Question
    source: End
    destination: End
    before: Reasoning | None
    after: Reasoning | None
    change: Change
    causes: tuple[Cause, ...]
    flipped: tuple[FlippedSelector, ...]
    facts: tuple[Fact, ...]
