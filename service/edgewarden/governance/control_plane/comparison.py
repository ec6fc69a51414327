"""The pods behind what the API server calls, before and after a change."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgewarden.governance.control_plane.admission import Admissions
from edgewarden.governance.control_plane.backends import Backend, Backends, Target
from edgewarden.governance.control_plane.made_calls import MadeCall, Refused
from edgewarden.governance.dns_pods import Answer
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.subjects import KnownPods
from edgewarden.reachability.calls import Service
from edgewarden.reachability.endpoints import GROUPS
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.reasons import Side


@dataclass(frozen=True, slots=True)
class Culprit:
    """What to point at, and in which state it stands."""

    location: Location
    subject: ObjectRef
    side: Side = Side.HEAD


class Comparison:
    """How the API server reaches the pods of both states."""

    def __init__(self, proposal: Proposal) -> None:
        self._before, self._after = Backends(proposal.base), Backends(proposal.head)
        self._admitted, self._admits = Admissions(proposal.base), Admissions(proposal.head)
        self._changed = {policy.ref for policy in proposal.changed_policies()}
        self._removed = {policy.ref for policy in proposal.removed_policies()}

    def refused(self, target: Target, *, called: bool) -> list[Refused]:
        """The pods of the head that do not let the API server in, or may not; ``called`` says
        whether the base calls them too.

        Pods that only a selector describes on one side, and a workload on the other, are compared
        as one.
        """
        past = list(self._before.of(target)) if called else []
        found = []
        for backend in self._after.of(target):
            admission = self._admits.of(backend)
            if admission.answer is not Answer.YES:
                same = (self._admitted.of(each) for each in past if _alike(each, backend))
                before = min(same, key=lambda each: each.answer, default=None)
                found.append(Refused(backend, admission, before))
        return found

    def cause(self, target: Target, anew: Sequence[MadeCall], worst: Refused) -> Culprit:
        """A policy that changed, else one that admitted and is gone, else what has a call made
        ``anew``, else the Service that leads elsewhere, else the pods."""
        isolating = [each for each in worst.after.isolated_by if each.ref in self._changed]
        if isolating:
            policy = min(isolating, key=lambda each: (bool(each.ingress), each.ref))
            return Culprit(policy.location, policy.ref)
        for written in worst.before.rules if worst.before else ():
            if written.policy.ref in self._removed:
                return Culprit(written.location, written.policy.ref, Side.BASE)
        for caller in (each.caller for each in anew):
            return Culprit(caller.location, ObjectRef(caller.group, caller.kind, "", caller.name))
        service = self._after.service(target)
        if service is not None and _meaning(service) != _meaning(self._before.service(target)):
            return Culprit(
                service.location, ObjectRef("", "Service", service.namespace, service.name)
            )
        if isinstance(worst.backend.subject, KnownPods):
            pods = worst.backend.subject.workload
            ref = ObjectRef(GROUPS.get(pods.kind, ""), pods.kind, pods.namespace, pods.name)
            return Culprit(pods.location, ref)
        policy = worst.after.isolated_by[0]
        return Culprit(policy.location, policy.ref)


def _alike(one: Backend, other: Backend) -> bool:
    match one.subject, other.subject:
        case KnownPods(before), KnownPods(after):
            return before.identity == after.identity
    return True


def _meaning(service: Service | None) -> object:
    """Equal for states of a Service that lead to the same pods."""
    return service and (service.selector, service.ports)
