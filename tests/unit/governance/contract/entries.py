"""Short spellings of contract entries for tests."""

from datetime import date

from edgewarden.governance.contract.contract import Entry, Expected
from edgewarden.governance.contract.parties import party_of, ports_of
from edgewarden.governance.contract.report import EntryResult
from edgewarden.governance.contract.verification import Verification
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import ClusterState

TODAY = date(2026, 11, 23)


def entry(text: str, expected: Expected = Expected.ALLOW, *, name: str = "agreed") -> Entry:
    """``"shop/web > shop/db on 5432 53/udp"``; several ends stand beside each other after commas,
    without ``on`` every port is meant."""
    ends, _, ports = text.partition(" on ")
    source, destination = ends.split(" > ")
    numbers, names = ports_of(ports.split())
    return Entry(
        name=name,
        source=party_of(source.split(", ")),
        destination=party_of(destination.split(", ")),
        ports=numbers,
        port_names=names,
        expected=expected,
        location=Location("contract.yaml", 3),
    )


def deny(text: str, *, name: str = "agreed") -> Entry:
    return entry(text, Expected.DENY, name=name)


def result(state: ClusterState, asked: Entry) -> EntryResult:
    return Verification(state).result(asked, TODAY)
