"""Sets of pods, addresses and ports as people would say them."""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_network, summarize_address_range

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import Direction, Network
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic.restrictions import Values

_MOST = 6
"""Names, values and networks beyond this many are counted."""


def pods(
    namespaces: Values, namespace_labels: Mapping[str, Values], labels: Mapping[str, Values]
) -> str:
    where = _namespaces(namespaces, namespace_labels)
    if labels:
        who = f"pods {_conditions(labels)}"
        return f"{who} {where}" if where else f"{who} in any namespace"
    return f"all pods {where}" if where else "any pod"


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
    by_family = {
        version: [each for each in ranges if each.first.version == version] for version in (4, 6)
    }
    whole = [_EVERY[version] for version, found in by_family.items() if _is_whole(version, found)]
    if len(whole) == len(by_family):
        return "any address outside the cluster"
    return ", ".join(_family(version, found) for version, found in by_family.items() if found)


_EVERY: Mapping[int, Network] = {4: ip_network("0.0.0.0/0"), 6: ip_network("::/0")}


def _family(version: int, ranges: Sequence[AddressEnd]) -> str:
    if _is_whole(version, ranges):
        return f"any IPv{version} address outside the cluster"
    direct = _networks(ranges)
    left_out = _networks(_gaps(version, ranges))
    if len(left_out) < len(direct):
        return f"{_EVERY[version]} except {_enumerated(left_out)}"
    return _enumerated(direct)


def _is_whole(version: int, ranges: Sequence[AddressEnd]) -> bool:
    every = _EVERY[version]
    return [(each.first, each.last) for each in ranges] == [(every[0], every[-1])]


def _networks(ranges: Iterable[AddressEnd]) -> list[str]:
    return [
        str(network)
        for each in ranges
        for network in summarize_address_range(each.first, each.last)
    ]


def _gaps(version: int, ranges: Sequence[AddressEnd]) -> list[AddressEnd]:
    """The ranges between, before and after ``ranges``, which are sorted."""
    kind = IPv4Address if version == 4 else IPv6Address
    every = _EVERY[version]
    gaps, start = [], int(every[0])
    for each in ranges:
        if start < int(each.first):
            gaps.append(AddressEnd(kind(start), kind(int(each.first) - 1)))
        start = int(each.last) + 1
    if start <= int(every[-1]):
        gaps.append(AddressEnd(kind(start), every[-1]))
    return gaps


def ports(numbers: PortSet, names: Mapping[PortName, bool]) -> str:
    """``TCP 80``, ``the TCP port named http``, ``TCP 80 unless named http``."""
    called = [str(name.name) for name, so in sorted(names.items()) if so]
    not_called = [str(name.name) for name, so in sorted(names.items()) if not so]
    protocols = {name.protocol for name in names}
    text = str(numbers)
    if called and text == f"every {min(protocols)} port":
        text = f"the {min(protocols)} port named {called.pop(0)}"
    if called:
        text += f" where named {' and '.join(called)}"
    if not_called:
        text += f" unless named {' or '.join(not_called)}"
    return text


def statement(text: str, guard: Direction | None, unsubtracted: int) -> str:
    if unsubtracted:
        noun = "rule" if unsubtracted == 1 else "rules"
        text += f", at most: less what {unsubtracted} other {noun} allow anyway"
    if guard is not None:
        end = "source" if guard is Direction.EGRESS else "destination"
        text += f", as far as the {guard} policies of the {end} let it through"
    return text
