"""A first ``.edgewarden.yaml``, with what was found as comments: it changes nothing yet."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap

from edgewarden.manifests.discovery import Discovery, FoundCluster, Hint
from edgewarden.manifests.division import FIXTURES
from edgewarden.reporting.deployment_text import deployment_text
from edgewarden.reporting.escaping import visible
from edgewarden.reporting.wording import counted

_SHOWN = 20
_WIDTH = 96

_PLAIN = re.compile(r"[A-Za-z0-9_./-]+")
"""Paths that YAML takes for texts without quotes."""

_HEAD = """\
# What Edgewarden is told about this repository. Reviews take this file from the base of a pull
# request: a change of it counts once it is merged. `edgewarden config check` tells what it means
# here; docs/configuration.md of Edgewarden explains every key. Values in comments are examples, but
# for `clusters`: what stands there behind one # is what is found, and reads the same with it.
version: 1

# What is deployed nowhere. Without this key these patterns stand.
exclude:
"""

_PROFILE = """
# What no manifest shows of the cluster. An answer that hangs on an unknown fact is "may". What
# the settings of the Edgewarden service say outweighs this.
# profile:
"""

_CLUSTERS = """
# Which part of the repository each cluster is made of: a file outside of its paths is not read for
# it. Without this key, what is found decides.
"""

_GOVERNANCE = """
# What changes are judged by besides the platform's rules, and who owns what.
# rules: [network/rules]
# checklist: network/checklist.yaml
# zones: network/zones.yaml
# contract: [network/contract]
# owners:
# - team: payments
#   namespaces: [payments]
#   paths: ["teams/payments/**"]
"""

_APPLIERS = {"Argo CD": "argocd", "Flux": "flux"}


_ALONE = """\
clusters:
- name: production
  paths: ["."]
"""


def clusters_proposal(found: Discovery) -> str:
    """The part of a configuration that names the clusters which are found; empty where nothing
    suggests several."""
    if not found.clusters:
        return ""
    return "".join(("clusters:\n", *map(_found_cluster, found.clusters)))


def configuration_draft(
    found: Discovery, fixtures: Mapping[str, Sequence[str]], proposal: str = ""
) -> str:
    """The text of a configuration under which a tree is read as it is without one.

    ``fixtures`` are the paths that the patterns exclude there. The ``proposal`` names the clusters
    that are found, if that can be done. What stands behind one sign of comment may be taken as it
    is, what stands behind two is an example.
    """
    return "".join(
        f"{line}\n"
        for line in (
            *_HEAD.splitlines(),
            *_excludes(fixtures),
            *_PROFILE.splitlines(),
            *_profile(found),
            *_GOVERNANCE.splitlines(),
            *_CLUSTERS.splitlines(),
            *_found(found),
            *_clusters(found, proposal),
        )
    )


def _excludes(fixtures: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for pattern in FIXTURES.patterns:
        count = len(fixtures.get(pattern, ()))
        remark = f"  # {counted(count, 'file')} here" if count else ""
        yield f'- "{pattern}"{remark}'


def _profile(found: Discovery) -> Iterator[str]:
    plugin = found.plugins[0] if found.plugins else None
    applier = next((hint for hint in found.deploying_projects if hint.value in _APPLIERS), None)
    named = _APPLIERS[applier.value] if applier else "kubectl"
    yield from _fact(f"cni: {plugin.value if plugin else 'Calico'}", _seen(plugin))
    yield from _fact("enforces_policies: true", "whether the plugin enforces NetworkPolicy")
    yield from _fact("ip_block_matches_pods: unknown", "matches, never or unknown")
    yield from _fact("pod_ranges: [10.244.0.0/16]", "where addresses of pods come from")
    yield from _fact("service_ranges: [10.96.0.0/12]", "and of Services")
    yield from _fact("node_ranges: [192.168.0.0/24]", "and of nodes")
    yield from _fact("control_plane_ranges: [192.168.0.2/32]", "where the API server calls from")
    yield from _fact("dns_namespace: kube-system", "the pods that answer DNS")
    yield from _fact("dns_labels: {k8s-app: kube-dns}", "")
    yield from _fact("dns_ports: [53]", "")
    yield from _fact("node_local_dns: false", "whether nodes run NodeLocal DNSCache")
    yield from _fact("monitoring: {namespaces: {kubernetes.io/metadata.name: monitoring}}", "")
    yield from _fact("gateway: {namespaces: {kubernetes.io/metadata.name: ingress-nginx}}", "")
    yield from _fact("egress_gateway: {namespaces: {kubernetes.io/metadata.name: egress}}", "")
    yield from _fact(
        f"applier: {named}", _seen(applier) or "kubectl, argocd, argocd-server-side, flux or helm"
    )
    yield from _fact("prunes: true", "whether deleting a manifest deletes the object")


def _fact(line: str, remark: str) -> Iterator[str]:
    yield f"#   {line:<35} # {remark}" if remark else f"#   {line}"


def _seen(hint: Hint | None) -> str:
    return visible(f"{hint.kind} of {hint.value} in {hint.location}") if hint else ""


def _found_cluster(cluster: FoundCluster) -> str:
    name, paths = (json.dumps(each) for each in (cluster.name.replace("/", "-"), [*cluster.paths]))
    return visible(f"- name: {name}") + "\n" + visible(f"  paths: {paths}") + "\n"


def _found(found: Discovery) -> Iterator[str]:
    yield from _listed("Overlays of kustomize", found.kustomizations)
    yield from _listed("Charts of Helm", found.charts)
    yield from _listed(
        "Plain manifests",
        (f"{path} ({counted(count, 'file')})" for path, count in found.plain.items()),
    )
    yield from _listed("Namespaces", found.namespaces)
    yield from _listed("Deployed", map(deployment_text, found.deployments), between="; ")
    yield from _listed("Deployed by nothing of these", found.undeployed)
    yield from _listed("Deployed by nothing, but others in their stead", found.left)
    yield from _listed("Components and libraries that nothing here builds on", found.unused)


def _listed(title: str, names: Iterable[str], between: str = ", ") -> Iterator[str]:
    every = tuple(names)
    if every:
        more = f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
        text = visible(f"{title}: {between.join(every[:_SHOWN])}{more}")
        yield from wrap(
            text, _WIDTH, initial_indent="# ", subsequent_indent="#  ", break_on_hyphens=False
        )


def _clusters(found: Discovery, proposal: str) -> Iterator[str]:
    if found.clusters and not proposal:
        names = (each.name for each in found.clusters)
        yield from _listed("Found without this key, and not told apart by paths alone", names)
        return
    yield from (f"# {line}" for line in (proposal or _ALONE).splitlines())
    if found.unnamed:
        objects = counted(found.unnamed, "object")
        yield f"# #   namespace: default    # of objects that name none: {objects} here"
    if charts := [chart for chart in found.charts if _PLAIN.fullmatch(chart)]:
        yield "# #   charts:               # those that are given more than their own values"
        yield f"# #   - path: {charts[0]}"
        yield "# #     values: []"
