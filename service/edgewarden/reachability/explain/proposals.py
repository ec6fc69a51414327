"""The narrowest selectors and peers for one end, in words that a manifest can hold."""

from ipaddress import ip_network
from itertools import chain, count

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import IPBlock, Peer, PodPeer, Workload
from edgewarden.reachability.questions import ASKED_ABOUT

PROPOSED = Location("(proposed)", 1)
"""Where a rule is written that nobody has written yet."""

_USUAL_KEYS = ("app", "app.kubernetes.io/name", "k8s-app", "app.kubernetes.io/component")
"""Labels that say what a pod is rather than which version of it."""


def peer_for(index: Index, namespace: str, other: Workload | AddressEnd) -> Peer:
    """A peer, for a policy of ``namespace``, that certainly matches ``other`` and little else.

    Nothing of the kind exists for pods with ``hostNetwork``: no selector matches them.
    """
    if isinstance(other, AddressEnd):
        return IPBlock(ip_network(other.first), (), PROPOSED)
    elsewhere = {NAMESPACE_NAME_LABEL: other.namespace}
    return PodPeer(
        None if other.namespace == namespace else LabelSelector.matching(elsewhere),
        telling_labels(index, other),
        PROPOSED,
    )


def telling_labels(index: Index, workload: Workload) -> LabelSelector:
    """One label that no other workload of the namespace has, or all those that are certain.

    Of a pod that no manifest shows, all that it was asked about by: nothing says which matter.
    """
    certain = {k: v for k, v in workload.labels.items() if k not in workload.open_labels}
    if workload.location == ASKED_ABOUT:
        return LabelSelector.matching(certain)
    area = index.inventory.of_namespace(workload.namespace)
    itself = 1 << index.numbers[workload.identity]
    for key in sorted(certain, key=lambda key: (_usual(key), key)):
        single = LabelSelector.matching({key: certain[key]})
        if index.inventory.selected(single).possible & area == itself:
            return single
    return LabelSelector.matching(certain)


def free_name(index: Index, namespace: str, wanted: str) -> str:
    """A name that no policy of the namespace has: ``wanted``, or that with a number."""
    taken = {each.policy.name for each in index.rules.of_namespace(namespace)}
    names = chain((wanted,), (f"{wanted}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def _usual(key: str) -> int:
    return _USUAL_KEYS.index(key) if key in _USUAL_KEYS else len(_USUAL_KEYS)
