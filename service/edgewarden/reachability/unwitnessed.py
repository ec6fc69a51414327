"""Changes of policies that no pair of known workloads shows.

What such a change does to pods that no manifest shows is not judged here, so each one is told:
a difference without a known edge must never read as "nothing changed".
"""

from collections.abc import Iterator

from edgewarden.reachability.atoms import Statements, isolation, pairings
from edgewarden.reachability.facts import Role
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.matching import match, members, namespace_labels
from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy, PodPeer
from edgewarden.reachability.policies import PolicyIndex
from edgewarden.reachability.report import Side

_REMEDY = (
    "Check by hand what this does to pods that the repository does not show, or add the "
    "manifests of the workloads that run there to the repository."
)


def unwitnessed(base: PolicyIndex, head: PolicyIndex) -> tuple[Problem, ...]:
    """Decisive problems, sorted by location: one for each selector that finds no known pod."""
    found = {
        *_of_policies(head, Statements(base.state), Side.HEAD),
        *_of_policies(base, Statements(head.state), Side.BASE),
        *_of_namespaces(base, head),
        *_of_unjudged(base, head),
    }
    return tuple(sorted(found, key=lambda problem: (problem.location, problem.message)))


def _of_policies(index: PolicyIndex, others: Statements, side: Side) -> Iterator[Problem]:
    """What the policies of ``index`` say, ``others`` do not, and no known pod shows."""
    for policy in index.state.policies:
        subject_known = _selects_known(index, policy)
        for direction in sorted(policy.isolates):
            if not subject_known and not others.isolate(isolation(policy, direction)):
                yield _unseen_subject(policy, direction, policy.location, side)
                continue
            for rule, pairing, ports in pairings(policy, direction):
                if not ports.without(others.grant(pairing)):
                    continue
                if not subject_known:
                    yield _unseen_subject(policy, direction, rule.location, side)
                elif isinstance(pairing.peer, PodPeer) and not _finds_known(
                    index, policy, pairing.peer
                ):
                    yield _unseen_peer(policy, direction, pairing.peer, side)


def _selects_known(index: PolicyIndex, policy: NetworkPolicy) -> bool:
    return any(
        match(policy.pods, workload, Role.SOURCE, policy.location) is not None
        for workload in index.state.workloads
        if workload.namespace == policy.namespace and not workload.host_network
    )


def _finds_known(index: PolicyIndex, policy: NetworkPolicy, peer: PodPeer) -> bool:
    workloads = index.state.workloads
    return bool(members(peer, policy.namespace, Role.SOURCE, workloads, index.namespace_labels))


def _unseen_subject(
    policy: NetworkPolicy, direction: Direction, location: Location, side: Side
) -> Problem:
    return _problem(
        location,
        f"NetworkPolicy {policy.ref} changes the {direction} of the pods that its podSelector "
        f"({policy.pods}) selects ({_only(side)}), and no known workload is one of them: what "
        "the change opens or blocks is not judged.",
        policy.namespace,
    )


def _unseen_peer(policy: NetworkPolicy, direction: Direction, peer: PodPeer, side: Side) -> Problem:
    end = "from" if direction is Direction.INGRESS else "to"
    return _problem(
        peer.location,
        f"NetworkPolicy {policy.ref} changes the {direction} {end} {_peer_text(peer, policy)} "
        f"({_only(side)}), and no known workload is one of them: what the change opens or blocks "
        "is not judged.",
        policy.namespace,
    )


def _of_namespaces(base: PolicyIndex, head: PolicyIndex) -> Iterator[Problem]:
    """Namespaces without a known workload whose labels make a selector answer otherwise."""
    inhabited = {w.namespace for index in (base, head) for w in index.state.workloads}
    asked = _namespace_selectors(base.state) & _namespace_selectors(head.state)
    for name in sorted({*base.namespaces, *head.namespaces} - inhabited):
        before = namespace_labels(name, base.namespaces.get(name))
        after = namespace_labels(name, head.namespaces.get(name))
        manifest = head.namespaces.get(name) or base.namespaces[name]
        for selector in sorted(asked):
            if selector.admits(before) != selector.admits(after):
                change = "now matches" if selector.admits(after) else "no longer matches"
                yield _problem(
                    manifest.location,
                    f"Namespace {name} {change} the namespaceSelector ({selector}) of a "
                    "NetworkPolicy, and no known workload runs in it: what its pods may newly "
                    "reach, or be reached by, is not judged.",
                    name,
                )


def _namespace_selectors(state: ClusterState) -> frozenset[LabelSelector]:
    return frozenset(
        peer.namespaces
        for policy in state.policies
        for rule in (*policy.ingress, *policy.egress)
        for peer in rule.peers
        if isinstance(peer, PodPeer) and peer.namespaces is not None
    )


def _of_unjudged(base: PolicyIndex, head: PolicyIndex) -> Iterator[Problem]:
    """Policies that are not judged, changed, where no known workload could show an effect."""
    before, after = frozenset(base.state.unjudged), frozenset(head.state.unjudged)
    workloads = (*base.state.workloads, *head.state.workloads)
    for policy in before ^ after:
        namespace = policy.ref.namespace
        if any(namespace in ("", workload.namespace) for workload in workloads):
            continue
        side = Side.HEAD if policy in after else Side.BASE
        yield _problem(
            policy.location,
            f"{policy.ref.kind} {policy.ref} changes ({_only(side)}), is of a kind that is not "
            "judged, and could bind pods of which no workload is known.",
            namespace,
        )


def _problem(location: Location, message: str, namespace: str) -> Problem:
    return Problem(
        ProblemKind.UNSEEN_PODS,
        location,
        message,
        _REMEDY,
        namespaces=frozenset((namespace,)) if namespace else frozenset(),
    )


def _only(side: Side) -> str:
    return "as the head has it" if side is Side.HEAD else "as the base had it"


def _peer_text(peer: PodPeer, policy: NetworkPolicy) -> str:
    if peer.namespaces is None:
        return f"the pods that podSelector ({peer.pods}) selects in namespace {policy.namespace}"
    if peer.pods is None:
        return f"the pods of the namespaces that namespaceSelector ({peer.namespaces}) selects"
    return (
        f"the pods that podSelector ({peer.pods}) selects in the namespaces of namespaceSelector "
        f"({peer.namespaces})"
    )
