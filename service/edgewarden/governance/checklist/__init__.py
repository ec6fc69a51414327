"""The review checklist: twelve questions, each answered from the change itself.

An item that nothing here can answer is left to a person (``manual``), with what is known.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from edgewarden.governance.checklist.evaluation import Evaluation
from edgewarden.governance.checklist.openings import external_access, ports
from edgewarden.governance.checklist.operation import (
    cni_support,
    dns,
    observability,
    rollback,
    tests,
)
from edgewarden.governance.checklist.peers import namespace_labels, peer_selectors
from edgewarden.governance.checklist.policies import direction, documentation, selected_pods
from edgewarden.governance.findings import (
    ChecklistItem,
    ChecklistTerms,
    Enforcement,
    Finding,
    Outcome,
    Severity,
)
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.location import Problem, ProblemKind

Question: TypeAlias = Callable[[Proposal], Evaluation]

ITEMS: Final[Mapping[str, Question]] = {
    "cni-support": cni_support,
    "direction": direction,
    "selected-pods": selected_pods,
    "peer-selectors": peer_selectors,
    "dns": dns,
    "ports": ports,
    "namespace-labels": namespace_labels,
    "external-access": external_access,
    "observability": observability,
    "tests": tests,
    "rollback": rollback,
    "documentation": documentation,
}
"""By the id that the policy pack names them by."""

_NOT_OF_THE_CHANGE: Final = frozenset({"cni-support"})
"""Items whose answer does not hang on what the manifests say."""


def checklist(
    proposal: Proposal, pack: PolicyPack, findings: Sequence[Finding]
) -> tuple[ChecklistItem, ...]:
    """Every item of the pack, in its order, with outcome and evidence."""
    unread = tuple(_unread(proposal))
    return tuple(_item(proposal, pack, terms, findings, unread) for terms in pack.checklist)


def _unread(proposal: Proposal) -> Iterator[Problem]:
    """What was not evaluated at all. Pods that are not seen are told by the items themselves."""
    for problem in (*proposal.base.problems, *proposal.head.problems):
        if problem.decisive and problem.kind is not ProblemKind.UNSEEN_PODS:
            yield problem


def _item(
    proposal: Proposal,
    pack: PolicyPack,
    terms: ChecklistTerms,
    findings: Sequence[Finding],
    unread: Sequence[Problem],
) -> ChecklistItem:
    evaluation = read = ITEMS[terms.id](proposal)
    if terms.id not in _NOT_OF_THE_CHANGE:
        read = _with_findings(evaluation, _objections(pack, terms, findings))
        evaluation = _with_gaps(read, unread)
    return ChecklistItem(
        terms.id,
        terms.title,
        evaluation.outcome,
        evaluation.evidence,
        tuple(dict.fromkeys(evaluation.locations)),
        unread=evaluation is not read,
    )


def _objections(
    pack: PolicyPack, terms: ChecklistTerms, findings: Sequence[Finding]
) -> tuple[Finding, ...]:
    rules = {rule.id for rule in pack.rules if rule.checklist_item == terms.id}
    return tuple(
        each
        for each in findings
        if each.rule in rules and each.enforcement is not Enforcement.AUDIT
    )


def _with_findings(evaluation: Evaluation, objections: Sequence[Finding]) -> Evaluation:
    """A finding fails its item; one of low severity asks for attention only."""
    if not objections:
        return evaluation
    low = all(each.severity is Severity.LOW for each in objections)
    applicable = evaluation.outcome in {Outcome.ATTENTION, Outcome.FAIL}
    more = f" {evaluation.evidence}" if applicable else ""
    return Evaluation(
        Outcome.ATTENTION if low and evaluation.outcome is not Outcome.FAIL else Outcome.FAIL,
        f"{_pointers(objections)}{more}",
        (*(each.location for each in objections), *evaluation.locations),
    )


def _pointers(objections: Sequence[Finding]) -> str:
    """Where the findings say it in full."""
    places: dict[str, dict[str, None]] = {}
    for each in objections:
        places.setdefault(each.title, {})[str(each.location)] = None
    told = "; ".join(f"{title} ({listing(found)})" for title, found in places.items())
    return f"See the finding{'s'[: len(objections) > 1]}: {told}."


def _with_gaps(evaluation: Evaluation, unread: Sequence[Problem]) -> Evaluation:
    """What could not be read may hold anything, so nothing passes on the rest alone."""
    if not unread or evaluation.outcome not in {Outcome.PASS, Outcome.NOT_APPLICABLE}:
        return evaluation
    count = "one problem leaves" if len(unread) == 1 else f"{len(unread)} problems leave"
    return Evaluation(
        Outcome.MANUAL,
        f"{evaluation.evidence} What {count} open was not evaluated.",
        (*evaluation.locations, *(problem.location for problem in unread)),
    )
