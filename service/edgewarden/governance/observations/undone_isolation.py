"""Isolation that a rule takes back at once, by admitting every peer on every port."""

from collections.abc import Iterable, Iterator

from edgewarden.governance.breadth import Breadth, breadth
from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.phrases import pods_phrase
from edgewarden.governance.proposal import Proposal, WrittenRule, rules_of
from edgewarden.governance.selection import disjoint
from edgewarden.reachability.model import ClusterProfile, Direction, NetworkPolicy
from edgewarden.reachability.rule_ports import EVERY_RULE_PORT, RulePorts
from edgewarden.reachability.wording import capitalised


def undone_isolation(proposal: Proposal) -> Iterator[Observation]:
    """One for each subject and direction that a rule of the head opens wide, of pods that a policy
    of the base restricts there."""
    changed = proposal.changed_policies()
    namespaces = {policy.namespace for policy in changed}
    there = [each for each in proposal.base.policies if each.namespace in namespaces]
    before = {_key(each) for each in _allow_all(there, proposal.profile)}
    for written in _allow_all(changed, proposal.profile):
        restricted = any(
            each.namespace == written.policy.namespace
            and written.direction in each.isolates
            and not disjoint(each.pods, written.policy.pods)
            for each in there
        )
        if restricted and _key(written) not in before:
            yield _observation(written)


def _allow_all(policies: Iterable[NetworkPolicy], profile: ClusterProfile) -> Iterator[WrittenRule]:
    for written in rules_of(policies):
        every_port = not EVERY_RULE_PORT.without(RulePorts.of(written.rule.ports))
        if every_port and breadth(written.rule, profile) is Breadth.EVERYONE:
            yield written


def _key(written: WrittenRule) -> tuple[str, ...]:
    policy = written.policy
    return policy.namespace, str(policy.pods), written.direction.value


def _observation(written: WrittenRule) -> Observation:
    policy = written.policy
    pods = pods_phrase(policy.pods, policy.namespace)
    peers = "from everyone" if written.direction is Direction.INGRESS else "to everyone"
    null = " The list item is null, which means the same." if written.rule.written_null else ""
    return Observation(
        key=_key(written),
        text=(
            f"{capitalised(str(written))} allows all traffic {peers} on every port for {pods}."
            f"{null} Policies only add up, so whatever else restricts these pods in this direction "
            "has no effect any more."
        ),
        location=written.location,
        subject=policy.ref,
    )
