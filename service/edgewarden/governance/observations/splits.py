"""Two list items where one was likely meant: a namespace *or* a pod instead of both.

In ``from`` and ``to`` the selectors of one item are combined by AND, the items by OR
(``NetworkPolicyPeer``), so a dash too many turns "frontend in prod" into "everything in prod,
and frontend here".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, pairwise

import yaml

from edgewarden.governance.introduced import introduced
from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.phrases import listing, peer_phrase
from edgewarden.governance.proposal import Proposal, WrittenRule, namespace_labels, rules_of
from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.model import (
    ClusterState,
    Direction,
    NetworkPolicy,
    Peer,
    PodPeer,
    Workload,
)
from edgewarden.reachability.wording import capitalised


def splits(proposal: Proposal) -> Iterator[Observation]:
    """One for each such pair of items of the head that is new."""
    for split in introduced(proposal, lambda _, policies: splits_of(policies)):
        if not _meant(split, proposal.head):
            yield _observation(split, proposal.head)


@dataclass(frozen=True, slots=True)
class Split:
    """An item that only names namespaces and one that only names pods, in one list."""

    written: WrittenRule
    whole_namespaces: PodPeer
    own_pods: PodPeer
    namespaces: LabelSelector
    pods: LabelSelector

    @property
    def key(self) -> tuple[str, ...]:
        policy = self.written.policy
        return (
            policy.namespace,
            str(policy.pods),
            self.written.direction.value,
            str(self.namespaces),
            str(self.pods),
        )


def splits_of(policies: Iterable[NetworkPolicy]) -> Iterator[Split]:
    """Each item of a rule in one pair. Neighbours are preferred, since the mistake is one dash
    between two lines."""
    for written in rules_of(policies):
        peers = written.rule.peers
        paired: set[Peer] = set()
        for pair in chain(pairwise(peers), combinations(peers, 2)):
            if paired.isdisjoint(pair) and (split := _split(written, *pair)):
                paired.update(pair)
                yield split


def _split(written: WrittenRule, one: Peer, other: Peer) -> Split | None:
    for whole, own in ((one, other), (other, one)):
        match whole, own:
            case (
                PodPeer(namespaces=LabelSelector() as namespaces, pods=None),
                PodPeer(namespaces=None, pods=LabelSelector() as pods),
            ) if namespaces.requirements and pods.requirements:
                return Split(written, whole, own, namespaces, pods)
    return None


def _meant(split: Split, state: ClusterState) -> bool:
    """Whether known workloads or other policies say that the two items are meant as they stand.

    So they do where the pod selector finds workloads in the policy's own namespace and none
    in the namespaces that the other item names: the AND would then admit nobody. A policy of the
    own namespace for the very pods shows as well that they live there.
    """
    own = split.written.policy.namespace
    matching = [each for each in state.workloads if split.pods.admits(each.labels)]
    if any(_in_namespaces(each, split, state) for each in matching):
        return False
    return any(each.namespace == own for each in matching) or any(
        policy.namespace == own
        and policy.pods == split.pods
        and policy.ref != split.written.policy.ref
        for policy in state.policies
    )


def _in_namespaces(workload: Workload, split: Split, state: ClusterState) -> bool:
    return split.namespaces.admits(namespace_labels(state, workload.namespace))


def _observation(split: Split, state: ClusterState) -> Observation:
    written = split.written
    namespace = written.policy.namespace
    verb = "admits" if written.direction is Direction.INGRESS else "allows traffic to"
    beyond = [
        each
        for each in state.workloads
        if _in_namespaces(each, split, state) and not split.pods.admits(each.labels)
    ]
    known = f" Known here beyond those: {listing(sorted(map(str, beyond)))}." if beyond else ""
    return Observation(
        key=split.key,
        text=(
            f"{capitalised(str(written))} {verb} "
            f"{peer_phrase(split.whole_namespaces, namespace)}, and "
            f"{peer_phrase(split.own_pods, namespace)}: two list items are an OR. If only "
            f"pods {split.pods} in namespaces {split.namespaces} are meant, both selectors "
            f"belong in one item.{known}"
        ),
        location=split.whole_namespaces.location,
        subject=written.policy.ref,
        remedy=f"Write one list item with both selectors:\n{_merged(split)}",
    )


def _merged(split: Split) -> str:
    """The list with one item for both selectors, as it would be written."""
    key = "from" if split.written.direction is Direction.INGRESS else "to"
    item = {
        "namespaceSelector": selector_as_written(split.namespaces),
        "podSelector": selector_as_written(split.pods),
    }
    return yaml.safe_dump({key: [item]}, sort_keys=False, default_flow_style=False)


def selector_as_written(selector: LabelSelector) -> dict[str, object]:
    """``matchLabels`` for what it can say, ``matchExpressions`` for the rest."""
    labels: dict[str, str] = {}
    expressions: list[dict[str, object]] = []
    for requirement in selector.requirements:
        if _is_label(requirement) and requirement.key not in labels:
            labels[requirement.key] = requirement.values[0]
        else:
            values = {"values": list(requirement.values)} if requirement.values else {}
            operator = {"key": requirement.key, "operator": requirement.operator.value}
            expressions.append({**operator, **values})
    written: dict[str, object] = {}
    if labels:
        written["matchLabels"] = labels
    if expressions:
        written["matchExpressions"] = expressions
    return written


def _is_label(requirement: Requirement) -> bool:
    return requirement.operator is Operator.IN and len(requirement.values) == 1
