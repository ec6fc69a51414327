"""What of a change passes between zones against their terms, case by case."""

from pathlib import Path
from textwrap import dedent

import pytest

from edgewarden.governance.zones.breach import Breach
from edgewarden.governance.zones.breaches import breaches
from edgewarden.governance.zones.zones import Respect, Zones
from edgewarden.reachability.reasons import FactKind
from edgewarden.workflows.rulebook.zones import read_zones
from tests.support.proposals import deployment, namespace, policy, proposal

SHIPPED = Path(__file__).parents[4] / "policies" / "zones.yaml"
DENY = "podSelector: {}, policyTypes: [Ingress]"
CLOSED = (
    namespace("pay", tenant="pay", zone="data")
    + namespace("shop", tenant="acme", zone="app")
    + policy("pay", "deny", DENY)
    + policy("unseen", "deny", DENY)
)
PAY = "all pods in namespace pay"
SHOP = "all pods in namespace shop"
FROM_SHOP = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}"


def zones(text: str) -> Zones:
    return read_zones(dedent(text).encode(), "zones.yaml")


TENANTS = zones("""\
    version: 1
    tenants:
      labels: [tenant]
      across: require-exception
    """)
TIERS = """\
version: 1
services: {postgres: [5432, pg]}
zones:
  zones:
    - {name: app, members: [{namespaces: {matchLabels: {zone: app}}}]}
    - {name: data, members: [{namespaces: {matchLabels: {zone: data}}}]}
    - {name: office, members: [{cidrs: [192.0.2.0/24]}]}
  matrix:
    - {source: app, destination: data, rule: allow-only, services: [postgres]}
    - {source: office, destination: data, rule: deny}
  default: DEFAULT
"""


def tiers(default: str = "allow") -> Zones:
    return zones(TIERS.replace("DEFAULT", default))


def admitted(ingress: str, where: str = "pay", base: str = CLOSED) -> list[str]:
    return [base, policy(where, "new", f"podSelector: {{}}, ingress: [{{{ingress}}}]")]


def found(stated: Zones, *head: str, base: str = CLOSED) -> tuple[Breach, ...]:
    return breaches(proposal([base], head), stated)


def told(breach: Breach) -> list[str]:
    """Its direction, and under it the parts with their ports."""
    return [breach.direction, *(f"{each}" for each in breach.parts)]


def test_a_rule_that_reaches_partly_into_other_tenants_is_told_with_that_part() -> None:
    (breach,) = found(TENANTS, *admitted("from: [{namespaceSelector: {}}], ports: [{port: 80}]"))
    assert told(breach) == [
        "from every tenant but pay to tenant pay",
        "all pods in namespaces tenant!=pay and tenant exists → all pods in namespace pay: TCP 80",
    ]
    assert breach.certain
    assert breach.judgement == "allowed by exception only (zones.yaml:4)"
    assert breach.location.spot == "1.yaml:9"


def test_what_was_allowed_before_is_no_breach() -> None:
    before = policy("pay", "old", "podSelector: {}, ingress: [{ports: [{port: 80}]}]")
    (breach,) = found(TENANTS, *admitted("ports: [{port: 80, endPort: 90}]"), base=CLOSED + before)
    assert str(breach.ports) == "TCP 81-90"
    assert not found(TENANTS, CLOSED, before)[1:]
    assert not breaches(proposal([CLOSED, before], [CLOSED, before + "\n"]), TENANTS)
    assert not breaches(proposal([CLOSED, before], [CLOSED]), TENANTS)


def test_within_a_tenant_and_a_namespace_everything_may_pass() -> None:
    own = "{namespaceSelector: {matchLabels: {tenant: pay}}}"
    assert not found(TENANTS, *admitted(f"from: [{own}]"))
    assert not found(TENANTS, *admitted("from: [{podSelector: {}}]"))
    assert not found(TENANTS, *admitted("from: [{podSelector: {}}]", "unseen"))


def test_services_that_the_terms_name_pass_by_number_and_by_name() -> None:
    (breach,) = found(
        tiers(), *admitted(f"from: [{FROM_SHOP}], ports: [{{port: 5430, endPort: 5440}}]")
    )
    assert told(breach) == [
        "from zone app to zone data",
        f"{SHOP} → all pods in namespace pay: TCP 5430-5431, 5433-5440 unless named pg",
    ]
    assert breach.certain
    assert breach.judgement == "allowed for postgres only (zones.yaml:9)"
    for port in ("5432", "pg"):
        assert not found(tiers(), *admitted(f"from: [{FROM_SHOP}], ports: [{{port: {port}}}]"))


def test_what_number_a_named_port_has_may_settle_whether_it_is_a_breach() -> None:
    (breach,) = found(tiers(), *admitted(f"from: [{FROM_SHOP}], ports: [{{port: sql}}]"))
    assert not breach.certain
    assert [fact.kind for fact in breach.facts] == [FactKind.PORT_NAME]


def test_of_a_namespace_whose_labels_nothing_shows_it_is_asked_where_it_is() -> None:
    (breach,) = found(TENANTS, *admitted(f"from: [{FROM_SHOP}]", "unseen"))
    assert breach.direction == "from tenant acme to every tenant but acme"
    assert not breach.certain
    (fact,) = breach.facts
    assert fact.kind is FactKind.NAMESPACE_LABELS
    assert fact.question == (
        "Which value of tenant does Namespace unseen carry, if any? No manifest shows it."
    )


def test_namespaces_that_a_rule_selects_and_nobody_shows_are_asked_for() -> None:
    gateways = "from: [{namespaceSelector: {matchLabels: {role: gateway}}}], ports: [{port: 80}]"
    (breach,) = found(TENANTS, *admitted(gateways))
    assert breach.direction == "from every tenant but pay to tenant pay"
    assert not breach.certain
    (fact,) = breach.facts
    asked = "role=gateway, tenant!=pay and tenant exists"
    assert fact.question == f"Is there a namespace with {asked}? No manifest shows one."
    shown = CLOSED + namespace("edge", tenant="infra", role="gateway")
    (breach,) = found(TENANTS, *admitted(gateways, base=shown), base=shown)
    assert breach.certain


def test_what_takes_a_known_namespace_to_have_another_label_is_hypothetical() -> None:
    closed = "podSelector: {matchLabels: {app: a}}, policyTypes: [Egress]"
    base = CLOSED + namespace("lab", tenant="acme") + policy("lab", "deny", closed)
    gateways = "from: [{namespaceSelector: {matchLabels: {role: gateway}}}], ports: [{port: 80}]"
    others, lab = found(TENANTS, *admitted(gateways, base=base), base=base)
    assert not others.hypothetical
    assert lab.hypothetical
    assert told(lab) == [
        "from tenant acme to tenant pay",
        f"pods app!=a in namespace lab if its labels satisfy role=gateway → {PAY}: TCP 80",
    ]


def test_two_namespaces_of_which_nothing_is_known_may_be_two_tenants() -> None:
    other = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: unheard-of}}}"
    (breach,) = found(TENANTS, *admitted(f"from: [{other}]", "unseen"))
    assert breach.direction == "from one tenant to another"
    assert not breach.certain
    assert [fact.subject for fact in breach.facts] == ["Namespace unheard-of", "Namespace unseen"]


def test_a_pod_is_in_its_zone_whatever_nobody_knows_of_its_namespace() -> None:
    stated = zones("""\
        version: 1
        zones:
          zones:
            - name: data
              members:
                - namespaces: {matchLabels: {zone: data}}
                - pods: {matchLabels: {tier: db}}
          default: deny
        """)
    (breach,) = found(stated, *admitted("from: [{ipBlock: {cidr: 192.0.2.0/24}}]", "unseen"))
    certain, doubtful = breach.parts
    assert str(certain.destination) == "pods tier=db in namespace unseen"
    assert certain.certain
    assert not doubtful.certain


def test_the_default_speaks_of_peers_in_no_zone_and_across_does_not() -> None:
    internet = "from: [{ipBlock: {cidr: 203.0.113.0/24}}]"
    assert not found(TENANTS, *admitted(internet))
    (breach,) = found(tiers("deny"), *admitted(internet))
    assert breach.direction == "from no zone to zone data"
    assert breach.judgement == "denied (zones.yaml:11)"


def test_address_ranges_are_cut_by_zones() -> None:
    (breach,) = found(tiers(), *admitted("from: [{ipBlock: {cidr: 192.0.0.0/16}}]"))
    assert breach.direction == "from zone office to zone data"
    assert str(breach.parts[0].source) == "192.0.2.0/24"


def test_the_labels_that_the_change_itself_sets_count() -> None:
    moved = CLOSED.replace("name: shop, labels: {tenant: acme", "name: shop, labels: {tenant: pay")
    assert moved != CLOSED
    assert not found(TENANTS, *admitted(f"from: [{FROM_SHOP}]", base=moved))
    (breach,) = found(TENANTS, *admitted(f"from: [{FROM_SHOP}]"), base=moved)
    assert breach.direction == "from tenant acme to tenant pay"


WEB = deployment("shop", "web")
TO_WEB = policy(
    "pay",
    "allow",
    "podSelector: {}, ingress: [{from: [{namespaceSelector: {}, "
    "podSelector: {matchLabels: {role: front}}}], ports: [{port: 80}]}]",
)


def test_a_workload_that_gets_the_labels_of_a_standing_rule_is_told() -> None:
    base = CLOSED + TO_WEB + deployment("pay", "db")
    front = WEB.replace(
        "labels: {app: web}}\n    spec", "labels: {app: web, role: front}}\n    spec"
    )
    (breach,) = breaches(proposal([base, WEB], [base, front]), TENANTS)
    assert told(breach) == [
        "from tenant acme to tenant pay",
        "pods app=web, role=front in namespace shop → pods app=db in namespace pay: TCP 80",
    ]
    assert not breaches(proposal([base], [base, front]), TENANTS)


def test_of_the_system_namespaces_names_may_be_asked_and_nothing_else() -> None:
    shipped = read_zones(SHIPPED.read_bytes(), "policies/zones.yaml")
    closed = policy("shop", "deny", "podSelector: {}, policyTypes: [Egress]")
    dns = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}"
    ports = "ports: [{port: 53}, {port: 53, protocol: UDP}%s]"
    rule = f"podSelector: {{}}, egress: [{{to: [{dns}], {ports}}}]"
    assert not found(shipped, closed, policy("shop", "dns", rule % ""), base=closed)
    (breach,) = found(shipped, closed, policy("shop", "x", rule % ", {port: 443}"), base=closed)
    assert breach.respect is Respect.SYSTEM
    assert breach.direction == "from the other namespaces and addresses to the system namespaces"
    assert str(breach.ports) == "TCP 443"


def test_the_key_names_no_line_and_tells_other_ports_apart() -> None:
    (one,) = found(TENANTS, *admitted(f"from: [{FROM_SHOP}], ports: [{{port: 80}}]"))
    head = admitted(f"from: [{FROM_SHOP}], ports: [{{port: 80}}]")
    (moved,) = found(TENANTS, head[0], f"# a line\n# another\n{head[1]}")
    (other,) = found(TENANTS, *admitted(f"from: [{FROM_SHOP}], ports: [{{port: 81}}]"))
    assert one.location != moved.location
    assert one.key == moved.key != other.key


@pytest.mark.parametrize("budget", [0, 3])
def test_what_takes_too_long_is_told_whole_and_labelled(budget: int) -> None:
    proposed = proposal([CLOSED], admitted("from: [{namespaceSelector: {}}]"))
    (breach,) = breaches(proposed, TENANTS, budget=budget)
    assert not breach.certain
    assert breach.limits == "at most this, since it took too long to tell by zones"
    assert breach.judgement == "allowed by exception only (zones.yaml:4)"


def test_the_work_follows_the_change_and_not_the_cluster() -> None:
    many = "".join(
        namespace(f"n{number}", tenant=f"t{number}") + policy(f"n{number}", "deny", DENY)
        for number in range(200)
    )
    proposed = proposal([CLOSED, many], [*admitted("from: [{namespaceSelector: {}}]"), many])
    (breach,) = breaches(proposed, TENANTS, budget=500)
    assert breach.certain
