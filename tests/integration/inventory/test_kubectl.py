"""What a cluster says to kubectl itself becomes an inventory, and what it does not say is known."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edgewarden.adapters.clock import SystemClock
from edgewarden.adapters.kubectl import Kubectl
from edgewarden.manifests.inventory.document import Unseen
from edgewarden.manifests.inventory.errors import InventoryError
from edgewarden.manifests.inventory.resources import RESOURCES, resource_of
from edgewarden.workflows.collecting import Collected, collect
from edgewarden.workflows.ports import ListingError
from tests.support.cluster_api import CONTEXT, Cluster, Served
from tests.support.live_objects import HTTP, deployed, namespace, policy

NAMESPACES = Served("", "v1", "namespaces", "Namespace")
PODS = Served("", "v1", "pods", "Pod")
SECRETS = Served("", "v1", "secrets", "Secret")
DEPLOYMENTS = Served("apps", "v1", "deployments", "Deployment")
REPLICA_SETS = Served("apps", "v1", "replicasets", "ReplicaSet")
POLICIES = Served("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy")
CALICO = Served("projectcalico.org", "v3", "globalnetworkpolicies", "GlobalNetworkPolicy")
ANTREA = Served("crd.antrea.io", "v1beta1", "networkpolicies", "NetworkPolicy")
METRICS = Served("metrics.k8s.io", "v1beta1", "pods", "PodMetrics")

Environment = Callable[[Cluster], dict[str, str]]


def town(**more: Any) -> Cluster:
    """A cluster with a workload of 1200 pods, which come in three pages, and its policies."""
    deployment, made, *pods = deployed("web", {"app": "web"}, HTTP, pods=1200)
    return Cluster(
        {
            NAMESPACES: [namespace("shop")],
            PODS: pods,
            SECRETS: [{"metadata": {"name": "password", "namespace": "shop"}}],
            DEPLOYMENTS: [deployment],
            REPLICA_SETS: [made],
            POLICIES: [policy("deny", {"podSelector": {}})],
            CALICO: [],
            ANTREA: [],
            METRICS: [],
        },
        **more,
    )


def asked(kubectl: str, environment: dict[str, str]) -> Collected:
    return collect(Kubectl(kubectl, CONTEXT, environment=environment), SystemClock())


def test_everything_on_the_list_is_asked_for_and_nothing_else(
    kubectl: str, environment_of: Environment
) -> None:
    cluster = town()

    found = asked(kubectl, environment_of(cluster))

    assert found.tally.kept == {"Deployment": 1, "Namespace": 1, "NetworkPolicy": 1}
    assert found.tally.folded == 1201
    assert found.inventory.unseen == {"networkpolicies.crd.antrea.io": Unseen.NOT_ASKED}
    listed = {each.path for each in cluster.objects} & set(cluster.asked)
    expected = (NAMESPACES, PODS, DEPLOYMENTS, REPLICA_SETS, POLICIES, CALICO)
    assert listed == {each.path for each in expected}


def test_a_kind_that_may_not_be_listed_hides_no_other(
    kubectl: str, environment_of: Environment
) -> None:
    found = asked(kubectl, environment_of(town(forbidden=frozenset({"pods"}))))

    assert found.tally.kept == {"Deployment": 1, "Namespace": 1, "NetworkPolicy": 1}
    assert found.inventory.unseen["pods"] is Unseen.FORBIDDEN
    assert 'cannot list resource "pods"' in found.complaints["pods"]


def test_a_group_that_does_not_answer_hides_its_own_kinds_only(
    kubectl: str, environment_of: Environment
) -> None:
    broken = frozenset({"projectcalico.org", "metrics.k8s.io"})

    found = asked(kubectl, environment_of(town(broken_groups=broken)))

    failed = {name for name, why in found.inventory.unseen.items() if why is Unseen.FAILED}
    assert failed == {each.name for each in RESOURCES if each.group == "projectcalico.org"}


def test_where_nothing_may_be_listed_there_is_no_inventory(
    kubectl: str, environment_of: Environment
) -> None:
    cluster = Cluster({NAMESPACES: [namespace("shop")]}, forbidden=frozenset({"namespaces"}))

    with pytest.raises(ListingError, match="namespaces is forbidden"):
        asked(kubectl, environment_of(cluster))


def test_a_cluster_that_is_not_there_is_told(kubectl: str, tmp_path: Path) -> None:
    nowhere = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "town", "cluster": {"server": "http://127.0.0.1:9"}}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": "town"}}],
        "current-context": CONTEXT,
    }
    (tmp_path / "config").write_text(json.dumps(nowhere))
    environment = {"KUBECONFIG": str(tmp_path / "config"), "HOME": str(tmp_path)}

    with pytest.raises(ListingError, match=r"kubectl api-resources: .*refused"):
        asked(kubectl, environment)
    with pytest.raises(ListingError, match=r"refused.*; choose a cluster with --context$"):
        collect(Kubectl(kubectl, environment=environment), SystemClock())


def test_a_context_that_is_not_there_is_told(kubectl: str, environment_of: Environment) -> None:
    cluster = Kubectl(kubectl, "elsewhere", environment=environment_of(town()))

    with pytest.raises(ListingError, match='context "elsewhere" does not exist'):
        collect(cluster, SystemClock())


def test_a_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    program = tmp_path / "kubectl"
    program.write_text(f"#!{sys.executable}\nimport time\nprint('{{')\ntime.sleep(60)\n")
    program.chmod(0o700)
    pods = resource_of("", "Pod")
    assert pods is not None

    with pytest.raises(ListingError, match=r"kubectl get pods: did not end within 1 s"):
        list(Kubectl(str(program), seconds=1.0).objects(pods))


def test_a_program_that_says_nonsense_is_stopped(tmp_path: Path) -> None:
    program, noted = tmp_path / "kubectl", tmp_path / "pid"
    program.write_text(
        f"#!{sys.executable}\nimport os, pathlib, sys, time\n"
        f"if sys.argv[1] == 'get':\n"
        f"    pathlib.Path('{noted}').write_text(str(os.getpid()))\n"
        "    print('nonsense', flush=True)\n"
        "    time.sleep(60)\n"
        "print('namespaces  ns  v1  false  Namespace')\n"
    )
    program.chmod(0o700)

    with pytest.raises(InventoryError, match="this is not JSON"):
        collect(Kubectl(str(program), seconds=30.0), SystemClock())

    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)


def test_the_token_of_the_service_is_not_passed_on(
    monkeypatch: pytest.MonkeyPatch, kubectl: str
) -> None:
    monkeypatch.setenv("EDGEWARDEN_TOKEN", "ew_secret")

    assert "EDGEWARDEN_TOKEN" not in Kubectl(kubectl).environment
