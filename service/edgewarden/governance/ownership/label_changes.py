"""Labels that a change sets or takes away, and that belong to some team."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.ownership.authorship import Authorship, authorship
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, Namespace, ObjectRef, Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange(Observation):
    """A label that changes on a namespace or on the pods of a workload, and whose it is.

    ``before`` and ``after`` are empty where it is not there.
    """

    label: str
    before: str
    after: str
    authorship: Authorship


def label_changes(proposal: Proposal) -> Iterator[LabelChange]:
    """Of objects that are there afterwards: labels that go with an object are no one's concern."""
    if not proposal.owners.protects_labels:
        return
    before = {each.subject: each.labels for each in _labelled(proposal.base)}
    for labelled in _labelled(proposal.head):
        old = before.get(labelled.subject, {})
        for key in sorted({*old, *labelled.labels}):
            owners = proposal.owners.of_label(key)
            if owners and old.get(key) != labelled.labels.get(key):
                owned = authorship(proposal.request, owners)
                yield _change(labelled, key, old, owned)


@dataclass(frozen=True, slots=True)
class _Labelled:
    """Something with labels; ``name`` goes on in a sentence."""

    subject: ObjectRef
    name: str
    labels: Mapping[str, str]
    location: Location


def _labelled(state: ClusterState) -> Iterator[_Labelled]:
    yield from map(_namespace, state.namespaces)
    yield from map(_workload, state.workloads)


def _namespace(each: Namespace) -> _Labelled:
    subject = ObjectRef("", "Namespace", "", each.name)
    return _Labelled(subject, f"namespace {each.name}", each.labels, each.location)


def _workload(each: Workload) -> _Labelled:
    subject = ObjectRef("", each.kind, each.namespace, each.name)
    return _Labelled(subject, f"the pods of {each}", each.labels, each.location)


def _change(
    labelled: _Labelled, key: str, old: Mapping[str, str], owned: Authorship
) -> LabelChange:
    before, after = (labels.get(key) for labels in (old, labelled.labels))
    if before is None:
        does = f"sets the label {key}={after} on"
    elif after is None:
        does = f"takes the label {key}={before} off"
    else:
        does = f"turns the label {key}={before} into {key}={after} on"
    subject = labelled.subject
    return LabelChange(
        key=(subject.kind, str(subject), key, "" if after is None else after),
        text=f"The change {does} {labelled.name} ({labelled.location})",
        location=labelled.location,
        subject=subject,
        label=key,
        before=before or "",
        after=after or "",
        authorship=owned,
    )
