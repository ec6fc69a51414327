"""Nodes back to YAML, every key and value in the line where it was."""

import re
from collections.abc import Iterable

from edgewarden.manifests.nodes import Mapping, Node, PlainScalar, Scalar, Sequence

_ESCAPED = re.compile(r'[^ -~]|["\\]')
_LONGEST_SIMPLE_KEY = 900
"""Characters of a key that needs no `?` in front: YAML allows 1,024, escapes not counted."""


def written(roots: Iterable[Mapping]) -> str:
    """The documents in flow style, which lets every token stand in a line of its own.

    Where two objects share a line, or a value comes from further above (an alias), it follows in
    the next free place.
    """
    text = _Text()
    for root in roots:
        text.begin(root.line)
        text.node(root)
    return text.ended()


class _Text:
    """A text that grows downwards."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._line = 1
        self._fresh = True

    def begin(self, line: int) -> None:
        """A document in that line, or the next one that has none."""
        if not self._fresh and line <= self._line:
            self._down_to(self._line + 1)
        self._down_to(line)
        self._add("--- ")

    def node(self, node: Node) -> None:
        self._down_to(node.line)
        match node:
            case Scalar(value):
                self._add(_scalar(value))
            case Sequence(items):
                self._add("[")
                for item in items:
                    self.node(item)
                    self._add(",")
                self._add("]")
            case Mapping(entries):
                self._add("{")
                for entry in entries:
                    self._down_to(entry.line)
                    self._add("? " if len(entry.key) > _LONGEST_SIMPLE_KEY else "")
                    self._add(f"{_quoted(entry.key)}: ")
                    self.node(entry.value)
                    self._add(",")
                self._add("}")

    def ended(self) -> str:
        return "".join((*self._parts, "\n"))

    def _down_to(self, line: int) -> None:
        if line > self._line:
            self._parts.append("\n" * (line - self._line))
            self._line = line

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._fresh = False


def _scalar(value: PlainScalar) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int():
            return str(value)
        case float():
            return _number(value)


def _number(value: float) -> str:
    """YAML 1.1 takes no number for one that has an exponent and no point."""
    mantissa, exponent, power = repr(value).partition("e")
    return f"{mantissa}{'' if '.' in mantissa else '.0'}{exponent}{power}"


def _quoted(text: str) -> str:
    escaped = _ESCAPED.sub(_escape, text)
    return f'"{escaped}"'


def _escape(found: re.Match[str]) -> str:
    return f"\\U{ord(found[0]):08X}"
