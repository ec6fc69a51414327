from dataclasses import replace

import pytest

from edgewarden.governance.enforcement.evidence import evidence
from edgewarden.governance.enforcement.plugin import (
    Enforces,
    Feature,
    Installed,
    Limit,
    Plugin,
    installed,
)
from edgewarden.reachability.model import ClusterProfile, ClusterState
from tests.support.clusters import workload

RANGES = Limit(Feature.END_PORT, "Only the first port.", "https://example.com", (1, 16))
STREAM = Plugin(
    "Stream", ("stream", "stream cni"), ("stream-node",), Enforces.YES, "docs", (RANGES,)
)
BARE = Plugin("Bare", ("bare",), ("bare-agent",), Enforces.NO, "docs")
OPT = Plugin("Opt", ("opt",), (), Enforces.OPTIONAL, "docs")
PLUGINS = (STREAM, BARE, OPT)


def named(cni: str, *agents: str) -> Installed | None:
    workloads = tuple(workload(f"kube-system/{each}", "app=x") for each in agents)
    return installed(ClusterState("a", workloads=workloads, profile=ClusterProfile(cni)), PLUGINS)


@pytest.mark.parametrize(
    ("cni", "plugin", "version"),
    [
        ("Stream", STREAM, None),
        ("stream-cni", STREAM, None),
        ("Stream 1.15.3", STREAM, (1, 15, 3)),
        ("stream v1.16", STREAM, (1, 16)),
        ("BARE", BARE, None),
    ],
)
def test_people_name_their_plugin(
    cni: str, plugin: Plugin, version: tuple[int, ...] | None
) -> None:
    assert named(cni) == Installed(plugin, version)


def test_a_plugin_that_nobody_knows_is_none() -> None:
    assert named("mainstream") is None
    assert named("other", "stream-node") is None


def test_its_agents_show_a_plugin_that_nobody_names() -> None:
    assert named("", "stream-node", "web") == Installed(STREAM, None)
    assert named("", "web") is None
    assert named("", "stream-node", "bare-agent") is None


@pytest.mark.parametrize(
    ("version", "depends", "holds"),
    [
        ((1, 15, 9), False, True),
        ((1, 16), False, False),
        ((1, 16, 2), True, False),
        (None, False, None),
        ((1, 15), True, None),
    ],
)
def test_a_limit_ends_with_a_version(
    version: tuple[int, ...] | None, depends: bool, holds: bool | None
) -> None:
    assert Installed(STREAM, version).certainly(replace(RANGES, depends=depends)) is holds


def test_a_limit_without_end_holds_in_every_version() -> None:
    assert Installed(STREAM, None).certainly(replace(RANGES, since=None)) is True


@pytest.mark.parametrize(
    ("says", "plugin", "enforced"),
    [
        (True, BARE, True),
        (False, STREAM, False),
        (None, STREAM, True),
        (None, BARE, False),
        (None, OPT, None),
        (None, None, None),
    ],
)
def test_what_shows_that_policies_are_enforced(
    says: bool | None, plugin: Plugin | None, enforced: bool | None
) -> None:
    known = Installed(plugin, None) if plugin else None
    told = evidence(ClusterProfile(enforces_policies=says), known)
    assert told.enforced is enforced
    assert told.text.endswith(".")
