"""Sets of pods, addresses and ports as people would say them."""

from collections.abc import Mapping, Sequence

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import Direction
from edgewarden.reachability.ports import PortSet
from edgewarden.reachability.rule_ports import PortName
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.wording import address_texts, pod_address_texts

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
        text = f"pods {conditions(labels)} {where or 'in any namespace'}"
    else:
        text = f"all pods {where}" if where else "any pod"
    return f"{text} with {_addressed(among)}" if among else text


def _addressed(among: Sequence[AddressEnd]) -> str:
    texts = pod_address_texts(among)
    plain = [text for text in texts if not text.startswith("an ")]
    inside = [f"an address in {_enumerated(plain)}"] if plain else []
    return " or ".join([*(text for text in texts if text not in plain), *inside])


def _namespaces(names: Values, labels: Mapping[str, Values]) -> str:
    """Empty for every namespace."""
    if names.inverted:
        exceptions = f" except {_listed(names)}" if names.listed else ""
        if labels:
            return f"in namespaces {conditions(labels)}{exceptions}"
        return f"in every namespace{exceptions}" if exceptions else ""
    noun, whose = ("namespace", "its") if len(names) == 1 else ("namespaces", "their")
    condition = f" if {whose} labels satisfy {conditions(labels)}" if labels else ""
    return f"in {noun} {_listed(names)}{condition}"


def conditions(labels: Mapping[str, Values]) -> str:
    """``app=web, tier does not exist``."""
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
    return _enumerated(address_texts(ranges))


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
        rules = "another rule" if unsubtracted == 1 else f"{unsubtracted} other rules"
        texts.append(f"at most this, as {rules} may allow part of it anyway")
    if guard is not None:
        end = "source" if guard is Direction.EGRESS else "destination"
        texts.append(f"as far as the {guard} policies of the {end} let it through")
    return ", and only ".join(texts)
