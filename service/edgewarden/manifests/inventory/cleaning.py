"""From what ``kubectl`` prints to what may leave the cluster."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from edgewarden.manifests.inventory.called import uncalled
from edgewarden.manifests.inventory.document import (
    Header,
    Inventory,
    Unseen,
    is_header,
    read_header,
)
from edgewarden.manifests.inventory.errors import PRINT_IT, InventoryError, InventoryTooLargeError
from edgewarden.manifests.inventory.folding import POD_TYPE, Crowds, folded
from edgewarden.manifests.inventory.objects import clean_object, type_in
from edgewarden.manifests.inventory.pods import canonical, part
from edgewarden.manifests.inventory.resources import RESOURCES, resource_of
from edgewarden.manifests.inventory.stream import JsonObject, read_objects
from edgewarden.manifests.metadata import Owner
from edgewarden.reachability.model import ObjectRef

MOST_OBJECTS = 200_000
"""Of one cluster; Kubernetes supports 150,000 pods."""

_LIST = frozenset({"apiVersion", "kind", "metadata"})
"""The fields of a list whose items were read before it."""
_MOST_KINDS = 1000
_OTHER_KINDS = "others"


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the objects: ``kept`` and, as of no use here, ``dropped`` by kind.

    ``folded`` are pods and replica sets for which their controller stands, or another pod that
    looks alike; ``finished`` are pods that have run to their end.
    """

    kept: Mapping[str, int]
    dropped: Mapping[str, int]
    folded: int
    finished: int


@dataclass(slots=True)
class Cleaning:
    """Collects the objects of one cluster from any number of texts."""

    _objects: dict[ObjectRef, JsonObject] = field(default_factory=dict)
    _owners: dict[ObjectRef, Owner] = field(default_factory=dict)
    _crowds: Crowds = field(default_factory=Crowds)
    _header: Header | None = None
    _seen: set[str] = field(default_factory=set)
    _dropped: Counter[str] = field(default_factory=Counter)
    _finished: int = 0
    _taken: int = 0

    def read(self, chunks: Iterable[bytes]) -> None:
        """Take the objects of a text: of ``kubectl``, or an inventory cleaned before.

        Raises ``InventoryError``.
        """
        for content in read_objects(chunks):
            if not is_header(content):
                self._take(content)
            elif self._header is None:
                self._header = read_header(content)
            else:
                raise InventoryError("There are two inventories in one text: hand in one of them.")

    def done(
        self, taken_at: datetime | None = None, unseen: Mapping[str, Unseen] | None = None
    ) -> tuple[Inventory, Tally]:
        """The inventory, and the count of what became of everything.

        ``unseen`` comes from who asked the cluster. Without it an inventory's own word counts,
        and of other texts nobody knows whether a kind that is not in them was asked for.
        ``taken_at`` is for texts that do not name it. Raises ``InventoryError``, also where there
        is no object: every cluster has namespaces.
        """
        if not self._taken:
            raise InventoryError(f"There is no object of a cluster in it: {PRINT_IT}.")
        header = self._header or Header(self._not_given())
        for ref in uncalled(self._objects):
            del self._objects[ref]
            self._taken -= 1
            self._drop(ref.kind)
        if self._header:
            # It was folded already, and no longer shows which pods were left out of it.
            kept = self._crowds.beside(self._objects)
        else:
            kept = folded(self._objects, self._owners, self._crowds)
        inventory = Inventory(
            lines=tuple(canonical(kept[ref]) for ref in sorted(kept)),
            unseen=dict(sorted((header.unseen if unseen is None else unseen).items())),
            taken_at=_agreed(header.taken_at, taken_at),
        )
        tally = Tally(
            kept=dict(sorted(Counter(ref.kind for ref in kept).items())),
            dropped=dict(sorted(self._dropped.items())),
            folded=self._taken - len(kept),
            finished=self._finished,
        )
        return inventory, tally

    def _take(self, content: JsonObject) -> None:
        written = type_in(content)
        clean = clean_object(content, written)
        if clean is None:
            if not (written.kind.endswith("List") and _LIST.issuperset(content)):
                self._drop(written.kind)
            elif part(content, "metadata").get("continue"):
                raise InventoryError(
                    f"A list in it is one page of several (metadata.continue): {PRINT_IT}, which "
                    "puts the pages together."
                )
            return
        ref = clean.ref
        if resource := resource_of(ref.group, ref.kind):
            self._seen.add(resource.name)
        if clean.finished:
            self._finished += 1
            return
        self._taken += ref not in self._objects
        if self._taken > MOST_OBJECTS:
            raise InventoryTooLargeError(
                f"There are more than {MOST_OBJECTS} objects, more than a cluster can hold: hand "
                "in one cluster at a time."
            )
        if (ref.group, ref.kind) == POD_TYPE:
            self._crowds.add(ref, clean.content, clean.owner)
            return
        if clean.owner is not None:
            self._owners[ref] = clean.owner
        self._objects[ref] = clean.content

    def _drop(self, kind: str) -> None:
        known = kind in self._dropped or len(self._dropped) < _MOST_KINDS
        self._dropped[kind if known else _OTHER_KINDS] += 1

    def _not_given(self) -> dict[str, Unseen]:
        missing = (each.name for each in RESOURCES if each.name not in self._seen)
        return dict.fromkeys(missing, Unseen.NOT_GIVEN)


def _agreed(named: datetime | None, given: datetime | None) -> datetime | None:
    if named is not None and given is not None and named != given:
        raise InventoryError(
            f"The inventory says that it was taken at {named.isoformat()}, not at "
            f"{given.isoformat()}: leave the time out."
        )
    return named or given
