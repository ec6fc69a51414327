"""Isolation that is lost: once for each namespace and direction, and told by nothing else."""

import pytest

from edgewarden.governance.findings import Finding
from edgewarden.governance.observations.isolation_losses import IsolationLoss, isolation_losses
from edgewarden.reachability.model import ClusterProfile, Direction
from edgewarden.reachability.reasons import Side
from tests.support.proposals import PROFILE, deployment, found, namespace, policy, proposal

WEB, DB = deployment("shop", "web"), deployment("shop", "db")
DENY = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress, Egress]")
INGRESS = policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]")
OWN = "".join(
    policy("shop", app, f"podSelector: {{matchLabels: {{app: {app}}}}}") for app in ("web", "db")
)
SHOWN = ("isolation-lost", "open-from-everywhere", "database-open-from-everywhere")


def losses(
    base: str, head: str, workloads: str = WEB + DB, profile: ClusterProfile = PROFILE
) -> list[IsolationLoss]:
    return list(isolation_losses(proposal([workloads, base], [workloads, head], profile)))


def shown(base: str, head: str, before: str = WEB, after: str = WEB) -> list[Finding]:
    return found(proposal([before, base], [after, head]), *SHOWN)


@pytest.mark.parametrize("workloads", [WEB, ""])
def test_a_deletion_is_found_once_in_each_direction(workloads: str) -> None:
    assert [(each.rule, each.side) for each in shown(DENY, "", workloads, workloads)] == [
        ("isolation-lost", Side.BASE),
        ("isolation-lost", Side.BASE),
    ]


def test_it_is_said_of_all_pods_that_could_exist_with_those_that_are_known_among_them() -> None:
    (loss,) = losses(INGRESS, "")
    assert loss.text == (
        "Nothing isolates the ingress of all pods in namespace shop, among them"
        " shop/db[Deployment], shop/web[Deployment], any more, so everything is let in."
        " Isolated by shop/deny (1.yaml:2 in the base) before."
    )


def test_pods_that_nobody_knows_lose_it_where_known_ones_keep_theirs() -> None:
    (loss,) = losses(INGRESS + OWN, OWN)
    assert "the ingress of pods app not in (db, web) in namespace shop any more" in loss.text


def test_isolation_that_is_split_among_policies_is_not_lost() -> None:
    most = "podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [db]}]}"
    rest = policy("shop", "rest", "podSelector: {matchLabels: {app: db}}")
    (denial,) = losses(INGRESS, policy("shop", "most", most) + rest)
    assert not denial.lost
    (loss,) = losses(INGRESS, policy("shop", "most", most))
    assert loss.lost
    assert "pods app=db in namespace shop" in loss.text


def test_a_pod_that_no_policy_selects_any_more_loses_it_by_its_labels() -> None:
    (finding,) = shown(OWN, OWN, WEB, WEB.replace("app: web", "app: site"))
    assert finding.rule == "isolation-lost"
    assert finding.message == (
        "Nothing isolates the ingress of shop/web[Deployment] any more, so everything is let in."
        " That follows from shop/web (0.yaml:2)."
    )


def test_each_namespace_is_told_by_its_own_policy() -> None:
    both = INGRESS + INGRESS.replace("namespace: shop", "namespace: pay")
    assert [(each.key, each.location.line) for each in losses(both, "", "")] == [
        (("pay", "ingress"), 11),
        (("shop", "ingress"), 2),
    ]


def test_a_namespace_that_goes_loses_nothing() -> None:
    assert losses(namespace("shop") + DENY, "", "") == []


def test_what_nothing_isolated_before_loses_nothing() -> None:
    assert losses("", "") == []
    assert losses("", DENY) == []


def test_without_pruning_it_is_only_perhaps_lost() -> None:
    (loss,) = losses(INGRESS, "", profile=ClusterProfile(prunes=False))
    assert (loss.lost, loss.certain) == (True, False)
    assert loss.text.startswith("Perhaps nothing isolates the ingress of")


def test_what_takes_the_place_is_named() -> None:
    calico = """\
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {selector: all()}
"""
    told = losses(INGRESS, calico)
    assert [each.text for each in told if "projectcalico.org, which is not judged" in each.text]


def test_a_default_deny_that_goes_without_its_isolation_is_another_matter() -> None:
    same = policy("shop", "own", "podSelector: {}, ingress: [{from: [{podSelector: {}}]}]")
    (denial,) = losses(INGRESS, same)
    assert (denial.lost, denial.direction) == (False, Direction.INGRESS)
    assert losses(INGRESS + same, same + INGRESS.replace("name: deny", "name: default-deny")) == []
    assert losses(INGRESS + same, INGRESS) == []
