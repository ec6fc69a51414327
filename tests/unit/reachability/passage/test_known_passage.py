"""What passes between two sets is what the oracle says, pair by pair and port by port."""

from random import Random

import pytest

from edgewarden.reachability.addresses import EVERY_NETWORK
from edgewarden.reachability.concrete.bits import bitset, numbers
from edgewarden.reachability.concrete.rectangle import Ends
from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.passage.known import KnownPassage, Part
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet
from tests.support.agreement import Questions, at, expected, is_end
from tests.support.random_clusters import certain_pair, uncertain_pair

OUTSIDE = tuple(AddressEnd(n.network_address, n.broadcast_address) for n in EVERY_NETWORK)


def _some(random: Random, bits: int) -> int:
    return bitset([number for number in numbers(bits) if random.random() < 0.6])


def _check(state: ClusterState, seed: int) -> int:
    """Assert it of a random choice of ends; the number of pairs that were asked."""
    random = Random(seed)
    passage = KnownPassage(state)
    everyone = passage.index.inventory.present
    addresses = OUTSIDE if random.random() < 0.5 else OUTSIDE[:1]
    sources = Ends(_some(random, everyone), addresses if random.random() < 0.6 else ())
    destinations = Ends(_some(random, everyone), addresses if random.random() < 0.6 else ())
    ports = ALL_PORTS if random.random() < 0.5 else PortSet.from_mapping({"TCP": [[1, 8080]]})
    parts = list(passage.parts(sources, destinations, ports))
    asked = Questions.every((state,))
    count = 0
    for key, answer in expected((state,), asked).items():
        meant = [part for part in parts if _is_pair(passage, part, key)]
        inside = _among(passage, sources, key[0]) and _among(passage, destinations, key[1])
        assert len(meant) == (1 if inside else 0), key
        for part in meant:
            count += 1
            here = {point for point in asked.points if point in ports}
            may = PortSet.union(doubt.ports for doubt in part.doubts)
            assert at(part.passing, asked.points) == answer.after & here, key
            assert at(may, asked.points) == answer.may_open & here, key
            assert part.passing | part.blocked | may == ports, key
            assert part.passing & part.blocked == NO_PORTS, key
    return count


def _is_pair(passage: KnownPassage, part: Part, key: tuple[object, object]) -> bool:
    return _among(passage, part.sources, key[0]) and _among(passage, part.destinations, key[1])


def _among(passage: KnownPassage, ends: Ends, wanted: object) -> bool:
    return any(is_end(end, wanted) for end in passage.ends(ends))


@pytest.mark.parametrize("seed", range(60))
def test_every_pair_is_in_one_part_that_says_what_the_oracle_says(seed: int) -> None:
    _check(certain_pair(seed)[1], seed)


@pytest.mark.parametrize("seed", range(40))
def test_what_hangs_on_facts_is_doubted_where_the_oracles_worlds_differ(seed: int) -> None:
    _check(uncertain_pair(seed)[1], seed)


def test_the_random_choices_ask_about_pairs() -> None:
    assert sum(_check(certain_pair(seed)[1], seed) for seed in range(10)) > 50
