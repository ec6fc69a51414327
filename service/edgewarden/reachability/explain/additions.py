"""Where one more rule opens the least."""

from collections.abc import Sequence

from edgewarden.reachability.concrete.compiled_policy import selected
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.explain.explanation import AddedPolicy, AddedRule, Addition
from edgewarden.reachability.explain.proposals import PROPOSED, free_name, telling_labels
from edgewarden.reachability.model import Direction, NetworkPolicy, Rule, Workload


def addition(
    index: Index,
    subject: Workload,
    direction: Direction,
    policies: Sequence[NetworkPolicy],
    rule: Rule,
) -> Addition:
    """How ``rule`` opens ``direction`` of ``subject`` and as little else as possible.

    It helps in any one of ``policies``, which isolate the subject. Where they all select every
    pod, and a label tells the subject from others, it stands in a policy of its own.
    """
    narrowest = _narrowest(index, policies)
    pods = telling_labels(index, subject)
    if not narrowest[0].pods.selects_everything or pods.selects_everything:
        return AddedRule(direction, narrowest, rule)
    rules = (rule,)
    return AddedPolicy(
        direction,
        NetworkPolicy(
            subject.namespace,
            free_name(index, subject.namespace, f"allow-{direction.value}"),
            pods,
            frozenset({direction}),
            rules if direction is Direction.INGRESS else (),
            rules if direction is Direction.EGRESS else (),
            PROPOSED,
        ),
    )


def _narrowest(index: Index, policies: Sequence[NetworkPolicy]) -> tuple[NetworkPolicy, ...]:
    """Those that select the fewest known workloads, of these those that ask for most."""

    def width(policy: NetworkPolicy) -> tuple[int, int]:
        known = selected(index.inventory, policy).possible.bit_count()
        return known, -len(policy.pods.requirements)

    least = min(map(width, policies))
    return tuple(policy for policy in policies if width(policy) == least)
