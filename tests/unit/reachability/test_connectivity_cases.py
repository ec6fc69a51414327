"""Who reaches whom in one state: one case for each sentence of the API that decides it.

A case holds a client in namespace ``shop`` (or what it names), a server with an ingress or
egress policy, and the ports on which the first certainly reaches the second.
"""

from dataclasses import dataclass, replace
from ipaddress import ip_address

import pytest

from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.model import (
    AddressMatch,
    ClusterProfile,
    ClusterState,
    Namespace,
    NetworkPolicy,
    Rule,
    Workload,
)
from edgewarden.reachability.ports import ALL_PORTS, NO_PORTS, PortSet
from edgewarden.reachability.report import Connectivity
from tests.support.clusters import (
    BOTH,
    EGRESS,
    block,
    namespace,
    pods,
    policy,
    port_mapping,
    rule,
    state,
    workload,
)
from tests.support.one_by_one import one_by_one

WEB = workload("shop/web", "app=web", ports="metrics:9100")
DB = workload("shop/db", "app=db tier=data", ports="sql:5432 sql:5433/UDP metrics:9200")
OTHER = workload("bank/web", "app=web")
NEVER = ClusterProfile(ip_block_matches_pods=AddressMatch.NEVER)


@dataclass(frozen=True)
class Case:
    """``ports`` are those on which ``src`` certainly reaches ``dst``; ``because`` is the rule."""

    because: str
    state: ClusterState
    ports: str
    src: str = "shop/web"
    dst: str = "shop/db"


def ingress(*rules: Rule, pods: str = "app=db") -> NetworkPolicy:
    return policy("shop/ingress", pods, ingress=rules)


def egress(*rules: Rule, pods: str = "app=web") -> NetworkPolicy:
    return policy("shop/egress", pods, isolates=EGRESS, egress=rules)


def shop(
    *objects: Namespace | Workload | NetworkPolicy, profile: ClusterProfile = NEVER
) -> ClusterState:
    return state(WEB, DB, OTHER, *objects, profile=profile)


def is_end(end: End, text: str) -> bool:
    if isinstance(end, WorkloadEnd):
        return f"{end.namespace}/{end.name}" == text
    if "/" in text:
        return False
    address = ip_address(text)
    return end.first.version == address.version and int(end.first) <= int(address) <= int(end.last)


def certain(found: Connectivity, src: str, dst: str) -> PortSet:
    ports = [
        edge.ports
        for here, there, edge in one_by_one(found.edges)
        if is_end(here, src) and is_end(there, dst)
    ]
    return ports[0] if ports else NO_PORTS


def may(found: Connectivity, src: str, dst: str) -> PortSet:
    ports = NO_PORTS
    for here, there, edge in one_by_one(found.may_edges):
        if is_end(here, src) and is_end(there, dst):
            ports |= edge.ports
    return ports


EVERY = "1-65535 1-65535/UDP 1-65535/SCTP"

CASES = [
    Case("no policy isolates either end", shop(), EVERY),
    Case("a policy isolates pods that it selects only", shop(ingress(pods="app=cache")), EVERY),
    Case("a policy selects pods of its own namespace only", shop(policy("bank/deny")), EVERY),
    Case("an isolated direction without rules admits nothing", shop(ingress()), ""),
    Case("egress isolation without rules lets nothing out", shop(egress()), ""),
    Case("ingress isolation does not isolate egress", shop(ingress(pods="app=web")), EVERY),
    Case("egress isolation does not isolate ingress", shop(egress(pods="app=db")), EVERY),
    Case("an empty podSelector selects every pod of the namespace", shop(ingress(pods="")), ""),
    Case("a rule {} admits everything", shop(ingress(rule())), EVERY),
    Case("a rule without peers admits every pod", shop(ingress(rule(ports="80"))), "80"),
    Case("a rule without ports admits every port", shop(ingress(rule(pods("app=web")))), EVERY),
    Case(
        "a podSelector peer looks in the policy's own namespace",
        shop(ingress(rule(pods("app=web")))),
        "",
        src="bank/web",
    ),
    Case(
        "a namespaceSelector peer admits all pods of the matching namespaces",
        shop(namespace("bank", "kind=bank"), ingress(rule(pods(namespaces="kind=bank")))),
        EVERY,
        src="bank/web",
    ),
    Case(
        "both selectors in one peer are an AND",
        shop(namespace("bank", "kind=bank"), ingress(rule(pods("app=x", namespaces="kind=bank")))),
        "",
        src="bank/web",
    ),
    Case(
        "two peers are an OR",
        shop(
            namespace("bank", "kind=bank"),
            ingress(rule(pods("app=x"), pods(namespaces="kind=bank"))),
        ),
        EVERY,
        src="bank/web",
    ),
    Case(
        "an empty namespaceSelector matches every namespace",
        shop(ingress(rule(pods("app=web", namespaces="")))),
        EVERY,
        src="bank/web",
    ),
    Case(
        "an empty podSelector peer is every pod of the policy's namespace, and no other",
        shop(ingress(rule(pods("")))),
        "",
        src="bank/web",
    ),
    Case("In needs the key", shop(ingress(rule(pods("zone in a,b")))), ""),
    Case("Exists needs the key", shop(ingress(rule(pods("zone exists")))), ""),
    Case("NotIn admits pods without the key", shop(ingress(rule(pods("zone notin a")))), EVERY),
    Case("NotIn refuses the named value", shop(ingress(rule(pods("app notin web")))), ""),
    Case("DoesNotExist admits pods without the key", shop(ingress(rule(pods("a absent")))), EVERY),
    Case("DoesNotExist refuses pods with the key", shop(ingress(rule(pods("app absent")))), ""),
    Case("an empty value needs the key", shop(ingress(rule(pods("zone=")))), ""),
    Case(
        "a namespace without a manifest carries its name as a label",
        shop(ingress(rule(pods(namespaces="kubernetes.io/metadata.name=bank")))),
        EVERY,
        src="bank/web",
    ),
    Case(
        "a manifest's own value for the name label is ignored",
        shop(
            namespace("bank", "kubernetes.io/metadata.name=shop"),
            ingress(rule(pods(namespaces="kubernetes.io/metadata.name=shop"))),
        ),
        "",
        src="bank/web",
    ),
    Case(
        "labels that a namespace's manifest does not name count as absent",
        shop(ingress(rule(pods(namespaces="kind notin bank")))),
        EVERY,
        src="bank/web",
    ),
    Case(
        "a protocol without a port is every port of that protocol and says nothing of others",
        shop(ingress(rule(ports="/UDP"))),
        "1-65535/UDP",
    ),
    Case("endPort is included", shop(ingress(rule(ports="8000-8010"))), "8000-8010"),
    Case(
        "one number on two protocols is two ports",
        shop(ingress(rule(ports="53 53/UDP"))),
        "53 53/UDP",
    ),
    Case(
        "an ingress rule's named port resolves on the pod that it selects",
        shop(ingress(rule(ports="metrics"))),
        "9200",
    ),
    Case(
        "an egress rule's named port resolves on the destination, not on the source",
        shop(egress(rule(pods("app=db"), ports="metrics"))),
        "9200",
    ),
    Case("a named port asks for its protocol", shop(ingress(rule(ports="sql/UDP"))), "5433/UDP"),
    Case("a name that no container has grants nothing", shop(ingress(rule(ports="web"))), ""),
    Case(
        "one name leads to different numbers on different pods",
        shop(egress(rule(pods(""), ports="metrics"))),
        "9100",
        dst="shop/web",
    ),
    Case(
        "rules and policies add",
        shop(
            ingress(rule(ports="80"), rule(ports="443")),
            policy("shop/more", "tier=data", ingress=(rule(ports="53/UDP"),)),
        ),
        "80 443 53/UDP",
    ),
    Case(
        "both ends have to allow",
        shop(egress(rule(ports="80-90")), ingress(rule(ports="85-95"))),
        "85-90",
    ),
    Case(
        "an edge to itself is one between two pods that look like it",
        shop(ingress(rule(pods("app=web")))),
        "",
        src="shop/db",
        dst="shop/db",
    ),
    Case(
        "a workload without replicas has its edges",
        state(WEB, replace(DB, replicas=0), ingress(rule(ports="80")), profile=NEVER),
        "80",
    ),
    Case("an ipBlock is addresses", shop(ingress(rule(block("0.0.0.0/0")))), "", src="shop/web"),
    Case(
        "an ipBlock admits its addresses",
        shop(ingress(rule(block("203.0.113.0/24"), ports="80"))),
        "80",
        src="203.0.113.255",
    ),
    Case(
        "an ipBlock does not admit its neighbours",
        shop(ingress(rule(block("203.0.113.0/24")))),
        "",
        src="203.0.114.0",
    ),
    Case(
        "an ipBlock does not admit what it excepts",
        shop(ingress(rule(block("203.0.113.0/24", "203.0.113.7/32")))),
        "",
        src="203.0.113.7",
    ),
    Case(
        "another block admits what one excepts",
        shop(ingress(rule(block("203.0.113.0/24", "203.0.113.7/32"), block("203.0.113.7/32")))),
        EVERY,
        src="203.0.113.7",
    ),
    Case(
        "every IPv4 address is no IPv6 address",
        shop(ingress(rule(block("0.0.0.0/0")))),
        "",
        src="2001:db8::1",
    ),
    Case(
        "an IPv6 block admits its addresses",
        shop(egress(rule(block("2001:db8::/32", "2001:db8:1::/48"), ports="443"))),
        "443",
        dst="2001:db8::1",
    ),
    Case(
        "a rule without peers admits every address",
        shop(ingress(rule(ports="80"))),
        "80",
        src="8.8.8.8",
    ),
    Case("a pod peer admits no address", shop(ingress(rule(pods("")))), "", src="8.8.8.8"),
    Case(
        "a named port never matches an address as destination",
        shop(egress(rule(ports="sql 443"))),
        "443",
        dst="8.8.8.8",
    ),
    Case(
        "a named port resolves on the pod that addresses come to",
        shop(ingress(rule(block("203.0.113.0/24"), ports="sql"))),
        "5432",
        src="203.0.113.1",
    ),
    Case(
        "ingress rules do not bear on addresses as destinations",
        shop(ingress()),
        EVERY,
        src="shop/db",
        dst="8.8.8.8",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.because)
def test_certain_edges(case: Case) -> None:
    found = connectivity(case.state)
    expected = PortSet.from_mapping(port_mapping(case.ports))
    assert certain(found, case.src, case.dst) == expected
    assert not may(found, case.src, case.dst)


# --- node traffic ---------------------------------------------------------------------------

AGENT = workload("shop/agent", "app=web", host_network=True)


def test_policies_do_not_bind_host_network_pods() -> None:
    found = connectivity(state(WEB, AGENT, policy("shop/deny", isolates=BOTH), profile=NEVER))
    assert certain(found, "shop/agent", "8.8.8.8") == ALL_PORTS
    assert certain(found, "shop/agent", "shop/agent") == ALL_PORTS


def test_the_end_of_a_host_network_pod_is_marked() -> None:
    found = connectivity(state(AGENT))
    assert {
        src.host_network for src, _, _ in one_by_one(found.edges) if isinstance(src, WorkloadEnd)
    } == {True}


def test_node_traffic_passes_where_the_other_end_is_not_isolated() -> None:
    found = connectivity(state(DB, AGENT, profile=NEVER))
    assert certain(found, "shop/agent", "shop/db") == ALL_PORTS


def test_node_traffic_passes_where_a_rule_admits_any_peer_and_else_only_may() -> None:
    found = connectivity(state(DB, AGENT, ingress(rule(ports="80")), profile=NEVER))
    assert certain(found, "shop/agent", "shop/db") == PortSet.from_mapping({"TCP": [[80, 80]]})
    assert may(found, "shop/agent", "shop/db") == ALL_PORTS - certain(
        found, "shop/agent", "shop/db"
    )


def test_host_network_pods_match_no_pod_peer() -> None:
    found = connectivity(state(DB, AGENT, ingress(rule(pods("app=web"))), profile=NEVER))
    assert not certain(found, "shop/agent", "shop/db")
    (edge,) = (e for src, _, e in one_by_one(found.may_edges) if is_end(src, "shop/agent"))
    assert [fact.kind for fact in edge.facts] == ["host_network"]


def test_blocks_over_all_nodes_admit_node_traffic() -> None:
    profile = replace(NEVER, node_ranges=(block("192.168.0.0/24").cidr,))
    found = connectivity(
        state(DB, AGENT, ingress(rule(block("192.168.0.0/16"), ports="80")), profile=profile)
    )
    assert certain(found, "shop/agent", "shop/db") == PortSet.from_mapping({"TCP": [[80, 80]]})


# --- blocks that may cover pods -------------------------------------------------------------


@pytest.mark.parametrize(
    ("cidr", "ranges", "answer"),
    [
        ("0.0.0.0/0", (), "may"),
        ("::/0", (), "may"),
        ("10.20.0.0/16", (), "may"),
        ("203.0.113.0/24", (), "no"),
        ("10.0.0.0/8", ("10.244.0.0/16",), "may"),
        ("10.1.0.0/16", ("10.244.0.0/16",), "no"),
    ],
)
def test_an_unknown_plugin_may_let_blocks_match_pods(
    cidr: str, ranges: tuple[str, ...], answer: str
) -> None:
    profile = ClusterProfile(pod_ranges=tuple(block(each).cidr for each in ranges))
    found = connectivity(shop(ingress(rule(block(cidr))), profile=profile))
    assert not certain(found, "shop/web", "shop/db")
    assert bool(may(found, "shop/web", "shop/db")) == (answer == "may")


@pytest.mark.parametrize(
    ("cidr", "ranges", "answer"),
    [
        ("0.0.0.0/0", (), "yes"),
        ("10.0.0.0/8", (), "may"),
        ("10.0.0.0/8", ("10.244.0.0/16",), "yes"),
        ("10.244.1.0/24", ("10.244.0.0/16",), "may"),
        ("10.1.0.0/16", ("10.244.0.0/16",), "no"),
    ],
)
def test_a_matching_plugin_lets_blocks_match_the_pods_that_they_contain(
    cidr: str, ranges: tuple[str, ...], answer: str
) -> None:
    profile = ClusterProfile(
        ip_block_matches_pods=AddressMatch.MATCHES,
        pod_ranges=tuple(block(each).cidr for each in ranges),
    )
    found = connectivity(shop(ingress(rule(block(cidr))), profile=profile))
    assert bool(certain(found, "shop/web", "shop/db")) == (answer == "yes")
    assert bool(may(found, "shop/web", "shop/db")) == (answer == "may")


def test_private_ranges_that_a_block_excepts_do_not_cover_pods() -> None:
    holes = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
    found = connectivity(shop(ingress(rule(block("0.0.0.0/0", *holes))), profile=ClusterProfile()))
    assert not may(found, "shop/web", "shop/db")


def test_a_named_port_never_matches_a_pod_that_a_block_covers() -> None:
    rules = (rule(block("10.0.0.0/8"), ports="sql 443"),)
    found = connectivity(shop(egress(*rules), profile=ClusterProfile()))
    assert may(found, "shop/web", "shop/db") == PortSet.from_mapping({"TCP": [[443, 443]]})


def test_only_the_blocks_that_decide_are_asked_about() -> None:
    rules = (rule(block("10.1.0.0/16"), ports="80"), rule(block("10.2.0.0/16"), ports="443"))
    found = connectivity(shop(ingress(*rules), profile=ClusterProfile()))
    asked = {
        str(edge.ports): [fact.question for fact in edge.facts]
        for src, _, edge in one_by_one(found.may_edges)
        if is_end(src, "shop/web")
    }
    assert {ports: len(questions) for ports, questions in asked.items()} == {
        "TCP 80": 1,
        "TCP 443": 1,
    }
    assert "10.1.0.0/16" in asked["TCP 80"][0]


# --- labels that a controller sets ----------------------------------------------------------


def test_a_selector_on_an_open_label_may_match() -> None:
    numbered = workload("shop/kv", "app=kv", kind="StatefulSet", open_labels="index")
    found = connectivity(shop(numbered, ingress(rule(pods("app=kv;index=0")))))
    assert not certain(found, "shop/kv", "shop/db")
    assert may(found, "shop/kv", "shop/db") == ALL_PORTS


def test_one_value_decides_all_selectors_on_an_open_label() -> None:
    numbered = workload("shop/kv", "app=kv", kind="StatefulSet", open_labels="index")
    found = connectivity(shop(numbered, ingress(rule(pods("index=0"), pods("index notin 0")))))
    assert certain(found, "shop/kv", "shop/db") == ALL_PORTS


def test_an_uncertain_selection_isolates_and_allows_at_once() -> None:
    numbered = workload("shop/kv", "app=kv", kind="StatefulSet", open_labels="index")
    found = connectivity(shop(numbered, policy("shop/kv", "index=0", ingress=(rule(ports="80"),))))
    assert certain(found, "shop/web", "shop/kv") == PortSet.from_mapping({"TCP": [[80, 80]]})
    assert may(found, "shop/web", "shop/kv") == ALL_PORTS - certain(found, "shop/web", "shop/kv")


def test_two_pods_of_one_workload_have_open_labels_of_their_own() -> None:
    numbered = workload("shop/kv", "app=kv", kind="StatefulSet", open_labels="index")
    found = connectivity(
        state(numbered, policy("shop/kv", "index=0", ingress=(rule(pods("index=1")),)))
    )
    assert may(found, "shop/kv", "shop/kv") == ALL_PORTS


def test_too_many_worlds_are_judged_by_their_bounds() -> None:
    keys = [f"k{i}" for i in range(9)]
    numbered = workload("shop/kv", open_labels=" ".join(keys))
    rules = tuple(rule(pods(f"{key} in a,b"), ports="80") for key in keys)
    found = connectivity(shop(numbered, ingress(*rules, rule(ports="443"))))
    assert certain(found, "shop/kv", "shop/db") == PortSet.from_mapping({"TCP": [[443, 443]]})
    (edge,) = (
        edge
        for src, dst, edge in one_by_one(found.may_edges)
        if is_end(src, "shop/kv") and is_end(dst, "shop/db")
    )
    assert edge.ports == PortSet.from_mapping({"TCP": [[80, 80]]})
    assert len(edge.facts) == len(keys)


# --- ranges of addresses --------------------------------------------------------------------


def test_address_ends_are_the_largest_ranges_with_equal_ports() -> None:
    rules = (rule(block("10.0.0.0/9"), block("10.128.0.0/9"), ports="80"),)
    found = connectivity(state(DB, ingress(*rules), profile=NEVER))
    ranges = [str(src) for src, dst, _ in one_by_one(found.edges) if is_end(dst, "shop/db")]
    assert ranges == ["10.0.0.0-10.255.255.255"]


def test_without_policies_the_two_families_are_two_ranges_each_way() -> None:
    found = connectivity(state(DB))
    assert [(str(src), str(dst)) for src, dst, e in one_by_one(found.edges)] == [
        ("shop/db[Deployment]", "shop/db[Deployment]"),
        ("shop/db[Deployment]", "0.0.0.0-255.255.255.255"),
        ("shop/db[Deployment]", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("0.0.0.0-255.255.255.255", "shop/db[Deployment]"),
        ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "shop/db[Deployment]"),
    ]
