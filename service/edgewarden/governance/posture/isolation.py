"""How far the pods of a namespace are isolated, of all that could exist there."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgewarden.governance.breadth import Breadth, breadth
from edgewarden.governance.proposal import WrittenRule, rules_of
from edgewarden.governance.subjects import KnownPods
from edgewarden.reachability.labels import EVERY_POD
from edgewarden.reachability.model import ClusterProfile, Direction, NetworkPolicy, Workload
from edgewarden.reachability.rule_ports import EVERY_RULE_PORT, RulePorts
from edgewarden.reachability.symbolic.remainder import Remainder, remainder
from edgewarden.reachability.symbolic.statements import Extent

_WORDS = {Extent.ALL: "all", Extent.PART: "some", Extent.NONE: "none"}


@dataclass(frozen=True, slots=True)
class Isolation:
    """What NetworkPolicies isolate in one direction.

    ``policies`` isolate some pods, and ``default_denies`` are those of them that isolate every pod
    and allow nothing. ``allow_all`` are rules that undo it: they admit everyone on every port. No
    policy isolates the pods that are ``left``; ``workloads`` are known ones that none certainly
    isolates. ``perhaps`` are policies that isolate some of what is left if they are in the cluster,
    which is not known.
    """

    direction: Direction
    policies: tuple[NetworkPolicy, ...]
    default_denies: tuple[NetworkPolicy, ...]
    allow_all: tuple[WrittenRule, ...]
    left: Remainder
    workloads: tuple[Workload, ...]
    perhaps: tuple[NetworkPolicy, ...]

    @property
    def extent(self) -> Extent:
        if not self.left:
            return Extent.ALL
        return Extent.PART if self.policies else Extent.NONE

    @property
    def word(self) -> str:
        """How many pods are isolated: ``all``, ``some`` or ``none``."""
        return _WORDS[self.extent]


def isolation(
    namespace: str,
    direction: Direction,
    *,
    policies: Sequence[NetworkPolicy],
    lingering: Sequence[NetworkPolicy],
    workloads: Sequence[Workload],
    profile: ClusterProfile,
) -> Isolation:
    """Everything that is given is of ``namespace``; the policies that are ``lingering`` may be in
    the cluster."""
    isolating = tuple(each for each in policies if direction in each.isolates)
    selectors = [each.pods for each in isolating]
    left = remainder(namespace, [EVERY_POD], selectors)
    return Isolation(
        direction=direction,
        policies=isolating,
        default_denies=tuple(
            each for each in isolating if each.pods.selects_everything and not each.rules(direction)
        ),
        allow_all=tuple(
            each
            for each in rules_of(isolating)
            if each.direction is direction and is_allow_all(each, profile)
        ),
        left=left,
        workloads=tuple(
            each
            for each in workloads
            if left and not any(KnownPods(each).selected_by(policy) for policy in isolating)
        ),
        perhaps=tuple(
            each
            for each in lingering
            if direction in each.isolates and remainder(namespace, [each.pods], selectors)
        ),
    )


def is_allow_all(written: WrittenRule, profile: ClusterProfile) -> bool:
    """Whether the rule admits everyone, every pod and every address, on every port."""
    rule = written.rule
    every_port = not EVERY_RULE_PORT.without(RulePorts.of(rule.ports))
    return every_port and breadth(rule, profile) is Breadth.EVERYONE
