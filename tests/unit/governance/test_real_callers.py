"""What the API server calls in kube-prometheus, as it got its first policies."""

from pathlib import Path

from edgewarden.governance.observations.bypasses import bypasses
from edgewarden.governance.observations.refused_calls import refused_calls
from edgewarden.governance.proposal import Proposal
from edgewarden.reachability.diff import compare
from tests.support.manifest_trees import states_of, tree
from tests.support.shared import shared_path

POLICY = "manifests/prometheusAdapter-networkPolicy.yaml"


def files(side: str) -> dict[str, str]:
    root: Path = shared_path(f"replays/first-policies-kube-prometheus/{side}")
    found = sorted(root.glob("manifests/*.yaml"))
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in found}


def proposed(head: dict[str, str]) -> Proposal:
    before, after = states_of(tree(files("base")), tree(head))
    return Proposal(before, after, compare(before, after))


def test_its_adapter_is_still_reached_and_its_exporter_is_bound_by_nothing() -> None:
    proposal = proposed(files("head"))
    assert [caller.name for caller in proposal.head.callers] == ["v1beta1.metrics.k8s.io"]
    assert list(refused_calls(proposal)) == []
    assert [str(each.subject) for each in bypasses(proposal)] == ["monitoring/node-exporter"]


def test_without_the_rule_for_everyone_its_adapter_would_not_be() -> None:
    head = files("head")
    closed = head[POLICY].replace("  ingress:\n  - {}\n", "  ingress: []\n")
    assert closed != head[POLICY]
    (call,) = refused_calls(proposed({**head, POLICY: closed}))
    assert (call.certain, str(call.location)) == (True, f"{POLICY}:1")
    assert "no ingress rule admits it to TCP 6443 of monitoring/prometheus-adapter" in call.text
    assert call.text.endswith("API v1beta1.metrics.k8s.io does not answer.")
