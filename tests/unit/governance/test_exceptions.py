from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from edgewarden.governance.exceptions import AddressScope, PolicyException, Standing
from edgewarden.reachability.ports import ALL_PORTS

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 2, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
ANYWHERE = AddressScope(ip_network("0.0.0.0/0"))
EXCEPTION = PolicyException(
    7, "Reason.", "team", "T-1", "curl", ANYWHERE, ANYWHERE, ALL_PORTS, START, END
)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (START - INSTANT, Standing.PENDING),
        (START, Standing.ACTIVE),
        (END - INSTANT, Standing.ACTIVE),
        (END, Standing.EXPIRED),
    ],
)
def test_an_exception_is_active_from_its_start_until_just_before_its_expiry(
    now: datetime, expected: Standing
) -> None:
    assert EXCEPTION.standing(now) is expected


@pytest.mark.parametrize("now", [START - timedelta(days=1), START, END])
def test_revocation_wins_over_everything_from_its_moment_on(now: datetime) -> None:
    revoked = replace(EXCEPTION, revoked_at=START - timedelta(days=2))
    assert revoked.standing(now) is Standing.REVOKED


def test_a_revocation_to_come_changes_nothing_yet() -> None:
    assert replace(EXCEPTION, revoked_at=END - INSTANT).standing(START) is Standing.ACTIVE


def test_an_exception_is_called_by_its_number() -> None:
    assert EXCEPTION.name == "EXC-7"
