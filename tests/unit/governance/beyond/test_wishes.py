import pytest

from edgewarden.governance.beyond.wish import COMPANIONS, FIELDS, Wish
from edgewarden.governance.beyond.wishes import BeyondPolicy, wishes
from tests.support.manifest_trees import state_of
from tests.support.proposals import deployment, policy

OUT = "{ipBlock: {cidr: 203.0.113.0/24}}"


def found(manifest: str) -> list[BeyondPolicy]:
    state = state_of(manifest)
    return list(wishes(state, state.policies))


def egress(to: str, annotations: str = "{}", name: str = "out") -> str:
    return policy("shop", name, f"podSelector: {{}}, egress: [{{to: [{to}]}}]", annotations)


@pytest.mark.parametrize(
    ("spec", "wish"),
    [
        ("egress: [{toFQDNs: [{matchName: example.com}]}]", Wish.DOMAINS),
        (f"egress: [{{to: [{{domainNames: [a.example], {OUT[1:-1]}}}]}}]", Wish.DOMAINS),
        ("ingress: [{ports: [{port: 80, rules: {http: []}}]}]", Wish.HTTP),
        ("ingress: [{from: [{podSelector: {}, serviceAccounts: [web]}]}]", Wish.IDENTITY),
        ("ingress: [{action: Deny, from: [{podSelector: {}}]}]", Wish.DENIAL),
        ("ingressDeny: [{}]", Wish.DENIAL),
        ("order: 10", Wish.DENIAL),
        ("ingress: [{log: true}]", Wish.LOGGING),
        ("egress: [{toServices: [web]}]", Wish.SERVICES),
        ("ingress: [{icmps: []}]", Wish.ICMP),
    ],
)
def test_a_field_of_a_neighbour_tells_what_is_wanted(spec: str, wish: Wish) -> None:
    (told,) = found(policy("shop", "p", f"podSelector: {{}}, {spec}"))
    assert told.wish is wish
    assert told.companion == COMPANIONS[wish]
    assert told.namespaces == {"shop"}
    assert told.location.path == "a.yaml"


def test_other_unknown_fields_and_other_objects_tell_nothing() -> None:
    assert found(policy("shop", "p", "podSelector: {}, ingress: [{form: []}]")) == []
    workload = deployment("shop", "web").replace("spec:\n", "spec:\n  nodeSelector: {a: b}\n", 1)
    assert found(workload) == []


@pytest.mark.parametrize(
    ("annotations", "wish", "told"),
    [
        ("{description: Stripe at api.stripe.com}", Wish.DOMAINS, '"api.stripe.com"'),
        ("{example.org/reason: 'only *.example.com'}", Wish.DOMAINS, '"*.example.com"'),
        ("{purpose: only GET /health}", Wish.HTTP, '"GET /health"'),
        ("{reason: for the service account web}", Wish.IDENTITY, '"service account"'),
    ],
)
def test_its_author_says_what_is_wanted(annotations: str, wish: Wish, told: str) -> None:
    (one,) = found(egress(OUT, annotations))
    assert (one.wish, one.told) == (wish, told)
    assert one.policy is not None


def test_a_name_may_be_that_of_a_domain() -> None:
    (told,) = found(egress(OUT, name="api.stripe.com"))
    assert told.wish is Wish.DOMAINS


@pytest.mark.parametrize(
    "annotations",
    [
        "{description: 'see https://wiki.example.com/why'}",
        "{reason: asked for by ada@example.com}",
        "{owner: example.com}",
        "{reason: get the orders from the API}",
    ],
)
def test_other_words_tell_nothing(annotations: str) -> None:
    assert found(egress(OUT, annotations)) == []


def test_a_domain_beside_pods_or_private_addresses_tells_nothing() -> None:
    annotations = "{description: api.stripe.com}"
    assert found(egress("{podSelector: {}}", annotations)) == []
    assert found(egress("{ipBlock: {cidr: 10.0.0.0/8}}", annotations)) == []


def test_every_wish_has_a_companion_and_fields() -> None:
    assert set(COMPANIONS) == set(FIELDS) == set(Wish)
