"""The workloads and namespaces of one state, numbered, and who is selected by what."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol as Interface

from edgewarden.reachability.concrete.bits import Span, bitset, exactly, union
from edgewarden.reachability.concrete.postings import Postings
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.matching import Labels, hanging, namespace_labels
from edgewarden.reachability.model import ContainerPort, Namespace, Workload
from edgewarden.reachability.rule_ports import PortName


class Inventory(Interface):
    """Who is there in one state. A workload is known by its number; sets are bits."""

    @property
    def workloads(self) -> Sequence[Workload | None]:
        """By number; absent where only the other state has the workload."""

    @property
    def present(self) -> int:
        """The workloads that this state has."""

    @property
    def nodes(self) -> int:
        """Those with ``hostNetwork``, whose traffic is node traffic."""

    @property
    def open_ports(self) -> int:
        """Those of which nothing shows what they call their ports; nodes call them nothing."""

    @property
    def open_namespaces(self) -> int:
        """Those of which nothing shows the labels of their namespace."""

    @property
    def lingering(self) -> int:
        """Those that may be gone."""

    def manifest(self, namespace: str) -> Namespace | None: ...

    def labels_of(self, namespace: str) -> Labels:
        """The labels of a namespace, which need not have a manifest."""

    def of_namespace(self, namespace: str) -> int:
        """The workloads of a namespace."""

    def selected(self, selector: LabelSelector) -> Span:
        """The workloads whose own labels ``selector`` matches."""

    def in_namespaces(self, selector: LabelSelector) -> int:
        """The workloads of the namespaces that ``selector`` matches."""

    def named(self, name: PortName) -> Mapping[int, int]:
        """The workloads that have a port of that name and protocol, by its number."""

    def with_open_label(self, key: str) -> int:
        """The workloads on which a controller sets ``key`` to a value that nobody knows."""


class FullInventory:
    """An inventory in its own right."""

    def __init__(
        self, workloads: Sequence[Workload | None], namespaces: Mapping[str, Namespace]
    ) -> None:
        self.workloads = workloads
        self._manifests = namespaces
        members: dict[str, list[int]] = {}
        open_keys: dict[str, list[int]] = {}
        ports: dict[str, list[tuple[int, ContainerPort]]] = {}
        there: list[int] = []
        nodes: list[int] = []
        open_ports: list[int] = []
        open_namespaces: list[int] = []
        lingering: list[int] = []
        for number, workload in enumerate(workloads):
            if workload is None:
                continue
            there.append(number)
            members.setdefault(workload.namespace, []).append(number)
            if workload.host_network:
                nodes.append(number)
            elif workload.open_ports:
                open_ports.append(number)
            if workload.open_namespace:
                open_namespaces.append(number)
            if workload.lingering:
                lingering.append(number)
            for key in workload.open_labels:
                open_keys.setdefault(key, []).append(number)
            for port in workload.ports:
                ports.setdefault(port.name, []).append((number, port))
        self.present = bitset(there)
        self.nodes = bitset(nodes)
        self.open_ports = bitset(open_ports)
        self.open_namespaces = bitset(open_namespaces)
        self.lingering = bitset(lingering)
        self._members = {name: bitset(found) for name, found in members.items()}
        self._open = {key: bitset(found) for key, found in open_keys.items()}
        self._called = ports
        self._named: dict[PortName, Mapping[int, int]] = {}
        self._labels = {
            name: namespace_labels(name, namespaces.get(name))
            for name in {*namespaces, *self._members}
        }
        self._pod_labels = Postings(
            {n: workload.labels for n, workload in enumerate(workloads) if workload is not None},
            self.present,
            bitset,
        )
        self._namespace_labels = Postings(
            self._labels, self.present, lambda names: union(map(self.of_namespace, names))
        )
        self._selected: dict[LabelSelector, Span] = {}
        self._in_namespaces: dict[LabelSelector, int] = {}

    def manifest(self, namespace: str) -> Namespace | None:
        return self._manifests.get(namespace)

    def labels_of(self, namespace: str) -> Labels:
        known = self._labels.get(namespace)
        return namespace_labels(namespace, None) if known is None else known

    def of_namespace(self, namespace: str) -> int:
        return self._members.get(namespace, 0)

    def selected(self, selector: LabelSelector) -> Span:
        span = self._selected.get(selector)
        if span is None:
            span = self._selected[selector] = self._select(selector)
        return span

    def in_namespaces(self, selector: LabelSelector) -> int:
        bits = self._in_namespaces.get(selector)
        if bits is None:
            bits = self.present
            for requirement in selector.requirements:
                bits &= self._namespace_labels.admitted(requirement)
            self._in_namespaces[selector] = bits
        return bits

    def named(self, name: PortName) -> Mapping[int, int]:
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = self._numbers(name)
        return found

    def _numbers(self, name: PortName) -> Mapping[int, int]:
        by_number: dict[int, list[int]] = {}
        for workload, port in self._called.get(name.name, ()):
            if port.protocol is name.protocol:
                by_number.setdefault(port.number, []).append(workload)
        return {number: bitset(workloads) for number, workloads in by_number.items()}

    def with_open_label(self, key: str) -> int:
        return self._open.get(key, 0)

    def _select(self, selector: LabelSelector) -> Span:
        certain = possible = self.present
        for requirement in selector.requirements:
            admitted = self._pod_labels.admitted(requirement)
            undecided = self.with_open_label(requirement.key)
            certain &= admitted & ~undecided
            possible &= admitted | undecided
        return exactly(certain) if certain == possible else Span(certain, possible)


class ChangedInventory:
    """An inventory with some workloads and namespaces changed; the rest is asked of it.

    ``workloads`` are all by number, those of ``below`` first. ``changed`` are those of them that
    ``below`` knows otherwise, in more than where they are written and how many replicas they
    have. ``namespaces`` are the changed manifests, absent where removed.
    """

    def __init__(
        self,
        below: Inventory,
        workloads: Sequence[Workload | None],
        changed: Iterable[int],
        namespaces: Mapping[str, Namespace | None],
    ) -> None:
        self.workloads = workloads
        self._below = below
        self._changed = {number: workloads[number] for number in changed}
        self._namespaces = namespaces
        self._others = ~bitset(list(self._changed))
        self.present = self._patched(below.present, lambda _: True)
        self.nodes = self._patched(below.nodes, lambda workload: workload.host_network)
        self.open_ports = self._patched(
            below.open_ports, lambda pods: pods.open_ports and not pods.host_network
        )
        self.open_namespaces = self._patched(
            below.open_namespaces, lambda pods: pods.open_namespace
        )
        self.lingering = self._patched(below.lingering, lambda pods: pods.lingering)
        self._members: dict[str, int] = {}
        self._selected: dict[LabelSelector, Span] = {}
        self._in_namespaces: dict[LabelSelector, int] = {}
        self._labels = {
            name: namespace_labels(name, manifest) for name, manifest in namespaces.items()
        }

    def manifest(self, namespace: str) -> Namespace | None:
        if namespace in self._namespaces:
            return self._namespaces[namespace]
        return self._below.manifest(namespace)

    def labels_of(self, namespace: str) -> Labels:
        known = self._labels.get(namespace)
        return self._below.labels_of(namespace) if known is None else known

    def of_namespace(self, namespace: str) -> int:
        below = self._below.of_namespace(namespace)
        if not self._changed:
            return below
        bits = self._members.get(namespace)
        if bits is None:
            bits = self._patched(below, lambda workload: workload.namespace == namespace)
            self._members[namespace] = bits
        return bits

    def selected(self, selector: LabelSelector) -> Span:
        if not self._changed:
            return self._below.selected(selector)
        span = self._selected.get(selector)
        if span is None:
            below = self._below.selected(selector)
            span = self._selected[selector] = Span(
                self._patched(below.certain, lambda pods: hanging(selector, pods) == ()),
                self._patched(below.possible, lambda pods: hanging(selector, pods) is not None),
            )
        return span

    def in_namespaces(self, selector: LabelSelector) -> int:
        bits = self._in_namespaces.get(selector)
        if bits is None:
            bits = self._below.in_namespaces(selector)
            for name, labels in self._labels.items():
                bits &= ~self._below.of_namespace(name)
                if selector.admits(labels):
                    bits |= self._below.of_namespace(name)
            bits = self._patched(bits, lambda pods: selector.admits(self.labels_of(pods.namespace)))
            self._in_namespaces[selector] = bits
        return bits

    def named(self, name: PortName) -> Mapping[int, int]:
        below = self._below.named(name)
        if not self._changed:
            return below
        found = {number: bits & self._others for number, bits in below.items()}
        for place, workload in self._changed.items():
            for port in workload.ports if workload is not None else ():
                if port.name == name.name and port.protocol is name.protocol:
                    found[port.number] = found.get(port.number, 0) | 1 << place
        return found

    def with_open_label(self, key: str) -> int:
        return self._patched(
            self._below.with_open_label(key), lambda workload: key in workload.open_labels
        )

    def _patched(self, below: int, belongs: Callable[[Workload], bool]) -> int:
        """The set ``below`` with the changed workloads asked anew."""
        if not self._changed:
            return below
        return below & self._others | bitset(
            [n for n, pods in self._changed.items() if pods is not None and belongs(pods)]
        )
