"""Fields of an object as the API server decodes them, with everything that is wrong noted."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeAlias

from edgewarden.manifests.nodes import Entry, Mapping, Node, Scalar, Sequence
from edgewarden.reachability.location import Location

Places: TypeAlias = Callable[[int, int], Location]
"""From the line and column of a node to the place where it is written."""

_INT32 = range(-(2**31), 2**31)
_INT64 = range(-(2**63), 2**63)
_LISTED = 12
"""Names of fields that a message lists; of more only those that look like the one written."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that the API server objects to in one field. ``text`` is its objection."""

    field: str
    text: str
    remedy: str
    location: Location


@dataclass(slots=True)
class Faults:
    """Collects what is wrong with one object while it is read.

    ``refused`` are errors for every applier; ``unknown`` are fields that strict appliers refuse
    and lenient ones drop.
    """

    refused: list[Fault] = field(default_factory=list)
    unknown: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Field:
    """A value by its path (``spec.ingress[0].from``). ``node`` is none where it is absent.

    Not frozen, though nobody changes it: a repository has a hundred thousand of them.

    The readers apply Go's decoding: null is the zero value of every type. Where a value has
    another type they note a fault and return the zero value, so reading goes on.
    """

    name: str
    node: Node | None
    places: Places
    line: int
    column: int
    faults: Faults

    @property
    def location(self) -> Location:
        return self.places(self.line, self.column)

    @property
    def absent(self) -> bool:
        """Absent or null, which decode to the same."""
        return self.node is None or (isinstance(self.node, Scalar) and self.node.value is None)

    def refuse(self, text: str, remedy: str) -> None:
        self.faults.refused.append(Fault(self.name, text, remedy, self.location))

    def children(self, known: AbstractSet[str] | None = None) -> dict[str, "Field"]:
        """The fields of a struct or map; with ``known``, others are noted as unknown."""
        found: dict[str, Field] = {}
        for entry in self._entries():
            child = self._of(entry)
            if known is not None and entry.key not in known:
                remedy = f"Remove the field or correct its name{self._listing(entry.key, known)}."
                text = f'unknown field "{child.name}"'
                self.faults.unknown.append(Fault(child.name, text, remedy, child.location))
            else:
                found[entry.key] = child
        return found

    def child(self, key: str) -> "Field":
        """One field, without a look at the others."""
        for entry in self._entries():
            if entry.key == key:
                return self._of(entry)
        return self._missing(key)

    def within(self, children: dict[str, "Field"], key: str) -> "Field":
        """The child under ``key``, an absent field where there is none."""
        return children.get(key) or self._missing(key)

    def _listing(self, name: str, known: AbstractSet[str]) -> str:
        """The fields that could be meant. To look for them in long lists takes its time, which
        hardly anybody needs for the eleventh unknown field of an object."""
        if len(known) <= _LISTED:
            return f"; known here: {', '.join(sorted(known))}"
        if len(self.faults.unknown) > _LISTED:
            return ""
        similar = get_close_matches(name, sorted(known))
        return f"; similar ones here: {', '.join(similar)}" if similar else ""

    def _entries(self) -> tuple[Entry, ...]:
        if isinstance(self.node, Mapping):
            return self.node.entries
        if not self.absent:
            self._mistyped("a mapping")
        return ()

    def _of(self, entry: Entry) -> "Field":
        name = self._path(entry.key)
        return Field(name, entry.value, self.places, entry.line, entry.column, self.faults)

    def _missing(self, key: str) -> "Field":
        return Field(self._path(key), None, self.places, self.line, self.column, self.faults)

    def _path(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def items(self) -> Iterator["Field"]:
        """The items of a list."""
        if self.absent:
            return
        if not isinstance(self.node, Sequence):
            self._mistyped("a list")
            return
        for index, item in enumerate(self.node.items):
            name = f"{self.name}[{index}]"
            yield Field(name, item, self.places, item.line, item.column, self.faults)

    def text(self) -> str:
        if self.absent:
            return ""
        if isinstance(self.node, Scalar) and isinstance(self.node.value, str):
            return self.node.value
        self._mistyped("a text", "Put the value in quotes, or correct it.")
        return ""

    def texts(self) -> dict[str, str]:
        """A map of texts. A null value is the empty text."""
        return {key: child.text() for key, child in self.children().items()}

    def boolean(self) -> bool:
        if self.absent:
            return False
        if isinstance(self.node, Scalar) and isinstance(self.node.value, bool):
            return self.node.value
        self._mistyped("a boolean", "Write true or false, without quotes.")
        return False

    def integer(self) -> int | None:
        """A 32-bit integer; nothing where the field is absent or faulty."""
        return self._integer(_INT32, "a 32-bit integer")

    def long_integer(self) -> int | None:
        """A 64-bit integer; nothing where the field is absent or faulty."""
        return self._integer(_INT64, "a 64-bit integer")

    def _integer(self, bounds: range, wanted: str) -> int | None:
        if self.absent:
            return None
        value = self.node.value if isinstance(self.node, Scalar) else None
        number = _whole(value)
        if number is None or number not in bounds:
            self._mistyped(wanted, "Write a whole number, without quotes.")
            return None
        return number

    def integer_or_text(self) -> int | str | None:
        """Kubernetes' ``IntOrString``; nothing where the field is absent or faulty."""
        if isinstance(self.node, Scalar) and isinstance(self.node.value, str):
            return self.node.value
        return self.integer()

    def number_or_text(self) -> None:
        """Check a ``Quantity``, of which nobody here has to know how much it is."""
        value = self.node.value if isinstance(self.node, Scalar) else True
        if not self.absent and isinstance(value, bool):
            self._mistyped("a number or a text")

    def _mistyped(self, wanted: str, remedy: str = "Correct the indentation or the value.") -> None:
        self.refuse(f"Invalid value: {_shown(self.node)} stands where {wanted} must be", remedy)


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() else None


def _shown(node: Node | None) -> str:
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(bool() as value):
            return "true" if value else "false"
        case Scalar(value):
            return repr(value)
    return "nothing"
