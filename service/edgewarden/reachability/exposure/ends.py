"""The pods that a survey asks about: those that manifests show, and pods in place of others.

A repository often shows policies and no workload. Pods that nothing shows are told apart by the
selectors of policies alone, so one pod for each selector stands for all that could exist.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.inventory import Inventory
from edgewarden.reachability.concrete.peers import meant
from edgewarden.reachability.labels import (
    NAMESPACE_NAME_LABEL,
    LabelSelector,
    Operator,
    Requirement,
)
from edgewarden.reachability.model import (
    ClusterState,
    Direction,
    Namespace,
    NetworkPolicy,
    PodPeer,
    Workload,
)
from edgewarden.reachability.questions import ASKED_ABOUT

_SOME_VALUE = "some-value"
_ELSEWHERE = "*"
"""Begins the name of a namespace that nothing names; no namespace can be called so."""
_UNLABELLED = f"{_ELSEWHERE}unlabelled"


@dataclass(frozen=True, slots=True)
class AskedEnds:
    """``state`` with pods in place of those that no manifest shows.

    ``asked`` are the pods of the namespaces that the state is about. ``anybody`` is a pod without
    labels in a namespace without labels, which only rules for everybody admit. ``unlabelled`` is
    one in a namespace of which nothing shows the labels: it stands for those of ``asked`` that are
    in such a namespace, ``unlabelled_pods`` in number.
    """

    state: ClusterState
    asked: tuple[Workload, ...]
    anybody: Workload
    unlabelled: Workload
    unlabelled_pods: int


def ends_of(state: ClusterState) -> AskedEnds:
    """Stand-ins are: a pod for each selector of a policy that selects no known workload, one
    without labels in each namespace that shows no workload, and one for each peer, of a policy's
    own namespace or of others, that admits nobody who is known."""
    shown = tuple(each for each in state.workloads if not each.host_network)
    unshown = tuple(_stand_ins(state, Index.of(replace(state, workloads=shown)).inventory))
    known = replace(state, workloads=(*state.workloads, *unshown))
    anybody = _pod(_ELSEWHERE, {})
    unlabelled = replace(_pod(_UNLABELLED, {}), open_namespace=True)
    namespaces, peers = _peers(known)
    peers += tuple(_peers_beside(known))
    manifests = {each.name for each in state.namespaces}
    asked = (*shown, *unshown)
    return AskedEnds(
        replace(
            known,
            namespaces=(*state.namespaces, *namespaces),
            workloads=(*known.workloads, *peers, anybody, unlabelled),
        ),
        asked,
        anybody,
        unlabelled,
        sum(each.namespace not in manifests for each in asked),
    )


def _pod(namespace: str, labels: Mapping[str, str]) -> Workload:
    """A pod that may call any of its ports by any name."""
    name = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    return Workload(namespace, name or "*", "Pod", labels, ASKED_ABOUT, open_ports=True)


def _stand_ins(state: ClusterState, shown: Inventory) -> Iterator[Workload]:
    namespaces = (
        *(each.name for each in state.namespaces),
        *(each.namespace for each in state.workloads),
    )
    selectors: dict[str, dict[LabelSelector, None]] = {name: {} for name in namespaces}
    for policy in (*state.policies, *state.lingering):
        selectors.setdefault(policy.namespace, {})[policy.pods] = None
    for namespace in sorted(selectors):
        pods = shown.of_namespace(namespace)
        wanted = [s for s in selectors[namespace] if not shown.selected(s).possible & pods]
        plain = [] if pods else [LabelSelector()]
        labels = (example_labels(selector) for selector in (*plain, *wanted))
        distinct = {tuple(sorted(each.items())): each for each in labels if each is not None}
        for each in distinct.values():
            yield _pod(namespace, each)


def _peers(state: ClusterState) -> tuple[tuple[Namespace, ...], tuple[Workload, ...]]:
    """Pods in place of peers of other namespaces that admit nobody who is known."""
    inventory = Index.of(state).inventory
    taken = {each.identity for each in state.workloads}
    known = {each.name for each in state.namespaces} | {namespace for namespace, _, _ in taken}
    namespaces: dict[str, Namespace] = {}
    pods: dict[tuple[str, str, str], Workload] = {}
    for peer in _peers_elsewhere(state.policies):
        if meant(peer, "").among(inventory).possible:
            continue
        where = example_labels(peer.namespaces or LabelSelector())
        who = example_labels(peer.pods or LabelSelector())
        if where is None or who is None:
            continue
        name = where.get(NAMESPACE_NAME_LABEL) or f"{_ELSEWHERE}{len(namespaces) + 1}"
        if name not in known:
            namespaces.setdefault(name, Namespace(name, where, ASKED_ABOUT))
        pod = _pod(name, who)
        if pod.identity not in taken:
            pods[pod.identity] = pod
    return tuple(namespaces.values()), tuple(pods.values())


def _peers_beside(state: ClusterState) -> Iterator[Workload]:
    """Pods in place of peers of a policy's own namespace that admit nobody who is known."""
    inventory = Index.of(state).inventory
    taken = {each.identity for each in state.workloads}
    beside = dict.fromkeys(
        (policy.namespace, peer)
        for policy in state.policies
        for rule in policy.rules(Direction.INGRESS)
        for peer in rule.peers
        if isinstance(peer, PodPeer) and peer.namespaces is None
    )
    for namespace, peer in beside:
        who = example_labels(peer.pods or LabelSelector())
        if who is not None and not meant(peer, namespace).among(inventory).possible:
            pod = _pod(namespace, who)
            if pod.identity not in taken:
                taken.add(pod.identity)
                yield pod


def _peers_elsewhere(policies: Iterable[NetworkPolicy]) -> list[PodPeer]:
    """The distinct ingress peers that select namespaces, in the order of the policies."""
    found: dict[tuple[LabelSelector | None, LabelSelector | None], PodPeer] = {}
    for policy in policies:
        for rule in policy.rules(Direction.INGRESS):
            for peer in rule.peers:
                if isinstance(peer, PodPeer) and peer.namespaces is not None:
                    found.setdefault((peer.namespaces, peer.pods), peer)
    return list(found.values())


def example_labels(selector: LabelSelector) -> dict[str, str] | None:
    """Labels that ``selector`` matches, as few as possible; none where nothing matches."""
    found: dict[str, str] = {}
    for key in {each.key for each in selector.requirements}:
        value = _example_value([each for each in selector.requirements if each.key == key])
        if value is not None:
            found[key] = value
    return found if selector.admits(found) else None


def _example_value(requirements: Iterable[Requirement]) -> str | None:
    asked = tuple(requirements)
    listed = [set(each.values) for each in asked if each.operator is Operator.IN]
    refused = {v for each in asked if each.operator is Operator.NOT_IN for v in each.values}
    if listed:
        return min(set.intersection(*listed) - refused, default=None)
    if not any(each.operator is Operator.EXISTS for each in asked):
        return None
    value = _SOME_VALUE
    while value in refused:
        value += "-"
    return value
