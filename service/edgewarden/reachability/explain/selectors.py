"""Selectors that give another answer because labels changed, with no policy changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.reachability.causes import Pair
from edgewarden.reachability.endpoints import Endpoint, Placement
from edgewarden.reachability.evaluation import Connection
from edgewarden.reachability.explain.explanation import FlippedSelector, LabelChange, Written
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.matching import Labels, hanging
from edgewarden.reachability.model import NetworkPolicy, ObjectRef, PodPeer
from edgewarden.reachability.reasons import Cause, CauseKind, Side


def flipped(pair: Pair, causes: Iterable[Cause]) -> tuple[FlippedSelector, ...]:
    """The selectors behind those of ``causes`` that are changed labels, each once.

    They are the selectors of policies that bear on ``pair``, located in the head where it has
    them.
    """
    subjects = {each.subject for each in causes if each.kind is CauseKind.LABELS_CHANGED}
    found: dict[object, FlippedSelector] = {}
    for side, connection in ((Side.HEAD, pair.head), (Side.BASE, pair.base)):
        for use in _uses(pair, connection) if subjects else ():
            for each in _flips(use, side, subjects):
                key = each.subject, each.policy, each.written, each.selector
                found.setdefault(key, each)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Use:
    """A selector of a policy, and the ends of the connection that it is asked about."""

    policy: NetworkPolicy
    selector: LabelSelector
    written: Written
    location: Location
    ends: tuple[Endpoint, ...]


def _uses(pair: Pair, connection: Connection | None) -> Iterator[_Use]:
    for side in connection.sides if connection is not None else ():
        subjects, others = pair.subjects(side.direction), pair.others(side.direction)
        for isolation in side.isolations:
            policy = isolation.policy
            yield _Use(policy, policy.pods, Written.POD_SELECTOR, policy.location, subjects)
        for grant in side.grants:
            peer = grant.origin.peer if grant.origin is not None else None
            if grant.origin is None or not isinstance(peer, PodPeer):
                continue
            policy, place = grant.origin.policy, peer.location
            if peer.pods is not None:
                yield _Use(policy, peer.pods, Written.PEER_PODS, place, others)
            if peer.namespaces is not None:
                yield _Use(policy, peer.namespaces, Written.PEER_NAMESPACES, place, others)


def _flips(use: _Use, side: Side, subjects: set[ObjectRef]) -> Iterator[FlippedSelector]:
    for end in use.ends:
        if end.base is None or end.head is None:
            continue
        before, after = _matches(use, end.base), _matches(use, end.head)
        subject = _asked(use, end, subjects)
        if before is not after and subject is not None:
            yield FlippedSelector(
                subject,
                tuple(_label_changes(use, end.base, end.head)),
                use.selector,
                use.written,
                use.policy.ref,
                Side.HEAD if after else Side.BASE,
                side,
                use.location,
            )


def _matches(use: _Use, placement: Placement) -> bool:
    """Whether the selector matches, perhaps only for some values of open labels."""
    if use.written is Written.PEER_NAMESPACES:
        return use.selector.admits(placement.namespace_labels)
    return hanging(use.selector, placement.workload) is not None


def _label_changes(use: _Use, base: Placement, head: Placement) -> Iterator[LabelChange]:
    before, after = _labels(use, base), _labels(use, head)
    for key in dict.fromkeys(requirement.key for requirement in use.selector.requirements):
        if before.get(key) != after.get(key):
            yield LabelChange(key, before.get(key), after.get(key))


def _labels(use: _Use, placement: Placement) -> Labels:
    """The labels that the selector sees."""
    if use.written is Written.PEER_NAMESPACES:
        return placement.namespace_labels
    return placement.workload.labels


def _asked(use: _Use, end: Endpoint, subjects: set[ObjectRef]) -> ObjectRef | None:
    """The object of which the selector sees the labels, if it is one of ``subjects``."""
    workload = end.latest
    if use.written is Written.PEER_NAMESPACES:
        wanted = "Namespace", "", workload.namespace
    else:
        wanted = workload.kind, workload.namespace, workload.name
    return next((s for s in subjects if (s.kind, s.namespace, s.name) == wanted), None)
