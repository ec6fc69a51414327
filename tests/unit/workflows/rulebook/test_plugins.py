import pytest

from edgewarden.adapters.resources import shipped_plugins
from edgewarden.governance.enforcement.plugin import Enforces, Feature, Limit, Plugin
from edgewarden.workflows.rulebook.faults import RulebookError
from edgewarden.workflows.rulebook.plugins import read_plugins

STREAM = b"""
title: Stream
names: [stream, stream cni]
agents: [stream-node]
enforces: "yes"
source: https://stream.example/policies
limits:
  - feature: endPort
    since: "1.16"
    effect: Only the first port of the range is allowed.
    source: https://stream.example/ranges
"""


def faults(**files: bytes) -> list[str]:
    with pytest.raises(RulebookError) as caught:
        read_plugins({f"{name}.yaml": content for name, content in files.items()})
    return [str(each) for each in caught.value.faults]


def test_a_file_tells_of_a_plugin() -> None:
    effect = "Only the first port of the range is allowed."
    limit = Limit(Feature.END_PORT, effect, "https://stream.example/ranges", (1, 16))
    assert read_plugins({"stream.yaml": STREAM}) == (
        Plugin(
            "Stream",
            ("stream", "stream cni"),
            ("stream-node",),
            Enforces.YES,
            "https://stream.example/policies",
            (limit,),
        ),
    )


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        (b"endPort", b"endPorts", "stream.yaml:8:14"),
        (b'"1.16"', b'"new"', "is no version"),
        (b"https://stream.example/ranges", b"a wiki", "is no source"),
        (b"[stream,", b"[Stream,", "write 'stream'"),
        (b"title:", b"titel:", "stream.yaml:2:1"),
    ],
)
def test_a_slip_is_told_with_its_place(written: bytes, instead: bytes, told: str) -> None:
    assert any(told in each for each in faults(stream=STREAM.replace(written, instead)))


def test_two_files_do_not_tell_of_one_plugin() -> None:
    told = faults(one=STREAM, two=STREAM.replace(b"[stream,", b"[other,"))
    assert [each.split(": ")[0] for each in told] == ["two.yaml:1:1"] * 2


def test_every_shipped_plugin_has_its_sources() -> None:
    plugins = shipped_plugins()
    assert {"Cilium", "Calico", "flannel", "Amazon VPC CNI"} <= {each.title for each in plugins}
    limits = [limit for each in plugins for limit in each.limits]
    sources = [*(each.source for each in plugins), *(limit.source for limit in limits)]
    assert all(source.startswith("https://") for source in sources)
    assert all(limit.effect.endswith(".") for limit in limits)
