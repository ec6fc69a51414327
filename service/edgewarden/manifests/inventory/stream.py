"""JSON documents read object by object, so that memory holds one of them and not the text.

``kubectl get -A -o json`` of a large cluster prints hundreds of megabytes as one ``List``, whose
``kind`` comes behind its ``items``. Several such documents may follow each other.
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from edgewarden.manifests.inventory.errors import PRINT_IT, InventoryError, InventoryTooLargeError
from edgewarden.manifests.nodes import Plain

JsonObject: TypeAlias = dict[str, Plain]

OBJECT_SIZE = 4_000_000
"""Most characters of one object. The API server takes 3 MB, etcd half of it."""

_ITEMS = "items"
_READ_AHEAD = 1 << 18
_BLANKS = re.compile(r"[ \t\n\r]*")


def read_objects(chunks: Iterable[bytes]) -> Iterator[JsonObject]:
    """Every object of a text: the items of a list, and then the list without them.

    Items that name no kind have that of their list, where it was said before them. Raises
    ``InventoryError`` for what is no JSON object, and where an object is too large or too deep.
    """
    text = _Text(chunks)
    while text.more():
        yield from _document(text)


def _document(text: "_Text") -> Iterator[JsonObject]:
    text.expect("{")
    fields: JsonObject = {}
    closing = text.take("}")
    while not closing:
        key = text.value()
        if not isinstance(key, str):
            raise text.error("a key is no text")
        text.expect(":")
        if key == _ITEMS and text.take("["):
            yield from _items(text, fields)
        else:
            fields[key] = text.value()
        closing = text.take("}")
        if not closing:
            text.expect(",")
    yield fields


def _items(text: "_Text", fields: JsonObject) -> Iterator[JsonObject]:
    if text.take("]"):
        return
    while True:
        item = text.value()
        if not isinstance(item, dict):
            raise text.error("an item of a list is no object")
        yield from _opened(_typed(item, fields))
        if text.take("]"):
            return
        text.expect(",")


def _typed(item: JsonObject, fields: JsonObject) -> JsonObject:
    """An item with the type that its list gives it: the API's own lists do not repeat it."""
    kind = fields.get("kind")
    if "kind" in item or not isinstance(kind, str) or not kind.removesuffix("List"):
        return item
    given = {"apiVersion": fields.get("apiVersion"), "kind": kind.removesuffix("List")}
    return {**given, **item}


def _opened(item: JsonObject) -> Iterator[JsonObject]:
    """An item that is a list itself, as scripts nest them."""
    inner = item.get(_ITEMS)
    if isinstance(inner, list):
        for each in inner:
            if not isinstance(each, dict):
                raise InventoryError(f"An item of a list is no object: {PRINT_IT}.")
            yield from _opened(_typed(each, item))
        yield {key: value for key, value in item.items() if key != _ITEMS}
    else:
        yield item


class _Text:
    """Characters that arrive in chunks, of which only the unread ones are kept."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._decode: codecs.IncrementalDecoder | None = None
        self._buffer = ""
        self._position = 0
        self._line = 1

    def more(self) -> bool:
        """Whether anything but white space follows; the position is there then."""
        while True:
            if blanks := _BLANKS.match(self._buffer, self._position):
                self._position = blanks.end()
            if self._position < len(self._buffer):
                return True
            if not self._fill(1):
                return False

    def take(self, mark: str) -> bool:
        """Step over a mark if it follows."""
        if not self.more():
            raise self.error("the text ends too early")
        if self._buffer[self._position] != mark:
            return False
        self._position += 1
        return True

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            raise self.error(f"`{mark}` is missing")

    def value(self) -> Plain:
        """The next value, whole."""
        self.more()
        while True:
            try:
                found: tuple[Plain, int] = _DECODER.raw_decode(self._buffer, self._position)
            except json.JSONDecodeError as error:
                message = error.msg
            except RecursionError:
                raise self.error("an object is nested too deep") from None
            except ValueError as error:
                raise self.error(str(error)) from None
            else:
                value, end = found
                # A number at the end of what is there may go on in the next chunk.
                if end < len(self._buffer) or not self._fill(1):
                    self._position = end
                    return value
                continue
            unread = len(self._buffer) - self._position
            if unread > OBJECT_SIZE:
                raise InventoryTooLargeError(
                    f"Line {self._at()}: no object of up to {OBJECT_SIZE // 1_000_000} MB is there"
                    f" ({message}): {PRINT_IT}."
                )
            if not self._fill(max(unread, _READ_AHEAD)):
                raise self.error(message)

    def error(self, message: str) -> InventoryError:
        return InventoryError(f"Line {self._at()}: this is not JSON, {message}: {PRINT_IT}.")

    def _at(self) -> int:
        return self._line + self._buffer.count("\n", 0, self._position)

    def _fill(self, wanted: int) -> bool:
        """Read on by that many characters, where there are as many; false at the end."""
        parts: list[str] = []
        read = 0
        while read < wanted and (chunk := next(self._chunks, None)) is not None:
            if self._decode is None:
                encoding = json.detect_encoding(chunk)
                self._decode = codecs.getincrementaldecoder(encoding)()
            try:
                part = self._decode.decode(chunk)
            except UnicodeDecodeError as error:
                raise self.error(f"it is no text ({error.reason})") from None
            parts.append(part)
            read += len(part)
        self._line = self._at()
        self._buffer = self._buffer[self._position :] + "".join(parts)
        self._position = 0
        return read > 0


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise ValueError("a number is too large")
    return number


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_number)
