"""Address ranges are cut into pieces, each with the owners of the blocks that cover it."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, ip_address
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from edgewarden.reachability.addresses import covers
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import IPBlock
from edgewarden.reachability.strata import Strata
from tests.support.clusters import HERE, block

FIRST, LAST = (int(ip_address(address)) for address in ("10.0.0.0", "10.0.0.31"))
NETWORKS = [
    network
    for length in range(27, 33)
    for network in IPv4Network("10.0.0.0/27").subnets(new_prefix=length)
]


@st.composite
def blocks(draw: st.DrawFn) -> IPBlock:
    cidr = draw(st.sampled_from([network for network in NETWORKS if network.prefixlen < 32]))
    holes = draw(st.lists(st.sampled_from(list(_inside(cidr))), max_size=3))
    return IPBlock(cidr, tuple(holes), HERE)


def _inside(cidr: IPv4Network) -> Sequence[IPv4Network]:
    return [each for each in NETWORKS if each != cidr and each.subnet_of(cidr)]


@st.composite
def ranges(draw: st.DrawFn) -> list[AddressEnd]:
    """Disjoint ranges in any order."""
    cuts = sorted(draw(st.sets(st.integers(FIRST, LAST), min_size=2, max_size=6)))
    found = [AddressEnd(IPv4Address(start), IPv4Address(end - 1)) for start, end in pairwise(cuts)]
    return draw(st.permutations(found[::2]))


def strata(
    ends: list[AddressEnd], owned: Mapping[str, list[IPBlock]]
) -> list[tuple[AddressEnd, frozenset[str]]]:
    """The pieces with the owners of what covers them."""
    found = Strata(tuple(owned.values())).pieces(ends)
    return [
        (piece, frozenset(name for n, name in enumerate(owned) if covering >> n & 1))
        for piece, covering in found
    ]


@settings(deadline=None)
@given(ranges(), st.dictionaries(st.sampled_from("abc"), st.lists(blocks(), max_size=3)))
def test_every_address_is_in_one_piece_with_all_that_cover_it(
    ends: list[AddressEnd], owned: Mapping[str, list[IPBlock]]
) -> None:
    found = [
        (address, owners)
        for piece, owners in strata(ends, owned)
        for address in range(int(piece.first), int(piece.last) + 1)
    ]
    asked = sorted(address for end in ends for address in range(int(end.first), int(end.last) + 1))
    assert found == [
        (
            address,
            frozenset(
                owner
                for owner, some in owned.items()
                if any(covers(each, IPv4Address(address)) for each in some)
            ),
        )
        for address in asked
    ]


def test_an_owner_of_two_blocks_covers_as_long_as_one_of_them_does() -> None:
    end = AddressEnd(ip_address("10.0.0.0"), ip_address("10.0.0.255"))
    owned = {"both": [block("10.0.0.0/25"), block("10.0.0.64/26")]}
    assert [(str(piece), set(owners)) for piece, owners in strata([end], owned)] == [
        ("10.0.0.0-10.0.0.63", {"both"}),
        ("10.0.0.64-10.0.0.127", {"both"}),
        ("10.0.0.128-10.0.0.255", set()),
    ]


def test_the_families_are_cut_each_by_its_own_blocks() -> None:
    ends = [
        AddressEnd(ip_address("::"), ip_address("::f")),
        AddressEnd(ip_address("0.0.0.0"), ip_address("0.0.0.15")),
    ]
    owned = {"four": [block("0.0.0.0/29")], "six": [block("::/126")]}
    assert [(str(piece), set(owners)) for piece, owners in strata(ends, owned)] == [
        ("0.0.0.0-0.0.0.7", {"four"}),
        ("0.0.0.8-0.0.0.15", set()),
        ("::-::3", {"six"}),
        ("::4-::f", set()),
    ]


def test_the_last_address_of_a_family_is_in_a_piece() -> None:
    everything = AddressEnd(ip_address("0.0.0.0"), ip_address("255.255.255.255"))
    found = strata([everything], {"upper": [block("128.0.0.0/1")]})
    assert [str(piece) for piece, _ in found] == [
        "0.0.0.0-127.255.255.255",
        "128.0.0.0-255.255.255.255",
    ]


def test_there_are_no_more_pieces_than_blocks_begin_or_end() -> None:
    everything = AddressEnd(ip_address("0.0.0.0"), ip_address("255.255.255.255"))
    owned = {f"{n}": [block(f"10.{n}.0.0/16", f"10.{n}.8.0/24")] for n in range(200)}
    assert len(strata([everything], owned)) == 1 + 1 + 3 * 200
