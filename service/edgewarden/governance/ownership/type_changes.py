"""What a change does to policies of a type that some team owns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from edgewarden.governance.observations.observation import Observation
from edgewarden.governance.ownership.authorship import Authorship, authorship
from edgewarden.governance.ownership.policy_type import PolicyType
from edgewarden.governance.ownership.policy_types import rule_types
from edgewarden.governance.phrases import listing
from edgewarden.governance.proposal import Proposal, rules_of
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState, NetworkPolicy
from edgewarden.reachability.reasons import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeChange(Observation):
    """Policies of one type that change in a namespace, and whose they are."""

    policy_type: PolicyType
    namespace: str
    authorship: Authorship


def type_changes(proposal: Proposal) -> Iterator[TypeChange]:
    """One for each type that a team owns, and each namespace.

    What a policy does counts, not which one does it: a rename changes nothing.
    """
    owned = {each: proposal.owners.of_policy_type(each) for each in PolicyType}
    touched = {each.namespace for each in proposal.changed_policies()}
    touched |= {each.namespace for each in proposal.removed_policies()}
    if not any(owned.values()) or not touched:
        return
    before, after = (_parts(state, touched) for state in (proposal.base, proposal.head))
    added = [part for key, part in after.items() if key not in before]
    gone = [part for key, part in before.items() if key not in after]
    for kind, namespace in sorted({(each.policy_type, each.namespace) for each in (*added, *gone)}):
        if owned[kind]:
            yield _change(
                kind,
                [each for each in added if each.belongs(kind, namespace)],
                [each for each in gone if each.belongs(kind, namespace)],
                authorship(proposal.request, owned[kind]),
            )


@dataclass(frozen=True, slots=True)
class _Part:
    """What one statement of a policy does."""

    policy_type: PolicyType
    policy: NetworkPolicy
    text: str
    location: Location

    @property
    def namespace(self) -> str:
        return self.policy.namespace

    def belongs(self, kind: PolicyType, namespace: str) -> bool:
        return self.policy_type is kind and self.namespace == namespace


def _parts(state: ClusterState, namespaces: Iterable[str]) -> dict[object, _Part]:
    """By what they do."""
    found: dict[object, _Part] = {}
    for policy in state.policies:
        if policy.namespace in namespaces:
            for key, part in _parts_of(policy, state):
                found.setdefault((part.policy_type, key), part)
    return found


def _parts_of(policy: NetworkPolicy, state: ClusterState) -> Iterator[tuple[object, _Part]]:
    for written in rules_of((policy,)):
        for kind in sorted(rule_types(written, state.profile)):
            yield written.effect, _Part(kind, policy, str(written), written.location)
    everything = policy.pods.selects_everything
    kind = PolicyType.DEFAULT_DENY if everything else PolicyType.APPLICATION
    for direction in sorted(policy.isolates):
        if not policy.rules(direction):
            text = f"the isolation for {direction} by policy {policy.ref} ({policy.location})"
            key = policy.namespace, policy.pods, direction
            yield key, _Part(kind, policy, text, policy.location)


def _change(
    kind: PolicyType, added: list[_Part], gone: list[_Part], owned: Authorship
) -> TypeChange:
    told = [
        f"{verb} {listing(part.text for part in parts)}"
        for verb, parts in (("adds", added), ("removes", gone))
        if parts
    ]
    first = (added or gone)[0]
    return TypeChange(
        key=(kind.value, first.namespace),
        text=f"The change {' and '.join(told)}",
        location=first.location,
        subject=first.policy.ref,
        side=Side.HEAD if added else Side.BASE,
        policy_type=kind,
        namespace=first.namespace,
        authorship=owned,
    )
