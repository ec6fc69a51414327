"""Entries hold or break as the pointwise oracle says, pair by pair and port by port."""

from collections import Counter
from random import Random

import pytest

from edgewarden.governance.contract.contract import Expected
from edgewarden.governance.contract.report import Standing
from edgewarden.governance.contract.verification import Verification
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.ports import PortSet
from tests.support.agreement import Answer, Key, Questions, expected
from tests.support.oracle import Point
from tests.support.random_clusters import certain_pair
from tests.unit.governance.contract.entries import TODAY, entry

ENTRIES = 12


def _party(random: Random, state: ClusterState) -> tuple[str, set[object]]:
    """What to write, and the known ends that it means."""
    some = random.choice(state.workloads)
    meant: dict[str, set[object]] = {
        f"{some.namespace}/{some.name}": {
            each.identity
            for each in state.workloads
            if (each.namespace, each.name) == (some.namespace, some.name)
        },
        f"{some.namespace}/*": {
            each.identity for each in state.workloads if each.namespace == some.namespace
        },
        "*/*": {each.identity for each in state.workloads},
    }
    for key, value in some.labels.items():
        meant[f"{some.namespace}/{key}={value}"] = {
            each.identity
            for each in state.workloads
            if each.namespace == some.namespace and each.labels.get(key) == value
        }
    return random.choice(sorted(meant.items()))


def _standing(
    answers: dict[Key, Answer],
    sources: set[object],
    destinations: set[object],
    asked: set[Point],
    how: Expected,
) -> Standing:
    """What the oracle makes of the known pairs."""
    broken = doubtful = False
    for (source, destination), answer in answers.items():
        if source in sources and destination in destinations:
            sure, may = answer.after & asked, answer.may_open & asked
            wrong = asked - sure - may if how is Expected.ALLOW else sure
            broken, doubtful = broken or bool(wrong), doubtful or bool(may)
    if broken:
        return Standing.BREAKS
    return Standing.UNDETERMINED if doubtful else Standing.HOLDS


def _check(seed: int) -> Counter[Standing]:
    state, random = certain_pair(seed)[1], Random(seed)
    if not state.workloads:
        return Counter()
    questions = Questions.every((state,))
    answers = expected((state,), questions)
    verification = Verification(state)
    found: Counter[Standing] = Counter()
    for _ in range(ENTRIES):
        (source, sources), (destination, destinations) = (_party(random, state) for _ in range(2))
        how = random.choice(list(Expected))
        protocol, number = random.choice(questions.points)
        text = f"{source} > {destination} on {number}/{protocol.lower()}"
        asked = {p for p in questions.points if p in PortSet.of(protocol, number)}
        standing = verification.result(entry(text, how), TODAY).standing
        known = _standing(answers, sources, destinations, asked, how)
        if how is Expected.DENY and known is not Standing.BREAKS:
            # Pods that nothing shows may break it or leave it open; they never mend it.
            assert known is Standing.HOLDS or standing is not Standing.HOLDS, text
            if "=" not in text and "*" not in text:
                assert standing is known, text
        else:
            assert standing is known, text
        found[standing] += 1
    return found


@pytest.mark.parametrize("seed", range(80))
def test_an_entry_fares_as_the_oracle_says_of_every_known_pair(seed: int) -> None:
    _check(seed)


def test_the_random_entries_hold_and_break() -> None:
    found = sum(map(_check, range(20)), Counter[Standing]())
    assert found[Standing.HOLDS] > 20
    assert found[Standing.BREAKS] > 20
