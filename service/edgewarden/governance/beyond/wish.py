"""What is wanted beyond NetworkPolicy, and what does it instead.

NetworkPolicy knows pods, namespaces, address ranges and ports (``NetworkPolicySpec``), and only
allows. What else people write into it belongs to a neighbour of it.
"""

from enum import StrEnum


class Wish(StrEnum):
    """What somebody wants."""

    DOMAINS = "domain names"
    HTTP = "HTTP methods and paths"
    IDENTITY = "the identity of users or service accounts"
    DENIAL = "rules that deny, or their order"
    LOGGING = "logs of connections"
    ENCRYPTION = "encryption"
    SERVICES = "Services by their names"
    NODES = "nodes"
    ICMP = "ICMP"


COMPANIONS = {
    Wish.DOMAINS: (
        "an egress proxy or gateway, `toFQDNs` of a CiliumNetworkPolicy, or `domainNames` of a "
        "ClusterNetworkPolicy where the network plugin has it"
    ),
    Wish.HTTP: (
        "an AuthorizationPolicy of Istio, `rules.http` of a CiliumNetworkPolicy, or the routes of "
        "a gateway"
    ),
    Wish.IDENTITY: (
        "an AuthorizationPolicy of Istio or the application itself; NetworkPolicy knows pods by "
        "their labels only"
    ),
    Wish.DENIAL: (
        "a ClusterNetworkPolicy, whose rules have an order and may deny; a NetworkPolicy only "
        "allows, and denies whatever no policy allows"
    ),
    Wish.LOGGING: "the flow logs of the network plugin or of a service mesh",
    Wish.ENCRYPTION: "mutual TLS of a service mesh, or encryption by the network plugin",
    Wish.SERVICES: "a `podSelector` with the labels of the pods behind the Service",
    Wish.NODES: "`nodes` of a ClusterNetworkPolicy, or an `ipBlock` with the nodes' addresses",
    Wish.ICMP: (
        "a policy of the network plugin's own kind; what becomes of ICMP under a NetworkPolicy is "
        "up to the plugin"
    ),
}
"""What does it, in words that follow "use"."""

FIELDS = {
    Wish.DOMAINS: "toFQDNs fqdn fqdns domain domains domainNames dnsNames hostnames",
    Wish.HTTP: "http rules path paths method methods headers l7",
    Wish.IDENTITY: "serviceAccount serviceAccounts serviceAccountSelector principals user users"
    " groups jwt requestPrincipals",
    Wish.DENIAL: "action deny denyFrom ingressDeny egressDeny order priority tier",
    Wish.LOGGING: "log logging audit",
    Wish.ENCRYPTION: "tls mtls authentication terminatingTLS originatingTLS",
    Wish.SERVICES: "service services serviceSelector toServices",
    Wish.NODES: "node nodes nodeSelector toNodes fromNodes",
    Wish.ICMP: "icmp icmps",
}
"""The fields by which neighbours say it: Cilium, Calico, Istio, ClusterNetworkPolicy."""
WISH_OF_FIELD = {name: wish for wish, names in FIELDS.items() for name in names.split()}
