"""Labels on which a rule lets peers in or out: whoever may set them decides who that is."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.ownership.owners import Owners
from edgewarden.governance.proposal import Proposal, WrittenRule
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import PodPeer
from edgewarden.reachability.wording import capitalised


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedLabel(Observation):
    """A label of namespaces, or else of pods, that a rule trusts.

    ``owners`` are the teams that own it, as in ``platform (.edgewarden.yaml:4)``; an application
    team may set one that is nobody's.
    """

    label: str
    of_namespaces: bool
    written: WrittenRule
    owners: tuple[str, ...]


def trusted_labels(proposal: Proposal) -> Iterator[TrustedLabel]:
    """Of rules whose effect is new, each label once for a rule."""
    for written in proposal.introduced_rules():
        told = {(label, own): place for label, own, place in trusted_by(written)}
        for (label, of_namespaces), place in told.items():
            yield _observation(written, label, of_namespaces, place, proposal.owners)


def trusted_by(written: WrittenRule) -> Iterator[tuple[str, bool, Location]]:
    """Each label that a rule trusts, whether namespaces carry it or pods, and where it says so.

    The API server sets the name of a namespace. Labels of pods are those of the team that owns
    the namespace, so they are only trusted where any namespace will do.
    """
    for peer in written.rule.peers:
        if isinstance(peer, PodPeer) and peer.namespaces is not None:
            keys = _keys(peer.namespaces)
            yield from ((key, True, peer.location) for key in keys)
            if not keys and not _by_name(peer.namespaces) and peer.pods is not None:
                yield from ((key, False, peer.location) for key in _keys(peer.pods))


def _keys(selector: LabelSelector) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            each.key for each in selector.requirements if each.key != NAMESPACE_NAME_LABEL
        )
    )


def _by_name(namespaces: LabelSelector) -> bool:
    return any(each.key == NAMESPACE_NAME_LABEL for each in namespaces.requirements)


def _observation(
    written: WrittenRule, label: str, of_namespaces: bool, place: Location, owners: Owners
) -> TrustedLabel:
    policy, bearer = written.policy, "namespaces" if of_namespaces else "pods of any namespace"
    return TrustedLabel(
        key=(policy.namespace, str(policy.pods), written.direction.value, label, bearer),
        text=f"{capitalised(str(written))} trusts the label {label} of {bearer}",
        location=place,
        subject=policy.ref,
        label=label,
        of_namespaces=of_namespaces,
        written=written,
        owners=tuple(map(str, owners.of_label(label))),
    )
