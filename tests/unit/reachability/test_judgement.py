"""What is said of one pair of ends."""

import pytest

from edgewarden.reachability.evaluation import Connection, Isolation, Side
from edgewarden.reachability.facts import CERTAINLY, PolicyLingers
from edgewarden.reachability.judgement import Effort, judge
from edgewarden.reachability.model import ClusterProfile, Direction
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS
from tests.support.clusters import policy

DENY = policy("shop/deny")
LINGERS = frozenset((PolicyLingers(DENY.ref, DENY.location),))
OPEN = Side(Direction.EGRESS)
CLOSED = Side(Direction.INGRESS, (Isolation(CERTAINLY, DENY), Isolation(LINGERS, DENY)))


@pytest.mark.parametrize("effort", [Effort(), Effort(0)], ids=["in all worlds", "by its bounds"])
def test_a_connection_is_allowed_where_both_ends_allow_it(effort: Effort) -> None:
    judgement = judge(Connection((OPEN,)), Connection((OPEN, CLOSED)), ClusterProfile(), effort)

    assert (judgement.before, judgement.after) == (ALL_PORTS, NO_PORTS)
    assert judgement.closed == ALL_PORTS
