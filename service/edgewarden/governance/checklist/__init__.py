"""The review checklist: twelve questions, each answered from the change itself, and those that an
organisation adds.

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
from edgewarden.governance.checklist.own import own_item
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
from edgewarden.governance.meaning import digest
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

LEFT_TO_PEOPLE: Final = frozenset({"namespace-labels", "observability", "tests"})
"""Items of which something is seen in a change that only a person can judge."""

_NOT_OF_THE_CHANGE: Final = frozenset({"cni-support"})
"""Items whose answer does not hang on what the manifests say."""


def checklist(
    proposal: Proposal, pack: PolicyPack, findings: Sequence[Finding]
) -> tuple[ChecklistItem, ...]:
    """Every item of the pack, in its order, with outcome and evidence."""
    unread = tuple(_unread(proposal))
    return tuple(
        _item(proposal, terms, _bound(pack, terms), findings, unread) for terms in pack.checklist
    )


def _bound(pack: PolicyPack, terms: ChecklistTerms) -> frozenset[str]:
    """The rules whose findings are about the item."""
    naming = (rule.id for rule in pack.rules if rule.checklist_item == terms.id)
    return frozenset((*naming, *terms.rules))


def _unread(proposal: Proposal) -> Iterator[Problem]:
    """What was not evaluated at all. Pods that are not seen are told by the items themselves."""
    for problem in (*proposal.base.problems, *proposal.head.problems):
        if problem.decisive and problem.kind is not ProblemKind.UNSEEN_PODS:
            yield problem


def _item(
    proposal: Proposal,
    terms: ChecklistTerms,
    rules: frozenset[str],
    findings: Sequence[Finding],
    unread: Sequence[Problem],
) -> ChecklistItem:
    about = [each for each in findings if each.rule in rules]
    question = ITEMS.get(terms.id)
    if question is None:
        evaluation = read = own_item(proposal, terms, about, bound=bool(rules))
    else:
        evaluation = read = question(proposal)
    if terms.id not in _NOT_OF_THE_CHANGE:
        read = _with_findings(evaluation, _objections(about))
        evaluation = _with_gaps(read, unread)
    return ChecklistItem(
        terms.id,
        terms.title,
        evaluation.outcome,
        evaluation.evidence,
        tuple(dict.fromkeys(evaluation.locations)),
        unread=evaluation is not read,
        manual=terms.manual,
        basis=_basis(terms, evaluation, unread),
    )


def _basis(terms: ChecklistTerms, evaluation: Evaluation, unread: Sequence[Problem]) -> str:
    """The digest of what a person is asked about; empty where nobody is.

    What could not be read is part of it: once that can be, the answer is another one.
    """
    if terms.manual is None or evaluation.outcome is not Outcome.MANUAL or not evaluation.rests_on:
        return ""
    evidence = evaluation.evidence
    for place in sorted(map(str, evaluation.locations), key=len, reverse=True):
        evidence = evidence.replace(place, "")
    gaps = [(each.kind, each.location.path, each.message) for each in unread]
    return digest(terms.manual.question, evidence, evaluation.rests_on, gaps)


def _objections(about: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(each for each in about if each.enforcement is not Enforcement.AUDIT)


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
