"""Ends that hang on different things are told apart, however alike they look.

In each case nothing but the isolation of ``c/db`` goes; what else binds is the same in both states.
"""

import pytest

from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.model import ClusterState, NetworkPolicy, Workload
from tests.support.clusters import EGRESS, INGRESS, block, pods, policy, rule, state, workload
from tests.support.rectangles import rectangles
from tests.support.reviews import tcp
from tests.unit.reachability.concrete.test_against_compare import check

HASH = "pod-template-hash"
FIRST, SECOND = f"{HASH}=1", f"{HASH}=2"


def sender(namespace: str) -> Workload:
    return workload(f"{namespace}/out", open_labels=HASH)


def sending(where: str, selects: str, *rules: object) -> NetworkPolicy:
    return policy(where, selects, isolates=EGRESS, egress=rules)  # type: ignore[arg-type]


def freed(*objects: Workload | NetworkPolicy, to: str = "") -> tuple[ClusterState, ClusterState]:
    """``c/db`` is isolated and no longer so; ``to`` are labels that a controller sets on it."""
    db = workload("c/db", open_labels=to)
    return state(*objects, db, policy("c/deny")), state(*objects, db)


BY_BLOCK = freed(
    sender("a"),
    sender("b"),
    sending("a/some", FIRST, rule(block("10.1.0.0/16"), ports="80")),
    sending("b/some", FIRST, rule(block("10.2.0.0/16"), ports="80")),
)
BY_ISOLATION = freed(
    sender("a"),
    sender("b"),
    sending("a/all", ""),
    sending("a/some", FIRST, rule(ports="80")),
    sending("b/some", FIRST, rule(ports="80")),
)
BY_END = freed(
    sender("a"),
    sender("b"),
    sending("a/all", "", rule(pods(FIRST, namespaces=""), ports="80")),
    sending("a/some", FIRST, rule(ports="81")),
    sending("b/all", "", rule(pods(FIRST, namespaces=""), ports="81")),
    sending("b/some", FIRST, rule(ports="80")),
    to=HASH,
)
BY_VALUE = freed(
    sender("a"),
    sender("b"),
    sending("a/some", FIRST, rule(ports="80")),
    sending("b/some", SECOND, rule(ports="80")),
)
BY_ISOLATION_ALONE = freed(
    sender("a"), sender("b"), sending("a/some", FIRST), sending("b/some", SECOND)
)


@pytest.mark.parametrize(
    ("base", "head"),
    [BY_BLOCK, BY_ISOLATION, BY_ISOLATION_ALONE, BY_END, BY_VALUE],
    ids=["block", "isolation", "isolation alone", "end", "value"],
)
def test_sources_that_hang_on_different_things_are_told_apart(
    base: ClusterState, head: ClusterState
) -> None:
    check(base, head)
    check(head, base)
    doubtful = [each for each in rectangles(base, head).rectangles if each.shift.may_open]
    assert len(doubtful) >= 2


def test_peers_that_hang_on_different_labels_are_told_apart() -> None:
    senders = workload("a/one", open_labels=HASH), workload("a/two", open_labels="job-name")
    some = policy(
        "c/some",
        ingress=(
            rule(pods(FIRST, namespaces=""), ports="80"),
            rule(pods("job-name=1", namespaces=""), ports="443"),
        ),
    )
    base, head = freed(*senders)
    check(state(*base.workloads, some), head)
    check(base, state(*base.workloads, some))


def test_peers_of_one_rule_that_hang_on_different_labels_are_told_apart() -> None:
    senders = workload("a/one", open_labels=HASH), workload("a/two", open_labels="job-name")
    peers = pods(FIRST, namespaces=""), pods("job-name=1", namespaces="")
    base, _ = freed(*senders)
    some = policy("c/some", ingress=(rule(*peers, ports="80"),))
    check(base, state(*base.workloads, some))
    check(state(*base.workloads, some), base)


def test_pods_that_might_admit_a_node_by_its_address_are_told_apart() -> None:
    """A public block covers no pod, and perhaps the node that the source comes to run on."""
    outside = rule(block("203.0.113.0/24"), ports="80")
    pair = (
        workload("c/one", "app=one", open_labels=HASH),
        workload("c/two", "app=two", open_labels=HASH),
    )
    policies = (
        policy("c/deny"),
        policy("c/one", f"app=one; {FIRST}", ingress=(outside,)),
        policy("c/two", f"app=two; {SECOND}", ingress=(outside,)),
    )
    base = state(workload("a/out"), *pair, *policies)
    check(base, state(workload("a/out", host_network=True), *pair, *policies))


def test_addresses_in_different_blocks_are_told_apart() -> None:
    out = sender("a")
    some = sending(
        "a/some",
        FIRST,
        rule(block("203.0.113.0/25"), ports="80"),
        rule(block("203.0.113.128/25"), ports="443"),
    )
    check(state(out), state(out, some))
    check(state(out, some), state(out))


def test_a_policy_that_might_select_admits_addresses_perhaps() -> None:
    db = workload("c/db", open_labels=HASH)
    deny = policy("c/deny", isolates=INGRESS)
    some = policy("c/some", FIRST, ingress=(rule(block("203.0.113.0/24"), ports="80"),))
    base, head = state(db, deny), state(db, deny, some)
    check(base, head)
    assert any(each.shift.may_open for each in rectangles(base, head).rectangles)


BY_PEER = (
    workload("a/out"),
    workload("b/out"),
    workload("c/db", open_labels=HASH),
    policy(
        "c/some",
        FIRST,
        ingress=(
            rule(pods(namespaces="kubernetes.io/metadata.name=a"), block("10.0.0.0/8"), ports="81"),
        ),
    ),
)


def test_a_peer_is_not_certain_because_another_one_of_the_rule_is() -> None:
    """``c/db`` may be bound; then ``a`` is admitted, and ``b`` only if blocks match pods."""
    found = connectivity(state(*BY_PEER))
    to_db = [
        (str(source), each.ports)
        for each in found.edges
        for source in each.sources
        if any(str(end) == "c/db[Deployment]" for end in each.destinations)
    ]
    assert ("a/out[Deployment]", tcp(81)) in to_db
    assert "b/out[Deployment]" not in {source for source, _ in to_db}


def test_what_may_close_is_told_of_each_peer_by_itself() -> None:
    check(state(*BY_PEER[:-1]), state(*BY_PEER))
    check(state(*BY_PEER), state(*BY_PEER[:-1]))
