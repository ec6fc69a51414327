"""Calls of the API server that a change leaves without an answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.control_plane.backends import Target
from edgewarden.governance.control_plane.comparison import Comparison, Culprit
from edgewarden.governance.control_plane.made_calls import MadeCall, Refused, by_target
from edgewarden.governance.control_plane.wording import refused_text, remedy
from edgewarden.governance.dns_pods import Answer
from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.model import ClusterProfile


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
    earlier, comparison = by_target(proposal.base), Comparison(proposal)
    for target in sorted(after):
        known = {each.identity: each.call.required for each in earlier.get(target, ())}
        anew = [each for each in after[target] if each.call.required > known.get(each.identity, -1)]
        refused = comparison.refused(target, called=target in earlier)
        worse = [each for each in refused if each.worse]
        calls, told = (after[target], worse) if worse else (anew, refused)
        if calls and told:
            told.sort(key=lambda each: (each.after.answer, str(each.backend)))
            cause = comparison.cause(target, anew, told[0])
            yield _told(target, calls, told, cause, proposal.profile)


def _told(
    target: Target,
    calls: list[MadeCall],
    refused: list[Refused],
    cause: Culprit,
    profile: ClusterProfile,
) -> RefusedCall:
    """``refused`` begins with the worst."""
    worst = refused[0]
    certain = worst.after.answer is Answer.NO
    shown = [each for each in refused if (each.after.answer is Answer.NO) is certain]
    questions = dict.fromkeys(q for each in shown for q in each.after.sureness.questions)
    callers = tuple(sorted({f"{each.caller.kind} {each.caller.name}" for each in calls}))
    return RefusedCall(
        key=(str(target), *callers),
        text=refused_text(target, calls, shown, certain=certain),
        location=cause.location,
        subject=cause.subject,
        side=cause.side,
        remedy=remedy(worst.backend, profile),
        service=str(target),
        callers=callers,
        certain=certain,
        required=any(each.call.required for each in calls),
        questions=tuple(questions),
    )
