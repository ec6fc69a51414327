"""The names by which a cluster is asked."""

from edgewarden.manifests.inventory.resources import RESOURCES, is_unread_policy

NAMES = {
    "namespaces",
    "pods",
    "replicationcontrollers",
    "cronjobs.batch",
    "deploymentconfigs.apps.openshift.io",
    "networkpolicies.networking.k8s.io",
    "globalnetworkpolicies.projectcalico.org",
    "hostendpoints.crd.projectcalico.org",
    "ciliumcidrgroups.cilium.io",
    "egressfirewalls.k8s.ovn.org",
    "serverauthorizations.policy.linkerd.io",
    "services",
    "validatingwebhookconfigurations.admissionregistration.k8s.io",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io",
    "apiservices.apiregistration.k8s.io",
}


def test_kinds_have_the_names_under_which_api_servers_serve_them() -> None:
    assert {each.name for each in RESOURCES} >= NAMES


def test_nothing_is_asked_for_that_could_hold_a_secret() -> None:
    assert not {"Secret", "ConfigMap", "ServiceAccount"} & {each.kind for each in RESOURCES}


def test_policies_of_unknown_vendors_are_known_not_to_be_asked_for() -> None:
    assert is_unread_policy("crd.antrea.io", "ClusterNetworkPolicy")
    assert not is_unread_policy("networking.k8s.io", "NetworkPolicy")
    assert not is_unread_policy("projectcalico.org", "NetworkPolicy")
    assert not is_unread_policy("apps", "Deployment")
