"""Sound objects of every kind that is read, and the same with something wrong in them."""

import json
from copy import deepcopy
from random import Random
from typing import Any

Object = dict[str, Any]

_SELECTOR = {
    "matchLabels": {"app": "web"},
    "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}],
}
_TEMPLATE = {
    "metadata": {"labels": {"app": "web", "tier": "a"}, "annotations": {"note": "x"}},
    "spec": {
        "hostNetwork": False,
        "serviceAccountName": "web",
        "terminationGracePeriodSeconds": 30,
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "spot", "operator": "Exists", "tolerationSeconds": 60}],
        "containers": [
            {
                "name": "main",
                "image": "registry.example/web:1",
                "args": ["--port", "8080"],
                "env": [{"name": "LEVEL", "value": "info"}],
                "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
                "resources": {"limits": {"cpu": 1.5, "memory": "64Mi"}},
                "readinessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 5},
                "securityContext": {"runAsUser": 1000, "capabilities": {"drop": ["ALL"]}},
                "volumeMounts": [{"name": "data", "mountPath": "/data", "readOnly": True}],
            }
        ],
        "initContainers": [{"name": "early", "restartPolicy": "Always"}],
        "volumes": [{"name": "data", "configMap": {"name": "web", "defaultMode": 420}}],
    },
}


def _object(version: str, kind: str, spec: object) -> Object:
    metadata = {
        "name": "web",
        "namespace": "shop",
        "labels": {"team": "front"},
        "annotations": {"note": "x"},
        "finalizers": ["example.com/keep"],
        "ownerReferences": [
            {"apiVersion": "v1", "kind": "Pod", "name": "o", "uid": "u", "controller": False}
        ],
    }
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def _controlled(**more: object) -> object:
    return {"selector": _SELECTOR, "template": _TEMPLATE, **more}


_POLICY = {
    "podSelector": _SELECTOR,
    "policyTypes": ["Ingress", "Egress"],
    "ingress": [
        {
            "from": [
                {"podSelector": _SELECTOR, "namespaceSelector": {}},
                {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
            ],
            "ports": [{"port": 80, "endPort": 90, "protocol": "UDP"}, {"port": "http"}],
        }
    ],
    "egress": [{"to": [{"podSelector": {}}]}],
}
_JOB = {"template": _TEMPLATE, "parallelism": 2, "backoffLimit": 3}

SOUND = (
    _object("networking.k8s.io/v1", "NetworkPolicy", _POLICY),
    _object("networking.k8s.io/v1", "NetworkPolicy", _POLICY),
    _object("v1", "Namespace", {"finalizers": ["kubernetes"]}),
    _object("v1", "Pod", _TEMPLATE["spec"]),
    _object("apps/v1", "Deployment", _controlled(replicas=2, strategy={"type": "Recreate"})),
    _object("apps/v1", "ReplicaSet", _controlled(replicas=2)),
    _object("apps/v1", "StatefulSet", _controlled(serviceName="web", volumeClaimTemplates=[])),
    _object("apps/v1", "DaemonSet", _controlled(minReadySeconds=5)),
    _object("batch/v1", "Job", _JOB),
    _object("batch/v1", "CronJob", {"schedule": "0 3 * * *", "jobTemplate": {"spec": _JOB}}),
    _object("v1", "ReplicationController", {"template": _TEMPLATE, "selector": {"app": "web"}}),
)

_VALUES: tuple[Any, ...] = (
    *(None, True, 0, 7, -1, 2.5, "x", "8080", ""),
    *([], {}, ["x"], {"x": "y"}, [None]),
)


def copied(written: Object) -> Object:
    """A copy in which no two places share a value."""
    found: Object = json.loads(json.dumps(written))
    return found


def mutated(seed: int) -> Object:
    """A sound object with one to three changes below its metadata and spec."""
    random = Random(seed)
    found = copied(random.choice(SOUND))
    for _ in range(random.randint(1, 3)):
        _change(found, random)
    return found


def _change(root: Object, random: Random) -> None:
    holder: Any = root
    key: Any = random.choice(["metadata", "spec", "spec", "spec"])
    while isinstance(holder[key], dict | list) and holder[key] and random.random() < 0.85:
        holder = holder[key]
        key = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    match random.randrange(4):
        case 0:
            holder[key] = deepcopy(random.choice(_VALUES))
        case 1 if isinstance(holder, dict) and holder is not root:
            misspelt = random.choice(("form", "x-y", f"{key}s", key.upper(), key[:-1] or "k"))
            holder[misspelt] = deepcopy(holder[key])
        case 2 if holder is not root:
            del holder[key]
        case _:
            holder[key] = random.choice(([deepcopy(holder[key])], {"x": 1}))
