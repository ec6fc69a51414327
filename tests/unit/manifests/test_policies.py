"""NetworkPolicy as the API server decodes, completes and refuses it."""

from ipaddress import ip_network

import pytest

from edgewarden.reachability.labels import LabelSelector, Operator, Requirement
from edgewarden.reachability.location import Location, ProblemKind
from edgewarden.reachability.model import Direction, IPBlock, PodPeer
from edgewarden.reachability.ports import Protocol
from tests.support.manifest_trees import ingress_rule, policy_of, refusal_of, spec_policy, state_of

INGRESS, EGRESS = Direction.INGRESS, Direction.EGRESS
EVERYTHING = LabelSelector()


@pytest.mark.parametrize(
    ("spec", "isolates"),
    [
        ("podSelector: {}", {INGRESS}),
        ("podSelector: {}\npolicyTypes: []", {INGRESS}),
        ("podSelector: {}\npolicyTypes:", {INGRESS}),
        ("podSelector: {}\negress: []", {INGRESS}),
        ("podSelector: {}\negress:", {INGRESS}),
        ("podSelector: {}\negress: [{}]", {INGRESS, EGRESS}),
        ("podSelector: {}\negress: [null]", {INGRESS, EGRESS}),
        ("podSelector: {}\npolicyTypes: [Egress]", {EGRESS}),
        ("podSelector: {}\npolicyTypes: [Egress, Ingress]", {INGRESS, EGRESS}),
        ("podSelector: {}\npolicyTypes: [Ingress]\negress: [{}]", {INGRESS}),
    ],
)
def test_policy_types_default_to_ingress_and_to_egress_where_it_has_a_rule(
    spec: str, isolates: set[Direction]
) -> None:
    assert policy_of(spec).isolates == isolates


@pytest.mark.parametrize(
    "selector",
    [
        "policyTypes: [Ingress]",
        "podSelector:",
        "podSelector: {}",
        "podSelector: {matchLabels: }",
        "podSelector: {matchExpressions: [], matchLabels: {}}",
    ],
)
def test_a_selector_that_is_missing_null_or_empty_selects_every_pod(selector: str) -> None:
    assert policy_of(selector).pods == EVERYTHING


def test_a_policy_without_a_spec_isolates_every_pod_for_ingress() -> None:
    state = state_of(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: b}\n"
    )
    (policy,) = state.policies
    assert (policy.pods, policy.ingress) == (EVERYTHING, ())
    assert policy.isolates == {INGRESS}


@pytest.mark.parametrize("rules", ["", "ingress:", "ingress: []"])
def test_rules_that_are_missing_null_or_empty_allow_nothing(rules: str) -> None:
    assert policy_of(f"policyTypes: [Ingress]\n{rules}").ingress == ()


def test_an_empty_rule_allows_everything_and_a_null_one_says_that_it_was_null() -> None:
    empty, null = policy_of("ingress:\n- {}\n- \n").ingress
    assert (empty.peers, empty.ports, empty.written_null) == ((), (), False)
    assert (null.peers, null.ports, null.written_null) == ((), (), True)
    assert (empty.index, null.index) == (0, 1)


@pytest.mark.parametrize("rule", ["from: []", "from:", "{from: null, ports: null}", "ports: []"])
def test_peers_and_ports_that_are_null_or_empty_are_any(rule: str) -> None:
    read = ingress_rule(rule)
    assert (read.peers, read.ports, read.written_null) == ((), (), False)


def test_rules_of_a_direction_that_is_not_listed_are_dead() -> None:
    policy = policy_of("policyTypes: [Ingress]\ningress: [{}]\negress: [{ports: [{port: 53}]}]")
    assert policy.egress == ()
    assert len(policy.ingress) == 1
    (dead,) = policy.dead_rules
    assert dead.ports[0].port == 53
    assert policy_of("policyTypes: [Egress]\ningress: [{}]").ingress == ()


def test_the_shapes_of_peers_keep_absent_and_empty_selectors_apart() -> None:
    rule = ingress_rule(
        "{from: [{podSelector: {}}, {namespaceSelector: {}}, "
        "{podSelector: {matchLabels: {a: b}}, namespaceSelector: {matchLabels: {c: }}}, "
        "{podSelector: , namespaceSelector: {}}]}"
    )
    assert [peer for peer in rule.peers if isinstance(peer, PodPeer)] == list(rule.peers)
    assert [(peer.namespaces, peer.pods) for peer in rule.peers if isinstance(peer, PodPeer)] == [
        (None, EVERYTHING),
        (EVERYTHING, None),
        (LabelSelector.matching({"c": ""}), LabelSelector.matching({"a": "b"})),
        (EVERYTHING, None),
    ]


def test_expressions_and_labels_of_a_selector_all_count() -> None:
    policy = policy_of(
        """
        podSelector:
          matchLabels: {app: web}
          matchExpressions:
          - {key: tier, operator: NotIn, values: [b, a, b]}
          - {key: x.example/y, operator: Exists}
          - {key: z, operator: DoesNotExist, values: []}
        """
    )
    assert policy.pods == LabelSelector.of(
        Requirement("app", Operator.IN, ("web",)),
        Requirement("tier", Operator.NOT_IN, ("a", "b")),
        Requirement("x.example/y", Operator.EXISTS),
        Requirement("z", Operator.DOES_NOT_EXIST),
    )


def test_an_ip_block_keeps_its_exceptions_and_drops_bits_behind_the_prefix() -> None:
    rule = ingress_rule(
        "{from: [{ipBlock: {cidr: 10.1.2.3/8, except: [10.01.0.0/16, 10.2.0.0/32]}}, "
        "{ipBlock: {cidr: '2001:db8::/32', except: ['2001:db8:1::/48']}}]}"
    )
    four, six = rule.peers
    assert four == IPBlock(
        ip_network("10.0.0.0/8"),
        (ip_network("10.1.0.0/16"), ip_network("10.2.0.0/32")),
        Location("a.yaml", 5),
    )
    assert isinstance(six, IPBlock)
    assert six.excepts == (ip_network("2001:db8:1::/48"),)


def test_ports_are_numbers_ranges_names_or_a_whole_protocol() -> None:
    rule = ingress_rule(
        "{ports: [{port: 80}, {port: 8000, endPort: 8010, protocol: UDP}, {port: metrics}, "
        "{protocol: SCTP}, {}, null, {port: 9090.0}]}"
    )
    assert [(p.protocol, p.port, p.end_port) for p in rule.ports] == [
        (Protocol.TCP, 80, None),
        (Protocol.UDP, 8000, 8010),
        (Protocol.TCP, "metrics", None),
        (Protocol.SCTP, None, None),
        (Protocol.TCP, None, None),
        (Protocol.TCP, None, None),
        (Protocol.TCP, 9090, None),
    ]


def test_policy_rule_peer_and_port_know_their_places() -> None:
    policy = policy_of("ingress:\n- from:\n  - podSelector: {}\n  ports:\n  - port: 80\n")
    (rule,) = policy.ingress
    assert policy.location == Location("a.yaml", 1)
    assert rule.location == Location("a.yaml", 6, 5)
    assert rule.peers[0].location == Location("a.yaml", 7, 7)
    assert rule.ports[0].location == Location("a.yaml", 9, 7)


REFUSED = {
    "peer with nothing": ("ingress: [{from: [{}]}]", "spec.ingress[0].from[0]", "specify a peer"),
    "null peer": ("ingress: [{from: [null]}]", "spec.ingress[0].from[0]", "specify a peer"),
    "null selector": (
        "egress: [{to: [{podSelector: }]}]",
        "spec.egress[0].to[0]",
        "specify a peer",
    ),
    "block beside a selector": (
        "ingress: [{from: [{ipBlock: {cidr: 1.0.0.0/8}, podSelector: {}}]}]",
        "spec.ingress[0].from[0].ipBlock",
        "may not specify both ipBlock and another peer",
    ),
    "block without cidr": (
        "ingress: [{from: [{ipBlock: {}}]}]",
        "spec.ingress[0].from[0].ipBlock.cidr",
        "Required value",
    ),
    "address without prefix": (
        "ingress: [{from: [{ipBlock: {cidr: 10.0.0.1}}]}]",
        "spec.ingress[0].from[0].ipBlock.cidr",
        "valid CIDR",
    ),
    "netmask": (
        "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/255.0.0.0}}]}]",
        "spec.ingress[0].from[0].ipBlock.cidr",
        "valid CIDR",
    ),
    "prefix too long": (
        "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]",
        "spec.ingress[0].from[0].ipBlock.cidr",
        "valid CIDR",
    ),
    "exception equal to the block": (
        "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]}]",
        "spec.ingress[0].from[0].ipBlock.except[0]",
        "strict subset",
    ),
    "exception outside the block": (
        "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]}]",
        "spec.ingress[0].from[0].ipBlock.except[0]",
        "strict subset",
    ),
    "exception of the other family": (
        "ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: ['::1/128']}}]}]",
        "spec.ingress[0].from[0].ipBlock.except[0]",
        "strict subset",
    ),
    "In without values": (
        "podSelector: {matchExpressions: [{key: a, operator: In}]}",
        "spec.podSelector.matchExpressions[0].values",
        "must be specified",
    ),
    "NotIn with no value": (
        "podSelector: {matchExpressions: [{key: a, operator: NotIn, values: []}]}",
        "spec.podSelector.matchExpressions[0].values",
        "must be specified",
    ),
    "Exists with values": (
        "podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}",
        "spec.podSelector.matchExpressions[0].values",
        "may not be specified",
    ),
    "unknown operator": (
        "podSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}",
        "spec.podSelector.matchExpressions[0].operator",
        "not a valid selector operator",
    ),
    "expression without a key": (
        "podSelector: {matchExpressions: [{operator: Exists}]}",
        "spec.podSelector.matchExpressions[0].key",
        "name part must be non-empty",
    ),
    "label that is a number": (
        "podSelector: {matchLabels: {version: 1}}",
        "spec.podSelector.matchLabels.version",
        "a text must be",
    ),
    "label that is a boolean": (
        "podSelector: {matchLabels: {public: yes}}",
        "spec.podSelector.matchLabels.public",
        "true stands where",
    ),
    "label value with a blank": (
        "podSelector: {matchLabels: {a: 'b c'}}",
        "spec.podSelector.matchLabels.a",
        "a valid label must",
    ),
    "label key with two slashes": (
        "podSelector: {matchLabels: {a/b/c: d}}",
        "spec.podSelector.matchLabels.a/b/c",
        "prefix part",
    ),
    "label value too long": (
        f"podSelector: {{matchLabels: {{a: {'x' * 64}}}}}",
        "spec.podSelector.matchLabels.a",
        "no more than 63",
    ),
    "port 0": ("ingress: [{ports: [{port: 0}]}]", "spec.ingress[0].ports[0].port", "between 1"),
    "port 70000": (
        "ingress: [{ports: [{port: 70000}]}]",
        "spec.ingress[0].ports[0].port",
        "between 1 and 65535",
    ),
    "port beyond 32 bits": (
        "ingress: [{ports: [{port: 4294967376}]}]",
        "spec.ingress[0].ports[0].port",
        "32-bit integer",
    ),
    "fraction of a port": (
        "ingress: [{ports: [{port: 80.5}]}]",
        "spec.ingress[0].ports[0].port",
        "32-bit integer",
    ),
    "number in quotes": (
        "ingress: [{ports: [{port: '80'}]}]",
        "spec.ingress[0].ports[0].port",
        "at least one letter",
    ),
    "port name too long": (
        "ingress: [{ports: [{port: a-name-of-16-car}]}]",
        "spec.ingress[0].ports[0].port",
        "no more than 15",
    ),
    "port name in capitals": (
        "ingress: [{ports: [{port: Http}]}]",
        "spec.ingress[0].ports[0].port",
        "alpha-numeric",
    ),
    "port name with two hyphens": (
        "ingress: [{ports: [{port: a--b}]}]",
        "spec.ingress[0].ports[0].port",
        "consecutive hyphens",
    ),
    "port name with a final hyphen": (
        "ingress: [{ports: [{port: a-}]}]",
        "spec.ingress[0].ports[0].port",
        "begin or end",
    ),
    "end before start": (
        "ingress: [{ports: [{port: 90, endPort: 80}]}]",
        "spec.ingress[0].ports[0].endPort",
        "greater than or equal",
    ),
    "end without start": (
        "ingress: [{ports: [{endPort: 80}]}]",
        "spec.ingress[0].ports[0].endPort",
        "not specified",
    ),
    "end of a name": (
        "ingress: [{ports: [{port: http, endPort: 80}]}]",
        "spec.ingress[0].ports[0].endPort",
        "non-numeric",
    ),
    "end too large": (
        "ingress: [{ports: [{port: 80, endPort: 65536}]}]",
        "spec.ingress[0].ports[0].endPort",
        "between 1 and 65535",
    ),
    "protocol in small letters": (
        "ingress: [{ports: [{port: 80, protocol: tcp}]}]",
        "spec.ingress[0].ports[0].protocol",
        "Unsupported value",
    ),
    "unknown protocol": (
        "ingress: [{ports: [{protocol: ICMP}]}]",
        "spec.ingress[0].ports[0].protocol",
        "Unsupported value",
    ),
    "unknown policy type": (
        "policyTypes: [ingress]",
        "spec.policyTypes[0]",
        "Unsupported value",
    ),
    "null policy type": ("policyTypes: [null]", "spec.policyTypes[0]", "Unsupported value"),
    "three policy types": (
        "policyTypes: [Ingress, Egress, Egress]",
        "spec.policyTypes",
        "more than two",
    ),
    "mapping instead of a list": ("egress: {}", "spec.egress", "a mapping stands where a list"),
    "list instead of a mapping": (
        "podSelector: []",
        "spec.podSelector",
        "a list stands where a mapping",
    ),
}


@pytest.mark.parametrize(("spec", "field", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_api_server_refuses_is_no_policy_and_says_why(
    spec: str, field: str, words: str
) -> None:
    problem = refusal_of(spec)
    assert problem.field == field
    assert words in problem.message
    assert "shop/web" in problem.message
    assert "hold back" in problem.remedy
    assert problem.location.line >= 5
    assert problem.namespaces == {"shop"}


def test_every_fault_of_a_policy_is_told() -> None:
    state = state_of(spec_policy("ingress: [{from: [{}], ports: [{port: 0}]}]\npolicyTypes: [x]"))
    assert len(state.problems) == 3


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ("ingres: []", "spec.ingres"),
        ("ingress: [{to: []}]", "spec.ingress[0].to"),
        ("ingress: [{from: [{podSelector: {}, namespaceSelectr: {}}]}]", "namespaceSelectr"),
        ("ingress: [{ports: [{port: 80, endport: 90}]}]", "spec.ingress[0].ports[0].endport"),
        ("podSelector: {app: web}", "spec.podSelector.app"),
    ],
)
def test_an_unknown_field_is_told_with_both_outcomes(spec: str, field: str) -> None:
    (problem,) = state_of(spec_policy(spec)).problems
    assert problem.kind is ProblemKind.UNKNOWN_FIELD
    assert problem.decisive
    assert problem.field.endswith(field)
    assert "refuse" in problem.message
    assert "drops the field" in problem.message


def test_a_rule_that_loses_its_peers_with_an_unknown_field_is_said_to_admit_everybody() -> None:
    (problem,) = state_of(spec_policy("ingress: [{form: [{podSelector: {}}]}]")).problems
    assert "admits every peer" in problem.message
