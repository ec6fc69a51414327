"""What the name of a policy says that it does, where it says so beyond doubt."""

import re
from dataclasses import dataclass

from edgewarden.reachability.model import Direction

_MANY = frozenset(
    {
        "all",
        "any",
        "anyone",
        "anything",
        "anywhere",
        "cluster",
        "everyone",
        "everything",
        "everywhere",
        "external",
        "internet",
        "namespace",
        "namespaces",
        "open",
        "other",
        "others",
        "outside",
        "pod",
        "pods",
        "public",
        "self",
        "same",
        "world",
    }
)
"""Of a source: whoever is called so is many, or nobody in particular."""
_BUT = frozenset(
    {
        "but",
        "except",
        "exception",
        "exceptions",
        "from",
        "other",
        "others",
        "non",
        "not",
        "only",
        "unless",
    }
)
"""What takes a denial back in part."""
_DENIALS = frozenset({"block", "deny", "drop", "forbid", "reject"})
_WHOLE = frozenset({"all", "egress", "everything", "ingress", "traffic"})
_THINGS = frozenset(
    {
        "agent",
        "class",
        "controller",
        "controllers",
        "firewall",
        "gateway",
        "gateways",
        "gw",
        "haproxy",
        "host",
        "ingress",
        "internal",
        "ip",
        "istio",
        "lb",
        "nat",
        "nginx",
        "node",
        "nodes",
        "ns",
        "operator",
        "proxy",
        "public",
        "router",
        "service",
        "svc",
        "traefik",
    }
)
"""What is called by a direction and is not one, as in *ingress controller*."""
_PREPOSITIONS = frozenset({"from", "to", "via", "by", "through", "for", "nginx", "istio", "the"})


@dataclass(frozen=True, slots=True)
class Promise:
    """What a name says.

    ``denies`` everything, ``allows`` something, about one ``direction`` only. ``whom`` are the
    words for those at the other end, joined by hyphens as in names; ``as_source`` says that they
    are who opens connections. What a name does not say is none, false or empty.
    """

    denies: bool = False
    allows: bool = False
    direction: Direction | None = None
    whom: str = ""
    as_source: bool = False


def promise(name: str) -> Promise:
    """What a name like ``default-deny-egress`` or ``allow-from-web`` says."""
    words = [word for word in re.split(r"[-._]", name.lower()) if word]
    allows = bool(words) and words[0] in {"allow", "permit"}
    return Promise(
        denies=_denies(words),
        allows=allows,
        direction=_direction(words),
        whom=_whom(words[1:]) if allows else "",
        as_source="from" in words,
    )


def _denies(words: list[str]) -> bool:
    """``deny`` with *all* or *default*, or a denial of nothing in particular."""
    there = set(words)
    whole = "deny" in there and bool(there & {"all", "default"})
    bare = bool(words) and words[0] in _DENIALS and there <= {words[0], *_WHOLE}
    return (whole or bare) and there.isdisjoint({*_BUT, "allow"})


def _direction(words: list[str]) -> Direction | None:
    """The one that it is about; none where it is about both, or where the word names a thing."""
    found = {
        Direction(word)
        for place, word in enumerate(words)
        if word in {"ingress", "egress"} and not _is_thing(words, place)
    }
    return found.pop() if len(found) == 1 else None


def _is_thing(words: list[str], place: int) -> bool:
    behind = words[place + 1] if place + 1 < len(words) else ""
    before = words[place - 1] if place else ""
    return behind in _THINGS or before in _PREPOSITIONS


def _whom(words: list[str]) -> str:
    """What stands behind ``from`` or before ``to``; all of it without either."""
    if "from" in words:
        words = words[words.index("from") + 1 :]
    if "to" in words:
        words = words[: words.index("to")]
    return "" if _MANY & set(words) else "-".join(words)
