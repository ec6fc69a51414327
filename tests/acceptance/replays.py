"""What each replayed change really does, written down from reading the changes.

The replays are real commits of public repositories; they lie beside the checkout and not in it.
``exact_with`` names the issue after which a case can be judged in full: 3 brings the engine that
also judges pods which no manifest shows, 4 brings rendering and the kinds of other vendors. A
case without it is judged in full today, also where the right answer is "inconclusive".
"""

from dataclasses import dataclass

from edgewarden.governance.review import Verdict

MOJ = "namespaces/live.cloud-platform.service.justice.gov.uk"


@dataclass(frozen=True, slots=True)
class Replay:
    """``names`` are texts that the comment must contain: what was not judged, and where."""

    id: str
    verdict: Verdict
    names: tuple[str, ...] = ()
    exact_with: int | None = None


REPLAYS = (
    Replay(
        "and-or-repair",
        Verdict.INCONCLUSIVE,
        (
            "components/namespace-lister/staging/stone-stg-rh01/kustomization.yaml",
            "components/namespace-lister/staging/stone-stage-p01/kustomization.yaml",
        ),
        exact_with=4,
    ),
    Replay(
        "port-list-split",
        Verdict.INCONCLUSIVE,
        ("manifests/base/kustomization.yaml",),
        exact_with=4,
    ),
    Replay(
        "widen-by-deletion",
        Verdict.INCONCLUSIVE,
        ("manifests/base/kustomization.yaml",),
        exact_with=4,
    ),
    Replay(
        "metadata-labels-only",
        Verdict.INCONCLUSIVE,
        (
            "manifests/base/kustomization.yaml",
            "manifests/base/commit-server/kustomization.yaml",
        ),
        exact_with=4,
    ),
    Replay(
        "rule-moved-between-policies",
        Verdict.INCONCLUSIVE,
        ("components/namespace-lister/staging/stone-stg-rh01/kustomization.yaml",),
        exact_with=4,
    ),
    Replay(
        "numeric-to-named-port",
        Verdict.INCONCLUSIVE,
        ("components/namespace-lister/staging/stone-stg-rh01/kustomization.yaml",),
        exact_with=4,
    ),
    Replay(
        "promotion-staging-to-base",
        Verdict.INCONCLUSIVE,
        (
            "components/external-secrets-operator/staging/kustomization.yaml",
            "components/external-secrets-operator/production/kustomization.yaml",
        ),
        exact_with=4,
    ),
    Replay(
        "kustomize-sets-namespace",
        Verdict.INCONCLUSIVE,
        (
            "common/dex/overlays/oauth2-proxy/kustomization.yaml",
            "common/cert-manager/overlays/kubeflow/kustomization.yaml",
        ),
        exact_with=4,
    ),
    Replay(
        "first-policies-kube-prometheus",
        Verdict.INCONCLUSIVE,
        (
            "manifests/alertmanager-networkPolicy.yaml",
            "monitoring/grafana",
            "monitoring/kube-state-metrics",
            "monitoring/prometheus-operator",
        ),
        exact_with=3,
    ),
    Replay(
        "missing-document-separator",
        Verdict.INCONCLUSIVE,
        (f"{MOJ}/check-financial-eligibility-production/04-networkpolicy.yaml:28",),
    ),
    Replay(
        "title-contradicts-effect",
        Verdict.INCONCLUSIVE,
        (f"{MOJ}/ky-dev-test/04-networkpolicy.yaml:39", "block-egress"),
        exact_with=3,
    ),
    Replay(
        "null-peer",
        Verdict.INCONCLUSIVE,
        (f"{MOJ}/laa-information-exchange-preproduction/04-networkpolicy.yaml",),
        exact_with=3,
    ),
    Replay(
        "api-version-change",
        Verdict.INCONCLUSIVE,
        (
            f"{MOJ}/laa-criminal-applications-datastore-staging/04-networkpolicy.yaml:121",
            "projectcalico.org",
        ),
        exact_with=4,
    ),
    Replay(
        "head-does-not-parse",
        Verdict.INCONCLUSIVE,
        (f"{MOJ}/laa-submit-crime-forms-dev/04-networkpolicy.yaml:45",),
    ),
    Replay(
        "default-deny-without-dns",
        Verdict.INCONCLUSIVE,
        (
            f"{MOJ}/laa-info-and-advice-datastore-staging/04-networkpolicy.yaml",
            "default-deny-all",
            "DNS",
        ),
        exact_with=3,
    ),
    Replay(
        "namespace-identity-change",
        Verdict.INCONCLUSIVE,
        (f"{MOJ}/hmpps-electronic-monitoring-person-match-dev/04-networkpolicy.yaml",),
        exact_with=3,
    ),
    Replay("comment-only", Verdict.PASS),
    Replay(
        "not-in-selector",
        Verdict.INCONCLUSIVE,
        (
            f"{MOJ}/onboarding-optimisation-dev/04-networkpolicy.yaml",
            "projectcalico.org",
            "allow-frontend-to-backend",
        ),
        exact_with=4,
    ),
)
