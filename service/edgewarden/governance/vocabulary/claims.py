"""What policies claim and do not do as values of the language of rules: by their names, by what
NetworkPolicy cannot do, and by what the network plugin does not enforce."""

from collections.abc import Iterator, Sequence

from google.protobuf.message import Message

from edgewarden.governance.beyond.wishes import wishes
from edgewarden.governance.case import Case
from edgewarden.governance.enforcement.plugin import installed
from edgewarden.governance.enforcement.unenforced import Unenforced, unenforced
from edgewarden.governance.introduced import introduced
from edgewarden.governance.names.contradictions import MisleadingName, misleading_names
from edgewarden.governance.vocabulary.written import found_value
from edgewarden.reachability.model import ClusterState, NetworkPolicy
from edgewarden.reachability.wording import capitalised


def misleading_name_values(case: Case) -> Iterator[Message]:
    """``MisleadingName``: the name ``text`` says something else than the policy ``does``. ``kind``
    is ``denies``, ``allows``, ``direction``, ``both directions``, ``everyone`` or ``whom``."""
    for each in introduced(case.proposal, _misleading_names):
        yield found_value(
            "MisleadingName",
            key=each.key,
            text=each,
            location=each.location,
            about=each.policy.ref,
            policy=f"Policy {each.policy.ref} ({each.policy.location})",
            does=each.text,
            kind=each.contradiction.value,
        )


def _misleading_names(
    state: ClusterState, policies: Sequence[NetworkPolicy]
) -> Iterator[MisleadingName]:
    return misleading_names(policies, state)


def wish_values(case: Case) -> Iterator[Message]:
    """``Wish``: ``text`` is wanted, as ``told`` tells, and no NetworkPolicy does it; ``companion``
    does."""
    for each in introduced(case.proposal, wishes):
        yield found_value(
            "Wish",
            key=each.key,
            text=each,
            location=each.location,
            about=each.policy,
            told=capitalised(each.told),
            companion=each.companion,
        )


def unenforced_values(case: Case) -> Iterator[Message]:
    """``Unenforced``: ``plugin`` does not enforce ``text``, or may not unless ``certain``;
    ``effect`` is what becomes of it, and ``source`` says so."""
    plugin = installed(case.proposal.head, case.pack.plugins)
    if plugin is None:
        return

    def find(state: ClusterState, policies: Sequence[NetworkPolicy]) -> Iterator[Unenforced]:
        return (e for policy in policies for e in unenforced(policy, plugin, state.profile))

    for each in introduced(case.proposal, find):
        policy = each.use.policy
        yield found_value(
            "Unenforced",
            key=each.key,
            text=each,
            location=each.location,
            about=policy.ref,
            policy=f"Policy {policy.ref} ({policy.location})",
            plugin=str(plugin.plugin),
            effect=each.limit.effect,
            source=each.limit.source,
            since=".".join(map(str, each.limit.since or ())),
            certain=each.certain,
        )
