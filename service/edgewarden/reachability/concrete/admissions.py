"""Whom the rules of several policies admit."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from edgewarden.reachability.addresses import Address
from edgewarden.reachability.concrete.compiled_policy import CompiledPolicy, Entry
from edgewarden.reachability.concrete.peers import Pods
from edgewarden.reachability.model import Direction, IPBlock
from edgewarden.reachability.strata import Strata

Admission: TypeAlias = tuple[CompiledPolicy, Entry]


class Admissions:
    """The entries of policies in one direction, found by whom they admit and told in order."""

    def __init__(self, policies: Iterable[CompiledPolicy], direction: Direction) -> None:
        self._all: list[Admission] = [
            (policy, entry) for policy in policies for entry in policy.entries.get(direction, ())
        ]
        self._of_pods: dict[Pods | None, list[int]] = {}
        self._blocks: list[int] = []
        self._written: list[Sequence[IPBlock]] = []
        for place, (_, entry) in enumerate(self._all):
            if isinstance(entry.peer, IPBlock):
                self._blocks.append(place)
                self._written.append((entry.peer,))
            else:
                self._of_pods.setdefault(entry.pods, []).append(place)

    def of_pods(self, meanings: Iterable[Pods]) -> list[Admission]:
        """Those of everybody, of pods of one of ``meanings``, and of address blocks."""
        some = (self._of_pods.get(pods, ()) for pods in (None, *meanings))
        return self._at(chain(self._blocks, *some))

    def of_address(self, address: Address) -> list[Admission]:
        """Those of everybody, and of blocks that cover an address outside the cluster."""
        covering = (self._blocks[place] for place in self._strata.covering(address))
        return self._at(chain(self._of_pods.get(None, ()), covering))

    def _at(self, places: Iterable[int]) -> list[Admission]:
        return [self._all[place] for place in sorted(places)]

    @cached_property
    def _strata(self) -> Strata:
        """Of the blocks, each by itself."""
        return Strata(self._written)
