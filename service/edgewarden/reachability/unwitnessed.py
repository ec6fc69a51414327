"""Changes of policies that no pair of known workloads shows.

What such a change does to pods that no manifest shows is not judged here, so each one is told:
a difference without a known edge must never read as "nothing changed".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.reachability.addresses import EVERY_NETWORK, atoms, covers
from edgewarden.reachability.atoms import Pairing, Statements, isolation, pairings
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import CERTAINLY, Role, World
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.matching import match, members, namespace_labels
from edgewarden.reachability.model import (
    ClusterState,
    Direction,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodPeer,
    Rule,
    Workload,
)
from edgewarden.reachability.policies import PolicyIndex
from edgewarden.reachability.reasons import Side

_NOTHING_HOLDS = World(CERTAINLY, CERTAINLY)
"""The world in which nothing that is uncertain takes effect."""

_REMEDY = (
    "Check by hand what this does to pods that the repository does not show, or add the "
    "manifests of the workloads that run there to the repository."
)


def unwitnessed(base: PolicyIndex, head: PolicyIndex) -> tuple[Problem, ...]:
    """Decisive problems, sorted by location: one for each difference that no known pod shows."""
    found = {
        *_of_policies(head, base, Side.HEAD),
        *_of_policies(base, head, Side.BASE),
        *_of_namespaces(base, head),
        *_of_unjudged(base, head),
    }
    return tuple(sorted(found, key=lambda problem: (problem.location, problem.message)))


def _of_policies(index: PolicyIndex, other: PolicyIndex, side: Side) -> Iterator[Problem]:
    """What the policies of ``index`` say, ``other`` does not, and no known pod shows."""
    others = Statements(other.state)
    witnesses = _Witnesses(index, other)
    for policy in index.state.policies:
        subjects = witnesses.of_subject(policy)
        for direction in sorted(policy.isolates):
            isolates_more = not others.isolate(isolation(policy, direction))
            if isolates_more and not witnesses.show_isolation(subjects, direction):
                known = bool(subjects)
                yield _unseen_subject(policy, direction, policy.location, side, known=known)
                continue
            if not others.isolate_any(policy.namespace, direction):
                continue  # where nothing isolated, a rule grants what was granted anyway
            for rule, pairing, ports in pairings(policy, direction):
                if not ports.without(others.grant(pairing)):
                    continue
                if not subjects:
                    yield _unseen_subject(policy, direction, rule.location, side, known=False)
                elif not witnesses.show_peer(subjects, policy, pairing):
                    peer = pairing.peer
                    known = not isinstance(peer, PodPeer) or bool(witnesses.of_peer(policy, peer))
                    yield _unseen_peer(policy, direction, rule, peer, side, known=known)


@dataclass(frozen=True, slots=True)
class _Witnesses:
    """The known workloads of one state, asked what the other state says to them."""

    here: PolicyIndex
    there: PolicyIndex

    def of_subject(self, policy: NetworkPolicy) -> tuple[Workload, ...]:
        """The known pods that ``policy`` selects, in some world at least."""
        return tuple(
            workload
            for workload in self.here.state.workloads
            if workload.namespace == policy.namespace
            and not workload.host_network
            and match(policy.pods, workload, Role.SOURCE, policy.location) is not None
        )

    def of_peer(self, policy: NetworkPolicy, peer: PodPeer) -> tuple[Workload, ...]:
        """The known pods that ``peer`` admits, in some world at least."""
        workloads = self.here.state.workloads
        labels = self.here.namespace_labels
        found = members(peer, policy.namespace, Role.SOURCE, workloads, labels)
        return tuple(self.here.workloads[identity] for identity in found)

    def show_isolation(self, subjects: Iterable[Workload], direction: Direction) -> bool:
        """Whether one of ``subjects`` is isolated in one of the states only."""
        return any(
            bool(self.here.isolations(each, direction))
            != bool(self.there.isolations(each, direction))
            for each in subjects
        )

    def show_peer(
        self, subjects: Iterable[Workload], policy: NetworkPolicy, pairing: Pairing
    ) -> bool:
        """Whether the states give some known pair of ``pairing`` different answers at this end.

        Known pods stand for those that are not seen only where the difference shows on them:
        where they were admitted before and still are, a wider selector changes nothing for
        them, and everything for others.
        """
        direction = pairing.pods.direction
        return any(
            self._answers_differ(direction, subject, end)
            for subject in subjects
            for end in self._ends(subject, policy, pairing)
        )

    def _ends(
        self, subject: Workload, policy: NetworkPolicy, pairing: Pairing
    ) -> Iterator[Workload | AddressEnd]:
        """The known ends of ``pairing``, addresses cut by the blocks of both states."""
        peer, direction = pairing.peer, pairing.pods.direction
        if isinstance(peer, PodPeer):
            yield from self.of_peer(policy, peer)
            return
        blocks = self.here.blocks(subject, direction) | self.there.blocks(subject, direction)
        if isinstance(peer, IPBlock):
            pieces = atoms({*blocks, peer}, (peer.cidr,))
            yield from (piece for piece in pieces if covers(peer, piece.first))
        else:
            yield from self.here.state.workloads
            yield from atoms(blocks, EVERY_NETWORK)

    def _answers_differ(
        self, direction: Direction, subject: Workload, end: Workload | AddressEnd
    ) -> bool:
        known_there = all(
            isinstance(each, AddressEnd) or each.identity in self.there.workloads
            for each in (subject, end)
        )
        if not known_there:
            return True  # the edges of a workload that comes or goes are told with it
        answers = (
            index.side(direction, subject, end).ports(_NOTHING_HOLDS)
            for index in (self.here, self.there)
        )
        return len(set(answers)) > 1


def _unseen_subject(
    policy: NetworkPolicy, direction: Direction, location: Location, side: Side, *, known: bool
) -> Problem:
    return _problem(
        location,
        f"NetworkPolicy {policy.ref} changes the {direction} of the pods that its podSelector "
        f"({policy.pods}) selects ({_only(side)}), and {_because(known)}.",
        policy.namespace,
    )


def _unseen_peer(
    policy: NetworkPolicy,
    direction: Direction,
    rule: Rule,
    peer: Peer | None,
    side: Side,
    *,
    known: bool,
) -> Problem:
    end = "from" if direction is Direction.INGRESS else "to"
    return _problem(
        rule.location if peer is None else peer.location,
        f"NetworkPolicy {policy.ref} changes the {direction} {end} {_peer_text(peer, policy)} "
        f"({_only(side)}), and {_because(known)}.",
        policy.namespace,
    )


def _because(known: bool) -> str:
    if known:
        return (
            "to the known workloads it makes no difference: what the change opens or blocks for "
            "others is not judged"
        )
    return "no known workload is one of them: what the change opens or blocks is not judged"


def _of_namespaces(base: PolicyIndex, head: PolicyIndex) -> Iterator[Problem]:
    """Namespaces whose labels make a selector answer otherwise, for pods that nobody knows."""
    asked = _asking(base.state) & _asking(head.state)
    known = [w for index in (base, head) for w in index.state.workloads if not w.host_network]
    for name in sorted({*base.namespaces, *head.namespaces}):
        before = namespace_labels(name, base.namespaces.get(name))
        after = namespace_labels(name, head.namespaces.get(name))
        if before == after:
            continue
        manifest = head.namespaces.get(name) or base.namespaces[name]
        inhabitants = [workload for workload in known if workload.namespace == name]
        for namespaces, pods in sorted(asked):
            if namespaces.admits(before) == namespaces.admits(after):
                continue
            if any(
                match(pods, workload, Role.SOURCE, manifest.location) is not None
                for workload in inhabitants
            ):
                continue
            change = "now matches" if namespaces.admits(after) else "no longer matches"
            whom = "" if pods.selects_everything else f" with labels {pods}"
            yield _problem(
                manifest.location,
                f"Namespace {name} {change} the namespaceSelector ({namespaces}) of a "
                f"NetworkPolicy, and no known workload{whom} runs there: what its pods may "
                "newly reach, or be reached by, is not judged.",
                name,
            )


def _asking(state: ClusterState) -> frozenset[tuple[LabelSelector, LabelSelector]]:
    """The namespace selectors of peers, each with the pod selector beside it."""
    return frozenset(
        (peer.namespaces, peer.pods or LabelSelector())
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


def _peer_text(peer: Peer | None, policy: NetworkPolicy) -> str:
    if peer is None:
        return "any peer"
    if isinstance(peer, IPBlock):
        return f"the addresses of ipBlock {peer.cidr}"
    if peer.namespaces is None:
        return f"the pods that podSelector ({peer.pods}) selects in namespace {policy.namespace}"
    if peer.pods is None:
        return f"the pods of the namespaces that namespaceSelector ({peer.namespaces}) selects"
    return (
        f"the pods that podSelector ({peer.pods}) selects in the namespaces of namespaceSelector "
        f"({peer.namespaces})"
    )
