import pytest

from edgewarden.governance.phrases import ports_phrase
from edgewarden.governance.proposal import written_rules
from edgewarden.governance.rule_ports.split_items import SplitPort, split_ports
from edgewarden.reachability.rule_ports import RulePorts
from tests.support.manifest_trees import state_of
from tests.support.proposals import policy


def splits(ports: str, direction: str = "ingress") -> list[SplitPort]:
    state = state_of(
        policy("pay", "api", f"podSelector: {{}}, {direction}: [{{ports: [{ports}]}}]")
    )
    return [split for written in written_rules(state) for split in split_ports(written)]


@pytest.mark.parametrize(
    ("ports", "joined", "surplus"),
    [
        ("{port: 53}, {protocol: UDP}", "UDP 53", "TCP 53; UDP 1-52, 54-65535"),
        ("{protocol: UDP}, {port: 53}", "UDP 53", "TCP 53; UDP 1-52, 54-65535"),
        ("{port: 5558}, {protocol: TCP}", "TCP 5558", "TCP 1-5557, 5559-65535"),
        ("{port: 80, protocol: TCP}, {protocol: TCP}", "TCP 80", "TCP 1-79, 81-65535"),
        ("{port: 80, endPort: 90}, {protocol: TCP}", "TCP 80-90", "TCP 1-79, 91-65535"),
        ("{port: web}, {protocol: TCP}", 'TCP port "web"', "every TCP port"),
        ("{port: 8080, protocol: TCP}, {port: 53}, {protocol: UDP}", "UDP 53", None),
    ],
)
def test_two_items_may_be_one(ports: str, joined: str, surplus: str | None) -> None:
    (split,) = splits(ports)
    assert ports_phrase(RulePorts.of((split.joined,))) == joined
    if surplus is not None:
        assert ports_phrase(split.surplus) == surplus


def test_each_port_goes_with_one_protocol() -> None:
    found = splits("{protocol: UDP}, {port: 53}, {protocol: TCP}, {port: 54}", "egress")
    assert [str(each.joined.port) for each in found] == ["53", "54"]


def test_it_is_written_where_the_protocol_is() -> None:
    (split,) = splits("{port: 53}, {protocol: UDP}")
    assert split.location == split.protocol.location
    assert split.joined.location == split.port.location
    assert str(split) == "every UDP port"


def test_the_key_tells_what_is_allowed_and_not_where_it_stands() -> None:
    (one,), (other,) = splits("{port: 53}, {protocol: UDP}"), splits("{protocol: UDP}, {port: 53}")
    assert one.key == other.key


@pytest.mark.parametrize(
    "ports",
    [
        "{port: 53, protocol: UDP}, {port: 53, protocol: TCP}",
        "{port: 443, protocol: TCP}, {protocol: UDP}",
        "{protocol: UDP}",
        "{protocol: UDP}, {protocol: TCP}",
        "{port: 53}",
        "{port: 53}, {}",
        "{port: 53}, {port: 80, protocol: TCP}, {protocol: UDP}",
        "{port: 53}, {protocol: UDP}, {port: 1, endPort: 65535, protocol: UDP}, {port: 53}",
    ],
)
def test_other_lists_are_no_split(ports: str) -> None:
    assert splits(ports) == []
