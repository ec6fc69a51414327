"""Whether a fix does what it is to do, and nothing else: found by evaluating it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from edgewarden.governance.fixes.mends import (
    AddedEgress,
    JoinedPeers,
    ManifestMend,
    Mend,
    PolicyMend,
)
from edgewarden.governance.proposal import Proposal, namespace_labels
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.location import Location, Problem
from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy, Workload
from edgewarden.reachability.report import EdgeChange, ReachabilityDiff
from edgewarden.reachability.wording import listed

_NOWHERE: Final = Location("", 1)


@dataclass(frozen=True, slots=True)
class Tried:
    """What a fix does in clusters that passed: connections of known workloads, pair by pair."""

    closed: int = 0
    opened: int = 0
    read: bool = False


def tried(mend: Mend, trial: Proposal, told: Iterable[Problem]) -> Tried | None:
    """What a fix does in a cluster, of which ``trial`` holds the head without it and with it.

    Nothing where that is not exactly what it is to do: its policies become what is intended and
    all else stays; no connection opens that is not to open, and none closes that is not to close;
    nothing is wrong with the manifests but what was ``told`` of the head. Of a manifest that is
    mended all that is wanted is that less is wrong: what cannot be read stands in both states as it
    will be read.
    """
    before, after = Counter(map(_fault, told)), Counter(map(_fault, trial.head.problems))
    if after - before:
        return None
    if isinstance(mend, ManifestMend):
        mended = before[_fault(mend.problem)] > after[_fault(mend.problem)]
        same = _meaning(trial.base) == _meaning(trial.head)
        return Tried(read=True) if mended and same else None
    expected = tuple(
        mend.intended(policy) if policy.location == mend.policy else policy
        for policy in trial.base.policies
    )
    if _meaning(replace(trial.base, policies=expected)) != _meaning(trial.head):
        return None
    diff = trial.diff
    if isinstance(mend, AddedEgress):
        sound = not _closes(diff)
    else:
        sound = not _opens(diff) and _unintended_only(mend, trial)
    return Tried(_pairs(trial.closed), _pairs(trial.opened)) if sound else None


def effect(found: Iterable[Tried]) -> str:
    """All that a fix does, in a sentence."""
    every = tuple(found)
    if any(each.read for each in every):
        return "Tried on this head: the object can be read, and no other one changes."
    counts = {
        "closes": sum(each.closed for each in every),
        "opens": sum(each.opened for each in every),
    }
    done = [
        f"{verb} {count} known connection{'' if count == 1 else 's'}"
        for verb, count in counts.items()
        if count
    ] or ["changes no connection between workloads that are known here"]
    return f"Tried on this head: it {listed(done)}, and nothing else changes."


def _meaning(state: ClusterState) -> tuple[object, ...]:
    """Equal for states that differ in nothing but in where things are written."""
    return (
        tuple(replace(each, location=_NOWHERE) for each in state.namespaces),
        tuple(replace(each, location=_NOWHERE) for each in state.workloads),
        state.policies,
        state.lingering,
        state.unjudged,
    )


def _fault(problem: Problem) -> tuple[str, str, str]:
    """Without the line, which moves, and the message, which may tell of other lines."""
    return problem.kind, problem.location.path, problem.field


def _opens(diff: ReachabilityDiff) -> bool:
    opened = any(each.opened for each in diff.changed) or diff.added or diff.may_added
    released = not all(each.isolated for each in diff.isolation)
    unseen = not all(each.isolated for each in diff.symbolic.isolation)
    return bool(opened or released or unseen or diff.symbolic.opened)


def _closes(diff: ReachabilityDiff) -> bool:
    closed = any(each.closed for each in diff.changed) or diff.removed or diff.may_removed
    return bool(closed or diff.symbolic.closed or diff.isolation or diff.symbolic.isolation)


def _unintended_only(mend: PolicyMend, trial: Proposal) -> bool:
    """Whether none of the pods that both selectors mean loses a connection."""
    if not isinstance(mend, JoinedPeers):
        return True
    meant = {
        workload.identity
        for policy in trial.base.policies
        if policy.location == mend.policy
        for workload in _meant(mend, policy, trial.base)
    }
    return not any(
        isinstance(end, AddressEnd) or end.identity in meant
        for change in trial.closed
        for end in (change.sources if mend.direction is Direction.INGRESS else change.destinations)
    )


def _meant(mend: JoinedPeers, policy: NetworkPolicy, state: ClusterState) -> Iterator[Workload]:
    for peer in mend.both(policy):
        for workload in state.workloads:
            namespace = namespace_labels(state, workload.namespace)
            if all(
                selector is not None and selector.admits(labels)
                for selector, labels in ((peer.namespaces, namespace), (peer.pods, workload.labels))
            ):
                yield workload


def _pairs(changes: Iterable[EdgeChange]) -> int:
    return sum(len(each.sources) * len(each.destinations) for each in changes)
