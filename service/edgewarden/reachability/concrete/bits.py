"""Sets of small numbers as integers: bit ``n`` is set where ``n`` is a member."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_FEW = 8
"""Up to so many members are set or read bit by bit, more of them byte by byte."""
_MANY = 64
"""By more sets than this members are told apart one by one."""

_OF_BYTE = tuple(tuple(j for j in range(8) if byte >> j & 1) for byte in range(256))


def bitset(numbers: Sequence[int]) -> int:
    """The set of ``numbers``, which may come in any order."""
    if len(numbers) <= _FEW:
        found = 0
        for number in numbers:
            found |= 1 << number
        return found
    octets = bytearray((max(numbers) >> 3) + 1)
    for number in numbers:
        octets[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(octets, "little")


def numbers(bits: int) -> Iterator[int]:
    """The members in ascending order."""
    if bits.bit_count() <= _FEW:
        while bits:
            yield lowest(bits)
            bits &= bits - 1
        return
    for place, octet in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        if octet:
            start = place << 3
            for offset in _OF_BYTE[octet]:
                yield start + offset


def lowest(bits: int) -> int:
    """The smallest member of a set that is not empty."""
    return (bits & -bits).bit_length() - 1


def different(some: int, others: int) -> tuple[int, int]:
    """A member of each of two sets that are not empty; not the same one if there is a choice."""
    number = lowest(some)
    rest = others & ~(1 << number)
    if rest:
        return number, lowest(rest)
    elsewhere = some & ~others
    return (lowest(elsewhere), number) if elsewhere else (number, number)


def union(sets: Iterable[int]) -> int:
    found = 0
    for each in sets:
        found |= each
    return found


def cut(bits: int, sets: Iterable[int]) -> list[int]:
    """Classes of the members of ``bits`` that are in the same ones of ``sets``."""
    telling = [each for each in dict.fromkeys(sets) if bits & each and bits & ~each]
    if len(telling) > _MANY:
        alike: dict[int, list[int]] = {}
        for member, places in memberships(bits, telling).items():
            alike.setdefault(places, []).append(member)
        return list(map(bitset, alike.values()))
    classes = [bits] if bits else []
    for each in telling:
        classes = [part for some in classes for part in (some & each, some & ~each) if part]
    return classes


def memberships(bits: int, sets: Iterable[int]) -> Mapping[int, int]:
    """For every member of ``bits`` those of ``sets`` that hold it, by their places, as bits."""
    of_most = 0
    otherwise = dict.fromkeys(numbers(bits), 0)
    for place, each in enumerate(sets):
        few = bits & each
        if 2 * few.bit_count() > len(otherwise):
            of_most |= 1 << place
            few ^= bits
        for member in numbers(few):
            otherwise[member] ^= 1 << place
    return {member: places ^ of_most for member, places in otherwise.items()}


def runs(bits: int) -> Iterator[tuple[int, int]]:
    """The first and the last of members that follow each other without a gap, in order."""
    start = 0
    while bits:
        gap = lowest(bits)
        bits >>= gap
        length = lowest(~bits)
        bits >>= length
        yield start + gap, start + gap + length - 1
        start += gap + length


@dataclass(frozen=True, slots=True)
class Span:
    """A set of which some members are certain and others hang on facts.

    ``certain`` is part of ``possible``; where the two are equal nothing is open.
    """

    certain: int = 0
    possible: int = 0

    def __and__(self, mask: int) -> "Span":
        return Span(self.certain & mask, self.possible & mask)

    def meeting(self, other: "Span") -> "Span":
        """What is in both."""
        return Span(self.certain & other.certain, self.possible & other.possible)

    def __or__(self, other: "Span") -> "Span":
        return Span(self.certain | other.certain, self.possible | other.possible)

    @property
    def open(self) -> int:
        """The members that hang on facts."""
        return self.possible & ~self.certain


NOBODY = Span()


def exactly(bits: int) -> Span:
    """A set of which nothing is open."""
    return Span(bits, bits)


@dataclass(frozen=True, slots=True)
class Weights:
    """How many pods each member stands for, sliced by binary digit so that sums are fast."""

    slices: tuple[int, ...] = ()

    @classmethod
    def by_number(cls, weights: Sequence[int]) -> "Weights":
        """Member ``n`` stands for ``weights[n]`` pods."""
        digits = max(weights, default=0).bit_length()
        return cls(
            tuple(
                bitset([n for n, weight in enumerate(weights) if weight >> digit & 1])
                for digit in range(digits)
            )
        )

    def total(self, bits: int) -> int:
        """The pods of all members together."""
        return sum((bits & each).bit_count() << digit for digit, each in enumerate(self.slices))

    def changed(self, weights: Mapping[int, int]) -> "Weights":
        """These weights with others for some members."""
        if not weights:
            return self
        others = ~bitset(list(weights))
        digits = max(len(self.slices), *(weight.bit_length() for weight in weights.values()))
        slices = [each & others for each in self.slices]
        slices.extend([0] * (digits - len(slices)))
        for number, weight in weights.items():
            for digit in range(weight.bit_length()):
                if weight >> digit & 1:
                    slices[digit] |= 1 << number
        return Weights(tuple(slices))
