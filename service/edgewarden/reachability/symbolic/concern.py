"""Whether a statement over all pods that could exist could be about certain ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edgewarden.reachability.addresses import overlap
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    Anything,
    EndSet,
    PodSet,
    StatedPorts,
)


@dataclass(frozen=True, slots=True)
class PodsLike:
    """Pods of one namespace of which something is known.

    Labels that stand in neither mapping are free, unless the pods have ``no_other_labels``.
    ``ports`` are those that they call by a name, absent where nothing shows it.
    """

    namespace: str
    namespace_labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    labels: Mapping[str, Values] = field(default_factory=dict, hash=False)
    no_other_labels: bool = False
    ports: Mapping[PortName, PortSet] | None = field(default=None, hash=False)

    def meet(self, ends: EndSet) -> bool:
        """Whether some of them could be among ``ends``."""
        if not isinstance(ends, PodSet):
            return isinstance(ends, Anything)
        return (
            self.namespace in ends.namespaces
            and all(
                key not in self.namespace_labels or self.namespace_labels[key] in values
                for key, values in ends.namespace_labels.items()
            )
            and all(self._values(key).overlaps(values) for key, values in ends.labels.items())
        )

    def lie_in(self, ends: EndSet) -> bool:
        """Whether all of them are among ``ends``; labels of namespaces not known are absent."""
        if not isinstance(ends, PodSet):
            return isinstance(ends, Anything)
        return (
            self.namespace in ends.namespaces
            and all(
                self.namespace_labels.get(key) in values
                for key, values in ends.namespace_labels.items()
            )
            and not any(self._values(key) - values for key, values in ends.labels.items())
        )

    def have(self, ports: StatedPorts, meant: PortSet) -> bool:
        """Whether some of ``ports`` could be among those that are ``meant``."""
        return bool(ports.on(self.ports) & meant)

    def _values(self, key: str) -> Values:
        return self.labels.get(key, Values.only(None) if self.no_other_labels else ALL_VALUES)


def could_concern(ends: EndSet, ranges: Iterable[AddressEnd]) -> bool:
    """Whether an address of ``ranges`` could be among ``ends``."""
    if isinstance(ends, AddressSet):
        return any(overlap(mine, each) for mine in ends.ranges for each in ranges)
    return isinstance(ends, Anything) and any(True for _ in ranges)
