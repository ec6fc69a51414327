"""Which pods answer what the API server calls, and on which port."""

from collections.abc import Iterator
from dataclasses import dataclass

from edgewarden.governance.subjects import DescribedPods, KnownPods
from edgewarden.reachability.calls import Service
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import ClusterState, Workload
from edgewarden.reachability.ports import Protocol


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """A port of a Service, as the API server calls it."""

    namespace: str
    service: str
    port: int

    def __str__(self) -> str:
        return f"{self.namespace}/{self.service}:{self.port}"


@dataclass(frozen=True, slots=True)
class Backend:
    """Pods behind a target. ``port`` is theirs, of TCP, by number or by name; none where no Service
    is seen that says it. Where it is not certain that they answer, ``doubt`` asks what would settle
    it."""

    subject: KnownPods | DescribedPods
    port: int | str | None
    doubt: str = ""

    def __str__(self) -> str:
        return str(self.subject)


class Backends:
    """The pods of one state by what is called."""

    def __init__(self, state: ClusterState) -> None:
        self._services = {(each.namespace, each.name): each for each in state.services}
        called = {call.namespace for caller in state.callers for call in caller.calls}
        self._workloads: dict[str, list[Workload]] = {}
        for each in state.workloads:
            if each.namespace in called:
                self._workloads.setdefault(each.namespace, []).append(each)

    def service(self, target: Target) -> Service | None:
        return self._services.get((target.namespace, target.service))

    def of(self, target: Target) -> Iterator[Backend]:
        """Known workloads that the Service selects; where there is none, whatever pods it selects;
        and where the Service is not seen, perhaps any pods of its namespace.

        A Service that selects nothing by itself has none: who answers for it is said elsewhere.
        """
        service = self.service(target)
        if service is None:
            asked = (
                f"Which pods does Service {target.namespace}/{target.service} stand for, and on "
                "which port? Neither a manifest nor an inventory shows it."
            )
            yield Backend(DescribedPods(target.namespace, LabelSelector()), None, asked)
            return
        ports = [each.target for each in service.ports if each.number == target.port]
        if service.selector is None or not ports:
            return
        known = list(self._selected(service.namespace, service.selector))
        for workload, doubt in known:
            yield from _listening(workload, ports[0], doubt)
        if not known:
            yield Backend(DescribedPods(service.namespace, service.selector), ports[0])

    def _selected(self, namespace: str, selector: LabelSelector) -> Iterator[tuple[Workload, str]]:
        """The workloads that answer for a Service, each with the doubt that it does."""
        for each in self._workloads.get(namespace, ()):
            if selector.undecided_keys(each.labels, each.open_labels):
                yield each, f"Do the labels of the pods of {each} satisfy {selector}?"
            elif selector.admits(each.labels):
                yield each, f"Is {each} still in the cluster?" if each.lingering else ""


def _listening(workload: Workload, port: int | str, doubt: str) -> Iterator[Backend]:
    """A pod that has no port of the name does not answer for the Service on it."""
    subject = KnownPods(workload)
    if isinstance(port, int):
        yield Backend(subject, port, doubt)
        return
    numbers = [
        each.number
        for each in workload.ports
        if each.name == port and each.protocol is Protocol.TCP
    ]
    yield from (Backend(subject, number, doubt) for number in numbers)
    if not numbers and workload.open_ports:
        yield Backend(subject, port, f"Do the pods of {workload} call a TCP port {port}?")
