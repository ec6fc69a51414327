"""The types of what rules speak of, declared once and known when a rule is read.

A table has one type a line, ``Name: field type, field type``; a type is ``string``, ``int``,
``bool``, ``map`` (texts by texts), the name of a type, or ``[]`` in front of one of these for a
list. A field that nothing was said of is empty, 0, false or without items, and ``has`` tells only
of fields that hold a value of another type of the table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

PACKAGE = "edgewarden"
_LIST = "[]"
_MAP = "map"
_SCALARS = {
    "string": FieldDescriptorProto.TYPE_STRING,
    "int": FieldDescriptorProto.TYPE_INT64,
    "bool": FieldDescriptorProto.TYPE_BOOL,
}


@dataclass(frozen=True)
class Types:
    """The types of a table."""

    fields: Mapping[str, Mapping[str, str]]
    """The types of the fields by their names, by the names of their types."""

    @classmethod
    def of(cls, table: str) -> "Types":
        lines = (line.partition(": ") for line in table.splitlines())
        return cls({name: dict(_fields(fields)) for name, _, fields in lines})

    @cached_property
    def pool(self) -> DescriptorPool:
        file = FileDescriptorProto(name=f"{PACKAGE}.proto", package=PACKAGE, syntax="proto3")
        for name, fields in self.fields.items():
            message = file.message_type.add(name=name)
            for number, (field, kind) in enumerate(fields.items(), 1):
                _declare(message, number, field, kind)
        pool = DescriptorPool()
        pool.Add(file)
        return pool

    @cached_property
    def _classes(self) -> Mapping[str, type[Message]]:
        found = {n: self.pool.FindMessageTypeByName(f"{PACKAGE}.{n}") for n in self.fields}
        return {name: GetMessageClass(descriptor) for name, descriptor in found.items()}

    def value(self, type_name: str, /, **fields: Any) -> Message:
        """A value of a type; a field that is none counts as not given.

        Texts that are no Unicode, as file names may be, are spelled out.
        """
        given = {name: _sound(value) for name, value in fields.items() if value is not None}
        return self._classes[type_name](**given)


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for field in text.split(", "):
        name, _, kind = field.partition(" ")
        yield name, kind


def _sound(value: object) -> object:
    match value:
        case str() if not value.isascii():
            return value.encode("utf-8", "backslashreplace").decode("utf-8")
        case dict():
            return {_sound(key): _sound(each) for key, each in value.items()}
        case list() | tuple():
            return [_sound(each) for each in value]
    return value


def _declare(message: DescriptorProto, number: int, name: str, kind: str) -> None:
    element = kind.removeprefix(_LIST)
    repeated = element != kind or kind == _MAP
    label = FieldDescriptorProto.LABEL_REPEATED if repeated else FieldDescriptorProto.LABEL_OPTIONAL
    field = message.field.add(name=name, number=number, label=label)
    if element in _SCALARS:
        field.type = _SCALARS[element]
        return
    field.type = FieldDescriptorProto.TYPE_MESSAGE
    field.type_name = f".{PACKAGE}.{element}"
    if element == _MAP:
        entry = message.nested_type.add(name=f"{name.title().replace('_', '')}Entry")
        entry.options.map_entry = True
        for place, part in enumerate(("key", "value"), 1):
            entry.field.add(
                name=part,
                number=place,
                label=FieldDescriptorProto.LABEL_OPTIONAL,
                type=FieldDescriptorProto.TYPE_STRING,
            )
        field.type_name = f".{PACKAGE}.{message.name}.{entry.name}"
