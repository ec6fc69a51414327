"""Lines in the place of others: what an edit comes to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Replacement:
    """``lines`` instead of those from ``first`` to ``last``, counted from 1, which are ``before``.

    At least one line is replaced, and none of them has its line end.
    """

    first: int
    last: int
    before: tuple[str, ...]
    lines: tuple[str, ...]


def replacement(old: str, new: str) -> Replacement | None:
    """What makes ``new`` of ``old``, in as few lines as can be; nothing where they are the same.

    What is only added comes with the line before it, at the very top with the one behind it.
    """
    before, after = (text.removesuffix("\n").split("\n") for text in (old, new))
    if before == after:
        return None
    most = min(len(before), len(after))
    head = next((n for n in range(most) if before[n] != after[n]), most)
    most -= head
    tail = next((n for n in range(most) if before[-1 - n] != after[-1 - n]), most)
    if head + tail == len(before):
        head, tail = (head - 1, tail) if head else (head, tail - 1)
    return Replacement(
        head + 1,
        len(before) - tail,
        tuple(before[head : len(before) - tail]),
        tuple(after[head : len(after) - tail]),
    )


def every_replaced(content: bytes, by: Iterable[Replacement]) -> bytes:
    """The bytes with those that do not meet an earlier one; each speaks of the bytes as given."""
    taken: list[Replacement] = []
    for each in sorted(by, key=lambda one: (one.first, one.last)):
        if not taken or taken[-1].last < each.first:
            taken.append(each)
    for each in reversed(taken):
        content = replaced(content, each)
    return content


def replaced(content: bytes, by: Replacement) -> bytes:
    """The bytes of a file with the lines replaced, which end as the first of these does.

    Whether the last line of the file has an end stays as it is.
    """
    mark = _BYTE_ORDER_MARK if content.startswith(_BYTE_ORDER_MARK) else b""
    lines = _LINE.findall(content.removeprefix(mark))
    ended = (line for line in reversed(lines[: by.first]) if line.endswith(b"\n"))
    end = b"\r\n" if next(ended, b"").endswith(b"\r\n") else b"\n"
    added = [line.encode() + end for line in by.lines]
    if by.last == len(lines) and not lines[-1].endswith(b"\n") and added:
        added[-1] = added[-1].removesuffix(end)
    return mark + b"".join((*lines[: by.first - 1], *added, *lines[by.last :]))
