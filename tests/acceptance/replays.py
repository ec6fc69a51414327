"""What each replayed change really does, written down from reading the changes.

The replays are real commits of public repositories; they lie beside the checkout and not in it.
``exact_with`` names the issue after which a case can be judged in full: 4 brings rendering and
the kinds of other vendors. A case without it is judged in full today, also where the right answer
is "inconclusive".
"""

from dataclasses import dataclass

from edgewarden.governance.review import Verdict

MOJ = "namespaces/live.cloud-platform.service.justice.gov.uk"


@dataclass(frozen=True, slots=True)
class Replay:
    """``names`` are texts that the comment must contain: what changes or was not judged, and
    where. Without any there is nothing to say and no comment. ``silent_on`` must not be in it.
    """

    id: str
    verdict: Verdict
    names: tuple[str, ...] = ()
    silent_on: tuple[str, ...] = ()
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
        Verdict.ATTENTION,
        (
            "monitoring/grafana",
            "monitoring/kube-state-metrics",
            "monitoring/prometheus-operator",
            (
                "Newly blocked: anything except pods app.kubernetes.io/name=prometheus in "
                "namespace monitoring → pods app.kubernetes.io/component=alert-router"
            ),
            (
                "on every port except TCP 8080, 9093; NetworkPolicy monitoring/alertmanager-main "
                "now isolates ingress, manifests/alertmanager-networkPolicy.yaml:1"
            ),
        ),
        silent_on=("Newly allowed:", "Not judged:"),
    ),
    Replay(
        "missing-document-separator",
        Verdict.INCONCLUSIVE,
        (f"{MOJ}/check-financial-eligibility-production/04-networkpolicy.yaml:28",),
    ),
    Replay(
        "title-contradicts-effect",
        Verdict.ATTENTION,
        (
            (
                "newly allows all pods in namespace ky-dev-test → anything except pods "
                "k8s-app=kube-dns in namespace kube-system on every port"
            ),
            (
                "pods k8s-app=kube-dns in namespace kube-system on every port except TCP 53 and "
                "UDP 53; egress rule 1 of NetworkPolicy ky-dev-test/block-egress allows it, "
                f"{MOJ}/ky-dev-test/04-networkpolicy.yaml:39"
            ),
            "Allow-all rule",
        ),
        silent_on=("Newly blocked:", "Not judged:"),
    ),
    Replay(
        "null-peer",
        Verdict.ATTENTION,
        (
            (
                "newly blocks all pods in namespace laa-information-exchange-preproduction → "
                "anything on every port except TCP 443"
            ),
            (
                "all pods in namespaces component=ingress-controllers except "
                "laa-information-exchange-preproduction → all pods in namespace "
                "laa-information-exchange-preproduction on every port except TCP 8080"
            ),
            (
                "newly isolated for egress; NetworkPolicy "
                "laa-information-exchange-preproduction/allow-ingress-controllers now isolates "
                "egress, "
                f"{MOJ}/laa-information-exchange-preproduction/04-networkpolicy.yaml:14"
            ),
            "Egress isolation without DNS",
        ),
        silent_on=("Newly allowed:", "Not judged:"),
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
        Verdict.ATTENTION,
        (
            "newly blocks all pods in namespace laa-info-and-advice-datastore-staging → anything",
            (
                "all pods in namespaces component=ingress-controllers → all pods in namespace "
                "laa-info-and-advice-datastore-staging on every port"
            ),
            (
                "newly isolated for egress; NetworkPolicy "
                "laa-info-and-advice-datastore-staging/default-deny-all now isolates egress, "
                f"{MOJ}/laa-info-and-advice-datastore-staging/04-networkpolicy.yaml:1"
            ),
            "Egress isolation without DNS",
        ),
        silent_on=("Newly allowed:", "newly isolated for ingress", "Not judged:"),
    ),
    Replay(
        "namespace-identity-change",
        Verdict.PASS,
        (
            (
                "all pods in namespace hmpps-electronic-monitoring-person-match-dev: newly "
                "isolated for ingress"
            ),
            (
                "→ all pods in namespace hmpps-electronic-monitoring-person-match-dev on every "
                "port; NetworkPolicy "
                "hmpps-electronic-monitoring-person-match-dev/allow-ingress-controllers now "
                "isolates ingress, "
                f"{MOJ}/hmpps-electronic-monitoring-person-match-dev/04-networkpolicy.yaml:15"
            ),
            (
                "assumed to be pruned from the cluster: Namespace "
                "hmpps-electronic-monitoring-data-person-match-dev"
            ),
        ),
        silent_on=("Newly allowed:", "no longer isolated", "Not judged:"),
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
