"""Many edges as few rows: pairs that share everything but their ends."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

Source = TypeVar("Source")
Target = TypeVar("Target")


def rectangles(
    pairs: Iterable[tuple[Source, Target]],
) -> list[tuple[frozenset[Source], frozenset[Target]]]:
    """Cover a relation exactly by disjoint products *sources by targets*.

    Sources with equal targets are taken together, or targets with equal sources, whichever
    gives fewer products.
    """
    forward: dict[Source, set[Target]] = defaultdict(set)
    backward: dict[Target, set[Source]] = defaultdict(set)
    for source, target in pairs:
        forward[source].add(target)
        backward[target].add(source)
    by_source = [(sources, targets) for targets, sources in _same_image(forward)]
    by_target = list(_same_image(backward))
    return by_source if len(by_source) <= len(by_target) else by_target


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def _same_image(
    relation: Mapping[_Key, set[_Value]],
) -> list[tuple[frozenset[_Value], frozenset[_Key]]]:
    """Each image that occurs, with the keys that have it."""
    keys: dict[frozenset[_Value], set[_Key]] = defaultdict(set)
    for key, image in relation.items():
        keys[frozenset(image)].add(key)
    return [(image, frozenset(found)) for image, found in keys.items()]
