"""Network plugins: what of a NetworkPolicy each of them does not enforce.

A NetworkPolicy is a declaration; what becomes of it is up to the plugin. What is said here of a
plugin has its source in the documentation of the plugin.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from edgewarden.reachability.model import ClusterState

Version: TypeAlias = tuple[int, ...]

_VERSION = re.compile(r"\bv?(\d+(?:\.\d+)+)\b")


class Feature(StrEnum):
    """A part of the API that not every plugin enforces."""

    EGRESS = "egress"
    END_PORT = "endPort"
    SCTP = "SCTP"
    IP_BLOCK_EXCEPT = "ipBlock.except"
    IP_BLOCK_OF_PODS = "ipBlock of pods"
    BOTH_FAMILIES = "IPv4 and IPv6"


class Enforces(StrEnum):
    """Whether a plugin enforces NetworkPolicy at all."""

    YES = "yes"
    NO = "no"
    OPTIONAL = "optional"
    """Where it is told to."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A feature that a plugin does not enforce, at all or below the version ``since``.

    ``effect`` is a full sentence on what becomes of a policy that uses it. Where it ``depends``, a
    setting of the plugin decides.
    """

    feature: Feature
    effect: str
    source: str
    since: Version | None = None
    depends: bool = False


@dataclass(frozen=True, slots=True)
class Plugin:
    """A network plugin by the ``names`` that people call it by, in lower case.

    ``agents`` are the workloads by whose names it is known in a cluster.
    """

    title: str
    names: tuple[str, ...]
    agents: tuple[str, ...]
    enforces: Enforces
    source: str
    limits: tuple[Limit, ...] = ()

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class Installed:
    """The plugin of a cluster; its version where somebody says it."""

    plugin: Plugin
    version: Version | None

    def certainly(self, limit: Limit) -> bool | None:
        """Whether the limit holds here; none where that is not known."""
        if limit.since is not None:
            if self.version is None:
                return None
            if self.version >= limit.since:
                return False
        return None if limit.depends else True


def installed(state: ClusterState, plugins: Iterable[Plugin]) -> Installed | None:
    """The plugin that the profile names, as in ``Cilium 1.15``, else the one whose agents are among
    the known workloads; none where that is none or several of them."""
    named = state.profile.cni.lower()
    found = _VERSION.search(named)
    version = tuple(map(int, found[1].split("."))) if found else None
    name = _words(_VERSION.sub("", named))
    plugins = tuple(plugins)
    if name:
        told = (each for each in plugins if name in map(_words, each.names))
        return next((Installed(each, version) for each in told), None)
    agents = {each.name for each in state.workloads}
    seen = [each for each in plugins if not agents.isdisjoint(each.agents)]
    return Installed(seen[0], None) if len(seen) == 1 else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
