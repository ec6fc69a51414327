"""The rows of a table are the pairs of its changes, each with what holds for it."""

from collections.abc import Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.governance.exceptions import CoveredEdge
from edgewarden.reachability.ends import WorkloadEnd
from edgewarden.reachability.location import Location
from edgewarden.reachability.ports import NO_PORTS
from edgewarden.reachability.reasons import Because
from edgewarden.reachability.report import EdgeChange
from edgewarden.reporting.edge_tables import opened
from edgewarden.reporting.parties import Namer
from edgewarden.reporting.rows import EdgeTable
from tests.support.reviews import NOW, exception, rule_allows, tcp, workload

SOURCES = [workload(f"shop/client-{number}") for number in range(4)]
DESTINATIONS = [workload(f"bank/server-{number}") for number in range(4)]
NAMER = Namer([*SOURCES, *DESTINATIONS])


def change(sources: Sequence[WorkloadEnd], destinations: Sequence[WorkloadEnd]) -> EdgeChange:
    ports = (NO_PORTS, tcp(80), tcp(80), NO_PORTS)
    cause = rule_allows("shop/db", Location("k8s/db.yaml", 7))
    ends = tuple(sorted(sources)), tuple(sorted(destinations))
    return EdgeChange(*ends, *ports, Because.POLICY_CHANGED, (cause,))


changes = st.builds(
    change,
    st.sets(st.sampled_from(SOURCES), min_size=1).map(list),
    st.sets(st.sampled_from(DESTINATIONS), min_size=1).map(list),
)


def told(table: EdgeTable) -> list[tuple[str, str, tuple[str, ...]]]:
    return sorted(
        (source, target, row.exceptions)
        for row in table.rows
        for source, target in product(row.source.members, row.target.members)
    )


@settings(deadline=None)
@given(changes, st.lists(changes, max_size=4))
def test_every_pair_is_in_one_row_with_the_exceptions_that_contain_it(
    whole: EdgeChange, parts: list[EdgeChange]
) -> None:
    excepted = [CoveredEdge(exception(number), part) for number, part in enumerate(parts, 1)]
    table = opened([whole], excepted, NOW, NAMER)
    assert told(table) == sorted(
        (
            NAMER.party([source]).text,
            NAMER.party([target]).text,
            tuple(
                sorted(
                    f"excepted by {each.exception.name}, 6 days left"
                    for each in excepted
                    if (source, target) in set(each.change.pairs())
                )
            ),
        )
        for source, target in whole.pairs()
    )
    assert table.pairs == len(list(whole.pairs()))


def test_an_exception_for_all_pairs_leaves_one_row() -> None:
    whole = change(SOURCES, DESTINATIONS)
    (row,) = opened([whole], [CoveredEdge(exception(), whole)], NOW, NAMER).rows
    assert (row.pairs, len(row.exceptions)) == (16, 1)


def test_an_exception_for_a_corner_leaves_the_rest_in_two_rows() -> None:
    whole, corner = change(SOURCES, DESTINATIONS), change(SOURCES[:1], DESTINATIONS[:1])
    table = opened([whole], [CoveredEdge(exception(), corner)], NOW, NAMER)
    assert sorted((row.pairs, bool(row.exceptions)) for row in table.rows) == [
        (1, True),
        (3, False),
        (12, False),
    ]
