"""A cleaned inventory says of a cluster what the objects themselves would."""

from datetime import UTC, datetime
from typing import Any

import pytest

from edgewarden.manifests.inventory.cleaning import Cleaning
from edgewarden.manifests.inventory.document import Inventory, Unseen
from edgewarden.manifests.inventory.errors import InventoryError
from edgewarden.manifests.inventory.reading import InventoryReading, read_inventory
from edgewarden.manifests.objects import Declared, Value
from edgewarden.manifests.unjudged import content_digest
from edgewarden.manifests.yaml_reader import read_stream
from edgewarden.reachability.calls import Caller, CallKind, Service, ServiceCall, ServicePort
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.location import Location
from edgewarden.reachability.model import (
    ContainerPort,
    Namespace,
    NetworkPolicy,
    UnjudgedPolicy,
    Workload,
)
from edgewarden.reachability.ports import Protocol
from tests.support.live_objects import (
    HTTP,
    calico,
    deployed,
    namespace,
    pod,
    policy,
    printed,
    service,
    webhooks,
)

TAKEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def inventory(*objects: dict[str, Any]) -> Inventory:
    cleaning = Cleaning()
    cleaning.read([printed(*objects)])
    return cleaning.done(TAKEN, {"pods": Unseen.FORBIDDEN})[0]


def reading(*objects: dict[str, Any]) -> InventoryReading:
    return read_inventory([inventory(*objects).document], "prod")


def value(*objects: dict[str, Any]) -> Value | None:
    (declared,) = reading(*objects).declared
    return declared.value


def test_a_deployment_is_the_workload_that_its_pods_are() -> None:
    found = value(*deployed("web", {"app": "web"}, HTTP))

    assert isinstance(found, Workload)
    assert (found.identity, found.labels) == (("shop", "web", "Deployment"), {"app": "web"})
    assert found.ports == (ContainerPort("http", Protocol.TCP, 8080),)
    assert (found.replicas, found.host_network) == (2, False)
    assert found.open_labels == {"pod-template-hash"}


def test_a_bare_pod_has_no_other_labels_than_those_shown() -> None:
    found = value(pod("debug", {"run": "debug"}, host_network=True))

    assert isinstance(found, Workload)
    assert (found.open_labels, found.host_network) == (frozenset(), True)


def test_the_labels_of_a_namespace_are_complete() -> None:
    found = value(namespace("shop", team="shop"))

    assert isinstance(found, Namespace)
    assert (found.labels, found.complete) == ({"team": "shop"}, True)


def test_a_policy_is_judged_as_from_a_manifest() -> None:
    found = value(policy("deny", {"podSelector": {}, "policyTypes": ["Egress"]}))

    assert isinstance(found, NetworkPolicy)
    assert found.ref.name == "deny"


def test_a_policy_that_is_not_judged_has_the_digest_that_its_manifest_has() -> None:
    manifest = """
        apiVersion: projectcalico.org/v3
        kind: NetworkPolicy
        metadata: {name: order, namespace: shop}
        spec: {order: 10}
    """
    (document,) = read_stream(manifest).documents

    found = value(calico("order", {"order": 10}))

    assert isinstance(found, UnjudgedPolicy)
    assert found.ref.namespace == "shop"
    assert found.digest == content_digest(document.root)  # type: ignore[arg-type]


def test_what_the_api_server_calls_is_read_as_from_manifests() -> None:
    found = reading(
        namespace("shop"),
        service("guard", {"app": "guard"}),
        webhooks("guard", service={"namespace": "shop", "name": "guard", "port": 443}),
    )

    called, calling = found.served
    place = "(inventory of prod)"
    assert called.value == Service(
        "shop",
        "guard",
        LabelSelector.matching({"app": "guard"}),
        (ServicePort(443, "https"),),
        Location(place, 3),
    )
    assert isinstance(calling.value, Caller)
    assert calling.value.calls == (
        ServiceCall(CallKind.VALIDATION, "guard.example.org", "shop", "guard", 443, True),
    )
    assert calling.location == Location(place, 4)


def test_what_is_called_in_a_form_that_is_not_understood_hides_nothing_else() -> None:
    wrong = {"namespace": "shop", "name": "guard", "port": 70000}
    found = reading(namespace("shop"), webhooks("guard", service=wrong))

    assert [each.value for each in found.served] == [None]
    assert len(found.declared) == 1


def test_a_fact_stands_in_its_line_of_the_inventory() -> None:
    taken = inventory(namespace("shop"), *deployed("web", {"app": "web"}), pod("debug", {}))
    lines = taken.document.decode().splitlines()

    found = read_inventory([taken.document], "prod").declared

    assert len(found) == 3
    for declared in found:
        assert declared.location.path == "(inventory of prod)"
        assert f'"name":"{declared.ref.name}"' in lines[declared.location.line - 1]


def test_it_says_when_it_was_taken_and_what_it_could_not_see() -> None:
    found = reading(namespace("shop"))

    assert (found.taken_at, found.unseen) == (TAKEN, {"pods": Unseen.FORBIDDEN})


def test_an_object_that_is_not_understood_is_known_to_be_there() -> None:
    found = reading(
        namespace("shop"), policy("later", {"podSelector": {}, "mirror": [{"to": "somewhere"}]})
    )

    assert [each.ref.name for each in found.declared] == ["shop"]
    (refused,) = found.refused
    assert refused.ref.name == "later"
    (problem,) = refused.problems
    assert problem.decisive
    assert problem.message == (
        "NetworkPolicy shop/later is in the cluster, and what it says is not understood: "
        "spec.mirror."
    )
    assert isinstance(refused.lenient, Declared)


@pytest.mark.parametrize(
    "text",
    [
        printed(namespace("shop")),
        b"",
        b'{"apiVersion":"inventory.edgewarden/v1","kind":"Inventory"}',
    ],
)
def test_only_a_cleaned_document_is_read(text: bytes) -> None:
    with pytest.raises(InventoryError):
        read_inventory([text], "prod")
