"""What may leave a cluster, and what does not."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edgewarden.manifests.inventory.cleaning import Cleaning, Tally
from edgewarden.manifests.inventory.document import Inventory, Unseen
from edgewarden.manifests.inventory.errors import InventoryError
from tests.support.live_objects import (
    HTTP,
    SECRET,
    api_service,
    calico,
    controller,
    definition,
    deployed,
    live,
    namespace,
    owned_by,
    pod,
    policy,
    printed,
    service,
    webhooks,
)

TAKEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WEB = {"app": "web"}
DENY = {"podSelector": {}, "policyTypes": ["Ingress"]}
METRICS = {"name": "metrics", "containerPort": 15090, "protocol": "TCP"}


def cleaned(*texts: bytes) -> tuple[Inventory, Tally]:
    cleaning = Cleaning()
    for text in texts:
        cleaning.read([text])
    return cleaning.done()


def items(*objects: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects of the cleaned document, as kind and name."""
    inventory, _ = cleaned(printed(*objects))
    return [json.loads(line) for line in inventory.lines]


def names(*objects: dict[str, Any]) -> list[str]:
    return [f"{each['kind']} {each['metadata']['name']}" for each in items(*objects)]


def everything() -> list[dict[str, Any]]:
    """An object of every sort that is taken, and of sorts that are not."""
    return [
        namespace("shop", team="shop"),
        *deployed("web", WEB, HTTP),
        controller("StatefulSet", "db", {"app": "db"}, METRICS),
        controller("DaemonSet", "agent", {"app": "agent"}, host_network=True),
        controller("Rollout", "api", {"app": "api"}, version="argoproj.io/v1alpha1"),
        live(
            "batch/v1",
            "CronJob",
            "report",
            spec={
                "schedule": SECRET,
                "jobTemplate": {
                    "spec": {
                        "parallelism": 2,
                        "template": controller("Job", "x", {"app": "report"})["spec"]["template"],
                    }
                },
            },
        ),
        pod("debug", {"run": "debug"}),
        policy("deny", DENY),
        calico("order", {"order": 10, "selector": SECRET}),
        service("guard", WEB),
        webhooks("guard", service={"namespace": "shop", "name": "guard", "path": SECRET}),
        definition(
            "doors.example.org",
            strategy="Webhook",
            webhook={
                "clientConfig": {"service": {"namespace": "shop", "name": "guard"}},
                "conversionReviewVersions": [SECRET],
            },
        ),
        api_service("v1.example.org", service={"namespace": "shop", "name": "guard", "port": 443}),
        live("v1", "Secret", "password", data={"password": SECRET}),
        live("v1", "ConfigMap", "settings", data={"settings": SECRET}),
        live("v1", "ServiceAccount", "robot"),
    ]


def test_nothing_leaves_that_is_not_on_the_list() -> None:
    inventory, _ = cleaned(printed(*everything()))

    assert SECRET.encode() not in inventory.document


@pytest.mark.parametrize("number", range(len(everything())))
def test_nothing_leaves_that_a_later_version_of_an_api_adds(number: int) -> None:
    """Labels are whatever people call them, what selects by them too; a policy is taken whole."""
    added = _with_more(everything()[number])
    inventory, _ = cleaned(printed(namespace("shop"), added))

    assert SECRET.encode() not in inventory.document


def _with_more(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_more(each) for each in value]
    if not isinstance(value, dict):
        return value
    policy = value.get("kind") == "NetworkPolicy"
    whole = {"labels", "spec"} if policy else {"labels", "selector"}
    more = {key: each if key in whole else _with_more(each) for key, each in value.items()}
    return {**more, "addedLater": SECRET, "addedToo": {"nested": [SECRET]}}


def test_what_is_not_taken_is_counted() -> None:
    _, tally = cleaned(printed(*everything()))

    assert tally.dropped == {"ConfigMap": 1, "Secret": 1, "ServiceAccount": 1}
    assert tally.kept == {
        "APIService": 1, "CronJob": 1, "CustomResourceDefinition": 1, "DaemonSet": 1,
        "Deployment": 1, "Namespace": 1, "NetworkPolicy": 2, "Pod": 1, "Rollout": 1, "Service": 1,
        "StatefulSet": 1, "ValidatingWebhookConfiguration": 1,
    }  # fmt: skip
    assert (tally.folded, tally.finished) == (3, 0)


def test_of_what_the_api_server_calls_only_who_calls_what_is_taken() -> None:
    called = {"namespace": "shop", "name": "guard", "port": 443}
    assert items(webhooks("guard", service={**called, "path": SECRET}), service("guard", WEB)) == [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "guard", "namespace": "shop"},
            "spec": {
                "ports": [{"port": 443, "protocol": "TCP", "targetPort": "https"}],
                "selector": WEB,
                "type": "ClusterIP",
            },
        },
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": "guard"},
            "webhooks": [
                {
                    "clientConfig": {"service": called},
                    "failurePolicy": "Fail",
                    "name": "guard.example.org",
                }
            ],
        },
    ]


def test_a_service_that_nothing_calls_and_what_calls_none_stay_in_the_cluster() -> None:
    idle = [
        service("web", WEB),
        webhooks("far", url=f"https://{SECRET}"),
        definition("doors.example.org", strategy="None"),
        api_service("v1.apps"),
    ]
    inventory, tally = cleaned(printed(namespace("shop"), *idle))

    assert len(inventory.lines) == 1
    assert (tally.kept, tally.folded) == ({"Namespace": 1}, 0)
    assert tally.dropped == {
        "APIService": 1,
        "CustomResourceDefinition": 1,
        "Service": 1,
        "ValidatingWebhookConfiguration": 1,
    }


def test_kinds_without_number_are_counted_within_a_bound() -> None:
    many = [live("example.com/v1", f"Kind{number}", "a") for number in range(1500)]

    _, tally = cleaned(printed(namespace("shop"), *many))

    assert (len(tally.dropped), tally.dropped["others"]) == (1001, 500)


def test_a_deployment_keeps_labels_named_ports_and_how_many() -> None:
    unnamed = {"containerPort": 9000, "protocol": "TCP"}

    assert items(controller("Deployment", "web", WEB, HTTP, unnamed)) == [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": {
                "replicas": 2,
                "template": {
                    "metadata": {"labels": WEB},
                    "spec": {"containers": [{"ports": [HTTP]}]},
                },
            },
        }
    ]


def test_init_containers_count_where_they_go_on_running() -> None:
    found = pod("a", WEB)
    found["spec"]["initContainers"] = [
        {"name": "proxy", "restartPolicy": "Always", "ports": [METRICS]},
        {"name": "migrate", "ports": [HTTP]},
    ]

    assert items(found)[0]["spec"] == {"containers": [{"ports": [METRICS]}]}


def test_a_policy_is_taken_whole() -> None:
    spec = {
        "podSelector": {"matchLabels": WEB},
        "egress": [{"to": [{"ipBlock": {"cidr": "::/0"}}]}],
    }

    assert items(policy("out", spec))[0]["spec"] == spec


def test_of_a_policy_that_is_not_judged_a_digest_is_taken() -> None:
    (before,) = items(calico("order", {"order": 10}))
    (after,) = items(calico("order", {"order": 20}))

    assert before.keys() == {"apiVersion", "kind", "metadata", "digest"}
    assert before["digest"] != after["digest"]


def test_policies_of_unknown_vendors_are_taken_as_not_judged() -> None:
    antrea = live("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", "all", "", spec={"tier": "x"})

    assert names(antrea) == ["ClusterNetworkPolicy all"]


# --- folding --------------------------------------------------------------------------------------


def test_pods_and_replica_sets_fold_into_their_deployment() -> None:
    assert names(*deployed("web", WEB, HTTP, pods=5)) == ["Deployment web"]


def test_they_fold_in_whatever_order_they_come() -> None:
    assert names(*reversed(deployed("web", WEB, HTTP, pods=5))) == ["Deployment web"]


def test_a_bare_pod_is_kept() -> None:
    assert names(pod("debug", WEB), pod("debug-2", WEB)) == ["Pod debug", "Pod debug-2"]


def test_a_finished_pod_has_no_connections() -> None:
    done = [pod("a", WEB, phase="Succeeded"), pod("b", WEB, phase="Failed")]
    _, tally = cleaned(printed(namespace("shop"), *done))

    assert (tally.kept, tally.finished) == ({"Namespace": 1}, 2)


def test_pods_of_a_maker_that_is_not_there_keep_one_of_each_look() -> None:
    made = owned_by("StrimziPodSet", "kafka", "core.strimzi.io/v1beta2")
    pods = [pod(f"kafka-{number}", {"app": "kafka"}, metadata=made) for number in (2, 0, 1)]

    assert names(*pods, pod("kafka-9", WEB, metadata=made)) == ["Pod kafka-0", "Pod kafka-9"]


def test_an_owner_that_does_not_look_like_it_takes_nothing_in() -> None:
    other = pod("web-7d9f-x", {"app": "admin"}, metadata=owned_by("ReplicaSet", "web-7d9f"))

    found = items(*deployed("web", WEB, HTTP), other)

    assert [each["kind"] for each in found] == ["Pod", "Deployment"]
    assert found[0]["metadata"]["ownerReferences"] == [
        {"apiVersion": "apps/v1", "controller": True, "kind": "Deployment", "name": "web"}
    ]


def test_what_admission_added_to_every_pod_is_added_to_the_controller() -> None:
    deployment, made, *_ = deployed("web", WEB, HTTP)
    injected = {**WEB, "pod-template-hash": "7d9f", "mesh": "on"}
    pods = [
        pod(f"web-{number}", injected, HTTP, METRICS, metadata=owned_by("ReplicaSet", "web-7d9f"))
        for number in range(3)
    ]

    (found,) = items(deployment, made, *pods)

    template = found["spec"]["template"]
    assert template["metadata"]["labels"] == {**WEB, "mesh": "on"}
    assert template["spec"]["containers"] == [{"ports": [METRICS, HTTP]}]
    assert found["spec"]["replicas"] == 2


def test_what_admission_added_to_some_pods_keeps_one_of_them() -> None:
    made = owned_by("StatefulSet", "db")
    plain = pod("db-0", {"app": "db"}, metadata=made)
    injected = pod("db-1", {"app": "db", "mesh": "on"}, metadata=made)

    assert names(controller("StatefulSet", "db", {"app": "db"}), plain, injected) == [
        "Pod db-1",
        "StatefulSet db",
    ]


def test_a_pod_that_lacks_what_its_template_has_stands_for_itself() -> None:
    deployment, made, *_ = deployed("web", WEB, HTTP)
    old = pod("web-1", {"pod-template-hash": "7d9f"}, metadata=owned_by("ReplicaSet", "web-7d9f"))

    assert names(deployment, made, old) == ["Pod web-1", "Deployment web"]


@pytest.mark.parametrize("step", [1, -1])
def test_the_first_by_name_stands_for_pods_of_two_revisions(step: int) -> None:
    old = controller("ReplicaSet", "web-old", WEB, HTTP, metadata=owned_by("Deployment", "web"))
    pods = [
        pod("web-b", {"app": "x"}, metadata=owned_by("ReplicaSet", "web-old")),
        pod("web-a", {"app": "x"}, metadata=owned_by("ReplicaSet", "web-7d9f")),
    ]

    assert names(*deployed("web", WEB, HTTP), old, *pods[::step]) == ["Pod web-a", "Deployment web"]


def test_what_some_pods_have_is_kept_when_it_is_cleaned_again() -> None:
    made = owned_by("StatefulSet", "db")
    injected = pod("db-1", {"app": "db", "mesh": "on"}, metadata=made)
    plain = pod("db-0", {"app": "db"}, metadata=made)
    once, _ = cleaned(printed(controller("StatefulSet", "db", {"app": "db"}), plain, injected))

    assert cleaned(once.document)[0] == once


def test_a_revision_that_is_scaled_down_is_history() -> None:
    old = controller(
        "ReplicaSet", "web-old", {"app": "old"}, metadata=owned_by("Deployment", "web"), replicas=0
    )

    assert names(*deployed("web", WEB), old) == ["Deployment web"]


def test_a_revision_that_still_has_pods_is_kept() -> None:
    old = controller(
        "ReplicaSet", "web-old", {"app": "old"}, metadata=owned_by("Deployment", "web"), replicas=1
    )

    assert names(*deployed("web", WEB), old) == ["Deployment web", "ReplicaSet web-old"]


# --- one document ---------------------------------------------------------------------------------


def test_one_cluster_has_one_document_whatever_it_is_printed_like() -> None:
    objects = everything()
    moved = [json.loads(json.dumps(each).replace("4711", "4712")) for each in objects]

    one, _ = cleaned(printed(*objects))
    other, _ = cleaned(*(printed(each) for each in reversed(moved)))

    assert one.document == other.document
    assert one.digest == other.digest


def test_cleaning_what_is_clean_changes_nothing() -> None:
    once, _ = cleaned(printed(*everything()))
    twice, tally = cleaned(once.document)

    assert twice == once
    assert (tally.folded, tally.dropped) == (0, {})


def test_each_object_has_a_line_of_its_own() -> None:
    inventory, _ = cleaned(printed(*everything()))
    lines = inventory.document.decode().splitlines()

    assert [line.rstrip(",") for line in lines[1:-1]] == list(inventory.lines)
    assert json.loads(inventory.document)["items"][0]["kind"] == "Namespace"


# --- what was not seen ----------------------------------------------------------------------------


def test_kinds_that_are_not_in_the_text_may_not_have_been_asked_for() -> None:
    inventory, _ = cleaned(printed(namespace("shop"), policy("deny", DENY)))

    assert inventory.unseen["pods"] is Unseen.NOT_GIVEN
    assert not {"namespaces", "networkpolicies.networking.k8s.io"} & inventory.unseen.keys()


def test_finished_and_folded_objects_were_seen() -> None:
    inventory, _ = cleaned(printed(pod("a", WEB, phase="Succeeded"), *deployed("web", WEB)))

    assert not {"pods", "replicasets.apps"} & inventory.unseen.keys()


def test_who_asked_the_cluster_knows_what_was_not_seen() -> None:
    cleaning = Cleaning()
    cleaning.read([printed(namespace("shop"))])
    inventory, _ = cleaning.done(unseen={"pods": Unseen.FORBIDDEN})

    assert inventory.unseen == {"pods": Unseen.FORBIDDEN}
    again, _ = cleaned(inventory.document)
    assert again.unseen == {"pods": Unseen.FORBIDDEN}


# --- hostile input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hostile", "said"),
    [
        ({"kind": "Pod"}, "names no kind"),
        ({"apiVersion": "v1", "kind": {"a": 1}}, "names no kind"),
        (live("v1", "A" * 1000 + "NetworkPolicy", "a"), "names no kind"),
        (live("v1", "Pod", ""), "has no name"),
        (live("v1", "Pod", "a", ""), "is in no namespace"),
        (live("v1", "Namespace", "a", "b"), "is in a namespace, which it cannot be"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": []}, "Pod: metadata has a type"),
        (pod("a", {"a": {"b": SECRET}}), "Pod: metadata: labels: a has a type"),  # type: ignore[dict-item]
        (live("v1", "Pod", "a", spec={"containers": {"a": SECRET}}), "spec: containers has a type"),
        (live("v1", "Pod", "a", spec={"containers": [[SECRET]]}), "spec: containers has a type"),
        (policy("a", json.loads('{"a":' * 99 + "1" + "}" * 99)), "spec is nested too deep"),
        (
            calico("a", json.loads('{"a":' * 99 + "1" + "}" * 99)),
            "NetworkPolicy is nested too deep",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_api_server_prints_is_refused_and_not_repeated(
    hostile: dict[str, Any], said: str
) -> None:
    with pytest.raises(InventoryError) as refused:
        cleaned(printed(hostile))
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "header",
    [
        {"apiVersion": "inventory.edgewarden/v2", "unseen": {}},
        {"apiVersion": "inventory.edgewarden/v1"},
        {"apiVersion": "inventory.edgewarden/v1", "unseen": {"pods": "who knows"}},
        {"apiVersion": "inventory.edgewarden/v1", "unseen": {"No Resource": "failed"}},
        {"apiVersion": "inventory.edgewarden/v1", "unseen": ["pods"]},
        {"apiVersion": "inventory.edgewarden/v1", "unseen": {}, "takenAt": "yesterday"},
        {"apiVersion": "inventory.edgewarden/v1", "unseen": {}, "takenAt": "2026-11-23T08:00:00"},
        {"apiVersion": "inventory.edgewarden/v1", "unseen": {}, "more": 1},
    ],
)
def test_an_inventory_of_another_form_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(InventoryError):
        cleaned(json.dumps({**header, "kind": "Inventory", "items": []}).encode())


@pytest.mark.parametrize("text", [b"", b"{}", printed(), printed(live("v1", "Secret", "a"))])
def test_a_text_without_any_object_that_is_taken_is_no_inventory(text: bytes) -> None:
    with pytest.raises(InventoryError):
        cleaned(text)


@pytest.mark.parametrize("kind", ["List", "NamespaceList"])
def test_one_page_of_a_list_is_not_taken_for_the_list(kind: str) -> None:
    page = {"apiVersion": "v1", "kind": kind, "items": [namespace("shop")]}
    of_several = {**page, "metadata": {"continue": "abc", "remainingItemCount": 500}}
    whole = {**page, "metadata": {"continue": "", "resourceVersion": "7"}}

    assert len(cleaned(json.dumps(whole).encode())[0].lines) == 1
    with pytest.raises(InventoryError, match="one page of several"):
        cleaned(json.dumps(of_several).encode())
    with pytest.raises(InventoryError, match="one page of several"):
        cleaned(printed(of_several))


def test_the_time_that_an_inventory_names_is_not_replaced_by_another() -> None:
    cleaning = Cleaning()
    cleaning.read([printed(namespace("shop"))])
    inventory, _ = cleaning.done(TAKEN)
    again = Cleaning()
    again.read([inventory.document])

    assert again.done()[0].taken_at == again.done(TAKEN)[0].taken_at == TAKEN
    with pytest.raises(InventoryError, match="says that it was taken at 2026-11-23T08:00:00"):
        again.done(TAKEN + timedelta(seconds=1))


def test_two_inventories_are_not_one() -> None:
    inventory, _ = cleaned(printed(namespace("shop")))

    with pytest.raises(InventoryError, match="two inventories"):
        cleaned(inventory.document, inventory.document)
