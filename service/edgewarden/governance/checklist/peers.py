"""Items on whom new rules admit: how broad their peers are, and whose labels they trust."""

from collections.abc import Iterator

from edgewarden.governance.breadth import Breadth, breadth
from edgewarden.governance.checklist.evaluation import Evaluation, not_applicable
from edgewarden.governance.findings import Outcome
from edgewarden.governance.phrases import listing, peer_phrase, peers_phrase
from edgewarden.governance.proposal import Proposal, WrittenRule, written_rules
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL
from edgewarden.reachability.model import Namespace, PodPeer


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
    labels, no manifest says. A change that sets such a label itself is worth a look."""
    trusted = _trusted_keys(proposal.introduced_rules())
    relabelled = tuple(_relabelled(proposal))
    if relabelled:
        told = listing(f"{key} of namespace {n.name} ({n.location})" for key, n in relabelled)
        return Evaluation(
            Outcome.ATTENTION,
            f"The change sets labels that policies trust: {told}.",
            tuple(namespace.location for _, namespace in relabelled),
        )
    if trusted and proposal.diff.empty:
        return not_applicable(
            "New rules trust labels, and admit nobody who was not admitted before."
        )
    if trusted:
        keys = listing(sorted(trusted))
        return Evaluation(
            Outcome.MANUAL,
            f"New rules trust the namespace labels {keys}. Who can set these labels, no manifest "
            "says.",
            tuple(written.location for each in trusted.values() for written in each),
            (frozenset((key, each.effect) for key, some in trusted.items() for each in some),),
        )
    selecting = [each for each in proposal.introduced_rules() if any(_selectors(each))]
    if selecting:
        return Evaluation(
            Outcome.PASS,
            f"New rules select namespaces by name ({NAMESPACE_NAME_LABEL}) or all of them, so "
            "they trust no label that a team could set.",
            tuple(each.location for each in selecting),
        )
    return not_applicable("No new rule selects namespaces, and no label that one trusts changes.")


def _selectors(written: WrittenRule) -> Iterator[PodPeer]:
    return (
        peer
        for peer in written.rule.peers
        if isinstance(peer, PodPeer) and peer.namespaces is not None
    )


def _keys(written: WrittenRule) -> Iterator[str]:
    for peer in _selectors(written):
        if peer.namespaces is not None:
            for requirement in peer.namespaces.requirements:
                if requirement.key != NAMESPACE_NAME_LABEL:
                    yield requirement.key


def _trusted_keys(rules: tuple[WrittenRule, ...]) -> dict[str, list[WrittenRule]]:
    trusted: dict[str, list[WrittenRule]] = {}
    for written in rules:
        for key in dict.fromkeys(_keys(written)):
            trusted.setdefault(key, []).append(written)
    return trusted


def _relabelled(proposal: Proposal) -> Iterator[tuple[str, Namespace]]:
    """The namespaces that get another value for a label that a policy trusts.

    A new namespace counts where a policy of the base trusts the label already.
    """
    before = {each.name: each.labels for each in proposal.base.namespaces}
    trusted_before = _trusted_keys(tuple(written_rules(proposal.base)))
    trusted_after = _trusted_keys(tuple(written_rules(proposal.head)))
    for namespace in proposal.head.namespaces:
        old = before.get(namespace.name)
        for key in sorted(trusted_before if old is None else trusted_after):
            if namespace.labels.get(key) != (old or {}).get(key):
                yield key, namespace
