"""What rules ask besides what the language itself can: of address ranges, labels and zones.

Each function takes and gives plain values, and refuses what it cannot answer by ``ValueError``,
which makes the evaluation an error.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import IPv4Network, IPv6Network, ip_network

from edgewarden.governance.zones.zones import ANY, NO_ZONE
from edgewarden.reachability.addresses import PRIVATE_NETWORKS

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Function:
    """A function by name, with the types of its parameters and of its value."""

    name: str
    parameters: tuple[str, ...]
    returns: str
    implementation: Callable[..., object]

    @property
    def called(self) -> str:
        """How it is called, with the types of its parameters."""
        return f"{self.name}({', '.join(self.parameters)})"


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError(f"{text!r} is no address range") from error


def cidr_contains(outer: str, inner: str) -> bool:
    """Whether every address of ``inner`` lies in ``outer``."""
    one, other = _network(outer), _network(inner)
    match one, other:
        case (IPv4Network(), IPv4Network()) | (IPv6Network(), IPv6Network()):
            return other.subnet_of(one)  # type: ignore[arg-type]
    return False


def cidr_overlaps(one: str, other: str) -> bool:
    """Whether some address lies in both."""
    first, second = _network(one), _network(other)
    return first.version == second.version and first.overlaps(second)


def cidr_is_private(cidr: str) -> bool:
    """Whether every address of the range is private: no way to it leads over the internet."""
    return any(cidr_contains(str(each), cidr) for each in PRIVATE_NETWORKS)


def label_prefix(key: str) -> str:
    """What stands before the slash in the key of a label; empty where nothing does."""
    return key.rpartition("/")[0]


def glob_matches(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern with ``*`` and ``?``, as a whole and in its letters' case."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def crosses(source: Sequence[str], destination: Sequence[str]) -> bool:
    """Whether a connection could lead from one zone to another one, by the names of both ends'."""
    one, other = (frozenset(zones) - {NO_ZONE} for zones in (source, destination))
    return bool(one and other) and (ANY in one | other or len(one | other) > 1)


FUNCTIONS = (
    Function("cidrContains", ("string", "string"), "bool", cidr_contains),
    Function("cidrOverlaps", ("string", "string"), "bool", cidr_overlaps),
    Function("cidrIsPrivate", ("string",), "bool", cidr_is_private),
    Function("labelPrefix", ("string",), "string", label_prefix),
    Function("crosses", ("[]string", "[]string"), "bool", crosses),
    Function("globMatches", ("string", "string"), "bool", glob_matches),
)
"""Everything that rules can ask."""
