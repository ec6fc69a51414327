"""Pods that nothing isolates any more, and default-denies that are gone without that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.phrases import listing
from edgewarden.governance.posture.posture import Postures
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy
from edgewarden.reachability.reasons import Cause, CauseKind, Side
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.wording import listed


@dataclass(frozen=True, slots=True)
class IsolationLoss(Observation):
    """What a namespace loses in one direction. Without ``lost`` its pods stay isolated, and a
    default-deny is gone. Not ``certain`` is a loss that hangs on what nobody knows."""

    direction: Direction = Direction.INGRESS
    lost: bool = True
    certain: bool = True


_Place: TypeAlias = tuple[str, Direction]


@dataclass(slots=True)
class _Gathered:
    """The pods of one namespace that lose their isolation in one direction."""

    pods: dict[str, None] = field(default_factory=dict)
    workloads: dict[str, None] = field(default_factory=dict)
    causes: dict[Cause, None] = field(default_factory=dict)

    def __str__(self) -> str:
        known = listing(sorted(self.workloads))
        if not self.pods:
            return known
        return f"{listing(self.pods)}{f', among them {known},' if known else ''}"


def isolation_losses(proposal: Proposal) -> Iterator[IsolationLoss]:
    """One for each namespace and direction at most; a namespace that is deleted loses nothing."""
    lost = _gathered(proposal, certain=True)
    perhaps = _gathered(proposal, certain=False)
    places = {**perhaps, **lost}
    for place, gathered in sorted(places.items(), key=lambda each: each[0]):
        causes = _weightiest(gathered.causes, proposal.base)
        yield _loss(place, str(gathered), causes, certain=place in lost)
    for place, denial in sorted(_removed_denials(proposal).items(), key=lambda each: each[0]):
        if place not in places:
            yield _denial(place, denial)


def _gathered(proposal: Proposal, *, certain: bool) -> Mapping[_Place, _Gathered]:
    found: dict[_Place, _Gathered] = {}
    for change in proposal.diff.isolation:
        if not change.isolated and change.certain is certain:
            place = change.workload.namespace, change.direction
            gathered = found.setdefault(place, _Gathered())
            gathered.workloads[str(change.workload)] = None
            gathered.causes |= dict.fromkeys(change.causes)
    for each in proposal.diff.symbolic.isolation:
        if not each.isolated and each.certain is certain:
            for name in filter(None, each.pods.namespaces.listed):
                gathered = found.setdefault((name, each.direction), _Gathered())
                gathered.pods[str(replace(each.pods, namespaces=Values.only(name)))] = None
                gathered.causes |= dict.fromkeys(_of(name, each.causes))
    return found


def _of(namespace: str, causes: Sequence[Cause]) -> Sequence[Cause]:
    """Not those in policies of other namespaces that lose the same."""
    return [each for each in causes if each.subject.namespace == namespace] or causes


def _weightiest(causes: Iterable[Cause], base: ClusterState) -> Sequence[Cause]:
    """Policies that isolated a whole namespace come first."""
    whole = {each.ref for each in base.policies if each.pods.selects_everything}
    return sorted(causes, key=lambda each: (each.subject not in whole, each.location))


def _loss(place: _Place, pods: str, causes: Sequence[Cause], *, certain: bool) -> IsolationLoss:
    namespace, direction = place
    cause = min(causes, key=lambda each: each.kind is not CauseKind.ISOLATION_REMOVED)
    way = "in" if direction is Direction.INGRESS else "out"
    return IsolationLoss(
        key=(namespace, direction.value),
        text=(
            f"{'Nothing' if certain else 'Perhaps nothing'} isolates the {direction} of "
            f"{pods} any more, so everything is let {way}. {_because(causes)}"
        ),
        location=cause.location,
        subject=cause.subject,
        side=cause.side,
        direction=direction,
        certain=certain,
    )


def _because(causes: Sequence[Cause]) -> str:
    removed = [each for each in causes if each.kind is CauseKind.ISOLATION_REMOVED]
    if not removed:
        return f"That follows from {listing(f'{c.subject} ({c.location})' for c in causes)}."
    did = listing((f"{each.subject} ({each.location} in the base)" for each in removed), 3)
    others = {
        f"{each.replaced_by.kind} {each.replaced_by} of {each.replaced_by.group}"
        for each in removed
        if each.replaced_by is not None
    }
    instead = f" In its place is {listed(sorted(others))}, which is not judged." if others else ""
    return f"Isolated by {did} before.{instead}"


def _removed_denials(proposal: Proposal) -> Mapping[_Place, NetworkPolicy]:
    """A default-deny of the namespaces and directions that have none in the head."""
    names = {
        each.namespace for each in (*proposal.removed_policies(), *proposal.changed_policies())
    }
    if not names:
        return {}
    base, head = Postures(proposal.base), Postures(proposal.head)
    there = set(head.names)
    found = {}
    for name in names & there:
        before, after = base.of(name), head.of(name)
        for was, now in ((before.ingress, after.ingress), (before.egress, after.egress)):
            if was.default_denies and not now.default_denies:
                found[name, was.direction] = was.default_denies[0]
    return found


def _denial(place: _Place, denial: NetworkPolicy) -> IsolationLoss:
    namespace, direction = place
    return IsolationLoss(
        key=(namespace, direction.value),
        text=(
            f"The default-deny of {direction} of namespace {namespace} is gone: "
            f"{denial.ref} ({denial.location} in the base). Its pods are isolated by other "
            "policies, and each of these allows something."
        ),
        location=denial.location,
        subject=denial.ref,
        side=Side.BASE,
        direction=direction,
        lost=False,
    )
