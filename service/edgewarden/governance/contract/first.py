"""A first contract: today's connections, put together for people to write reasons beside."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count

from edgewarden.governance.contract.parties import EVERY_ADDRESS, EVERYWHERE, OUTSIDE, port_texts
from edgewarden.reachability.addresses import internet
from edgewarden.reachability.designations import INTERNET
from edgewarden.reachability.ends import AddressEnd, End, WorkloadEnd
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.report import Edge
from edgewarden.reachability.wording import block_texts

_EVERY_POD = f"{EVERYWHERE}/*"
_MOST_IN_NAME = 3
_LONGEST = 190


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that allows, as it is written; without ``ports`` every port is meant."""

    name: str
    source: tuple[str, ...]
    destination: tuple[str, ...]
    ports: tuple[str, ...]


def first_contract(state: ClusterState, edges: Iterable[Edge]) -> tuple[Draft, ...]:
    """One entry for each of ``edges``, the certain ones of ``state``.

    The workloads of a namespace are put together where all of them are meant, and so are all
    workloads of the cluster.
    """
    people = _Census(state)
    taken: set[str] = set()
    drafts = []
    for edge in edges:
        source, destination = people.texts(edge.sources), people.texts(edge.destinations)
        ports = port_texts(edge.ports)
        name = _free(_name(source, destination, ports), taken)
        drafts.append(Draft(name, source, destination, ports))
    return tuple(drafts)


class _Census:
    def __init__(self, state: ClusterState) -> None:
        everyone = [WorkloadEnd.of(each) for each in state.workloads]
        self._sizes = Counter(each.namespace for each in everyone)
        self._total = len(everyone)
        self._kinds = Counter((each.namespace, each.name) for each in everyone)
        self._internet = internet(state.profile)

    def texts(self, ends: Sequence[End]) -> tuple[str, ...]:
        workloads = [each for each in ends if isinstance(each, WorkloadEnd)]
        ranges = tuple(each for each in ends if isinstance(each, AddressEnd))
        return (*self._of_workloads(workloads), *self._of_addresses(ranges))

    def _of_workloads(self, workloads: Sequence[WorkloadEnd]) -> Iterator[str]:
        if len(workloads) == self._total > 1:
            yield _EVERY_POD
            return
        inside = Counter(each.namespace for each in workloads)
        whole = {name for name, n in inside.items() if n == self._sizes[name] > 1}
        for each in workloads:
            if each.namespace not in whole:
                kind = f"[{each.kind}]" if self._kinds[each.namespace, each.name] > 1 else ""
                yield f"{each.namespace}/{each.name}{kind}"
            elif inside.pop(each.namespace, None):
                yield f"{each.namespace}/*"

    def _of_addresses(self, ranges: Sequence[AddressEnd]) -> Iterator[str]:
        if ranges == EVERY_ADDRESS:
            yield OUTSIDE
        elif ranges == self._internet:
            yield INTERNET
        else:
            yield from block_texts(ranges)


def _name(source: Sequence[str], destination: Sequence[str], ports: Sequence[str]) -> str:
    which = "-".join(ports) if 0 < len(ports) <= _MOST_IN_NAME else ""
    parts = (_short(source), "to", _short(destination), which)
    return "-".join(part for part in parts if part).replace("/", "-")[:_LONGEST]


def _short(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        (text,) = texts
        if " except " in text:
            return "addresses"
        spelled = "every-pod" if text == _EVERY_POD else text.removesuffix("/*")
        return re.sub(r"[^A-Za-z0-9_.]+", "-", spelled).strip("-.")
    namespaces = {text.partition("/")[0] for text in texts}
    return namespaces.pop() if len(namespaces) == 1 else "several"


def _free(wanted: str, taken: set[str]) -> str:
    """``wanted``, or that with a number; it is taken then."""
    numbered = (f"{wanted}-{number}" for number in count(2))
    name = next(name for name in chain((wanted,), numbered) if name not in taken)
    taken.add(name)
    return name
