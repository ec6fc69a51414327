"""Which namespaces a rule of Kyverno could be about: its ``match`` and ``exclude``.

As ``MatchResources`` of ``kyverno.io`` says, as far as the tree decides it. What it asks of users,
annotations or the moment could be so; so nothing is left out that the rule might be about.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edgewarden.manifests.globs import crossing
from edgewarden.manifests.nodes import Plain

_NAMESPACE = re.compile(r"(?:v1/)?Namespace|\*")
_CERTAIN = frozenset({"kinds", "names", "name", "selector"})
"""What a filter may ask for and still be decided here."""


@dataclass(frozen=True, slots=True)
class Matching:
    """``match`` and ``exclude`` of a rule as they are written."""

    match: Plain
    exclude: Plain

    @property
    def about_namespaces(self) -> bool:
        """Whether namespaces set it off. Of what else might, no manifest tells."""
        return any(_names_namespaces(each) for each in _filters(self.match))

    def could_take(self, name: str, labels: Mapping[str, str] | None) -> bool:
        """Whether it could be about a namespace, of whose labels a manifest names some.

        Somebody else may set the others, and all where there is no manifest.
        """
        known = labels or {}
        if not any(_could_match(each, name, known) for each in _filters(self.match)):
            return False
        return not any(_must_match(each, name, known) for each in _filters(self.exclude))


def _filters(written: Plain) -> Iterator[dict[str, Plain]]:
    """Each filter of ``any`` or ``all``; the conditions of one filter all have to hold.

    Those of ``all`` have to hold together, and are taken one by one: so more could match, and
    where they exclude, only one that stands alone is sure.
    """
    if not isinstance(written, dict):
        return
    every = written.get("all")
    listed = [*_list(written.get("any")), *_list(every), written]
    for item in listed:
        resources = item.get("resources") if isinstance(item, dict) else None
        if isinstance(item, dict) and isinstance(resources, dict):
            sure = not (isinstance(every, list) and len(every) > 1)
            others = item.keys() - {"resources", "any", "all"}
            yield {**resources, "sure": sure and not others}


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []


def _names_namespaces(resources: Mapping[str, Plain]) -> bool:
    kinds = _list(resources.get("kinds"))
    return any(isinstance(kind, str) and _NAMESPACE.fullmatch(kind) for kind in kinds)


def _names(resources: Mapping[str, Plain]) -> list[str]:
    listed = [*_list(resources.get("names")), resources.get("name")]
    return [name for name in listed if isinstance(name, str) and name]


def _could_match(resources: Mapping[str, Plain], name: str, labels: Mapping[str, str]) -> bool:
    if not _names_namespaces(resources):
        spaces = [each for each in _list(resources.get("namespaces")) if isinstance(each, str)]
        return not spaces or bool(crossing(spaces).match(name))
    names = _names(resources)
    if names and not crossing(names).match(name):
        return False
    return not any(
        key in labels and not crossing([wanted]).match(labels[key])
        for key, wanted in _wanted(resources)
    )


def _must_match(resources: Mapping[str, Plain], name: str, labels: Mapping[str, str]) -> bool:
    asked = {key for key, value in resources.items() if value and key != "sure"}
    if not (resources["sure"] and asked <= _CERTAIN and _names_namespaces(resources)):
        return False
    names = _names(resources)
    if names and not crossing(names).match(name):
        return False
    selector = resources.get("selector")
    wanted = list(_wanted(resources))
    if selector and (not wanted or selector.keys() != {"matchLabels"}):  # type: ignore[union-attr]
        return False
    return all(key in labels and crossing([want]).match(labels[key]) for key, want in wanted)


def _wanted(resources: Mapping[str, Plain]) -> Iterator[tuple[str, str]]:
    selector = resources.get("selector")
    labels = selector.get("matchLabels") if isinstance(selector, dict) else None
    for key, value in labels.items() if isinstance(labels, dict) else ():
        if isinstance(value, str):
            yield key, value
