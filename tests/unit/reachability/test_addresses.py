"""Address space cut where blocks tell addresses apart."""

from ipaddress import ip_address

import pytest

from edgewarden.reachability.addresses import EVERY_NETWORK, adjacent, atoms, covers
from tests.support.clusters import block


def test_without_blocks_each_family_is_one_piece() -> None:
    assert list(map(str, atoms((), EVERY_NETWORK))) == [
        "0.0.0.0-255.255.255.255",
        "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]


def test_pieces_begin_at_blocks_and_just_after_them() -> None:
    pieces = atoms((block("10.0.0.0/8", "10.1.0.0/16"),), EVERY_NETWORK)
    assert [str(piece.first) for piece in pieces if piece.first.version == 4] == [
        "0.0.0.0",
        "10.0.0.0",
        "10.1.0.0",
        "10.2.0.0",
        "11.0.0.0",
    ]


def test_the_last_address_can_be_a_piece_of_its_own() -> None:
    pieces = atoms((block("255.255.255.255/32"),), EVERY_NETWORK)
    assert "255.255.255.255-255.255.255.255" in map(str, pieces)


def test_pieces_touch_within_a_family_only() -> None:
    first, second, third = atoms((block("0.0.0.0/1"),), EVERY_NETWORK)
    assert adjacent(first, second)
    assert not adjacent(second, third)
    assert not adjacent(second, first)


@pytest.mark.parametrize(
    ("address", "covered"),
    [("10.0.0.0", True), ("10.1.0.0", False), ("10.1.255.255", False), ("11.0.0.0", False)],
)
def test_a_block_covers_its_range_without_its_excepts(address: str, covered: bool) -> None:
    assert covers(block("10.0.0.0/8", "10.1.0.0/16"), ip_address(address)) is covered


def test_a_block_covers_no_address_of_the_other_family() -> None:
    assert not covers(block("0.0.0.0/0"), ip_address("::1"))
    assert not covers(block("::/0"), ip_address("10.0.0.1"))
