"""Calls of the API server that a change leaves without an answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.control_plane.admission import Admissions
from edgewarden.governance.control_plane.backends import Backend, Target, backends
from edgewarden.governance.control_plane.made_calls import MadeCall, Refused, by_target
from edgewarden.governance.control_plane.wording import refused_text, remedy
from edgewarden.governance.dns_pods import Answer
from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.subjects import KnownPods
from edgewarden.reachability.calls import Service
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, ObjectRef
from edgewarden.reachability.reasons import Side


@dataclass(frozen=True, slots=True)
class RefusedCall(Observation):
    """A port of a Service at which the API server gets no answer any more, or may get none.

    It is ``certain`` where no rule could admit the API server, and ``questions`` would settle what
    is not. Where the call is ``required``, requests fail that the API server cannot ask about.
    """

    service: str = ""
    callers: tuple[str, ...] = ()
    certain: bool = True
    required: bool = True
    questions: tuple[str, ...] = ()


def refused_calls(proposal: Proposal) -> Iterator[RefusedCall]:
    """One for each port of a Service, sorted: where pods let the API server in no longer, and where
    what was refused already is called anew, or is required now."""
    after = by_target(proposal.head)
    if not after:
        return
    earlier = by_target(proposal.base)
    admissions = Admissions(proposal.base), Admissions(proposal.head)
    for target in sorted(after):
        refused = list(_refused(proposal, target, admissions, called=target in earlier))
        worse = [each for each in refused if each.worse]
        known = {each.identity: each.call.required for each in earlier.get(target, ())}
        anew = [each for each in after[target] if each.call.required > known.get(each.identity, -1)]
        if worse:
            yield _told(proposal, target, after[target], worse)
        elif refused and anew:
            yield _told(proposal, target, anew, refused)


def _refused(
    proposal: Proposal,
    target: Target,
    admissions: tuple[Admissions, Admissions],
    *,
    called: bool,
) -> Iterator[Refused]:
    """The pods of the head that do not let the API server in, or may not.

    Pods that only a selector describes on one side, and a workload on the other, are compared as
    one.
    """
    before, after = admissions
    past = list(backends(proposal.base, target)) if called else []
    for backend in backends(proposal.head, target):
        now = after.of(backend)
        if now.answer is Answer.YES:
            continue
        same = [each for each in past if _alike(each, backend)]
        was = min((before.of(each) for each in same), key=lambda a: a.answer, default=None)
        yield Refused(backend, now, was)


def _alike(one: Backend, other: Backend) -> bool:
    match one.subject, other.subject:
        case KnownPods(before), KnownPods(after):
            return before.identity == after.identity
    return True


def _told(
    proposal: Proposal, target: Target, calls: list[MadeCall], refused: list[Refused]
) -> RefusedCall:
    worst = min(refused, key=lambda each: (each.after.answer, str(each.backend)))
    certain = worst.after.answer is Answer.NO
    shown = [each for each in refused if (each.after.answer is Answer.NO) is certain]
    location, subject, side = _cause(proposal, target, calls, worst)
    questions = dict.fromkeys(q for each in shown for q in each.after.sureness.questions)
    callers = tuple(sorted({f"{each.caller.kind} {each.caller.name}" for each in calls}))
    return RefusedCall(
        key=(str(target), *callers),
        text=refused_text(target, calls, shown, certain=certain),
        location=location,
        subject=subject,
        side=side,
        remedy=remedy(worst.backend, proposal.profile),
        service=str(target),
        callers=callers,
        certain=certain,
        required=any(each.call.required for each in calls),
        questions=tuple(questions),
    )


def _cause(
    proposal: Proposal, target: Target, calls: list[MadeCall], worst: Refused
) -> tuple[Location, ObjectRef, Side]:
    """What to point at: a policy that changed, else one that admitted and is gone, else the Service
    or the pods that changed, else what has the call made."""
    changed = {policy.ref for policy in proposal.changed_policies()}
    isolating = [policy for policy in worst.after.isolated_by if policy.ref in changed]
    if isolating:
        policy = min(isolating, key=lambda each: (bool(each.ingress), each.ref))
        return policy.location, policy.ref, Side.HEAD
    removed = {policy.ref for policy in proposal.removed_policies()}
    for written in worst.before.rules if worst.before else ():
        if written.policy.ref in removed:
            return written.location, written.policy.ref, Side.BASE
    caller = calls[0].caller
    found = caller.location, ObjectRef(caller.group, caller.kind, "", caller.name), Side.HEAD
    if caller in proposal.base.callers:
        service = _service(proposal.head, target)
        pods = worst.backend.subject
        if service and service != _service(proposal.base, target):
            ref = ObjectRef("", "Service", service.namespace, service.name)
            return service.location, ref, Side.HEAD
        if isinstance(pods, KnownPods) and pods.workload not in proposal.base.workloads:
            workload = pods.workload
            ref = ObjectRef("", workload.kind, workload.namespace, workload.name)
            return workload.location, ref, Side.HEAD
    return found


def _service(state: ClusterState, target: Target) -> Service | None:
    return next(
        (s for s in state.services if (s.namespace, s.name) == (target.namespace, target.service)),
        None,
    )
