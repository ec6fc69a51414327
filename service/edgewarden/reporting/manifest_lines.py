"""Proposed policies and rules as the lines of YAML that somebody can add to a manifest."""

import json
import re
from collections.abc import Iterator

from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import (
    Direction,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodPeer,
    Rule,
)

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*", re.ASCII)
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that one version of YAML or another takes for something else than text."""


def rule_lines(direction: Direction, rule: Rule) -> tuple[str, ...]:
    """One item of ``ingress`` or ``egress``, for a rule that names peers and ports."""
    return (
        "- from:" if direction is Direction.INGRESS else "- to:",
        *(f"  {line}" for peer in rule.peers for line in _peer(peer)),
        "  ports:",
        *(
            line
            for port in rule.ports
            for line in (f"  - protocol: {port.protocol}", f"    port: {port.port}")
        ),
    )


def policy_lines(policy: NetworkPolicy) -> tuple[str, ...]:
    """A policy that isolates what it selects, but for its rules."""
    types = ", ".join(sorted(each.value.capitalize() for each in policy.isolates))
    return (
        "apiVersion: networking.k8s.io/v1",
        "kind: NetworkPolicy",
        f"metadata: {{name: {_scalar(policy.name)}, namespace: {_scalar(policy.namespace)}}}",
        "spec:",
        f"  podSelector: {_selector(policy.pods)}",
        f"  policyTypes: [{types}]",
        *(f"  {line}" for direction in Direction for line in _rules(policy, direction)),
    )


def _rules(policy: NetworkPolicy, direction: Direction) -> Iterator[str]:
    rules = policy.rules(direction)
    if rules:
        yield f"{direction.value}:"
    for rule in rules:
        yield from rule_lines(direction, rule)


def _peer(peer: Peer) -> Iterator[str]:
    match peer:
        case IPBlock():
            yield f"- ipBlock: {{cidr: {_scalar(str(peer.cidr))}}}"
        case PodPeer(namespaces=None):
            yield f"- podSelector: {_selector(peer.pods or LabelSelector())}"
        case PodPeer():
            yield f"- namespaceSelector: {_selector(peer.namespaces or LabelSelector())}"
            yield f"  podSelector: {_selector(peer.pods or LabelSelector())}"


def _selector(selector: LabelSelector) -> str:
    """``selector`` asks for one value of each of its keys."""
    labels = ", ".join(f"{_scalar(r.key)}: {_scalar(r.values[0])}" for r in selector.requirements)
    return f"{{matchLabels: {{{labels}}}}}" if labels else "{}"


def _scalar(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT
    return text if plain else json.dumps(text)
