"""Whether a statement over all pods that could exist could be about certain ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from edgewarden.reachability.addresses import overlap
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.statements import AddressSet, Anything, EndSet, PodSet


@dataclass(frozen=True, slots=True)
class PodsLike:
    """Pods of one namespace of which something is known.

    Labels that stand in neither mapping are free, unless the pods have ``no_other_labels``.
    """

    namespace: str
    namespace_labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    labels: Mapping[str, Values] = field(default_factory=dict, hash=False)
    no_other_labels: bool = False

    def meet(self, pods: PodSet) -> bool:
        """Whether some of them could be among ``pods``."""
        return (
            self.namespace in pods.namespaces
            and all(
                key not in self.namespace_labels or self.namespace_labels[key] in values
                for key, values in pods.namespace_labels.items()
            )
            and all(self._values(key).overlaps(values) for key, values in pods.labels.items())
        )

    def _values(self, key: str) -> Values:
        return self.labels.get(key, Values.only(None) if self.no_other_labels else ALL_VALUES)


def could_concern(ends: EndSet, pods: Iterable[PodsLike], ranges: Iterable[AddressEnd]) -> bool:
    """Whether some of ``pods``, or an address of ``ranges``, could be among ``ends``."""
    match ends:
        case PodSet():
            return any(each.meet(ends) for each in pods)
        case AddressSet():
            return any(overlap(mine, each) for mine in ends.ranges for each in ranges)
        case Anything():
            return True
