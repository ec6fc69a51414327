"""In which zones known and conceivable peers are."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from edgewarden.governance.zones.openings import pods_of
from edgewarden.governance.zones.partition import Partition, Piece
from edgewarden.governance.zones.zones import Respect, Zones
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.facts import Role
from edgewarden.reachability.model import ClusterState, Namespace, Workload
from edgewarden.reachability.symbolic.budget import Budget, BudgetExhaustedError
from edgewarden.reachability.symbolic.namespaces import Labelling, Namespaces
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.statements import AddressSet, EndSet
from edgewarden.reachability.symbolic.stating import box_of, end_set

_STEPS = 20_000
"""With more work than this to tell, peers may be in any zone."""


class Standing:
    """The zones of what one state shows. What is asked twice is looked up once.

    Labels of namespaces that nothing shows count as absent.
    """

    def __init__(self, state: ClusterState, zones: Zones) -> None:
        labelling = Labelling(_shown(state))
        namespaces = Namespaces(labelling, labelling)
        self._keys = {each.respect: each.pod_keys for each in zones}
        self._partitions = {each.respect: Partition(each, namespaces) for each in zones}
        self._known: dict[tuple[Respect, EndSet], Values] = {}

    def of(self, ends: EndSet, respect: Respect) -> Values:
        """The zones that some of ``ends`` could be in; ``None`` is being in none.

        Where nobody stated zones in this respect, everybody is in none.
        """
        known = self._known.get((respect, ends))
        if known is None:
            known = self._known[respect, ends] = self._zones(ends, respect)
        return known

    def of_addresses(
        self, addresses: AddressEnd, respect: Respect
    ) -> Iterator[tuple[Values, AddressEnd]]:
        """The addresses, cut where zones tell them apart, each range with its zone."""
        for piece in self._pieces(AddressSet((addresses,)), respect):
            ends = end_set(piece.box, piece.end)
            if isinstance(ends, AddressSet):
                yield from ((piece.zones, each) for each in ends.ranges)

    def of_workload(self, workload: Workload, respect: Respect) -> Values:
        """Those of its pods: one, unless it hangs on labels that a controller sets.

        Pods on the network of their node are in none.
        """
        if workload.host_network:
            return Values.only(None)
        return self.of(pods_of(workload, self._keys.get(respect, frozenset())), respect)

    def _zones(self, ends: EndSet, respect: Respect) -> Values:
        try:
            return Values().union(*(piece.zones for piece in self._pieces(ends, respect)))
        except BudgetExhaustedError:
            return ALL_VALUES

    def _pieces(self, ends: EndSet, respect: Respect) -> Iterator[Piece]:
        box, end = box_of(ends, Role.SOURCE), Role.SOURCE
        partition = self._partitions.get(respect)
        if partition is None:
            return iter((Piece(Values.only(None), box, end),))
        return partition.pieces(box, end, Budget(_STEPS))


def _shown(state: ClusterState) -> Mapping[str, Namespace]:
    """The namespaces, as if they had no other labels than those that are known."""
    known = {each.name: replace(each, complete=True) for each in state.namespaces}
    for workload in state.workloads:
        name = workload.namespace
        if name not in known:
            known[name] = Namespace(name, {}, workload.location, complete=True)
    return known
