"""A cluster as directories of YAML, as a repository would hold it: one for each namespace."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.model import (
    ClusterState,
    Direction,
    IPBlock,
    Namespace,
    NetworkPolicy,
    Peer,
    PodPeer,
    PolicyPort,
    Rule,
    Workload,
)

PEERS = {Direction.INGRESS: "from", Direction.EGRESS: "to"}


def write_tree(state: ClusterState, root: Path) -> None:
    """Write the manifests of ``state`` below ``root``, which is made."""
    by_namespace: dict[str, dict[str, list[object]]] = {}
    for namespace in state.namespaces:
        by_namespace[namespace.name] = {"namespace.yaml": [_namespace(namespace)]}
    for workload in state.workloads:
        files = by_namespace[workload.namespace]
        files.setdefault("workloads.yaml", []).append(_workload(workload))
    for policy in state.policies:
        files = by_namespace[policy.namespace]
        files.setdefault("policies.yaml", []).append(_policy(policy))
    for name, files in by_namespace.items():
        directory = root / name
        directory.mkdir(parents=True)
        for file, documents in files.items():
            text = yaml.safe_dump_all(documents, sort_keys=False)
            (directory / file).write_text(text, encoding="utf-8")


def object_files(state: ClusterState) -> dict[str, bytes]:
    """The manifests of ``state`` by path, each object in a file of its own."""
    objects: dict[str, object] = {}
    for namespace in state.namespaces:
        objects[f"{namespace.name}/namespace.yaml"] = _namespace(namespace)
    for workload in state.workloads:
        objects[f"{workload.namespace}/{workload.name}.yaml"] = _workload(workload)
    for policy in state.policies:
        objects[f"{policy.namespace}/policy-{policy.name}.yaml"] = _policy(policy)
    return {
        path: yaml.dump(written, Dumper=yaml.CSafeDumper, sort_keys=False).encode()
        for path, written in objects.items()
    }


def _object(version: str, kind: str, metadata: object, **fields: object) -> object:
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def _namespace(namespace: Namespace) -> object:
    metadata = {"name": namespace.name, "labels": dict(namespace.labels)}
    return _object("v1", "Namespace", metadata)


def _workload(workload: Workload) -> object:
    ports = [
        {"name": port.name, "protocol": port.protocol.value, "containerPort": port.number}
        for port in workload.ports
    ]
    labels = dict(workload.labels)
    template = {
        "metadata": {"labels": labels},
        "spec": {
            "containers": [{"name": "main", "image": "registry.example/main:1", "ports": ports}]
        },
    }
    return _object(
        "apps/v1",
        workload.kind,
        {"name": workload.name, "namespace": workload.namespace},
        spec={
            "replicas": workload.replicas,
            "selector": {"matchLabels": dict(labels)},
            "template": template,
        },
    )


def _policy(policy: NetworkPolicy) -> object:
    isolated = [direction for direction in Direction if direction in policy.isolates]
    rules = {
        direction.value: [_rule(rule, PEERS[direction]) for rule in policy.rules(direction)]
        for direction in isolated
    }
    return _object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        {"name": policy.name, "namespace": policy.namespace},
        spec={
            "podSelector": _selector(policy.pods),
            "policyTypes": [direction.value.capitalize() for direction in isolated],
            **rules,
        },
    )


def _rule(rule: Rule, peers: str) -> object:
    found: dict[str, object] = {}
    if rule.peers:
        found[peers] = [_peer(peer) for peer in rule.peers]
    if rule.ports:
        found["ports"] = [_port(port) for port in rule.ports]
    return found


def _peer(peer: Peer) -> object:
    match peer:
        case IPBlock():
            block = {"cidr": str(peer.cidr), "except": [str(each) for each in peer.excepts]}
            return {"ipBlock": block}
        case PodPeer():
            return dict(_selectors(peer))


def _selectors(peer: PodPeer) -> Iterator[tuple[str, object]]:
    if peer.namespaces is not None:
        yield "namespaceSelector", _selector(peer.namespaces)
    if peer.pods is not None:
        yield "podSelector", _selector(peer.pods)


def _port(port: PolicyPort) -> object:
    found: dict[str, object] = {"protocol": port.protocol.value}
    if port.port is not None:
        found["port"] = port.port
    if port.end_port is not None:
        found["endPort"] = port.end_port
    return found


def _selector(selector: LabelSelector) -> Mapping[str, object]:
    """One value as ``matchLabels``, as people write it."""
    equal = {each.key: each.values[0] for each in selector.requirements if _is_equality(each)}
    others = [_expression(each) for each in selector.requirements if not _is_equality(each)]
    return {
        **({"matchLabels": equal} if equal else {}),
        **({"matchExpressions": others} if others else {}),
    }


def _is_equality(requirement: Requirement) -> bool:
    return requirement.operator is Operator.IN and len(requirement.values) == 1


def _expression(requirement: Requirement) -> object:
    found: dict[str, object] = {"key": requirement.key, "operator": requirement.operator.value}
    if requirement.values:
        found["values"] = list(requirement.values)
    return found
