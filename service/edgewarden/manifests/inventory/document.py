"""The canonical document of an inventory: one line for each object, in the order of identities."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from edgewarden.manifests.inventory.errors import InventoryError
from edgewarden.manifests.inventory.pods import canonical
from edgewarden.manifests.inventory.stream import JsonObject
from edgewarden.manifests.nodes import Plain
from edgewarden.manifests.syntax import subdomain_fault

GROUP = "inventory.edgewarden"
API_VERSION = f"{GROUP}/v1"
KIND = "Inventory"
FIRST_LINE = 2
"""Of the document, where its first object stands."""

_FIELDS = frozenset({"apiVersion", "kind", "takenAt", "unseen"})
_MOST_UNSEEN = 1000


class Unseen(StrEnum):
    """Why an inventory may lack objects of a resource."""

    FORBIDDEN = "forbidden"
    """Whoever took it may not list them."""
    FAILED = "failed"
    """They could not be listed for another reason."""
    NOT_ASKED = "not_asked"
    """They are policies of a kind that is not known here."""
    NOT_GIVEN = "not_given"
    """None was in what was handed in: perhaps there is none, perhaps nobody asked for them."""


@dataclass(frozen=True, slots=True)
class Header:
    """What an inventory says of itself. ``taken_at`` is aware, none where it is not said."""

    unseen: Mapping[str, Unseen]
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """``lines`` are cleaned objects in canonical JSON, sorted by group, kind, namespace and name.

    ``unseen`` are the resources of which it may lack objects.
    """

    lines: tuple[str, ...]
    unseen: Mapping[str, Unseen]
    taken_at: datetime | None = None

    @property
    def document(self) -> bytes:
        """ASCII; equal inventories give equal bytes."""
        return "".join(self._pieces()).encode("ascii")

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the document without its time: of what it says of the cluster."""
        return hashlib.sha256(replace(self, taken_at=None).document).hexdigest()

    def _pieces(self) -> Iterator[str]:
        header: JsonObject = {"apiVersion": API_VERSION, "kind": KIND, "unseen": {**self.unseen}}
        if self.taken_at is not None:
            header["takenAt"] = self.taken_at.isoformat()
        yield canonical(header).removesuffix("}")
        yield ',"items":[\n'
        yield ",\n".join(self.lines)
        yield "\n]}\n"


def is_header(content: JsonObject) -> bool:
    """Whether an object is a whole inventory without its items, of whatever version."""
    version = content.get("apiVersion")
    return content.get("kind") == KIND and str(version).startswith(f"{GROUP}/")


def read_header(content: JsonObject) -> Header:
    """Raises ``InventoryError`` for anything that this version does not write."""
    if content.get("apiVersion") != API_VERSION or not _FIELDS.issuperset(content):
        raise InventoryError(
            f"The inventory has another form than {API_VERSION}, which is read here: take it anew "
            "with the version of Edgewarden that the server has."
        )
    return Header(_unseen(content.get("unseen")), _taken_at(content.get("takenAt")))


def _unseen(given: Plain) -> dict[str, Unseen]:
    reasons = {each.value: each for each in Unseen}
    if isinstance(given, dict) and len(given) <= _MOST_UNSEEN:
        named = {name: reasons.get(str(reason)) for name, reason in given.items()}
        known = {name: reason for name, reason in named.items() if reason is not None}
        if len(known) == len(given) and not any(map(subdomain_fault, known)):
            return known
    raise InventoryError(
        "The inventory does not say what it could not see: `unseen` is an object of resources and "
        f"one of {', '.join(Unseen)} for each."
    )


def _taken_at(given: Plain) -> datetime | None:
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise InventoryError("The inventory's takenAt is no time with its zone (RFC 3339).")
    return moment
