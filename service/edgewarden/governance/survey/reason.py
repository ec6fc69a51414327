"""Why the pods of a namespace are as exposed as they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.governance.breadth import breadth
from edgewarden.governance.phrases import peers_phrase, ports_phrase
from edgewarden.governance.proposal import WrittenRule
from edgewarden.reachability.exposure.exposure import Exposure, Reach
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterProfile, Direction, NetworkPolicy, PodPeer
from edgewarden.reachability.rule_ports import RulePorts


@dataclass(frozen=True, slots=True)
class Reason:
    """What accounts for an exposure, in words, and where it is written if it is."""

    text: str
    location: Location | None


def reason(exposure: Exposure, profile: ClusterProfile) -> Reason:
    """The absence of a policy, the broadest rule, that no rule admits anybody, or that it is not
    known."""
    isolating = exposure.isolating
    if not isolating and exposure.reach is not Reach.EVERYONE:
        return Reason("it is not known whether a policy isolates their ingress", None)
    if not isolating:
        return Reason("no policy isolates their ingress", None)
    rules = list(_ingress(isolating))
    if exposure.reach is Reach.NOBODY or not rules:
        return Reason("no rule admits anybody", isolating[0].location)
    broadest = max(rules, key=lambda each: _reaching(each, profile))
    ports = RulePorts.of(broadest.rule.ports)
    policy = broadest.policy
    return Reason(
        f"ingress rule {broadest.rule.index + 1} of NetworkPolicy {policy.ref} admits"
        f" {peers_phrase(broadest.rule, policy.namespace)} on {ports_phrase(ports)}",
        broadest.location,
    )


def _ingress(policies: Iterable[NetworkPolicy]) -> Iterator[WrittenRule]:
    for policy in policies:
        for rule in policy.ingress:
            yield WrittenRule(policy, Direction.INGRESS, rule)


def _reaching(written: WrittenRule, profile: ClusterProfile) -> tuple[int, bool]:
    """From narrow to broad; a rule for other namespaces reaches further than one for its own."""
    elsewhere = any(
        isinstance(peer, PodPeer) and peer.namespaces is not None for peer in written.rule.peers
    )
    return breadth(written.rule, profile), elsewhere
