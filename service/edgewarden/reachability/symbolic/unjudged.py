"""Policies of kinds that are not judged, as far as they could decide on what changed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from edgewarden.reachability.facts import SUBJECT, PolicyDecides
from edgewarden.reachability.model import ClusterState, Direction
from edgewarden.reachability.reasons import Fact, Side
from edgewarden.reachability.symbolic import axes
from edgewarden.reachability.symbolic.boxes import Box
from edgewarden.reachability.symbolic.gains import Found
from edgewarden.reachability.symbolic.restrictions import Values


class Unjudged:
    """What the policies of either state that are not judged leave open."""

    def __init__(self, base: ClusterState, head: ClusterState) -> None:
        before, after = frozenset(base.unjudged), frozenset(head.unjudged)
        self._facts: dict[Direction, dict[str, set[Fact]]] = {each: {} for each in Direction}
        for policy in before | after:
            standing = policy in before and policy in after
            side = Side.BASE if policy in before else Side.HEAD
            for direction, facts in self._facts.items():
                facts.setdefault(policy.ref.namespace, set()).update(
                    PolicyDecides(policy, direction, effect, None if standing else side).fact()
                    for effect in policy.effects
                )
        names = (policy.ref.namespace for policy in before | after)
        self._namespaces = Values.only(*filter(None, names))

    def qualified(self, found: Iterable[Found]) -> Iterator[Found]:
        """``found``, cut where such policies bind only some of its pods, with their facts."""
        for each in found:
            for part in self._cut(each, Direction.INGRESS):
                yield from self._cut(part, Direction.EGRESS)

    def _cut(self, found: Found, direction: Direction) -> Iterator[Found]:
        end, facts = SUBJECT[direction], self._facts[direction]
        pods = found.box & Box({axes.kind(end): axes.POD})
        if not facts or pods is None:
            yield found
            return
        found = replace(found, facts=found.facts | facts.get("", set()))
        outside = found.box & Box({axes.kind(end): axes.ADDRESS})
        if outside is not None:
            yield replace(found, box=outside)
        names = pods.get(axes.namespace(end))
        free, bound = names - self._namespaces, names & self._namespaces
        if free:
            yield replace(found, box=pods.having(axes.namespace(end), free))
        if isinstance(bound, Values) and bound:
            deciding = (facts[name] for name in bound.listed if name is not None)
            yield replace(
                found,
                box=pods.having(axes.namespace(end), bound),
                facts=found.facts.union(*deciding),
            )
