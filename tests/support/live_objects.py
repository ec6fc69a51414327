"""Objects of a running cluster in the form in which ``kubectl`` prints them."""

import json
from collections.abc import Mapping
from typing import Any

SECRET = "do-not-tell"
"""Stands wherever an object holds something that must not leave the cluster."""

_NOISE = {
    "uid": SECRET,
    "resourceVersion": "4711",
    "creationTimestamp": "2026-11-23T08:00:00Z",
    "annotations": {"kubectl.kubernetes.io/last-applied-configuration": SECRET},
    "finalizers": [SECRET],
    "generation": 3,
}
HTTP = {"name": "http", "containerPort": 8080, "protocol": "TCP"}


def owned_by(kind: str, name: str, version: str = "apps/v1") -> dict[str, Any]:
    reference = {"apiVersion": version, "kind": kind, "name": name, "uid": SECRET}
    return {"ownerReferences": [{**reference, "controller": True, "blockOwnerDeletion": True}]}


def pod_spec(*ports: Mapping[str, Any], host_network: bool = False) -> dict[str, Any]:
    container = {
        "name": SECRET,
        "image": f"registry.example/{SECRET}:1",
        "command": [SECRET],
        "args": [SECRET],
        "env": [{"name": SECRET, "value": SECRET}],
        "envFrom": [{"secretRef": {"name": SECRET}}],
        "volumeMounts": [{"name": SECRET, "mountPath": f"/{SECRET}"}],
        "ports": [{**port, "hostIP": SECRET} for port in ports],
    }
    spec: dict[str, Any] = {
        "containers": [container],
        "volumes": [{"name": SECRET, "secret": {"secretName": SECRET}}],
        "serviceAccountName": SECRET,
        "nodeName": SECRET,
    }
    return {**spec, "hostNetwork": True} if host_network else spec


def live(
    version: str,
    kind: str,
    name: str,
    namespace: str = "shop",
    metadata: Mapping[str, Any] | None = None,
    **parts: Any,
) -> dict[str, Any]:
    """An object; an empty namespace is none."""
    place = {"namespace": namespace} if namespace else {}
    full = {"name": name, **place, **_NOISE, **(metadata or {})}
    return {"apiVersion": version, "kind": kind, "metadata": full, **parts}


def namespace(name: str, **labels: str) -> dict[str, Any]:
    told = {"kubernetes.io/metadata.name": name, **labels}
    status = {"phase": "Active"}
    return live("v1", "Namespace", name, "", {"labels": told}, spec={}, status=status)


def controller(
    kind: str,
    name: str,
    labels: Mapping[str, str],
    *ports: Mapping[str, Any],
    version: str = "apps/v1",
    metadata: Mapping[str, Any] | None = None,
    replicas: int = 2,
    host_network: bool = False,
) -> dict[str, Any]:
    """One with a template at ``spec.template``."""
    template = {
        "metadata": {"labels": dict(labels), "annotations": {"checksum": SECRET}},
        "spec": pod_spec(*ports, host_network=host_network),
    }
    spec = {"replicas": replicas, "selector": {"matchLabels": dict(labels)}, "template": template}
    return live(version, kind, name, "shop", metadata, spec=spec, status={"replicas": replicas})


def pod(
    name: str,
    labels: Mapping[str, str],
    *ports: Mapping[str, Any],
    metadata: Mapping[str, Any] | None = None,
    phase: str = "Running",
    host_network: bool = False,
) -> dict[str, Any]:
    return live(
        "v1",
        "Pod",
        name,
        "shop",
        {"labels": dict(labels), **(metadata or {})},
        spec=pod_spec(*ports, host_network=host_network),
        status={"phase": phase, "podIP": SECRET, "hostIP": SECRET},
    )


def deployed(
    name: str, labels: Mapping[str, str], *ports: Mapping[str, Any], pods: int = 2
) -> list[dict[str, Any]]:
    """A Deployment with its ReplicaSet and pods."""
    marked = {**labels, "pod-template-hash": "7d9f"}
    made = f"{name}-7d9f"
    return [
        controller("Deployment", name, labels, *ports),
        controller("ReplicaSet", made, marked, *ports, metadata=owned_by("Deployment", name)),
        *(
            pod(f"{made}-{number}", marked, *ports, metadata=owned_by("ReplicaSet", made))
            for number in range(pods)
        ),
    ]


def policy(name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    return live("networking.k8s.io/v1", "NetworkPolicy", name, spec=dict(spec))


def calico(name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    return live("projectcalico.org/v3", "NetworkPolicy", name, spec=dict(spec))


def printed(*objects: Mapping[str, Any]) -> bytes:
    """What ``kubectl get -A -o json`` prints: the kind of the list comes last."""
    whole = {
        "apiVersion": "v1",
        "items": list(objects),
        "kind": "List",
        "metadata": {"resourceVersion": ""},
    }
    return json.dumps(whole, indent=4).encode() + b"\n"


def service(name: str, selector: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A Service on port 443, as the API server completes it."""
    port = {"name": SECRET, "port": 443, "targetPort": "https", "protocol": "TCP", "nodePort": 0}
    spec: dict[str, Any] = {"clusterIP": SECRET, "ports": [port], "type": "ClusterIP"}
    chosen = {} if selector is None else {"selector": selector}
    return live("v1", "Service", name, spec={**spec, **chosen}, status={"loadBalancer": SECRET})


def webhooks(name: str, **client: Any) -> dict[str, Any]:
    """A configuration with one webhook that has this ``clientConfig``."""
    hook = {
        "name": f"{name}.example.org",
        "clientConfig": {"caBundle": SECRET, **client},
        "rules": [{"resources": [SECRET]}],
        "failurePolicy": "Fail",
        "sideEffects": SECRET,
    }
    version = "admissionregistration.k8s.io/v1"
    return live(version, "ValidatingWebhookConfiguration", name, "", webhooks=[hook])


def definition(name: str, **conversion: Any) -> dict[str, Any]:
    """A definition of resources that are converted like that."""
    spec = {"names": SECRET, "versions": [{"schema": SECRET}], "conversion": conversion}
    version = "apiextensions.k8s.io/v1"
    return live(version, "CustomResourceDefinition", name, "", spec=spec)


def api_service(name: str, **spec: Any) -> dict[str, Any]:
    version = "apiregistration.k8s.io/v1"
    return live(version, "APIService", name, "", spec={"caBundle": SECRET, **spec})
