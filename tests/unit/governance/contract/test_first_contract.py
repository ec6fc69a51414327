"""What ``contract import`` writes: it holds where it was made, and leaves no connection out."""

import pytest

from edgewarden.governance.contract.contract import Contract
from edgewarden.governance.contract.first import Draft, first_contract
from edgewarden.governance.contract.report import Standing
from edgewarden.governance.contract.today import coverage_today
from edgewarden.governance.contract.verification import Verification
from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.model import AddressMatch, ClusterProfile, ClusterState
from edgewarden.reporting.contract_draft import contract_draft
from edgewarden.workflows.rulebook.contract import read_contract
from tests.support.clusters import block, namespace, pods, policy, rule, state, workload
from tests.support.random_clusters import certain_pair, uncertain_pair
from tests.unit.governance.contract.entries import TODAY

NEVER = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)


def drafts(asked: ClusterState) -> tuple[Draft, ...]:
    return first_contract(asked, connectivity(asked).edges)


def imported(asked: ClusterState) -> Contract:
    """As somebody reads it again who wrote it to a file."""
    return read_contract(contract_draft(drafts(asked)).encode(), "contract.yaml")


def _check(asked: ClusterState) -> None:
    contract = imported(asked)
    verification = Verification(asked)
    for each in contract.entries:
        found = verification.result(each, TODAY)
        assert found.standing is Standing.HOLDS, (each.name, found)
    covered = coverage_today(contract.entries, asked, connectivity(asked))
    assert covered.uncovered == ()
    assert covered.idle == ()


@pytest.mark.parametrize("seed", range(60))
def test_it_holds_and_is_whole(seed: int) -> None:
    _check(certain_pair(seed)[1])


@pytest.mark.parametrize("seed", range(40))
def test_it_holds_and_is_whole_where_other_connections_only_may_be(seed: int) -> None:
    _check(uncertain_pair(seed)[1])


SHOP = (
    namespace("shop"),
    workload("shop/web", "app=web"),
    workload("shop/api", "app=api"),
    workload("bank/teller", "app=teller"),
)


def test_all_pods_of_a_namespace_or_of_the_cluster_are_put_together() -> None:
    closed = state(
        *SHOP,
        policy("bank/teller", ingress=(rule(pods(namespaces="kubernetes.io/metadata.name=shop")),)),
        policy("shop/web", "app=web", ingress=(rule(pods(namespaces=""), ports="80"),)),
        policy("shop/api", "app=api"),
        profile=NEVER,
    )
    assert {(each.name, each.source, each.destination) for each in drafts(closed)} >= {
        ("every-pod-to-shop-web-80", ("*/*",), ("shop/web",)),
        ("shop-to-several", ("shop/*",), ("bank/teller", "outside")),
    }


def test_addresses_are_written_as_blocks_and_ports_as_ranges() -> None:
    closed = state(
        *SHOP,
        policy(
            "shop/web",
            "app=web",
            ingress=(rule(block("0.0.0.0/0", "10.0.0.0/8"), ports="80-90 443 53/UDP"),),
        ),
        profile=NEVER,
    )
    (found,) = (each for each in drafts(closed) if each.destination == ("shop/web",))
    assert found.source == ("0.0.0.0/0 except 10.0.0.0/8",)
    assert found.ports == ("80-90", "443", "53/udp")
    assert found.name == "addresses-to-shop-web-80-90-443-53-udp"


def test_workloads_of_one_name_are_told_apart_by_their_kinds() -> None:
    twins = state(
        *SHOP,
        workload("shop/web", "app=job", kind="CronJob"),
        policy("shop/web", "app=job"),
        profile=NEVER,
    )
    written = {text for each in drafts(twins) for text in (*each.source, *each.destination)}
    assert "shop/web[Deployment]" in written


def test_every_entry_has_a_name_of_its_own_that_files_accept() -> None:
    names = [each.name for each in drafts(certain_pair(3)[1])]
    assert len(names) == len(set(names))


def test_a_cluster_without_connections_gives_an_empty_contract() -> None:
    assert imported(state(namespace("shop"))).entries == ()


def test_what_nobody_wrote_yet_is_left_to_fill_in() -> None:
    (first, *_) = imported(state(*SHOP, profile=NEVER)).entries
    assert first.unwritten == ("owner", "approver", "reason", "review_by")
