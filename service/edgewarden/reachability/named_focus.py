"""The focus that people mean by what they name, in some states of a cluster."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from edgewarden.reachability.addresses import disjoint, internet
from edgewarden.reachability.designations import (
    Addresses,
    EndDesignation,
    Internet,
    LabelledPods,
    NamedWorkload,
    NamespacePods,
    NumberedPort,
    PortDesignation,
)
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import Identity
from edgewarden.reachability.focus import EndFocus, Focus, PortFocus
from edgewarden.reachability.model import ClusterState, Workload
from edgewarden.reachability.ports import NO_PORTS, PortSet
from edgewarden.reachability.questions import (
    MOST_SUGGESTED,
    QuestionError,
    assuming,
    imagining,
    named_workloads,
)
from edgewarden.reachability.rule_ports import PortName, named_ports, resolve, whole
from edgewarden.reachability.symbolic.concern import PodsLike
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values

_OTHERS_UNSHOWN = (
    "Connections with other pods that no manifest shows are not listed: ask explain about two pods"
    " by their labels."
)


def focus_on(
    states: Sequence[ClusterState],
    sources: Sequence[EndDesignation],
    destinations: Sequence[EndDesignation],
    ports: Sequence[PortDesignation],
) -> Focus:
    """The union of what is named on each axis; everything where nothing is.

    Raises ``QuestionError`` for a workload or a namespace that none of the states shows, and for
    a port name that no workload has.
    """
    return Focus(
        _ends(states, sources) if sources else None,
        _ends(states, destinations) if destinations else None,
        _ports(states, ports) if ports else None,
    )


def _ends(states: Sequence[ClusterState], named: Sequence[EndDesignation]) -> EndFocus:
    workloads: set[Identity] = set()
    pods: list[PodsLike] = []
    ranges: list[AddressEnd] = []
    for each in named:
        match each:
            case NamedWorkload():
                found = named_workloads(states, each)
                workloads.update(found)
                pods += (
                    _like(states, w) for s in states for w in s.workloads if w.identity in found
                )
            case NamespacePods():
                workloads.update(_of_namespace(states, each))
                pods.append(PodsLike(each.namespace, _fixed_labels(states, each.namespace)))
            case LabelledPods():
                workloads.update(_labelled(states, each))
                labels = {key: Values.only(value) for key, value in each.labels.items()}
                fixed = _fixed_labels(states, each.namespace)
                pods.append(PodsLike(each.namespace, fixed, labels))
            case Addresses():
                network = each.network
                ranges.append(AddressEnd(network.network_address, network.broadcast_address))
            case Internet():
                ranges.extend(internet(states[-1].profile))
    known = (
        (_like(states, each), each.replicas)
        for each in states[-1].workloads
        if each.identity in workloads and not each.host_network
    )
    text = _spoken(named)
    return EndFocus(text, frozenset(workloads), tuple(pods), disjoint(ranges), tuple(known))


def _like(states: Sequence[ClusterState], workload: Workload) -> PodsLike:
    """The pods of a workload: its labels, and any value of those that a controller sets."""
    labels = {key: Values.only(value) for key, value in workload.labels.items()}
    open_labels = dict.fromkeys(workload.open_labels, ALL_VALUES)
    fixed = _fixed_labels(states, workload.namespace)
    return PodsLike(
        workload.namespace,
        fixed,
        labels | open_labels,
        no_other_labels=True,
        ports=None if workload.open_ports else named_ports(workload),
    )


def _fixed_labels(states: Sequence[ClusterState], namespace: str) -> dict[str, str]:
    """The labels of a namespace on which the manifests of all states agree."""
    manifests = [n for state in states for n in state.namespaces if n.name == namespace]
    if len(manifests) < len(states):
        return {}
    first, *others = (dict(manifest.labels) for manifest in manifests)
    return {k: v for k, v in first.items() if all(other.get(k) == v for other in others)}


def with_named_pods(state: ClusterState, named: Iterable[EndDesignation]) -> ClusterState:
    """``state`` with a pod of its own for labels that none of its workloads has."""
    labelled = (each for each in named if isinstance(each, LabelledPods))
    unshown = [each for each in labelled if not any(_labelled((state,), each))]
    return assuming(imagining(state, unshown), [_OTHERS_UNSHOWN] if unshown else [])


def _of_namespace(states: Sequence[ClusterState], named: NamespacePods) -> Iterator[Identity]:
    name = named.namespace
    found = {each.identity for each in _workloads(states) if each.namespace == name}
    if not found and name not in _namespaces(states):
        near = get_close_matches(name, _namespaces(states)) or sorted(_namespaces(states))
        names = f"name {' or '.join(near[:MOST_SUGGESTED])}" if near else "name another one"
        raise QuestionError(f"no manifest shows a namespace {name}: {names}")
    yield from found


def _namespaces(states: Iterable[ClusterState]) -> set[str]:
    """Those of which there is a manifest, a workload or a policy."""
    return {
        name
        for state in states
        for name in (
            *(namespace.name for namespace in state.namespaces),
            *(workload.namespace for workload in state.workloads),
            *(policy.namespace for policy in state.policies),
        )
    }


def _labelled(states: Iterable[ClusterState], named: LabelledPods) -> Iterator[Identity]:
    """The workloads whose pods have these labels, as far as manifests say."""
    for workload in _workloads(states):
        if workload.namespace == named.namespace and all(
            key in workload.open_labels or workload.labels.get(key) == value
            for key, value in named.labels.items()
        ):
            yield workload.identity


def _ports(states: Sequence[ClusterState], named: Sequence[PortDesignation]) -> PortFocus:
    numbered = (each for each in named if isinstance(each, NumberedPort))
    called: dict[Identity, PortSet] = {}
    for name in (each for each in named if isinstance(each, PortName)):
        found = False
        for workload in _workloads(states):
            ports = whole(name.protocol) if workload.open_ports else resolve(name, workload)
            if ports:
                found = True
                known = called.get(workload.identity, NO_PORTS)
                called[workload.identity] = known | ports
        if not found:
            raise QuestionError(
                f"no workload has a {name.protocol} port called {name.name}: ask for a port by its"
                " number"
            )
    return PortFocus(
        _spoken(named), PortSet.union(PortSet.of(p.protocol, p.number) for p in numbered), called
    )


def _workloads(states: Iterable[ClusterState]) -> Iterator[Workload]:
    return (workload for state in states for workload in state.workloads)


def _spoken(named: Iterable[EndDesignation | PortDesignation]) -> str:
    return " or ".join(map(str, named))
