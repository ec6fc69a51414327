"""Items on whom new rules admit: how broad their peers are, and whose labels they trust."""

from collections.abc import Iterator

from edgewarden.governance.breadth import Breadth, breadth
from edgewarden.governance.checklist.evaluation import Evaluation, not_applicable
from edgewarden.governance.findings import Outcome
from edgewarden.governance.ownership.authorship import authorship
from edgewarden.governance.ownership.trusted_labels import trusted_by, trusted_labels
from edgewarden.governance.phrases import listing, peer_phrase, peers_phrase
from edgewarden.governance.proposal import Proposal, WrittenRule, written_rules
from edgewarden.governance.request import TeamStanding
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL
from edgewarden.reachability.model import ClusterState, Namespace, Peer, PodPeer


def peer_selectors(proposal: Proposal) -> Evaluation:
    """Everyone, every namespace and whole namespaces are broad; the policy's own is not."""
    introduced = proposal.introduced_rules()
    if not introduced:
        return not_applicable("No rule is new or changes its effect.")
    broad = [(written, text) for written in introduced for text in _broad(written, proposal)]
    if broad:
        told = listing(f"{text}, by {written}" for written, text in broad)
        return Evaluation(
            Outcome.ATTENTION,
            f"Broad peers: {told}.",
            tuple(written.location for written, _ in broad),
        )
    told = listing(
        f"{peers_phrase(written.rule, written.policy.namespace)}, by {written}"
        for written in introduced
    )
    return Evaluation(
        Outcome.PASS, f"The new peers: {told}.", tuple(each.location for each in introduced)
    )


def _broad(written: WrittenRule, proposal: Proposal) -> Iterator[str]:
    rule = written.rule
    if not rule.peers:
        yield str(Breadth.EVERYONE)
    elif breadth(rule, proposal.profile) is not Breadth.LIMITED:
        yield str(breadth(rule, proposal.profile))
    else:
        for peer in rule.peers:
            if isinstance(peer, PodPeer) and _whole_namespaces(peer):
                yield peer_phrase(peer, written.policy.namespace)


def _whole_namespaces(peer: PodPeer) -> bool:
    return peer.namespaces is not None and (peer.pods is None or peer.pods.selects_everything)


def namespace_labels(proposal: Proposal) -> Evaluation:
    """The name of a namespace is set by the API server and can be trusted; who may set other
    labels, the base's configuration says. A change that sets such a label itself, and does not
    come from a team that owns it, is worth a look."""
    rules = proposal.introduced_rules()
    relabelled = tuple(_relabelled(proposal))
    if relabelled:
        told = listing(f"{key} of namespace {n.name} ({n.location})" for key, n in relabelled)
        return Evaluation(
            Outcome.ATTENTION,
            f"The change sets labels that policies trust: {told}.",
            tuple(namespace.location for _, namespace in relabelled),
        )
    trusted = [each for each in trusted_labels(proposal) if each.of_namespaces]
    if trusted and proposal.diff.empty:
        return not_applicable(
            "New rules trust labels, and admit nobody who was not admitted before."
        )
    open_to_all = [each for each in trusted if not each.owners]
    if open_to_all:
        keys = listing(sorted({each.label for each in open_to_all}))
        return Evaluation(
            Outcome.MANUAL,
            f"New rules trust the namespace labels {keys}. Who can set these labels, no manifest "
            "says.",
            tuple(each.written.location for each in open_to_all),
            (frozenset((each.label, each.written.effect) for each in open_to_all),),
        )
    if trusted:
        told = listing(f"{each.label} is owned by {', '.join(each.owners)}" for each in trusted)
        return Evaluation(
            Outcome.PASS,
            f"New rules trust namespace labels that have an owner: {told}.",
            tuple(each.written.location for each in trusted),
        )
    selecting = [each for each in rules if any(map(_selects_namespaces, each.rule.peers))]
    if selecting:
        return Evaluation(
            Outcome.PASS,
            f"New rules select namespaces by name ({NAMESPACE_NAME_LABEL}) or all of them, so "
            "they trust no label that a team could set.",
            tuple(each.location for each in selecting),
        )
    return not_applicable("No new rule selects namespaces, and no label that one trusts changes.")


def _selects_namespaces(peer: Peer) -> bool:
    return isinstance(peer, PodPeer) and peer.namespaces is not None


def _trusted_keys(state: ClusterState) -> frozenset[str]:
    found = (each for written in written_rules(state) for each in trusted_by(written))
    return frozenset(label for label, of_namespaces, _ in found if of_namespaces)


def _relabelled(proposal: Proposal) -> Iterator[tuple[str, Namespace]]:
    """The namespaces that get another value for a label that a policy trusts.

    A new namespace counts where a policy of the base trusts the label already. What a team sets
    that owns the label is as it should be.
    """
    before = {each.name: each.labels for each in proposal.base.namespaces}
    changed = [each for each in proposal.head.namespaces if before.get(each.name) != each.labels]
    if not changed:
        return
    trusted_before, trusted_after = map(_trusted_keys, (proposal.base, proposal.head))
    for namespace in changed:
        old = before.get(namespace.name)
        for key in sorted(trusted_before if old is None else trusted_after):
            if namespace.labels.get(key) != (old or {}).get(key) and not _own(key, proposal):
                yield key, namespace


def _own(label: str, proposal: Proposal) -> bool:
    owned = authorship(proposal.request, proposal.owners.of_label(label))
    return owned.standing is TeamStanding.YES
