"""What is asked of an index on top of another is answered as by one made from nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from itertools import chain
from operator import or_

import pytest

from edgewarden.reachability.concrete.bits import NOBODY, Span, numbers
from edgewarden.reachability.concrete.compiled_policy import Blocks, Target
from edgewarden.reachability.concrete.delta import Numbering, delta
from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.inventory import FullInventory, Inventory
from edgewarden.reachability.concrete.lines import Half, line, signature
from edgewarden.reachability.concrete.peers import Pods
from edgewarden.reachability.concrete.transition import rebuilt, stacked
from edgewarden.reachability.facts import Role
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.matching import hanging
from edgewarden.reachability.model import ClusterState, Direction, PodPeer
from edgewarden.reachability.rule_ports import PortName
from tests.support.random_clusters import certain_pair, uncertain_pair
from tests.unit.reachability.concrete.crowds import crowded_pair

SEEDS = range(40)


def clusters(seed: int) -> Iterator[tuple[ClusterState, ClusterState]]:
    for pair in (certain_pair, uncertain_pair, crowded_pair):
        base, head = pair(seed)
        yield base, head
        yield head, base


def both(base: ClusterState, head: ClusterState) -> tuple[Index, Index]:
    """The index of ``head`` on top of that of ``base``, and one of its own."""
    below = Index.of(base)
    what = delta(base, Numbering(below.inventory.workloads, below.numbers), head)
    return stacked(below, head, what), rebuilt(below, head, what)


def pod_selectors(*states: ClusterState) -> set[LabelSelector]:
    policies = [policy for state in states for policy in state.policies]
    return {
        *(policy.pods for policy in policies),
        *(peer.pods for peer in _peers(*states) if peer.pods is not None),
    }


def _peers(*states: ClusterState) -> list[PodPeer]:
    return [
        peer
        for state in states
        for policy in state.policies
        for rule in (*policy.ingress, *policy.egress)
        for peer in rule.peers
        if isinstance(peer, PodPeer)
    ]


def namespace_selectors(*states: ClusterState) -> set[LabelSelector]:
    return {peer.namespaces for peer in _peers(*states) if peer.namespaces is not None}


def names(*states: ClusterState) -> set[str]:
    """The namespaces of workloads and policies."""
    return {
        *(each.namespace for state in states for each in state.workloads),
        *(each.namespace for state in states for each in state.policies),
    }


def port_names(*states: ClusterState) -> set[PortName]:
    every = chain.from_iterable(each.ports for state in states for each in state.workloads)
    return {PortName(port.protocol, port.name) for port in every}


def about(inventory: Inventory, *states: ClusterState) -> object:
    """Everything that can be asked of who is there."""
    return (
        inventory.present,
        inventory.nodes,
        {name: inventory.of_namespace(name) for name in names(*states)},
        {name: dict(inventory.labels_of(name)) for name in names(*states)},
        {each: inventory.selected(each) for each in pod_selectors(*states)},
        {each: inventory.in_namespaces(each) for each in namespace_selectors(*states)},
        {
            name: {number: bits for number, bits in inventory.named(name).items() if bits}
            for name in port_names(*states)
        },
        {key: inventory.with_open_label(key) for key in ("pod-template-hash", "job-name")},
    )


def targets(index: Index) -> set[tuple[Direction, Target]]:
    """Whom the rules of a state admit."""
    return {
        (direction, target)
        for name in names(index.state)
        for policy in index.rules.of_namespace(name)
        for direction, entries in policy.entries.items()
        for entry in entries
        for target in entry.targets()
    }


def spelled(target: Target) -> object:
    """The same for pods of one meaning in two indexes."""
    if isinstance(target, Pods):
        return target.own, target.namespaces, target.selector
    return target


def granted(index: Index) -> object:
    """Who is bound by the rules for each target, apart from nobody and who is not there."""
    found = {}
    for direction, target in targets(index):
        bound = index.rules.granted(direction, target).items()
        found[direction, spelled(target)] = {
            ports: span & index.inventory.present for ports, span in bound if span.possible
        }
    return found


def meanings(index: Index) -> object:
    """The peers of rules in force that each workload is."""
    in_force = {target for _, target in targets(index)}
    return {
        number: {(spelled(pods), when) for pods, when in index.meanings(number) if pods in in_force}
        for number in numbers(index.inventory.present)
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_a_changed_inventory_answers_like_a_full_one(seed: int) -> None:
    for base, head in clusters(seed):
        over, own = both(base, head)
        assert about(over.inventory, base, head) == about(own.inventory, base, head)
        assert over.weights.total(over.inventory.present) == own.weights.total(-1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_changed_rulebook_answers_like_a_full_one(seed: int) -> None:
    for base, head in clusters(seed):
        over, own = both(base, head)
        for direction in Direction:
            there = over.inventory.present
            assert over.rules.isolated(direction) & there == own.rules.isolated(direction) & there
            assert over.rules.blocks(direction) >= own.rules.blocks(direction)
        assert granted(over) == granted(own)
        assert meanings(over) == meanings(own)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_full_inventory_finds_whom_selectors_match_one_by_one(seed: int) -> None:
    for base, _ in clusters(seed):
        index = Index.of(base)
        inventory = index.inventory
        assert isinstance(inventory, FullInventory)
        there = list(enumerate(w for w in inventory.workloads if w is not None))
        for selector in pod_selectors(base):
            span = inventory.selected(selector)
            whens = {number: hanging(selector, pods) for number, pods in there}
            assert set(numbers(span.possible)) == {
                n for n, when in whens.items() if when is not None
            }
            assert set(numbers(span.certain)) == {n for n, when in whens.items() if when == ()}
        for selector in namespace_selectors(base):
            assert set(numbers(inventory.in_namespaces(selector))) == {
                number
                for number, pods in there
                if selector.admits(inventory.labels_of(pods.namespace))
            }


@pytest.mark.parametrize("seed", SEEDS)
def test_the_meanings_of_a_workload_are_those_that_include_it(seed: int) -> None:
    for base, _ in clusters(seed):
        index = Index.of(base)
        pods = {target for _, target in targets(index) if isinstance(target, Pods)}
        for number, workload in enumerate(index.inventory.workloads):
            assert workload is not None
            labels = index.inventory.labels_of(workload.namespace)
            found = {each: each.include(workload, labels) for each in pods}
            assert dict(index.meanings(number)) == {
                each: when for each, when in found.items() if when is not None
            }
            for each, when in found.items():
                span = each.among(index.inventory)
                assert bool(span.possible >> number & 1) is (when is not None)
                assert bool(span.certain >> number & 1) is (when == ())


@pytest.mark.parametrize("seed", SEEDS)
def test_blocks_taken_together_bind_whom_each_of_them_binds(seed: int) -> None:
    for base, _ in clusters(seed):
        index = Index.of(base)
        for direction in Direction:
            every, covering = (
                _bound(index, direction, together)
                for together in (Blocks.ALL, Blocks.COVERING_PODS)
            )
            apart = {
                block: _bound(index, direction, block) for block in index.rules.blocks(direction)
            }
            assert every == _union(apart.values())
            assert covering == _union(
                bound for block, bound in apart.items() if index.compiler.could_cover_pods(block)
            )


@pytest.mark.parametrize("seed", SEEDS)
def test_workloads_of_one_signature_have_one_line(seed: int) -> None:
    for base, _ in clusters(seed):
        index = Index.of(base)
        for role in Role:
            known: dict[object, object] = {}
            for number in numbers(index.inventory.present):
                found = line(index, number, role)
                assert found is not None
                said = _said(found.direct), _said(found.transposed)
                assert known.setdefault(signature(index, number, role), said) == said


def _bound(index: Index, direction: Direction, target: Target) -> Span:
    return _union(index.rules.granted(direction, target).values())


def _union(spans: Iterable[Span]) -> Span:
    return reduce(or_, spans, NOBODY)


def _said(half: Half) -> object:
    """A half of a line, whatever the order of its terms."""
    return replace(half, granted=()), frozenset(half.granted)
