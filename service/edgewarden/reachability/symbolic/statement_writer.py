"""What was found, made into statements that stand by themselves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from edgewarden.reachability.causes import ordered
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import PolicyLingers, Role
from edgewarden.reachability.model import NetworkPolicy
from edgewarden.reachability.reasons import Cause, Fact
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.answers import possible
from edgewarden.reachability.symbolic.block_questions import BlockQuestions
from edgewarden.reachability.symbolic.boxes import Box, fused
from edgewarden.reachability.symbolic.budget import Budget
from edgewarden.reachability.symbolic.census import Census
from edgewarden.reachability.symbolic.gains import Found
from edgewarden.reachability.symbolic.halves import halves_joined
from edgewarden.reachability.symbolic.importance import by_importance, isolation_by_importance
from edgewarden.reachability.symbolic.namespaces import Namespaces
from edgewarden.reachability.symbolic.prior_isolation import PriorIsolation
from edgewarden.reachability.symbolic.reach import reach
from edgewarden.reachability.symbolic.restrictions import Spans, Values
from edgewarden.reachability.symbolic.statements import (
    IsolationStatement,
    Precision,
    Statement,
)
from edgewarden.reachability.symbolic.stating import end_set, stated_ports
from edgewarden.reachability.symbolic.unjudged import Unjudged


class StatementWriter:
    """Adds to what was found what a statement says beside its connections."""

    def __init__(
        self,
        *,
        namespaces: Namespaces,
        prior: PriorIsolation,
        census: Census,
        unjudged: Unjudged,
        pod_addresses: Spans,
        lingering: Iterable[NetworkPolicy],
        departed: Values,
        internet: Sequence[AddressEnd],
        questions: BlockQuestions,
    ) -> None:
        """``departed`` are namespaces that are deleted with all that is in them."""
        self._namespaces = namespaces
        self._prior = prior
        self._census = census
        self._unjudged = unjudged
        self._pod_addresses = pod_addresses
        self._lingering = {policy.ref: PolicyLingers.of(policy).fact() for policy in lingering}
        self._departed = departed
        self._internet = internet
        self._questions = questions

    def statements(self, found: Iterable[Found], budget: Budget) -> tuple[Statement, ...]:
        """By importance. ``budget`` is for what makes them read better: halves of a condition put
        together, and the isolation before the change."""
        qualified = self._unjudged.qualified(possible(found, self._pod_addresses))
        joined = tuple(self._joined(qualified, budget.allowance(others=1)))
        statements = (self._statement(each, budget) for each in joined)
        return tuple(sorted(statements, key=by_importance))

    def isolation(self, found: Iterable[IsolationStatement]) -> tuple[IsolationStatement, ...]:
        """By importance, with the known workloads among the pods.

        Isolation that a policy took along which may linger is perhaps not lost.
        """
        staying = (
            replace(each, pods=replace(each.pods, namespaces=names))
            for each in found
            if (names := each.pods.namespaces - self._departed)
        )
        counted = (
            replace(each, known=self._census.members(each.pods), facts=self._holding(each.causes))
            for each in staying
        )
        return tuple(sorted(counted, key=isolation_by_importance))

    def _holding(self, causes: Iterable[Cause]) -> tuple[Fact, ...]:
        refs = {cause.subject for cause in causes} & self._lingering.keys()
        return tuple(sorted(self._lingering[ref] for ref in refs))

    def _joined(self, found: Iterable[Found], budget: Budget) -> Iterator[Found]:
        """Exact boxes that hang on the same facts in as few as possible, empty ones left out."""
        exact: dict[frozenset[Fact], dict[Box, frozenset[Cause]]] = {}
        for each in found:
            box = self._staying(each.box)
            if box is None:
                continue
            if each.precision is Precision.EXACT:
                alike = exact.setdefault(each.facts, {})
                alike[box] = alike.get(box, frozenset()) | each.causes
            else:
                yield replace(each, box=box)
        for facts, boxes in exact.items():
            whole = halves_joined(fused(boxes), self._namespaces, budget)
            yield from (Found(box, why, facts=facts) for box, why in whole.items())

    def _staying(self, box: Box) -> Box | None:
        """``box`` as the labels of namespaces allow it, without namespaces that are deleted."""
        for end in Role:
            where = axes.namespace(end)
            names = box.sides.get(where)
            if isinstance(names, Values) and not names.inverted:
                left = names - self._departed
                if not left:
                    return None
                box = box.having(where, left)
        return self._namespaces.consistent(box)

    def _statement(self, found: Found, budget: Budget) -> Statement:
        source, destination = (end_set(found.box, end) for end in Role)
        ports = stated_ports(found.box)
        return Statement(
            source=source,
            destination=destination,
            ports=ports,
            precision=found.precision,
            causes=ordered(found.causes),
            guard=found.guard,
            unsubtracted=found.unsubtracted,
            facts=tuple(sorted(self._questions.placed(found))),
            before=tuple(self._prior.bonds(found.box, budget)),
            sources=self._census.members(source),
            destinations=self._census.members_with(destination, ports),
            reach=reach(source, self._internet),
        )
