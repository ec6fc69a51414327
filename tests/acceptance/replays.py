"""What each replayed change really does, written down from reading the changes.

The replays are real commits of public repositories; they lie beside the checkout and not in it.
Where the right answer is "inconclusive", what is missing to judge the change is named.
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


REPLAYS = (
    Replay(
        # Staging loses every pod of konflux-ui but the proxy, and the proxies of its own namespace.
        # Production keeps the trap: its clusters build on a file of their own.
        "and-or-repair",
        Verdict.PASS,
        (
            "Passes: in clusters staging/stone-stage-p01 and staging/stone-stg-rh01, this change",
            (
                "Newly blocked: pods app!=proxy in namespace konflux-ui; and pods app=proxy, "
                "apps!=namespace-lister in namespace namespace-lister → pods "
                "apps=namespace-lister in namespace namespace-lister on TCP 8080"
            ),
            "components/namespace-lister/base/network_policy_allow_from_konfluxui.yaml:13",
            (
                "The change does not touch clusters production/kflux-ocp-p01, "
                "production/kflux-osp-p01, production/kflux-prd-rh02, production/kflux-prd-rh03 "
                "and 4 more."
            ),
        ),
        silent_on=("Newly allowed:", "Not judged:"),
    ),
    Replay(
        "port-list-split",
        Verdict.ATTENTION,
        (
            (
                "Newly allowed: any pod except pods app.kubernetes.io/name=argocd-server in "
                "namespace default → pods app.kubernetes.io/name=argocd-dex-server in namespace "
                "default on every TCP port; ingress rule 2 of NetworkPolicy "
                "default/argocd-dex-server-network-policy allows it, "
                "manifests/base/dex/argocd-dex-server-network-policy.yaml:21"
            ),
            "argocd-dex-server in namespace default on TCP 1-5555, 5559-65535",
            "Newly opened from everywhere or the internet",
        ),
        silent_on=("Newly blocked:", "Not judged:"),
    ),
    Replay(
        # Redis may reach everything again. The other way to run the controller has no Redis.
        "widen-by-deletion",
        Verdict.ATTENTION,
        (
            "Needs attention: in cluster base, this change newly allows default/argocd-redis",
            (
                "Isolation lost (high, warn, isolation-lost) at manifests/base/redis/"
                "argocd-redis-network-policy.yaml:1 in the base: Nothing isolates the egress of "
                "pods app.kubernetes.io/name=argocd-redis in namespace default, among them "
                "default/argocd-redis[Deployment], any more"
            ),
            (
                "default/argocd-redis: no longer isolated for egress; NetworkPolicy "
                "default/argocd-redis-network-policy no longer isolates egress, "
                "manifests/base/redis/argocd-redis-network-policy.yaml:1 in the base"
            ),
            "The change does not touch cluster application-controller-deployment.",
        ),
        silent_on=("Newly blocked:", "Not judged:"),
    ),
    # Nothing changes, in either of the two clusters that the roots are for.
    Replay("metadata-labels-only", Verdict.PASS),
    Replay("rule-moved-between-policies", Verdict.PASS),
    Replay(
        "numeric-to-named-port",
        Verdict.PASS,
        (
            (
                "Newly blocked: all pods in namespace openshift-user-workload-monitoring → pods "
                "apps=namespace-lister in namespace namespace-lister on TCP 8080 unless named "
                "metrics"
            ),
            (
                "Newly allowed: all pods in namespace openshift-user-workload-monitoring → pods "
                "apps=namespace-lister in namespace namespace-lister on TCP 1-8079, 8081-65535 "
                "where named metrics; ingress rule 1 of NetworkPolicy "
                "namespace-lister/allow-from-openshift-user-workload-monitoring allows it, "
                "components/namespace-lister/base/metrics/network_policy.yaml:13"
            ),
        ),
        silent_on=("Not judged:",),
    ),
    Replay(
        # Both overlays build on a base that inflates a chart: what that makes is not known.
        "promotion-staging-to-base",
        Verdict.INCONCLUSIVE,
        (
            "What kustomize renders from components/external-secrets-operator/production",
            "What kustomize renders from components/external-secrets-operator/staging",
            "components/external-secrets-operator/base/kustomization.yaml:16",
            "inflates Helm charts",
        ),
        silent_on=("Newly allowed:", "Newly blocked:"),
    ),
    Replay(
        # One overlay put the policies of every namespace into kubeflow, and is gone. Of those that
        # replace it the replay has parts only, so they cannot be rendered.
        "kustomize-sets-namespace",
        Verdict.INCONCLUSIVE,
        (
            "all pods in namespace kubeflow: no longer isolated for ingress",
            "common/networkpolicies/base/cache-server.yaml:1 in the base",
            "common/dex/base/kustomization.yaml:8",
            "common/cert-manager/base/kustomization.yaml:5",
        ),
        silent_on=("Newly blocked:",),
    ),
    Replay(
        "first-policies-kube-prometheus",
        Verdict.PASS,
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
            "Isolation taken back by a rule that allows everything",
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
        # A policy of Calico takes the place of one that isolated egress: what it does is not known.
        "api-version-change",
        Verdict.INCONCLUSIVE,
        (
            (
                "this change may newly allow all pods in namespace "
                "laa-criminal-applications-datastore-staging → anything except all pods in "
                "namespace laa-criminal-applications-datastore-staging on every port"
            ),
            (
                "all pods in namespace laa-criminal-applications-datastore-staging: no longer "
                "isolated for egress; NetworkPolicy "
                "laa-criminal-applications-datastore-staging/block-egress no longer isolates "
                "egress: it is replaced by a kind that is not judged (NetworkPolicy "
                "laa-criminal-applications-datastore-staging/block-egress of projectcalico.org), "
                f"{MOJ}/laa-criminal-applications-datastore-staging/04-networkpolicy.yaml:121 in "
                "the base"
            ),
        ),
        silent_on=("Newly allowed:", "Newly blocked:"),
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
                "all pods in namespaces component=ingress-controllers except "
                "laa-info-and-advice-datastore-staging → all pods in namespace "
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
        # The backend admits the frontend alone, unless a new policy of Calico lets in more.
        "not-in-selector",
        Verdict.INCONCLUSIVE,
        (
            (
                "this change may newly block all pods in namespaces "
                "component=ingress-controllers except onboarding-optimisation-dev → pods "
                "app!=onboarding-optimisation-frontend in namespace onboarding-optimisation-dev on "
                "every port"
            ),
            (
                "pods app!=onboarding-optimisation-frontend in namespace "
                "onboarding-optimisation-dev → pods app=onboarding-optimisation-backend in "
                "namespace onboarding-optimisation-dev on every port; NetworkPolicy "
                "onboarding-optimisation-dev/allow-frontend-to-backend now isolates ingress"
            ),
            "onboarding-optimisation-dev/allow-egress-ip of projectcalico.org",
            "onboarding-optimisation-dev/block-egress of projectcalico.org",
            f"{MOJ}/onboarding-optimisation-dev/04-networkpolicy.yaml:64",
            f"{MOJ}/onboarding-optimisation-dev/04-networkpolicy.yaml:208",
        ),
        silent_on=("Newly allowed:", "Newly blocked:", "No longer isolated"),
    ),
)
