"""Each sentence of the specification, from manifests to the answer, by cases that are data.

What a case expects is written from the Kubernetes API documentation and never from what the
engine said. Every pair of known workloads is asked, and every address at which some block, or a
line of the case, begins or ends.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address

import pytest

from edgewarden.manifests.load import load_state
from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.diff import compare
from edgewarden.reachability.ends import End
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import ClusterState, IPBlock, Network, Workload
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet
from edgewarden.reachability.report import ReachabilityDiff
from tests.conformance.casefile import Case, Expected, Filed, filed_cases
from tests.conformance.expectation import Address, Place, Ports, is_at
from tests.support.manifest_trees import states_of, trees_of
from tests.support.one_by_one import one_by_one

CASES = filed_cases()
STATES = [each for each in CASES if each.case.state is not None]
DIFFERENCES = [each for each in CASES if each.case.state is None]
_ENDS = ("0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")


def of(filed: Iterable[Filed]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(f.case, id=f.title) for f in filed])


@of(STATES)
def test_a_state_has_the_edges_that_are_expected(case: Case) -> None:
    assert case.state is not None
    profile = case.profile.cluster_profile()
    tree = trees_of(case.state.snapshot(case.world), profile=profile)
    state = load_state(tree, profile, "case")
    found = connectivity(state)
    certain = _Said([(src, dst, e.ports) for src, dst, e in one_by_one(found.edges)])
    may = _Said([(src, dst, e.ports) for src, dst, e in one_by_one(found.may_edges)])
    expect = case.expect
    edges = Ports.of(expect.edges, ALL_PORTS)
    perhaps = Ports.of(expect.may, NO_PORTS)
    pairs = list(_pairs([state], [edges, perhaps]))
    _check(certain, edges, pairs, "certain")
    _check(may, perhaps, pairs, "may")
    _check_objects(expect, state.problems, state)


@of(DIFFERENCES)
def test_two_states_differ_as_is_expected(case: Case) -> None:
    base, head = _states(case)
    expect = case.expect
    diff = compare(base, head)
    _check_difference(diff, base, head, expect)
    _check_objects(expect, (*base.problems, *head.problems), head)
    shown = bool(expect.opened or expect.closed or expect.may_open or expect.may_close)
    silent = not (shown or expect.isolation) if expect.silent is None else expect.silent
    assert diff.empty == silent
    if expect.causes is not None:
        exact = (*diff.added, *diff.removed, *diff.changed)
        causes = [cause for change in exact for cause in change.causes]
        causes += [cause for may in (*diff.may_added, *diff.may_removed) for cause in may.causes]
        assert {f"{c.kind} {c.subject}" for c in causes} == set(expect.causes)


@of(DIFFERENCES)
def test_the_reverse_change_closes_what_opened(case: Case) -> None:
    base, head = _states(case)
    forth, back = _changes(compare(base, head)), _changes(compare(head, base))
    for src, dst in _pairs([base, head], []):
        for way, opposite in (("opened", "closed"), ("may open", "may close")):
            assert forth[way].ports(src, dst) == back[opposite].ports(src, dst), (src, dst)
            assert forth[opposite].ports(src, dst) == back[way].ports(src, dst), (src, dst)


def _states(case: Case) -> tuple[ClusterState, ClusterState]:
    assert case.base is not None
    assert case.head is not None
    sides = case.base.snapshot(case.world), case.head.snapshot(case.world)
    return states_of(*sides, case.profile.cluster_profile())


def test_no_two_cases_say_the_same() -> None:
    titles = [each.title for each in CASES]
    assert len(set(titles)) == len(titles)


@of(STATES)
def test_a_case_of_one_state_expects_no_change(case: Case) -> None:
    expect = case.expect
    assert (case.base, case.head) == (None, None)
    assert not any((expect.opened, expect.closed, expect.may_open, expect.may_close))


@of(DIFFERENCES)
def test_a_case_of_two_states_expects_no_edges(case: Case) -> None:
    assert None not in (case.base, case.head)
    assert not any((case.expect.edges, case.expect.may))


@dataclass(frozen=True)
class _Said:
    """What an answer says of pairs of ends."""

    entries: list[tuple[End, End, PortSet]]

    def ports(self, src: Place, dst: Place) -> PortSet:
        found = NO_PORTS
        for source, destination, ports in self.entries:
            if is_at(source, src) and is_at(destination, dst):
                found |= ports
        return found


def _check(said: _Said, wanted: Ports, pairs: Iterable[tuple[Place, Place]], what: str) -> None:
    listed = list(pairs)
    assert not wanted.unmatched(listed), "a line of the case speaks of no pair"
    wrong = [
        f"{_text(src)} -> {_text(dst)}: {said.ports(src, dst)}, not {wanted.between(src, dst)}"
        for src, dst in listed
        if said.ports(src, dst) != wanted.between(src, dst)
    ]
    assert not wrong, f"{what}: " + "\n".join(wrong)


def _check_difference(
    diff: ReachabilityDiff, base: ClusterState, head: ClusterState, expect: Expected
) -> None:
    written = {
        "opened": expect.opened,
        "closed": expect.closed,
        "may open": expect.may_open,
        "may close": expect.may_close,
    }
    wanted = {way: Ports.of(lines, NO_PORTS) for way, lines in written.items()}
    pairs = list(_pairs([base, head], wanted.values()))
    for way, said in _changes(diff).items():
        _check(said, wanted[way], pairs, way)
    isolation = {
        f"{c.workload.namespace}/{c.workload.name} {c.direction}": ("" if c.certain else "may be ")
        + ("gained" if c.isolated else "lost")
        for c in diff.isolation
    }
    assert isolation == expect.isolation


def _changes(diff: ReachabilityDiff) -> dict[str, _Said]:
    exact = (*diff.added, *diff.removed, *diff.changed)
    return {
        "opened": _Said([(src, dst, c.opened) for src, dst, c in one_by_one(exact)]),
        "closed": _Said([(src, dst, c.closed) for src, dst, c in one_by_one(exact)]),
        "may open": _Said([(src, dst, c.ports) for src, dst, c in one_by_one(diff.may_added)]),
        "may close": _Said([(src, dst, c.ports) for src, dst, c in one_by_one(diff.may_removed)]),
    }


def _check_objects(expect: Expected, problems: tuple[Problem, ...], state: ClusterState) -> None:
    told = sorted(f"{'' if p.decisive else 'told '}{p.kind} {p.field}".strip() for p in problems)
    assert told == sorted(expect.problems), [p.message for p in problems]
    messages = "\n".join(f"{p.location} {p.message} {p.remedy}" for p in problems)
    for text in expect.mentions:
        assert text in messages
    assumptions = "\n".join(state.assumptions)
    assert bool(expect.assumed) == bool(assumptions), assumptions
    for text in expect.assumed:
        assert text in assumptions
    if expect.policies is not None:
        assert sorted(str(policy.ref) for policy in state.policies) == sorted(expect.policies)
    if expect.pods is not None:
        assert {str(w): w.replicas for w in state.workloads} == expect.pods
    dead = [f"{policy.ref} {r.index}" for policy in state.policies for r in policy.dead_rules]
    assert sorted(dead) == sorted(expect.dead)


def _pairs(states: list[ClusterState], asked: Iterable[Ports]) -> Iterator[tuple[Place, Place]]:
    workloads = list({w.identity: w for state in states for w in state.workloads}.values())
    networks = [network for ports in asked for network in ports.networks()]
    addresses = sorted(_addresses(states, networks), key=lambda a: (a.version, int(a)))
    for one in workloads:
        for other in workloads:
            yield one, other
        for address in addresses:
            yield one, address
            yield address, one


def _addresses(states: list[ClusterState], networks: list[Network]) -> set[Address]:
    """Where a range begins or ends, and the neighbours there."""
    found: set[Address] = {ip_address(text) for text in _ENDS}
    for network in (*networks, *_block_networks(states)):
        kind = type(network.network_address)
        for number in (int(network.network_address), int(network.broadcast_address)):
            near = (number - 1, number, number + 1)
            found |= {kind(each) for each in near if 0 <= each < 2**network.max_prefixlen}
    return found


def _block_networks(states: list[ClusterState]) -> Iterator[Network]:
    for state in states:
        for policy in state.policies:
            for rule in (*policy.ingress, *policy.egress):
                for peer in rule.peers:
                    if isinstance(peer, IPBlock):
                        yield from (peer.cidr, *peer.excepts)


def _text(place: Place) -> str:
    return str(place) if isinstance(place, Workload) else f"address {place}"
