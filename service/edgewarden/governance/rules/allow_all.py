"""A rule that admits every peer on every port: it isolates pods and takes it back at once."""

from collections.abc import Iterator

from edgewarden.governance.breadth import Breadth, breadth
from edgewarden.governance.findings import Severity
from edgewarden.governance.phrases import pods_phrase
from edgewarden.governance.proposal import Proposal, WrittenRule, written_rules
from edgewarden.governance.rules.sighting import Sighting
from edgewarden.governance.selection import disjoint
from edgewarden.reachability.model import ClusterProfile, ClusterState, Direction
from edgewarden.reachability.rule_ports import EVERY_RULE_PORT, RulePorts
from edgewarden.reachability.wording import capitalised


def allow_all(proposal: Proposal) -> Iterator[Sighting]:
    """One sighting for each subject and direction that such a rule of the head opens wide."""
    before = {_key(written) for written in _allow_all_rules(proposal.base)}
    for written in _allow_all_rules(proposal.head):
        if _key(written) not in before:
            yield _sighting(written, proposal)


def _allow_all_rules(state: ClusterState) -> Iterator[WrittenRule]:
    return (written for written in written_rules(state) if _admits_all(written, state.profile))


def _admits_all(written: WrittenRule, profile: ClusterProfile) -> bool:
    rule = written.rule
    every_port = not EVERY_RULE_PORT.without(RulePorts.of(rule.ports))
    return every_port and breadth(rule, profile) is Breadth.EVERYONE


def _key(written: WrittenRule) -> tuple[str, ...]:
    policy = written.policy
    return policy.namespace, str(policy.pods), written.direction.value


def _sighting(written: WrittenRule, proposal: Proposal) -> Sighting:
    policy = written.policy
    pods = pods_phrase(policy.pods, policy.namespace)
    peers = "from everyone" if written.direction is Direction.INGRESS else "to everyone"
    null = " The list item is null, which means the same." if written.rule.written_null else ""
    restricted = any(
        each.namespace == policy.namespace
        and written.direction in each.isolates
        and not disjoint(each.pods, policy.pods)
        for each in proposal.base.policies
    )
    effect = (
        "Policies only add up, so whatever else restricts these pods in this direction has no "
        "effect any more."
        if restricted
        else "Nothing restricted these pods in this direction before, so nothing opens, but "
        "this policy restricts nothing either."
    )
    return Sighting(
        key=_key(written),
        message=(
            f"{capitalised(str(written))} allows all traffic {peers} on every "
            f"port for {pods}.{null} {effect}"
        ),
        location=written.location,
        subject=policy.ref,
        severity=None if restricted else Severity.LOW,
    )
