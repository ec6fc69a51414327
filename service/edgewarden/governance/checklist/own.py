"""Items that an organisation adds: answered by its rules, by a person, or by both."""

from collections.abc import Sequence

from edgewarden.governance.checklist.evaluation import Evaluation, not_applicable
from edgewarden.governance.checklist.grounds import whole_change
from edgewarden.governance.findings import ChecklistTerms, Enforcement, Finding, Outcome
from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import Proposal


def own_item(
    proposal: Proposal, terms: ChecklistTerms, findings: Sequence[Finding], *, bound: bool
) -> Evaluation:
    """``findings`` are those of the rules of the item; ``bound`` says that it has any.

    Those that are only recorded say where a person is asked, if one is to be. Without rules a
    person is asked wherever connections change, so that nobody is asked about nothing.
    """
    recorded = [each for each in findings if each.enforcement is Enforcement.AUDIT]
    if not bound:
        if proposal.diff.empty:
            return not_applicable("No connection changes.")
        return _left_to_a_person("Connections change.", proposal)
    if recorded:
        told = listing(f"{each.message} ({each.location})" for each in recorded)
        if terms.manual is not None:
            return _left_to_a_person(told, proposal, recorded)
        places = tuple(each.location for each in recorded)
        return Evaluation(Outcome.PASS, f"Only recorded: {told}", places)
    policies = (*proposal.changed_policies(), *proposal.removed_policies())
    if proposal.diff.empty and not policies:
        return not_applicable("No policy and no connection changes.")
    return Evaluation(Outcome.PASS, "Its rules find nothing to object to.")


def _left_to_a_person(
    evidence: str, proposal: Proposal, recorded: Sequence[Finding] = ()
) -> Evaluation:
    return Evaluation(
        Outcome.MANUAL,
        evidence,
        tuple(each.location for each in recorded),
        (whole_change(proposal), [each.fingerprint for each in recorded]),
    )
