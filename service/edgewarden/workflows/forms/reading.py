"""Bytes of YAML as the form that they are meant to have."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import ValidationError

from edgewarden.manifests.documents import Document, Limits
from edgewarden.manifests.nodes import Mapping, Node, plain
from edgewarden.manifests.yaml_reader import Stream, read_stream
from edgewarden.workflows.forms.fault import Fault, FormError
from edgewarden.workflows.forms.form import Form
from edgewarden.workflows.forms.objections import node_at, objection

Read = TypeVar("Read", bound=Form)

_OF_A_MANIFEST = "apiVersion"
"""A key that no form has: with it stands another kind of file, to which all would be objected."""

_UNREADABLE = ("This is not YAML", "The value cannot be read")
_QUOTING = "Mend the syntax there; a text with any of `: # { [ ! *` belongs in quotes."
"""What is advised for manifests, which `kubectl` reads too, helps nobody here."""


@dataclass(frozen=True, slots=True)
class Filled(Generic[Read]):
    """A form as somebody filled it in, and where each part of it stands."""

    form: Read
    root: Mapping

    def at(self, *place: int | str) -> Node:
        """The value at a place, or the nearest one around it."""
        return node_at(self.root, place)


@dataclass(frozen=True, slots=True)
class Paper:
    """What a kind of file is called, how it begins, and how large it gets."""

    name: str
    beginning: str
    limits: Limits

    def read(self, content: bytes, form: type[Read]) -> Filled[Read]:
        """Raises ``FormError`` with everything that is wrong, never anything else."""
        root = self._document(content).root
        if not isinstance(root, Mapping) or root.get(_OF_A_MANIFEST) is not None:
            fault = Fault(root.line, root.column, f"This is no {self.name}.", self.beginning)
            raise FormError([fault])
        try:
            filled = form.model_validate_json(json.dumps(plain(root)), strict=True)
        except ValidationError as error:
            errors = error.errors(include_url=False, include_input=False)
            raise FormError(objection(each, root, form) for each in errors) from None
        return Filled(filled, root)

    def _document(self, content: bytes) -> Document:
        if len(content) > self.limits.size:
            message = f"The {self.name} is larger than {self.limits.size // 1000} kB."
            raise FormError([Fault(1, 1, message, "Write less, or use patterns.")])
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            message = f"The {self.name} is no text in UTF-8."
            raise FormError([Fault(line, 1, message, "Save it as UTF-8.")]) from None
        stream = read_stream(text, self.limits)
        if faults := list(_unread(stream)):
            raise FormError(faults)
        if not stream.documents:
            raise FormError([Fault(1, 1, f"The {self.name} is empty.", self.beginning)])
        return stream.documents[0]


def _unread(stream: Stream) -> Iterator[Fault]:
    for defect in (*stream.defects, *(d for each in stream.documents for d in each.defects)):
        remedy = _QUOTING if defect.message.startswith(_UNREADABLE) else defect.remedy
        yield Fault(defect.line, defect.column, f"{defect.message}.", remedy)
    for document in stream.documents:
        for repeated in document.repetitions:
            yield Fault(
                repeated.line,
                repeated.column,
                f"`{repeated.key}` stands here again, after line {repeated.first_line}.",
                "Keep one of them.",
                repeated.key,
            )
    for document in stream.documents[1:]:
        root = document.root
        yield Fault(
            root.line,
            root.column,
            "A second document begins here.",
            "Keep one document in the file.",
        )
