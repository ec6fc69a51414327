"""What the kustomizations of a root set in the objects that they build on."""

import posixpath
from collections.abc import Iterator, Sequence
from functools import cached_property

from edgewarden.manifests.kinds import NAMESPACE
from edgewarden.manifests.kustomizations import Kustomization
from edgewarden.manifests.likeness import Label
from edgewarden.manifests.nodes import Mapping, Node, Scalar
from edgewarden.manifests.nodes import Sequence as SequenceNode
from edgewarden.manifests.originals import Identity, Originals, Written
from edgewarden.manifests.patches import Patch, read_patches
from edgewarden.manifests.rendered import Root
from edgewarden.reachability.location import Location

_SETTING_OTHERWISE = frozenset({"replacements", "transformers", "vars"})
"""Fields besides patches that may set anything, and of which it is not read what."""

_KEEPING_NAMES = frozenset(
    {
        NAMESPACE,
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("apiregistration.k8s.io", "APIService"),
    }
)
"""Which ``PrefixTransformer`` and ``SuffixTransformer`` of kustomize leave alone. Of these
``NamespaceTransformer`` names a namespace anew."""
_NO_AFFIXES = frozenset({("", "")})
_LONGEST_NAME = 253
_MOST_VISITS = 1_000
"""How often kustomizations are looked at for the names that they make: one that several build on,
for each way there."""


class Overlay:
    """Read when it is first asked for: most objects are rendered as they are written."""

    def __init__(
        self, root: Root, kustomizations: Sequence[Kustomization], originals: Originals
    ) -> None:
        self._root = root
        self._kustomizations = kustomizations
        self._originals = originals

    @cached_property
    def known(self) -> dict[Identity, list[Written]]:
        """The objects that it builds on, by what they are called once it is rendered."""
        affixes = _affixes(self._root.directory, self._kustomizations)
        found: dict[Identity, list[Written]] = {}
        for (group, kind, name), alike in self._originals.among(self._root.declaring).items():
            for written in alike:
                called = {
                    f"{before}{name}{after}"
                    for before, after in affixes.get(written.path, _NO_AFFIXES)
                }
                if (group, kind) in _KEEPING_NAMES:
                    called = {name}
                if (group, kind) == NAMESPACE:
                    called |= self._root.namespaces
                for each in sorted(called):
                    found.setdefault((group, kind, each), []).append(written)
        return found

    @cached_property
    def patches(self) -> tuple[Patch, ...]:
        return tuple(
            patch
            for kustomization in self._kustomizations
            for patch in read_patches(kustomization, self._originals)
        )

    @cached_property
    def labels(self) -> dict[Label, Location]:
        """The labels that they give to objects and put into selectors."""
        found: dict[Label, Location] = {}
        for marker, root in self._roots:
            for pairs in _label_pairs(root):
                for entry in pairs.entries:
                    if isinstance(entry.value, Scalar):
                        place = Location(marker, entry.line, entry.column)
                        found.setdefault((entry.key, entry.value.value), place)
        return found

    @cached_property
    def _others(self) -> tuple[Location, ...]:
        return tuple(
            Location(marker, entry.line, entry.column)
            for marker, root in self._roots
            for entry in root.entries
            if entry.key in _SETTING_OTHERWISE
        )

    def changing(self, kind: str, names: Sequence[str]) -> list[Patch]:
        """The patches that may change an object of ``kind`` that has been called ``names``."""
        return [patch for patch in self.patches if patch.target.may_be(kind, names)]

    def setting(self, patches: Sequence[Patch]) -> Location:
        """What sets a part of an object that these patches may change, as nearly as it is known."""
        places = {*(patch.named for patch in patches), *self._others}
        if len(places) == 1:
            return places.pop()
        files = {place.path for place in places}
        return Location(files.pop() if len(files) == 1 else self._root.marker, 1)

    @cached_property
    def _roots(self) -> tuple[tuple[str, Mapping], ...]:
        return tuple(
            (each.marker, root)
            for each in self._kustomizations
            for root in self._originals.documents(each.marker)[:1]
            if isinstance(root, Mapping)
        )


def _affixes(top: str, kustomizations: Sequence[Kustomization]) -> dict[str, set[tuple[str, str]]]:
    """What is put before and behind the names of the objects of each file, each way once."""
    by_directory = {posixpath.dirname(each.marker): each for each in kustomizations}
    found: dict[str, set[tuple[str, str]]] = {}
    seen: set[tuple[str, str, str]] = set()
    pending = [(top, "", "")]
    while pending and len(seen) < _MOST_VISITS:
        visit = directory, prefix, suffix = pending.pop()
        own = by_directory.get(directory)
        if own is None or visit in seen or len(prefix) + len(suffix) > _LONGEST_NAME:
            continue
        seen.add(visit)
        affixes = prefix + own.prefix, own.suffix + suffix
        for path in own.files:
            found.setdefault(path, set()).add(affixes)
        pending += ((below, *affixes) for below in own.directories)
    return found


def _label_pairs(root: Mapping) -> Iterator[Mapping]:
    given: list[Node | None] = [root.get("commonLabels")]
    labels = root.get("labels")
    if isinstance(labels, SequenceNode):
        given += [each.get("pairs") for each in labels.items if isinstance(each, Mapping)]
    yield from (each for each in given if isinstance(each, Mapping))
