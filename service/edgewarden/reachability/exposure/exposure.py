"""How far the pods of each namespace are open to others, and what would have to be known."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from edgewarden.reachability.addresses import internet, overlap
from edgewarden.reachability.concrete.bits import numbers, union
from edgewarden.reachability.concrete.rectangle import Ends, Rectangle
from edgewarden.reachability.concrete.rectangles import changes
from edgewarden.reachability.concrete.transition import Transition, from_nothing
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.exposure.ends import AskedEnds, ends_of
from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy, Workload
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet
from edgewarden.reachability.reasons import Fact


class Reach(IntEnum):
    """Who may open connections to pods, from few to many."""

    NOBODY = 0
    OWN_NAMESPACE = 1
    OTHER_NAMESPACES = 2
    """Pods of some other namespaces."""
    EVERY_POD = 3
    """Whatever pod of whatever namespace."""
    INTERNET = 4
    """Addresses of the internet."""
    EVERYONE = 5
    """Every pod and addresses of the internet."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """How far pods of one namespace are open.

    ``asked`` are the pods of the namespace that were asked about, by workloads; ``reached`` those
    of them that ``reach`` is about, and ``ports`` those that are open to every pod or to the
    internet. Under some answers to what is not known it may be as far as ``may_reach``. ``others``
    counts the other namespaces whose pods certainly reach one of the pods, ``isolating`` are the
    policies that certainly bind the first of ``reached``.
    """

    namespace: str
    reach: Reach
    may_reach: Reach
    ports: PortSet
    asked: tuple[Workload, ...]
    reached: tuple[Workload, ...]
    others: int
    isolating: tuple[NetworkPolicy, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """Sorts the most exposed first; by name where nothing but the name differs."""
        return *self.degree, self.namespace

    @property
    def degree(self) -> tuple[object, ...]:
        """Who reaches it, whether on every port, who perhaps, from how many other namespaces, and
        how many pods; equal where one is as exposed as the other."""
        return (
            -self.reach,
            self.ports != ALL_PORTS,
            -self.may_reach,
            -self.others,
            -len(self.reached),
        )


@dataclass(frozen=True, slots=True)
class Uncertain:
    """``connections`` that all hang on ``facts``; the facts name the ends of one of them."""

    connections: int
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Openness:
    """All namespaces, the most exposed first, and what is uncertain about any connection.

    ``of_namespace`` counts the pods that were asked about in each namespace, ``ends`` all pods.
    """

    exposures: tuple[Exposure, ...]
    uncertain: tuple[Uncertain, ...]
    of_namespace: Mapping[str, int]
    ends: int


def openness(state: ClusterState) -> Openness:
    """Ask about all pods that are known, and about pods in place of all others.

    ``hostNetwork`` pods are left out: no policy binds them. Labels of namespaces that nothing shows
    are asked about once for all of them, as if no other policy bound their pods.
    """
    asked = ends_of(state)
    step = from_nothing(asked.state)
    found = changes(step).rectangles
    tally = _Tally.of(step, asked)
    for rectangle in found:
        tally.add(rectangle)
    by_namespace: dict[str, list[Workload]] = {}
    for pod in asked.asked:
        by_namespace.setdefault(pod.namespace, []).append(pod)
    exposures = [tally.exposure(name, pods) for name, pods in by_namespace.items()]
    tally.unseen = any(each.may_reach > each.reach for each in exposures)
    return Openness(
        tuple(sorted(exposures, key=lambda each: each.key)),
        tuple(each for rectangle in found for each in tally.uncertain(rectangle)),
        {name: len(pods) for name, pods in by_namespace.items()},
        len(asked.state.workloads) - len((asked.anybody, asked.unlabelled)),
    )


@dataclass(slots=True)
class _Reached:
    """Who reaches one pod: sources as bits, and the ports open to anybody and to the internet."""

    sources: int = 0
    anybody: PortSet = NO_PORTS
    internet: PortSet = NO_PORTS

    def add(self, sources: int, ports: PortSet, *, anybody: bool, internet: bool) -> None:
        self.sources |= sources
        if anybody:
            self.anybody |= ports
        if internet:
            self.internet |= ports

    def reach(self, own: int) -> Reach:
        if self.anybody and self.internet:
            return Reach.EVERYONE
        if self.internet:
            return Reach.INTERNET
        if self.anybody:
            return Reach.EVERY_POD
        if self.sources & ~own:
            return Reach.OTHER_NAMESPACES
        return Reach.OWN_NAMESPACE if self.sources else Reach.NOBODY

    @property
    def ports(self) -> PortSet:
        """Those open to whom ``reach`` names, where that is everybody of a kind."""
        return self.anybody | self.internet


@dataclass(slots=True)
class _Tally:
    """What rectangles say of each destination, by its number.

    ``unseen`` tells that an exposure may hang on a namespace that nothing names.
    """

    step: Transition
    asked: AskedEnds
    anybody: int
    unlabelled: int
    certain: dict[int, _Reached] = field(default_factory=dict)
    possible: dict[int, _Reached] = field(default_factory=dict)
    unseen: bool = False

    @classmethod
    def of(cls, step: Transition, asked: AskedEnds) -> "_Tally":
        anybody, unlabelled = (step.named([e.identity]) for e in (asked.anybody, asked.unlabelled))
        return cls(step, asked, anybody, unlabelled)

    def add(self, rectangle: Rectangle) -> None:
        sources, shift = rectangle.sources, rectangle.shift
        anybody = bool(sources.workloads & self.anybody)
        outside = self._of_internet(sources.addresses)
        maybe = PortSet.union((shift.opened, *(doubt.ports for doubt in shift.may_open)))
        for tally, ports in ((self.certain, shift.opened), (self.possible, maybe)):
            if ports:
                for number in numbers(rectangle.destinations.workloads):
                    tally.setdefault(number, _Reached()).add(
                        sources.workloads, ports, anybody=anybody, internet=outside
                    )

    def _of_internet(self, ends: Iterable[AddressEnd]) -> bool:
        if not ends:
            return False
        public = internet(self.asked.state.profile)
        return any(overlap(end, each) for end in ends for each in public)

    def exposure(self, namespace: str, pods: list[Workload]) -> Exposure:
        """Of the pods of one namespace."""
        index = self.step.head
        own = index.inventory.of_namespace(namespace)
        places = [index.numbers[pod.identity] for pod in pods]
        reaches = {n: self.certain.get(n, _Reached()).reach(own) for n in places}
        furthest = max(reaches.values())
        reached = [n for n in places if reaches[n] is furthest]
        sources = union(self.certain[n].sources for n in places if n in self.certain)
        return Exposure(
            namespace,
            furthest,
            max(self.possible.get(n, _Reached()).reach(own) for n in places),
            PortSet.union(self.certain[n].ports for n in reached if n in self.certain),
            tuple(pods),
            tuple(pod for pod, n in zip(pods, places, strict=True) if reaches[n] is furthest),
            len(self._namespaces(sources & ~own & ~self.anybody & ~self.unlabelled)),
            tuple(
                each.policy
                for each, when in index.selecting(reached[0], Direction.INGRESS)
                if not when and not each.lingering
            ),
        )

    def _namespaces(self, bits: int) -> set[str]:
        workloads = (self.step.head.workload(number) for number in numbers(bits))
        return {each.namespace for each in workloads if each is not None}

    def uncertain(self, rectangle: Rectangle) -> Iterator[Uncertain]:
        connections = self._size(rectangle.sources) * self._size(rectangle.destinations)
        for doubt in rectangle.shift.may_open if connections else ():
            yield Uncertain(connections, doubt.facts)

    def _size(self, ends: Ends) -> int:
        """Ranges of addresses that are open alike are one end, and so many pods is what stands for
        those of namespaces without labels, only where there is nothing else to ask of them."""
        pods = ends.workloads & ~self.anybody
        if pods == self.unlabelled:
            return self.asked.unlabelled_pods or int(self.unseen)
        return (pods & ~self.unlabelled).bit_count() + bool(ends.addresses)
