from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet
from edgewarden.reporting.wording import (
    address_texts,
    counted,
    listed,
    moment,
    ports_text,
    time_left,
)
from tests.support.reviews import addresses, tcp, udp

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("blocks", "shown"),
    [
        (["0.0.0.0/0"], ("any IPv4 address outside the cluster",)),
        (["::/0"], ("any IPv6 address outside the cluster",)),
        (["0.0.0.0/0", "::/0"], ("any address outside the cluster",)),
        (["::/1", "8000::/1", "0.0.0.0/0"], ("any address outside the cluster",)),
        (["192.0.2.7/32"], ("192.0.2.7",)),
        (["10.0.0.0/9", "10.128.0.0/9"], ("10.0.0.0/8",)),
        (["2001:db8::/32", "10.0.0.0/8"], ("10.0.0.0/8", "2001:db8::/32")),
        (["10.0.0.1-10.0.0.254"], ("10.0.0.1-10.0.0.254",)),
        (
            ["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"],
            ("any IPv4 address outside the cluster except 10.0.0.0/8",),
        ),
    ],
)
def test_addresses_read_as_people_write_them(blocks: list[str], shown: tuple[str, ...]) -> None:
    assert address_texts(map(addresses, blocks)) == shown


@settings(deadline=None)
@given(st.permutations([f"10.{number}.0.0/16" for number in range(0, 8, 2)]))
def test_the_order_of_ranges_does_not_matter(blocks: list[str]) -> None:
    assert address_texts(map(addresses, blocks)) == address_texts(map(addresses, sorted(blocks)))


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
