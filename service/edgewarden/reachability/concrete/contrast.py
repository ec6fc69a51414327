"""Where two states of one line could differ, before any port is looked at."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from edgewarden.reachability.concrete.bits import NOBODY, Span
from edgewarden.reachability.concrete.lines import EVERYBODY, Half, Line


@dataclass(frozen=True, slots=True)
class Contrast:
    """With all other ends than ``workloads``, and with addresses unless ``addresses`` is set,
    both states say the same, whatever the facts are."""

    workloads: int
    addresses: bool

    def __bool__(self) -> bool:
        return self.addresses or bool(self.workloads)


EVERYWHERE = Contrast(EVERYBODY, addresses=True)


def contrast(base: Line | None, head: Line | None) -> Contrast:
    """Compare what both states say of whom, as far as sets of other ends show it.

    They do not show which of several facts it is that another end hangs on: other ends that
    changed themselves, or that changed policies bind, are for the caller to add.
    """
    if base is None or head is None:
        return EVERYWHERE
    if any(half.own_doubt for each in (base, head) for half in (each.direct, each.transposed)):
        return EVERYWHERE
    workloads = _ends(base.direct, head.direct) | _ends(base.transposed, head.transposed)
    return Contrast(
        workloads, addresses=_with_addresses(base.direct) != _with_addresses(head.direct)
    )


def _ends(base: Half, head: Half) -> int:
    before, after = _granted(base), _granted(head)
    found = base.hanging | head.hanging | _apart(base.isolated, head.isolated)
    for key in {*before, *after}:
        found |= _apart(before.get(key, NOBODY), after.get(key, NOBODY))
    return found


def _apart(before: Span, after: Span) -> int:
    return (before.certain ^ after.certain) | (before.possible ^ after.possible)


def _granted(half: Half) -> Mapping[Hashable, Span]:
    found: dict[Hashable, Span] = {}
    for term in half.granted:
        key = term.ports, term.blocks
        found[key] = found.get(key, NOBODY) | term.ends
    return found


def _with_addresses(half: Half) -> Hashable:
    """Everything that a half says of addresses."""
    granted = frozenset(
        (term.ports, term.blocks) for term in half.granted if term.blocks or term.blocks is None
    )
    return half.isolated, granted
