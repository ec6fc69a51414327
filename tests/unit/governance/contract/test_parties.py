"""Ends and ports as people write them."""

import pytest

from edgewarden.governance.contract.parties import party_of, port_texts, ports_of
from edgewarden.reachability.designations import DesignationError
from edgewarden.reachability.ports import ALL_PORTS, PortSet
from tests.support.clusters import port_mapping


def ranges(*texts: str) -> list[str]:
    return [str(each) for each in party_of(texts).addresses]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("192.0.2.0/24", ["192.0.2.0-192.0.2.255"]),
        ("192.0.2.7", ["192.0.2.7-192.0.2.7"]),
        ("192.0.2.7-192.0.2.9", ["192.0.2.7-192.0.2.9"]),
        ("192.0.2.0/24 except 192.0.2.0/25", ["192.0.2.128-192.0.2.255"]),
        (
            "192.0.2.0/30 except 192.0.2.0/32, 192.0.2.2-192.0.2.3",
            ["192.0.2.1-192.0.2.1"],
        ),
        (
            "192.0.2.0/30 except 192.0.2.0/32 and 192.0.2.3/32",
            ["192.0.2.1-192.0.2.2"],
        ),
        ("outside", ["0.0.0.0-255.255.255.255", f"::-{':'.join(['ffff'] * 8)}"]),
    ],
)
def test_addresses(text: str, found: list[str]) -> None:
    assert ranges(text) == found


def test_what_is_named_twice_is_there_once() -> None:
    assert ranges("10.0.0.0/8", "10.1.0.0/16") == ["10.0.0.0-10.255.255.255"]


def test_a_party_is_all_that_is_named() -> None:
    party = party_of(["shop/web", "shop/app=api", "bank/*", "internet", "192.0.2.7"])
    assert party.text == "shop/web, shop/app=api, bank/*, internet, 192.0.2.7"
    assert [str(each) for each in party.workloads] == ["shop/web"]
    assert len(party.pods) == 2
    assert party.internet
    assert len(party.addresses) == 1
    assert party.namespaces == frozenset({"shop", "bank"})
    assert not party.outside


def test_any_namespace_is_none_in_particular() -> None:
    assert party_of(["*/app=web"]).namespaces is None
    assert party_of(["*/*"]).pods[0].namespaces.selects_everything
    assert party_of(["internet"]).outside


@pytest.mark.parametrize(
    "text",
    ["web", "*/web", "shop/", "192.0.2.9-192.0.2.7", "192.0.2.7-::1", "10.0.0.0/8 except shop/web"],
)
def test_what_names_no_end_is_refused(text: str) -> None:
    with pytest.raises(DesignationError):
        party_of([text])


@pytest.mark.parametrize(
    ("texts", "ports"),
    [
        (["5432"], "5432"),
        (["53/udp", "udp/54"], "53/UDP 54/UDP"),
        (["8000-8100", "1-9/sctp"], "8000-8100 1-9/SCTP"),
    ],
)
def test_ports_by_number(texts: list[str], ports: str) -> None:
    assert ports_of(texts) == (PortSet.from_mapping(port_mapping(ports)), ())


def test_ports_by_name_are_kept_apart() -> None:
    numbers, names = ports_of(["http", "dns/udp", "80"])
    assert numbers == PortSet.from_mapping({"TCP": [[80, 80]]})
    assert [str(each) for each in names] == ["TCP http", "UDP dns"]


def test_without_any_every_port_is_meant() -> None:
    assert ports_of([]) == (ALL_PORTS, ())
    assert port_texts(ALL_PORTS) == ()


@pytest.mark.parametrize("text", ["0", "70000", "90-80", "80/http", ""])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(DesignationError):
        ports_of([text])


def test_ports_are_written_as_they_are_read() -> None:
    ports = PortSet.from_mapping({"TCP": [[80, 80], [8000, 8100]], "UDP": [[53, 53]]})
    assert port_texts(ports) == ("80", "8000-8100", "53/udp")
    assert ports_of(port_texts(ports)) == (ports, ())
