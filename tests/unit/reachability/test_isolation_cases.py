"""Which workloads become isolated or are so no longer, how certainly, and why."""

from dataclasses import replace

from edgewarden.reachability.diff import compare
from edgewarden.reachability.model import ClusterState
from tests.support.clusters import BOTH, INGRESS, policy, selector, state, workload

HASH = "pod-template-hash"
DB = workload("shop/db", "app=db")
HANGING = workload("shop/db", "app=db", open_labels=HASH)


def told(base: ClusterState, head: ClusterState) -> list[str]:
    return [
        f"{'' if change.certain else 'may be '}{'isolated' if change.isolated else 'freed'} "
        f"{change.direction}: {', '.join(f'{c.kind} {c.subject}' for c in change.causes)}"
        for change in compare(base, head).isolation
    ]


def test_a_policy_that_selects_a_pod_isolates_it_in_its_directions() -> None:
    assert told(state(DB), state(DB, policy("shop/deny", isolates=BOTH))) == [
        "isolated egress: isolation_added shop/deny",
        "isolated ingress: isolation_added shop/deny",
    ]


def test_a_second_policy_isolates_nobody_once_more() -> None:
    one, two = policy("shop/one"), policy("shop/two")
    assert told(state(DB, one), state(DB, one, two)) == []
    assert told(state(DB, one, two), state(DB, two)) == []


def test_a_relabelled_pod_leaves_the_policy_that_isolated_it() -> None:
    deny = policy("shop/deny", "app=db")
    freed = replace(DB, labels={"app": "free"})
    assert told(state(DB, deny), state(freed, deny)) == ["freed ingress: labels_changed shop/db"]
    assert told(state(freed, deny), state(DB, deny)) == ["isolated ingress: labels_changed shop/db"]


def test_a_new_workload_is_no_change_of_isolation() -> None:
    deny = policy("shop/deny")
    assert told(state(deny), state(DB, deny)) == []
    assert told(state(DB, deny), state(deny)) == []


def test_isolation_that_hangs_on_a_label_may_be_gained_and_lost() -> None:
    some = policy("shop/some", f"{HASH}=1", isolates=INGRESS)
    assert told(state(HANGING), state(HANGING, some)) == [
        "may be isolated ingress: isolation_added shop/some"
    ]
    assert told(state(HANGING, some), state(HANGING)) == [
        "may be freed ingress: isolation_removed shop/some"
    ]


def test_isolation_that_was_possible_may_become_certain() -> None:
    some, all_ = policy("shop/some", f"{HASH}=1"), policy("shop/all")
    assert told(state(HANGING, some), state(HANGING, some, all_)) == [
        "may be isolated ingress: isolation_added shop/all"
    ]


def test_a_policy_that_asks_for_another_value_may_isolate_and_free() -> None:
    some = policy("shop/some", f"{HASH}=1")
    other = replace(some, pods=selector(f"{HASH}=2"))
    assert told(state(HANGING, some), state(HANGING, other)) == [
        "may be freed ingress: isolation_removed shop/some",
        "may be isolated ingress: isolation_added shop/some",
    ]


def test_a_pod_that_moves_between_policies_by_its_label_may_be_isolated_and_freed() -> None:
    one = policy("shop/one", f"app=db; {HASH}=1")
    two = policy("shop/two", f"app=api; {HASH}=2")
    moved = replace(HANGING, labels={"app": "api"})
    assert told(state(HANGING, one, two), state(moved, one, two)) == [
        "may be freed ingress: labels_changed shop/db",
        "may be isolated ingress: labels_changed shop/db",
    ]
