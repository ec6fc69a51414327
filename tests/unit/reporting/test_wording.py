from datetime import UTC, datetime, timedelta, timezone

import pytest

from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet
from edgewarden.reachability.wording import listed
from edgewarden.reporting.wording import (
    counted,
    moment,
    ports_text,
    time_left,
)
from tests.support.reviews import tcp, udp

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ports", "shown"),
    [
        (tcp(80), "TCP 80"),
        (tcp(80) | tcp(443) | udp(53), "TCP 80, 443 and UDP 53"),
        (tcp(8000, 8100), "TCP 8000-8100"),
        (ALL_PORTS, "every port"),
        (NO_PORTS, "no port"),
        (ALL_PORTS - tcp(80), "every port except TCP 80"),
        (tcp(1, 65535), "every TCP port"),
    ],
)
def test_ports_read_as_people_write_them(ports: PortSet, shown: str) -> None:
    assert ports_text(ports) == shown


@pytest.mark.parametrize(
    ("left", "shown"),
    [
        (timedelta(days=6, hours=23), "6 days left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(hours=23, minutes=59), "less than a day left"),
        (timedelta(), "ended"),
        (timedelta(days=-1), "ended"),
    ],
)
def test_the_time_left_is_told_in_whole_days(left: timedelta, shown: str) -> None:
    assert time_left(NOON + left, NOON) == shown


def test_a_moment_is_told_in_utc() -> None:
    assert moment(NOON.astimezone(timezone(timedelta(hours=-5)))) == "2026-11-23 12:00 UTC"


def test_numbers_and_lists_agree_with_their_nouns() -> None:
    assert counted(1, "policy", "policies") == "1 policy"
    assert counted(2, "policy", "policies") == "2 policies"
    assert counted(0, "row") == "0 rows"
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
