"""Who owns what, and who proposes a change, as values of the language of rules."""

from collections.abc import Iterable

from google.protobuf.message import Message

from edgewarden.governance.case import Case
from edgewarden.governance.ownership.authorship import Authorship
from edgewarden.governance.ownership.label_changes import label_changes
from edgewarden.governance.ownership.ownership import Ownership
from edgewarden.governance.ownership.trusted_labels import trusted_labels
from edgewarden.governance.ownership.type_changes import type_changes
from edgewarden.governance.request import Request
from edgewarden.governance.vocabulary.objects import location_value
from edgewarden.governance.vocabulary.observations import observation_value
from edgewarden.governance.vocabulary.table import TYPES


def owner_value(ownership: Ownership | None) -> Message | None:
    """An ``Owner``; where nobody is known, ``unknown`` says which file may say it."""
    if ownership is None:
        return None
    location = ownership.location
    return TYPES.value(
        "Owner",
        names=ownership.owners,
        source=ownership.source.value,
        unknown=f"{location.path} {ownership.fault}" if ownership.fault else "",
        location=location_value(location),
    )


def request_value(request: Request) -> Message:
    """A ``Request``; without ``known`` nobody knows which teams its author is in."""
    return TYPES.value(
        "Request",
        author=request.author,
        known=request.teams is not None,
        teams=sorted(request.teams or ()),
        title=request.title,
        labels=request.labels,
        draft=request.draft,
        branch=request.branch,
    )


def type_change_values(case: Case) -> Iterable[Message]:
    for each in type_changes(case.proposal):
        more = {"policy_type": each.policy_type.value, "namespace": each.namespace}
        yield observation_value("TypeChange", each, **more, **_whose(each.authorship))


def label_change_values(case: Case) -> Iterable[Message]:
    for each in label_changes(case.proposal):
        more = {"label": each.label, "before": each.before, "after": each.after}
        yield observation_value("LabelChange", each, **more, **_whose(each.authorship))


def trusted_label_values(case: Case) -> Iterable[Message]:
    for each in trusted_labels(case.proposal):
        more = {"label": each.label, "of_namespaces": each.of_namespaces, "teams": each.owners}
        yield observation_value("TrustedLabel", each, **more)


def _whose(authorship: Authorship) -> dict[str, object]:
    """``by_owner`` is ``yes``, ``no`` or ``may``."""
    return {
        "teams": authorship.teams,
        "by_owner": authorship.standing.value,
        "authorship": authorship.text,
    }
