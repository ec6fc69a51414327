"""Sets of pods, addresses and ports as people would say them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_network, summarize_address_range

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import Direction, Network
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic.restrictions import Values

_MOST = 6
"""Names, values and networks beyond this many are counted."""


def pods(
    namespaces: Values,
    namespace_labels: Mapping[str, Values],
    labels: Mapping[str, Values],
    among: Sequence[AddressEnd],
) -> str:
    """``all pods in namespace shop``, ``pods app=web in any namespace``, ``any pod``."""
    where = _namespaces(namespaces, namespace_labels)
    if labels:
        text = f"pods {_conditions(labels)} {where or 'in any namespace'}"
    else:
        text = f"all pods {where}" if where else "any pod"
    return f"{text} with {_addressed(among)}" if among else text


def _addressed(among: Sequence[AddressEnd]) -> str:
    texts = []
    for version, ranges in _by_family(among):
        if _is_whole(version, ranges):
            texts.append(f"an IPv{version} address")
        else:
            texts.append(f"an address in {_networks_text(ranges)}")
    return " or ".join(texts)


def _namespaces(names: Values, labels: Mapping[str, Values]) -> str:
    """Empty for every namespace."""
    if names.inverted:
        exceptions = f" except {_listed(names)}" if names.listed else ""
        if labels:
            return f"in namespaces {_conditions(labels)}{exceptions}"
        return f"in every namespace{exceptions}" if exceptions else ""
    noun = "namespace" if len(names) == 1 else "namespaces"
    condition = f" where {_conditions(labels)}" if labels else ""
    return f"in {noun} {_listed(names)}{condition}"


def _conditions(labels: Mapping[str, Values]) -> str:
    return ", ".join(_condition(key, labels[key]) for key in sorted(labels))


def _condition(key: str, values: Values) -> str:
    """As ``labels.Requirement`` says it."""
    present = sorted(value for value in values.listed if value is not None)
    absence_listed = None in values.listed
    if not present:
        exists = absence_listed is values.inverted
        return f"{key} exists" if exists else f"{key} does not exist"
    shown = _enumerated(present)
    if values.inverted:
        text = f"{key}!={present[0]}" if len(present) == 1 else f"{key} not in ({shown})"
        return f"{text} and {key} exists" if absence_listed else text
    text = f"{key}={present[0]}" if len(present) == 1 else f"{key} in ({shown})"
    return f"{text} or no {key}" if absence_listed else text


def _listed(names: Values) -> str:
    return _enumerated(sorted(filter(None, names.listed)))


def _enumerated(texts: Sequence[str]) -> str:
    if len(texts) <= _MOST:
        return ", ".join(texts)
    return f"{', '.join(texts[:_MOST])} and {len(texts) - _MOST} more"


def addresses(ranges: Sequence[AddressEnd]) -> str:
    families = list(_by_family(ranges))
    if len(families) == len(_EVERY) and all(_is_whole(*family) for family in families):
        return "any address outside the cluster"
    return ", ".join(
        f"any IPv{version} address outside the cluster"
        if _is_whole(version, found)
        else _networks_text(found)
        for version, found in families
    )


_EVERY: Mapping[int, Network] = {4: ip_network("0.0.0.0/0"), 6: ip_network("::/0")}


def _by_family(ranges: Sequence[AddressEnd]) -> Iterator[tuple[int, Sequence[AddressEnd]]]:
    for version in _EVERY:
        found = [each for each in ranges if each.first.version == version]
        if found:
            yield version, found


def _networks_text(ranges: Sequence[AddressEnd]) -> str:
    """The fewest blocks, or the one around all of them without what is between."""
    direct = _networks(ranges)
    around = _around(ranges)
    left_out = _networks(_gaps(around, ranges))
    if 0 < len(left_out) < len(direct):
        return f"{around} except {_enumerated(left_out)}"
    return _enumerated(direct)


def _around(ranges: Sequence[AddressEnd]) -> Network:
    """The smallest block that holds all of ``ranges``."""
    length = ranges[0].first.max_prefixlen
    different = int(ranges[0].first) ^ int(ranges[-1].last)
    return ip_network((ranges[0].first, length - different.bit_length()), strict=False)


def _is_whole(version: int, ranges: Sequence[AddressEnd]) -> bool:
    every = _EVERY[version]
    return [(each.first, each.last) for each in ranges] == [(every[0], every[-1])]


def _networks(ranges: Iterable[AddressEnd]) -> list[str]:
    return [
        str(network)
        for each in ranges
        for network in summarize_address_range(each.first, each.last)
    ]


def _gaps(within: Network, ranges: Sequence[AddressEnd]) -> list[AddressEnd]:
    """What of ``within`` is in none of ``ranges``, which are sorted and lie in it."""
    kind = type(within.network_address)
    gaps, start = [], int(within.network_address)
    for each in ranges:
        if start < int(each.first):
            gaps.append(AddressEnd(kind(start), kind(int(each.first) - 1)))
        start = int(each.last) + 1
    if start <= int(within.broadcast_address):
        gaps.append(AddressEnd(kind(start), within.broadcast_address))
    return gaps


def ports(numbers: PortSet, named: Sequence[PortName], unnamed: Sequence[PortName]) -> str:
    """``TCP 80``, ``the TCP port named http``, ``TCP 80 unless named http``."""
    called = [name.name for name in named]
    text = str(numbers)
    if called and text == f"every {named[0].protocol} port":
        text = f"the {named[0].protocol} port named {called.pop(0)}"
    if called:
        text += f" where named {' and '.join(called)}"
    if unnamed:
        text += f" unless named {' or '.join(name.name for name in unnamed)}"
    return text


def statement(text: str, guard: Direction | None, unsubtracted: int) -> str:
    limited = limits(guard, unsubtracted)
    return f"{text}, {limited}" if limited else text


def limits(guard: Direction | None, unsubtracted: int) -> str:
    """How a statement is more than what changed; empty where it is not."""
    texts = []
    if unsubtracted:
        noun = "rule" if unsubtracted == 1 else "rules"
        texts.append(f"at most: less what {unsubtracted} other {noun} allow anyway")
    if guard is not None:
        end = "source" if guard is Direction.EGRESS else "destination"
        texts.append(f"as far as the {guard} policies of the {end} let it through")
    return ", ".join(texts)
