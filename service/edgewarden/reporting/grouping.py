"""Few rows for many edges: products of ends that share everything else."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TypeAlias, TypeVar

Of = TypeVar("Of", bound=Hashable)
Product: TypeAlias = tuple[frozenset[Of], frozenset[Of]]
"""Every one of some sources with every one of some targets."""


def fused(products: Iterable[Product[Of]]) -> list[Product[Of]]:
    """The same pairs in fewer products: those with equal sources, or equal targets, are joined."""
    left = list(products)
    while True:
        before = len(left)
        left = [(sources, _union(t for _, t in some)) for sources, some in _by(left, _sources)]
        left = [(_union(s for s, _ in some), targets) for targets, some in _by(left, _targets)]
        if len(left) == before:
            return left


def _sources(product: Product[Of]) -> frozenset[Of]:
    return product[0]


def _targets(product: Product[Of]) -> frozenset[Of]:
    return product[1]


_Key = TypeVar("_Key", bound=Hashable)


def _by(
    products: Iterable[Product[Of]], key: Callable[[Product[Of]], _Key]
) -> Iterable[tuple[_Key, list[Product[Of]]]]:
    groups: dict[_Key, list[Product[Of]]] = defaultdict(list)
    for product in products:
        groups[key(product)].append(product)
    return groups.items()


def _union(sets: Iterable[frozenset[Of]]) -> frozenset[Of]:
    return frozenset[Of]().union(*sets)
