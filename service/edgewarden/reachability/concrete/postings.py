"""Which pods carry which labels, their own or those of their namespace."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

from edgewarden.reachability.concrete.bits import union
from edgewarden.reachability.labels import Operator, Requirement

Carrier = TypeVar("Carrier")

Posting: TypeAlias = tuple[str, str | None]
"""A label, or a label key with whatever value."""


class Postings(Generic[Carrier]):
    """For every label the pods that have it, made into a set when it is first asked for."""

    def __init__(
        self,
        labels: Mapping[Carrier, Mapping[str, str]],
        everyone: int,
        pods: Callable[[Sequence[Carrier]], int],
    ) -> None:
        """``pods`` are those of the given carriers: of namespaces, or the carriers themselves."""
        self._everyone = everyone
        self._pods = pods
        self._bits: dict[Posting, int] = {}
        self._carried: dict[str, list[tuple[Carrier, str]]] = {}
        self._carriers: dict[str, dict[str, list[Carrier]]] = {}
        """By key and value, for the keys that were asked for: most never are."""
        for carrier, carried in labels.items():
            for key, value in carried.items():
                self._carried.setdefault(key, []).append((carrier, value))

    def admitted(self, requirement: Requirement) -> int:
        """The pods that satisfy ``requirement``."""
        match requirement.operator:
            case Operator.IN:
                return self._any_of(requirement)
            case Operator.NOT_IN:
                return self._everyone & ~self._any_of(requirement)
            case Operator.EXISTS:
                return self._carrying((requirement.key, None))
            case Operator.DOES_NOT_EXIST:
                return self._everyone & ~self._carrying((requirement.key, None))

    def _any_of(self, requirement: Requirement) -> int:
        return union(self._carrying((requirement.key, value)) for value in requirement.values)

    def _carrying(self, posting: Posting) -> int:
        bits = self._bits.get(posting)
        if bits is None:
            bits = self._bits[posting] = self._pods(self._find(*posting))
        return bits

    def _find(self, key: str, value: str | None) -> Sequence[Carrier]:
        carried = self._carried.get(key, ())
        if value is None:
            return [carrier for carrier, _ in carried]
        by_value = self._carriers.get(key)
        if by_value is None:
            by_value = self._carriers[key] = {}
            for carrier, own in carried:
                by_value.setdefault(own, []).append(carrier)
        return by_value.get(value, ())
