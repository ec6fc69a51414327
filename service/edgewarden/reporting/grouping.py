"""Few rows for many edges: products of ends that share everything else."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TypeAlias, TypeVar

from edgewarden.reachability.ends import End

Product: TypeAlias = tuple[frozenset[End], frozenset[End]]
"""Every one of some sources with every one of some targets."""


def fused(products: Iterable[Product]) -> list[Product]:
    """The same pairs in fewer products: those with equal sources, or equal targets, are joined."""
    left = list(products)
    while True:
        before = len(left)
        left = [(sources, _union(t for _, t in some)) for sources, some in _by(left, _sources)]
        left = [(_union(s for s, _ in some), targets) for targets, some in _by(left, _targets)]
        if len(left) == before:
            return left


def _sources(product: Product) -> frozenset[End]:
    return product[0]


def _targets(product: Product) -> frozenset[End]:
    return product[1]


_Key = TypeVar("_Key", bound=Hashable)


def _by(
    products: Iterable[Product], key: Callable[[Product], _Key]
) -> Iterable[tuple[_Key, list[Product]]]:
    groups: dict[_Key, list[Product]] = defaultdict(list)
    for product in products:
        groups[key(product)].append(product)
    return groups.items()


def _union(sets: Iterable[frozenset[End]]) -> frozenset[End]:
    return frozenset[End]().union(*sets)
