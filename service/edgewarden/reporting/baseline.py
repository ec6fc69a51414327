"""A namespace's first policies as manifests, out of templates and what is known of a cluster."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Template

from edgewarden.governance.dns_pods import DNS_PROTOCOLS, NODE_LOCAL_DNS
from edgewarden.reachability.labels import NAMESPACE_NAME_LABEL, LabelSelector
from edgewarden.reachability.model import ClusterProfile, PlatformPods

_SEVERAL = re.compile(r"( *)\$\{(\w+)\}")
"""A line that stands for several ones, indented as it is."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*")
_NO_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""What YAML 1.1 takes for something else than a text, however it is capitalised."""

_UNSAID = ("monitoring", "gateway")
"""Facts without which a policy is left out and missed. That nodes run no cache is no loss."""


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy with comments, ending in a line feed; ``name`` is that of the file."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """Allows come first, so that whoever applies the files in their order cuts nobody off between.

    ``missing`` are facts that the profile does not say and some template asks for: those policies
    are left out.
    """

    files: tuple[PolicyFile, ...]
    missing: tuple[str, ...]


def baseline(
    namespace: str, profile: ClusterProfile, templates: Mapping[str, str], owner: str
) -> Baseline:
    """The templates by the names of their files, filled in for a namespace of such a cluster.

    In a template ``${name}`` stands for a fact; on a line of its own for several lines of YAML.
    """
    facts = {"namespace": [_scalar(namespace)], "owner": [_scalar(owner)], **_facts(profile)}
    asked = {name: _asked(text) for name, text in templates.items()}
    every = {each for names in asked.values() for each in names}
    return Baseline(
        tuple(
            PolicyFile(name, _filled(text, facts))
            for name, text in sorted(templates.items())
            if asked[name] <= facts.keys()
        ),
        tuple(name for name in _UNSAID if name in every - facts.keys()),
    )


def baseline_text(files: Sequence[PolicyFile]) -> str:
    """All files as one, each a document."""
    return "---\n".join(each.text for each in files)


def _facts(profile: ClusterProfile) -> dict[str, list[str]]:
    named = LabelSelector.matching({NAMESPACE_NAME_LABEL: profile.dns_namespace})
    facts = {
        "dns_namespace": [profile.dns_namespace],
        "dns_selector": [_query(profile.dns_pods)],
        "dns_peer": [*_peer(PlatformPods(named, profile.dns_pods))],
        "dns_ports": [*_dns_ports(profile.dns_ports)],
    }
    if profile.node_local_dns is not False:
        facts["node_local_dns"] = [str(NODE_LOCAL_DNS)]
    for name, pods in (("monitoring", profile.monitoring), ("gateway", profile.gateway)):
        if pods is not None:
            facts |= {name: [*_peer(pods)], f"{name}_namespaces": [_query(pods.namespaces)]}
    return facts


def _asked(template: str) -> frozenset[str]:
    return frozenset(Template(template).get_identifiers())


def _filled(text: str, facts: Mapping[str, Sequence[str]]) -> str:
    values = {name: ", ".join(lines) for name, lines in facts.items()}
    filled: list[str] = []
    for line in text.splitlines():
        several = _SEVERAL.fullmatch(line)
        if several is None:
            filled.append(Template(line).substitute(values))
        else:
            margin, name = several.groups()
            filled += [f"{margin}{each}" for each in facts[name]]
    return "".join(f"{line}\n" for line in filled)


def _peer(pods: PlatformPods) -> Iterator[str]:
    """A peer of a rule that is both selectors at once."""
    yield "- namespaceSelector:"
    yield from _match_labels(pods.namespaces)
    if not pods.pods.selects_everything:
        yield "  podSelector:"
        yield from _match_labels(pods.pods)


def _match_labels(selector: LabelSelector) -> Iterator[str]:
    yield "    matchLabels:"
    for requirement in selector.requirements:
        yield f"      {_scalar(requirement.key)}: {_scalar(requirement.values[0])}"


def _dns_ports(ports: Sequence[int]) -> Iterator[str]:
    for protocol in DNS_PROTOCOLS:
        for port in ports:
            yield f"- protocol: {protocol}"
            yield f"  port: {port}"


def _query(selector: LabelSelector) -> str:
    """As ``kubectl`` takes it."""
    return ",".join(f"{each.key}={each.values[0]}" for each in selector.requirements)


def _scalar(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NO_TEXT
    return text if plain else json.dumps(text)
