"""Which entries of a contract watch a namespace."""

from datetime import date

from edgewarden.governance.contract.contract import Contract, Entry, Expected
from edgewarden.governance.contract.parties import party_of, ports_of
from edgewarden.governance.posture.adoption import Watch
from edgewarden.governance.posture.watch import Watches
from edgewarden.reachability.location import Location
from tests.support.proposals import deployment, policy, proposal

STATE = proposal(
    [],
    [
        deployment("shop", "web"),
        deployment("data", "db"),
        policy("data", "deny", "podSelector: {}, policyTypes: [Ingress]"),
    ],
).head


def entry(name: str, source: str, destination: str, expected: Expected = Expected.ALLOW) -> Entry:
    ports, names = ports_of(["5432"])
    parties = party_of([source]), party_of([destination])
    return Entry(name, *parties, ports, expected, Location("contract.yaml", 1), names)


def watch(namespace: str, *entries: Entry) -> Watch:
    return Watches(STATE, Contract(entries), date(2026, 11, 23), live=True).of(namespace)


def test_an_entry_watches_the_namespaces_at_its_ends() -> None:
    kept = entry("kept", "shop/web", "data/db", Expected.DENY)
    assert watch("shop", kept) == watch("data", kept) == Watch(("kept",), (), live=True)
    assert watch("other", kept) == Watch((), (), live=True)


def test_what_does_not_hold_is_named_with_how_it_stands() -> None:
    broken, vacuous = entry("broken", "shop/web", "data/db"), entry("gone", "shop/*", "data/cache")
    assert watch("data", broken, vacuous).failing == ("broken (breaks)", "gone (vacuous)")


def test_an_end_that_is_everywhere_watches_nobody() -> None:
    anybody = entry("anybody", "*/*", "data/db", Expected.DENY)
    assert watch("data", anybody).holding == ("anybody",)
    assert watch("shop", anybody).holding == ()
