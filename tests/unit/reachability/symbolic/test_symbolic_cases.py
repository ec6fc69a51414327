"""What the symbolic comparison says, in words, of small changes."""

from dataclasses import dataclass, replace
from ipaddress import ip_network

import pytest

from edgewarden.reachability.ends import AddressEnd
from edgewarden.reachability.model import ClusterState, Direction, NetworkPolicy, Rule
from edgewarden.reachability.reasons import CauseKind, FactKind
from edgewarden.reachability.symbolic.diff import difference
from edgewarden.reachability.symbolic.restrictions import Values
from edgewarden.reachability.symbolic.statements import (
    AddressSet,
    EndSet,
    PodSet,
    Reach,
    Statement,
)
from edgewarden.reachability.symbolic.unions import together
from tests.support.clusters import (
    BOTH,
    EGRESS,
    INGRESS,
    block,
    namespace,
    pods,
    policy,
    rule,
    state,
    unjudged,
)

PAYMENTS = namespace("payments", "env=prod")
SHOP = namespace("shop", "env=prod team=shop")
DEV = namespace("dev", "env=dev")


def api(*rules: Rule) -> NetworkPolicy:
    return policy("payments/api", "app=api", isolates=INGRESS, ingress=rules)


def to_api(source: str, ports: str = "TCP 8080") -> str:
    return f"{source} → pods app=api in namespace payments: {ports}"


def from_api(destination: str) -> str:
    return f"pods app=api in namespace payments → {destination}: every port"


WEB_ONLY = Values.only("web")
EVERY_ADDRESS = AddressSet(
    tuple(AddressEnd(each[0], each[-1]) for each in map(ip_network, ("0.0.0.0/0", "::/0")))
)


def perhaps(statement: str) -> str:
    """A statement that hangs on facts."""
    return f"perhaps {statement}"


def deny(name: str) -> NetworkPolicy:
    return policy(f"{name}/deny", isolates=BOTH)


@dataclass(frozen=True)
class Case:
    fact: str
    base: ClusterState
    head: ClusterState
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


FRONTEND = rule(pods("app=frontend"), ports="8080")
PROD = rule(pods(namespaces="env=prod"), ports="8080")
OUT = tuple(
    policy(f"{name}/out", isolates=EGRESS, egress=(rule(pods("app=api", namespaces="")),))
    for name in ("dev", "shop")
)

CASES = (
    Case("a state against itself", state(PAYMENTS, api(PROD)), state(PAYMENTS, api(PROD))),
    Case(
        "a peer widened by a namespace selector, no longer limited to known namespaces",
        state(PAYMENTS, SHOP, DEV, api(FRONTEND)),
        state(
            PAYMENTS,
            SHOP,
            DEV,
            api(rule(pods("app=frontend", namespaces="env=prod"), ports="8080")),
        ),
        opened=(to_api("pods app=frontend in namespaces env=prod except payments"),),
    ),
    Case(
        "a source that its own egress policies hold back is not newly let in",
        state(PAYMENTS, SHOP, deny("shop"), api(FRONTEND)),
        state(
            PAYMENTS,
            SHOP,
            deny("shop"),
            api(rule(pods(namespaces="team=shop"), ports="8080"), FRONTEND),
        ),
        opened=(
            to_api("all pods in namespaces team=shop except payments, shop"),
            to_api("pods app!=frontend in namespace payments if its labels satisfy team=shop"),
        ),
    ),
    Case(
        "a namespace whose manifest now gives it the label",
        state(PAYMENTS, DEV, api(PROD)),
        state(PAYMENTS, namespace("dev", "env=prod"), api(PROD)),
        opened=(to_api("all pods in namespace dev"),),
    ),
    Case(
        "a label that the manifest drops may be set by somebody else",
        state(PAYMENTS, SHOP, api(PROD)),
        state(PAYMENTS, namespace("shop", "team=shop"), api(PROD)),
        closed=(to_api("all pods in namespace shop if its labels satisfy env!=prod"),),
    ),
    Case(
        "a label that no selector asks for",
        state(PAYMENTS, SHOP, api(PROD)),
        state(PAYMENTS, namespace("shop", "env=prod team=other"), api(PROD)),
    ),
    Case(
        "a namespace that loses itself, and those of a label that it may have as well",
        state(api(rule(pods(""), ports="8080"), rule(pods(namespaces="env=prod"), ports="8080"))),
        state(api()),
        closed=(
            to_api("all pods in namespaces env=prod except payments"),
            to_api("all pods in namespace payments"),
        ),
    ),
    Case(
        "some pods of a namespace, and all of those of a label that it may have as well",
        state(api()),
        state(api(FRONTEND, rule(pods(namespaces="team=shop"), ports="8080"))),
        opened=(
            to_api("all pods in namespaces team=shop except payments"),
            to_api("pods app=frontend in namespace payments"),
            to_api("pods app!=frontend in namespace payments if its labels satisfy team=shop"),
        ),
    ),
    Case(
        "an exception taken out of an address block",
        state(api(rule(block("10.0.0.0/8", "10.1.0.0/16"), ports="443"))),
        state(api(rule(block("10.0.0.0/8"), ports="443"))),
        opened=(
            to_api("10.1.0.0/16", "TCP 443"),
            perhaps(to_api("any pod with an address in 10.1.0.0/16", "TCP 443")),
        ),
    ),
    Case(
        "the first policies of three namespaces, said once",
        state(),
        state(*(policy(f"{name}/deny", isolates=INGRESS) for name in ("a", "b", "c"))),
        closed=("anything → all pods in namespaces a, b, c: every port",),
    ),
    Case(
        "a namespace that is deleted with all that is in it",
        state(DEV, deny("dev"), PAYMENTS, api(PROD)),
        state(PAYMENTS, api(PROD)),
    ),
    Case(
        "a policy that goes while the manifest of its namespace goes, and another policy stays",
        state(DEV, deny("dev"), policy("dev/web", "app=web", isolates=BOTH)),
        state(policy("dev/web", "app=web", isolates=BOTH)),
        opened=(
            "any address outside the cluster → pods app!=web in namespace dev: every port",
            "pods app!=web in namespace dev → any address outside the cluster: every port",
            "all pods in every namespace except dev → pods app!=web in namespace dev: every port",
            "pods app!=web in namespace dev → all pods in every namespace except dev: every port",
            "pods app!=web in namespace dev → pods app!=web in namespace dev: every port",
        ),
    ),
    Case(
        "a number that is new only where the pod does not call it by the name already allowed",
        state(api(rule(pods(""), ports="http"))),
        state(api(rule(pods(""), ports="http 80"))),
        opened=(to_api("all pods in namespace payments", "TCP 80 unless named http"),),
    ),
    Case(
        "a named port",
        state(api()),
        state(api(rule(block("192.0.2.0/24"), ports="http"))),
        opened=(to_api("192.0.2.0/24", "the TCP port named http"),),
    ),
    Case(
        "an address block that holds addresses of pods",
        state(api()),
        state(api(rule(block("0.0.0.0/0", "192.168.0.0/16"), ports="443"))),
        opened=(
            to_api("any IPv4 address outside the cluster except 192.168.0.0/16", "TCP 443"),
            perhaps(to_api("any pod with an IPv4 address except 192.168.0.0/16", "TCP 443")),
        ),
    ),
    Case(
        "pods that an address block may have let in before",
        state(api(rule(block("10.0.0.0/8"), ports="8080"))),
        state(api(rule(block("10.0.0.0/8"), ports="8080"), FRONTEND)),
        opened=(perhaps(to_api("pods app=frontend in namespace payments")),),
    ),
    Case(
        "a policy that is not judged, in the namespace of some of the pods",
        state(unjudged("shop/calico"), api()),
        state(unjudged("shop/calico"), api(rule(pods(namespaces=""), ports="8080"))),
        opened=(
            to_api("all pods in every namespace except shop"),
            perhaps(to_api("all pods in namespace shop")),
        ),
    ),
    Case(
        "a policy that is not judged, for the whole cluster",
        state(unjudged("/calico"), api()),
        state(unjudged("/calico"), api(FRONTEND)),
        opened=(perhaps(to_api("pods app=frontend in namespace payments")),),
    ),
    Case(
        "sources of two namespaces that let out by rules which are alike",
        state(*OUT, api()),
        state(*OUT, api(rule(pods("app=out", namespaces=""), ports="8080"))),
        opened=(to_api("pods app=out in any namespace"),),
    ),
    Case(
        "a port by its name, which no address block resolves",
        state(policy("shop/out", isolates=EGRESS)),
        state(
            policy("shop/out", isolates=EGRESS, egress=(rule(block("10.0.0.0/8"), ports="http"),))
        ),
    ),
    Case(
        "a selector that matches nothing",
        state(api()),
        state(api(rule(pods("tier in x; tier notin x")))),
    ),
    Case(
        "a namespace selector that matches no namespace, for all have a name",
        state(api()),
        state(api(rule(pods(namespaces="kubernetes.io/metadata.name absent")))),
    ),
    Case(
        "a rule in the other direction of a policy that was open there",
        state(api(FRONTEND)),
        state(
            api(FRONTEND),
            policy("payments/out", "app=api", isolates=EGRESS, egress=(rule(block("0.0.0.0/0")),)),
        ),
        closed=(
            from_api("any IPv6 address outside the cluster"),
            perhaps(from_api("all pods in every namespace except payments")),
            perhaps(from_api("pods app!=api in namespace payments")),
        ),
    ),
    Case(
        "two policies in place of one with the union of its rules",
        state(api(FRONTEND, PROD)),
        state(
            api(PROD), policy("payments/api-2", "app=api", isolates=INGRESS, ingress=(FRONTEND,))
        ),
    ),
)


def told(statement: Statement) -> str:
    return str(statement) if statement.certain else perhaps(str(statement))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fact)
def test_a_change_in_words(case: Case) -> None:
    diff = difference(case.base, case.head)
    assert tuple(map(told, diff.opened)) == case.opened
    assert tuple(map(told, diff.closed)) == case.closed


def test_what_a_deleted_policy_blocked_opens_for_certain_only_if_it_is_gone() -> None:
    deleted, left = policy("shop/deny"), policy("shop/db", "app=db")
    base, head = state(deleted, left), replace(state(left), lingering=(deleted,))
    diff = difference(base, head)
    assert list(map(told, diff.opened)) == [
        perhaps("anything → pods app!=db in namespace shop: every port")
    ]
    assert [fact.kind for fact in diff.opened[0].facts] == [FactKind.LINGERING_POLICY]
    assert [bool(each.facts) for each in diff.isolation] == [True]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fact)
def test_swapping_the_states_swaps_opened_and_closed(case: Case) -> None:
    if {each.name for each in case.base.namespaces} == {each.name for each in case.head.namespaces}:
        diff = difference(case.head, case.base)
        assert tuple(map(told, diff.opened)) == case.closed
        assert tuple(map(told, diff.closed)) == case.opened


def test_a_statement_names_the_rule_that_opens_it() -> None:
    (statement,) = difference(state(api()), state(api(FRONTEND))).opened
    (cause,) = statement.causes
    assert (cause.kind, str(cause.subject), cause.rule) == (
        CauseKind.RULE_ALLOWS,
        "payments/api",
        0,
    )


def test_a_statement_names_the_namespace_that_was_relabelled() -> None:
    base, head = state(DEV, api(PROD)), state(namespace("dev", "env=prod"), api(PROD))
    (statement,) = difference(base, head).opened
    (cause,) = statement.causes
    assert (cause.kind, str(cause.subject)) == (CauseKind.LABELS_CHANGED, "dev")


def test_a_statement_names_every_policy_that_isolates_its_pods() -> None:
    head = state(*(policy(f"{name}/deny", isolates=INGRESS) for name in ("a", "b")))
    (statement,) = difference(state(), head).closed
    assert [str(cause.subject) for cause in statement.causes] == ["a/deny", "b/deny"]
    assert {cause.kind for cause in statement.causes} == {CauseKind.ISOLATION_ADDED}


def test_isolation_is_said_of_the_pods_that_gain_or_lose_it() -> None:
    base = state(policy("a/all", isolates=BOTH), policy("a/web", "app=web", isolates=INGRESS))
    head = state(policy("a/web", "app=web", isolates=INGRESS), policy("b/all", isolates=EGRESS))
    assert [
        (str(each.pods), each.direction, each.isolated) for each in difference(base, head).isolation
    ] == [
        ("all pods in namespace a", Direction.EGRESS, False),
        ("pods app!=web in namespace a", Direction.INGRESS, False),
        ("all pods in namespace b", Direction.EGRESS, True),
    ]


def test_what_everybody_newly_reaches_is_told_apart() -> None:
    open_to = (rule(pods(namespaces="env notin dev")), rule(block("8.8.8.0/24")), FRONTEND)
    diff = difference(state(api()), state(api(*open_to, rule(block("10.0.0.0/8")))))
    assert [(str(each.source), each.reach) for each in diff.exposures] == [
        ("all pods in namespaces env!=dev except payments", Reach.EVERY_POD),
        ("8.8.8.0/24, 10.0.0.0/8", Reach.INTERNET),
    ]


@pytest.mark.parametrize(
    ("sets", "text"),
    [
        ([PodSet(Values.all_but("a")), PodSet(Values.only("a"))], ("any pod",)),
        ([PodSet(Values.all_but("a"))], ("all pods in every namespace except a",)),
        (
            [PodSet(Values.all_but("a")), PodSet(Values.only("a"), labels={"app": WEB_ONLY})],
            ("any pod except pods app!=web in namespace a",),
        ),
        ([PodSet(), EVERY_ADDRESS], ("anything",)),
        (
            [PodSet(Values.all_but("a")), EVERY_ADDRESS],
            ("anything except all pods in namespace a",),
        ),
        (
            [PodSet(Values.only("a")), EVERY_ADDRESS],
            ("any address outside the cluster", "all pods in namespace a"),
        ),
    ],
)
def test_several_sets_are_named_by_what_they_leave_out(
    sets: list[EndSet], text: tuple[str, ...]
) -> None:
    assert together(sets) == text
