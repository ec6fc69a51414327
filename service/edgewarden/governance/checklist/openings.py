"""Items on what opens: its ports, and what crosses the border of the cluster."""

from collections.abc import Iterator
from typing import TypeAlias

from edgewarden.governance.breadth import Breadth, breadth
from edgewarden.governance.checklist.evaluation import Evaluation, not_applicable
from edgewarden.governance.databases import database_ports
from edgewarden.governance.findings import Outcome
from edgewarden.governance.isolation import lost_isolation
from edgewarden.governance.phrases import listing, peer_phrase, peers_phrase, ports_phrase
from edgewarden.governance.proposal import Proposal, WrittenRule
from edgewarden.governance.subjects import known_subjects, subject_of
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import Direction, IPBlock
from edgewarden.reachability.rule_ports import RulePorts

_Place: TypeAlias = tuple[str, Location]


def ports(proposal: Proposal) -> Evaluation:
    """Database ports that open are named one by one; so are rules for every port."""
    introduced = proposal.introduced_rules()
    databases = [*_database_edges(proposal), *_database_rules(proposal)]
    wide = [each for each in introduced if _names_no_port(each)]
    if databases or wide:
        opened = f"Database ports open: {listing(text for text, _ in databases)}. "
        unlimited = f"Every port of a protocol is allowed by {listing(wide)}. "
        return Evaluation(
            Outcome.ATTENTION,
            ((opened if databases else "") + (unlimited if wide else "")).strip(),
            (*(place for _, place in databases), *(each.location for each in wide)),
        )
    if not introduced:
        return not_applicable("No rule is new or changes its effect.")
    told = listing(
        f"{ports_phrase(RulePorts.of(each.rule.ports))} by {each}" for each in introduced
    )
    return Evaluation(
        Outcome.PASS, f"New rules name their ports: {told}.", tuple(e.location for e in introduced)
    )


def _names_no_port(written: WrittenRule) -> bool:
    return not written.rule.ports or any(item.port is None for item in written.rule.ports)


def _database_edges(proposal: Proposal) -> Iterator[_Place]:
    """One line for each destination, port and cause, with its sources."""
    groups: dict[tuple[str, str, Location], list[str]] = {}
    for change in proposal.opened:
        databases = database_ports(change.opened)
        if databases:
            inbound = [each for each in change.causes if each.direction is Direction.INGRESS]
            cause = (inbound or list(change.causes))[0]
            for end in change.destinations:
                key = (str(end), listing(databases), cause.location)
                groups.setdefault(key, []).extend(map(str, change.sources))
    for (destination, databases_text, place), sources in groups.items():
        yield f"{listing(sources)} to {destination} on TCP {databases_text} ({place})", place


def _database_rules(proposal: Proposal) -> Iterator[_Place]:
    """Rules that no edge shows, since their pods are not known."""
    for written in proposal.introduced_rules():
        databases = database_ports(RulePorts.of(written.rule.ports).numbers)
        if (
            databases
            and written.direction is Direction.INGRESS
            and not known_subjects(proposal.head, written.policy)
        ):
            peers = peers_phrase(written.rule, written.policy.namespace)
            text = f"{peers} to {subject_of(written.policy)} on TCP {listing(databases)}"
            yield f"{text} ({written.location})", written.location


def external_access(proposal: Proposal) -> Evaluation:
    """Ranges are explicit and limited; any peer, the whole internet and lost isolation not."""
    unlimited = [*_unlimited(proposal), *_egress_lost(proposal)]
    if unlimited:
        return Evaluation(
            Outcome.ATTENTION,
            f"Traffic across the cluster's border is not limited: "
            f"{listing(text for text, _ in unlimited)}.",
            tuple(place for _, place in unlimited),
        )
    explicit = [
        (f"{peer_phrase(peer, written.policy.namespace)} by {written}", peer.location)
        for written in proposal.introduced_rules()
        for peer in written.rule.peers
        if isinstance(peer, IPBlock)
    ]
    if explicit:
        return Evaluation(
            Outcome.PASS,
            f"Explicit ranges: {listing(text for text, _ in explicit)}. Whether the traffic is "
            "recorded is not evaluated.",
            tuple(place for _, place in explicit),
        )
    return not_applicable("No new rule and no lost isolation concerns addresses outside.")


def _unlimited(proposal: Proposal) -> Iterator[_Place]:
    for written in proposal.introduced_rules():
        verb = "from" if written.direction is Direction.INGRESS else "to"
        reach = breadth(written.rule, proposal.profile)
        whole = [
            peer
            for peer in written.rule.peers
            if isinstance(peer, IPBlock) and peer.cidr.prefixlen == 0
        ]
        if reach is Breadth.EVERYONE:
            yield f"{verb} everyone by {written}", written.location
        elif whole:
            ranges = listing(peer_phrase(peer, written.policy.namespace) for peer in whole)
            yield f"{verb} {ranges} by {written}", whole[0].location


def _egress_lost(proposal: Proposal) -> Iterator[_Place]:
    for change in proposal.diff.isolation:
        if change.direction is Direction.EGRESS and not change.isolated:
            place = change.causes[0].location
            yield f"{change.workload} is not isolated for egress any more ({place})", place
    for lost in lost_isolation(proposal, Direction.EGRESS):
        place = lost.causes[0].location
        policies = listing(cause.subject for cause in lost.causes)
        perhaps = "" if lost.certain else "perhaps "
        yield f"{lost.pods} {perhaps}lost the egress isolation of {policies} ({place})", place
