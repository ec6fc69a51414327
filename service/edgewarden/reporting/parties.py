"""Ends and causes put into words."""

from collections import Counter
from collections.abc import Iterable

from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.reasons import Cause, CauseKind, Fact
from edgewarden.reachability.report import ReachabilityDiff
from edgewarden.reporting.rows import Party, Place, Why
from edgewarden.reporting.wording import address_texts, listed

MOST_NAMED = 3
"""More members than these are counted and folded instead of named."""

_CLOSING = frozenset({CauseKind.RULE_GONE, CauseKind.ISOLATION_ADDED})
_OPENING = frozenset({CauseKind.RULE_ALLOWS, CauseKind.ISOLATION_REMOVED})


class Namer:
    """Names workloads as ``namespace/name``, with the kind only where that is ambiguous."""

    def __init__(self, workloads: Iterable[WorkloadEnd]) -> None:
        kinds = Counter((end.namespace, end.name) for end in set(workloads))
        self._ambiguous = frozenset(name for name, count in kinds.items() if count > 1)

    def workload(self, end: WorkloadEnd) -> str:
        name = f"{end.namespace}/{end.name}"
        if (end.namespace, end.name) in self._ambiguous:
            name = str(end)
        return f"{name} (host network)" if end.host_network else name

    def party(self, ends: Iterable[End]) -> Party:
        """One end of a row; ``ends`` is not empty."""
        found = frozenset(ends)
        workloads = sorted(end for end in found if isinstance(end, WorkloadEnd))
        addresses = address_texts(end for end in found if isinstance(end, AddressEnd))
        names = tuple(map(self.workload, workloads))
        many_workloads, many_addresses = len(names) > MOST_NAMED, len(addresses) > MOST_NAMED
        parts = [_counted_workloads(workloads)] if many_workloads else list(names)
        parts += [f"{len(addresses)} address ranges"] if many_addresses else list(addresses)
        return Party(
            text=listed(parts),
            members=(*names, *addresses),
            count=len(found),
            folded=many_workloads or many_addresses,
        )


def _counted_workloads(workloads: list[WorkloadEnd]) -> str:
    namespaces = sorted({end.namespace for end in workloads})
    if len(namespaces) == 1:
        return f"{len(workloads)} workloads in namespace {namespaces[0]}"
    if len(namespaces) <= MOST_NAMED:
        return f"{len(workloads)} workloads in namespaces {listed(namespaces)}"
    return f"{len(workloads)} workloads in {len(namespaces)} namespaces"


def workloads_of(diff: ReachabilityDiff) -> Iterable[WorkloadEnd]:
    """Every workload that an edge or an isolation change of the difference names."""
    edges = [(change.src, change.dst) for change in (*diff.added, *diff.removed, *diff.changed)]
    edges += [(change.src, change.dst) for change in (*diff.may_added, *diff.may_removed)]
    for end in (end for ends in edges for end in ends):
        if isinstance(end, WorkloadEnd):
            yield end
    for isolation in diff.isolation:
        yield isolation.workload


def opening_whys(causes: Iterable[Cause]) -> tuple[Why, ...]:
    """What opened an edge: causes that only close are left out."""
    return _whys(causes, without=_CLOSING)


def closing_whys(causes: Iterable[Cause]) -> tuple[Why, ...]:
    """What closed an edge: causes that only open are left out."""
    return _whys(causes, without=_OPENING)


def whys(causes: Iterable[Cause]) -> tuple[Why, ...]:
    return _whys(causes, without=frozenset())


def possible_whys(causes: Iterable[Cause]) -> tuple[Why, ...]:
    """What a *may* goes back to, without a claim that it has any effect."""
    worded = (Why(_origin_text(cause), Place(cause.location, cause.side)) for cause in causes)
    return tuple(dict.fromkeys(worded))


def _whys(causes: Iterable[Cause], without: frozenset[CauseKind]) -> tuple[Why, ...]:
    """All causes where every one of them would be left out: none is shown without a reason."""
    every = tuple(causes)
    kept = tuple(cause for cause in every if cause.kind not in without) or every
    worded = (Why(cause_text(cause), Place(cause.location, cause.side)) for cause in kept)
    return tuple(dict.fromkeys(worded))


def fact_whys(facts: Iterable[Fact]) -> tuple[Why, ...]:
    return tuple(Why(fact.question, Place(fact.location)) for fact in facts)


def object_text(ref: ObjectRef) -> str:
    return f"{ref.kind} {ref}"


def cause_text(cause: Cause) -> str:
    """Half a sentence; rules count from 1 in their list, as in findings."""
    subject, rule = object_text(cause.subject), _rule_text(cause)
    direction = cause.direction.value if cause.direction is not None else ""
    match cause.kind:
        case CauseKind.RULE_ALLOWS:
            return f"{rule} allows it"
        case CauseKind.RULE_GONE:
            return f"{rule} allowed it before"
        case CauseKind.ISOLATION_ADDED:
            return f"{subject} now isolates {direction}".rstrip()
        case CauseKind.ISOLATION_REMOVED:
            return f"{subject} no longer isolates {direction}".rstrip()
        case CauseKind.LABELS_CHANGED:
            return f"the labels of {subject} changed"
        case CauseKind.PORTS_CHANGED:
            return f"the named ports of {subject} changed"
        case CauseKind.HOST_NETWORK_CHANGED:
            return f"hostNetwork of {subject} changed"
        case CauseKind.WORKLOAD_ADDED:
            return f"{subject} is new"
        case CauseKind.WORKLOAD_REMOVED:
            return f"{subject} is gone"
        case CauseKind.UNJUDGED_CHANGED:
            return f"{subject} changed and is of a kind that is not judged"


def _rule_text(cause: Cause) -> str:
    """``ingress rule 1 of NetworkPolicy shop/db``, or the object where no rule is meant."""
    subject = object_text(cause.subject)
    if cause.direction is None or cause.rule is None:
        return subject
    return f"{cause.direction.value} rule {cause.rule + 1} of {subject}"


def _origin_text(cause: Cause) -> str:
    rule = _rule_text(cause)
    match cause.kind:
        case CauseKind.RULE_ALLOWS:
            return f"it hangs on {rule}"
        case CauseKind.RULE_GONE:
            return f"it hung on {rule}"
        case _:
            return cause_text(cause)
