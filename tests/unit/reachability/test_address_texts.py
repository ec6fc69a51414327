"""Ranges of addresses as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.reachability.wording import address_texts, pod_address_texts
from tests.support.reviews import addresses


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
        (["10.0.0.0/16", "10.2.0.0-10.255.255.255"], ("10.0.0.0/8 except 10.1.0.0/16",)),
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
    ("blocks", "shown"),
    [
        (["0.0.0.0/0"], ("an IPv4 address",)),
        (["10.0.0.0/8", "::/0"], ("10.0.0.0/8", "an IPv6 address")),
        (
            ["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"],
            ("an IPv4 address except 10.0.0.0/8",),
        ),
    ],
)
def test_addresses_of_pods_are_not_outside(blocks: list[str], shown: tuple[str, ...]) -> None:
    assert pod_address_texts(map(addresses, blocks)) == shown
