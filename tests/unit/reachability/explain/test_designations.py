from collections.abc import Mapping
from ipaddress import ip_network

import pytest

from edgewarden.reachability.designations import (
    Addresses,
    DesignationError,
    EndDesignation,
    Internet,
    LabelledPods,
    NamedWorkload,
    NamespacePods,
    NumberedPort,
    PortDesignation,
    parse_end,
    parse_port,
)
from edgewarden.reachability.ports import Protocol
from edgewarden.reachability.rule_ports import PortName

ENDS: Mapping[str, EndDesignation] = {
    "shop/web": NamedWorkload("shop", "web"),
    "shop/web.v2": NamedWorkload("shop", "web.v2"),
    "shop/web[StatefulSet]": NamedWorkload("shop", "web", "StatefulSet"),
    "shop/app=web": LabelledPods("shop", {"app": "web"}),
    "shop/app=web,tier=": LabelledPods("shop", {"app": "web", "tier": ""}),
    "shop/app.kubernetes.io/name=web": LabelledPods("shop", {"app.kubernetes.io/name": "web"}),
    "shop/*": NamespacePods("shop"),
    "192.0.2.7": Addresses(ip_network("192.0.2.7/32")),
    "10.0.0.0/8": Addresses(ip_network("10.0.0.0/8")),
    "2001:db8::/32": Addresses(ip_network("2001:db8::/32")),
    "internet": Internet(),
}
PORTS: Mapping[str, PortDesignation] = {
    "5432": NumberedPort(Protocol.TCP, 5432),
    "5432/tcp": NumberedPort(Protocol.TCP, 5432),
    "53/udp": NumberedPort(Protocol.UDP, 53),
    "udp/53": NumberedPort(Protocol.UDP, 53),
    "SCTP/7": NumberedPort(Protocol.SCTP, 7),
    "http": PortName(Protocol.TCP, "http"),
    "dns/udp": PortName(Protocol.UDP, "dns"),
}


@pytest.mark.parametrize("text", ENDS)
def test_an_end_is_what_it_looks_like_and_reads_as_it_was_written(text: str) -> None:
    assert parse_end(text) == ENDS[text]
    assert str(parse_end(text)) == text


@pytest.mark.parametrize("text", PORTS)
def test_a_port_has_a_protocol_before_or_behind_it(text: str) -> None:
    assert parse_port(text) == PORTS[text]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("web", "write namespace/name for a workload"),
        ("", "write namespace/name for a workload"),
        ("/web", "write namespace/name for a workload"),
        ("shop/", "write namespace/name for a workload"),
        ("shop/web[", "write namespace/name[Kind]"),
        ("shop/web db", "write namespace/name[Kind]"),
        ("shop/app=web,tier", "write namespace/key=value,key=value"),
        ("shop/app=web,app=db", "gives app two values: write each label once"),
        ("10.0.0.300", "write namespace/name for a workload"),
        ("fe80::1%eth0", "write the address alone"),
        ("fe80::%eth0/64", "write the address alone"),
    ],
)
def test_what_names_no_end_is_told_with_what_to_write(text: str, message: str) -> None:
    with pytest.raises(DesignationError) as raised:
        parse_end(text)

    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "write a number such as 5432"),
        ("80/icmp", "write a number such as 5432"),
        ("/tcp", "write a number such as 5432"),
        ("0", "write a number from 1 to 65535"),
        ("65536", "write a number from 1 to 65535"),
        ("9" * 5000, "write a number from 1 to 65535"),
    ],
)
def test_what_names_no_port_is_told_with_what_to_write(text: str, message: str) -> None:
    with pytest.raises(DesignationError) as raised:
        parse_port(text)

    assert message in str(raised.value)
