"""What ``zones.yaml`` says, and where it is refused."""

import json
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from edgewarden.governance.zones.zones import (
    ANY,
    NO_ZONES,
    Cell,
    Dimension,
    Respect,
    Ruling,
    Service,
    Terms,
    Zone,
    Zones,
)
from edgewarden.reachability.location import Location
from edgewarden.reachability.ports import PortSet, Protocol
from edgewarden.reachability.rule_ports import PortName
from edgewarden.workflows.forms.fault import FormError
from edgewarden.workflows.rulebook.zone_form import ports_of, zones_schema
from edgewarden.workflows.rulebook.zones import read_zones
from tests.support import clusters

ROOT = Path(__file__).parents[4]
SHIPPED = (ROOT / "policies" / "zones.yaml").read_bytes()


def read(text: str) -> Zones:
    return read_zones(dedent(text).encode(), "zones.yaml")


def faults(text: str) -> list[str]:
    """What is wrong, each with its line."""
    with pytest.raises(FormError) as caught:
        read(text)
    return [f"{each.line}: {each.message} {each.remedy}" for each in caught.value.faults]


def fault(text: str) -> str:
    (line,) = faults(text)
    return line


def test_zones_cells_and_services_are_read_with_their_lines() -> None:
    (found,) = read("""\
        version: 1
        services: {postgres: [5432, pg, 53/UDP]}
        zones:
          zones:
            - name: data
              priority: 7
              members:
                - namespaces: {names: [pay, orders], matchLabels: {zone: data}}
                  pods: {matchExpressions: [{key: tier, operator: NotIn, values: [web]}]}
                - cidrs: [10.0.0.0/8, "fd00::/8"]
          matrix:
            - {source: any, destination: data, rule: allow-only, services: [postgres]}
          default: deny
        """)
    numbers = PortSet.of(Protocol.TCP, 5432) | PortSet.of(Protocol.UDP, 53)
    postgres = Service("postgres", numbers, (PortName(Protocol.TCP, "pg"),))
    pods = clusters.pods(
        "tier notin web", namespaces="kubernetes.io/metadata.name in orders,pay; zone=data"
    )
    members = (pods, clusters.block("10.0.0.0/8"), clusters.block("fd00::/8"))
    only = Terms(Ruling.ALLOW_ONLY, (postgres,), Location("zones.yaml", 12, 7))
    assert found == Dimension(
        Respect.ZONE,
        (Zone("data", members, 7, Location("zones.yaml", 5, 7)),),
        cells=(Cell(ANY, "data", only),),
        otherwise=Terms(Ruling.DENY, (), Location("zones.yaml", 13, 12)),
    )


def test_a_section_that_is_absent_is_left_to_the_shipped_file() -> None:
    own = read("version: 1\ntenants: {labels: [tenant], across: deny}\nsystem: {}\n")
    shipped = read_zones(SHIPPED, "policies/zones.yaml")
    assert [each.respect for each in shipped] == [Respect.SYSTEM]
    counting = own.over(shipped)
    assert [each.respect for each in counting] == [Respect.TENANT, Respect.SYSTEM]
    assert counting.get(Respect.SYSTEM) == Dimension(Respect.SYSTEM)
    assert NO_ZONES.over(shipped) == shipped


ZONES = """\
version: 1
zones:
  zones:
    - name: edge
      members: [{namespaces: {names: [web, pay]}}]
    - name: data
      members: [MEMBER]
"""


@pytest.mark.parametrize(
    ("member", "common"),
    [
        ("{namespaces: {names: [pay]}, pods: {matchLabels: {tier: db}}}", "pods tier=db in"),
        ("{pods: {}}", "all pods in namespaces pay, web"),
        (
            "{namespaces: {matchLabels: {zone: data}}}",
            "all pods in namespaces pay, web if their labels satisfy zone=data",
        ),
        (
            "{namespaces: {matchExpressions: [{key: zone, operator: DoesNotExist}]}}",
            "all pods in namespaces pay, web if their labels satisfy zone does not exist",
        ),
    ],
)
def test_zones_of_equal_priority_that_could_share_a_pod_are_refused(
    member: str, common: str
) -> None:
    told = fault(ZONES.replace("MEMBER", member))
    assert told.startswith("6: Zones edge (line 4) and data both hold ")
    assert common in told
    assert "with equal priority 0. Give one of them a higher priority" in told


@pytest.mark.parametrize(
    "member",
    [
        "{namespaces: {names: [orders]}}",
        "{cidrs: [10.0.0.0/8]}",
        "{namespaces: {matchExpressions: [NOT_THESE]}}",
    ],
)
def test_zones_that_share_no_conceivable_peer_need_no_priority(member: str) -> None:
    others = "{key: kubernetes.io/metadata.name, operator: NotIn, values: [web, pay]}"
    assert read(ZONES.replace("MEMBER", member.replace("NOT_THESE", others)))


def test_of_zones_that_overlap_one_may_have_the_higher_priority() -> None:
    assert read(ZONES.replace("MEMBER", "{pods: {}}") + "      priority: 1\n")


def test_address_ranges_overlap_too() -> None:
    told = fault("""\
        version: 1
        tenants:
          zones:
            - {name: a, members: [{cidrs: [10.0.0.0/8]}]}
            - {name: b, members: [{cidrs: [192.168.0.0/16, 10.3.0.0/16]}]}
        """)
    assert told.startswith("5: Zones a (line 4) and b both hold 10.3.0.0/16, with equal priority")


def test_a_cell_for_any_source_and_one_for_any_destination_may_not_disagree() -> None:
    text = """\
version: 1
tenants:
  labels: [tenant]
  matrix:
    - {source: any, destination: shared, rule: allow}
    - {source: acme, destination: any, rule: deny}
"""
    assert fault(text) == (
        "6: This cell and the one in line 5 say different things of acme → shared. "
        "Write a cell for acme → shared."
    )
    assert read(text + "    - {source: acme, destination: shared, rule: deny}\n")


REMOVE = "Remove one of the conditions that exclude each other."
NAME = "Name one of `services`, or add it there."


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert faults("""\
        version: 1
        services: {postgres: [5432]}
        zones:
          zones:
            - {name: data, members: [{namespaces: {names: [pay]}}]}
            - {name: data, members: [{namespaces: {names: [other]}}]}
            - name: odd
              members:
                - pods:
                    matchLabels: {a: b}
                    matchExpressions: [{key: a, operator: DoesNotExist}]
          matrix:
            - {source: data, destination: dta, rule: deny}
            - {source: data, destination: odd, rule: allow-only, services: [postgress]}
            - {source: data, destination: odd, rule: deny}
        """) == [
        "6: Zone data stands here again, after line 5. Join the two.",
        f"9: No pod can satisfy all that is asked here. {REMOVE}",
        "13: There is no zone dta in `zones`; did you mean data? List it in `zones.zones`.",
        f"14: There is no service postgress; did you mean postgres? {NAME}",
        "15: data → odd stands here again, after line 14. Join the two.",
    ]


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("zones: [{name: any, members: [{pods: {}}]}]", "'any' stands for peers whatever"),
        ("zones: [{name: a, members: [{}]}]", "name `namespaces`, `pods` or `cidrs`"),
        ("zones: [{name: a, members: []}]", "list at least one"),
        ("zones: [{name: a, members: [{pods: {}, cidrs: [10.0.0.0/8]}]}]", "write two items"),
        ("zones: [{name: a, members: [{cidrs: [10.0.0.1/8]}]}]", "write 10.0.0.0/8"),
        ("zones: [{name: a, members: [{pods: {}}], priority: high}]", "write a whole number"),
        ("zones: [{name: a, members: [{podSelector: {}}]}]", "There is no key"),
        ("across: allow-only", "allow-only stands in `matrix`"),
        ("default: forbid", "'require-exception' or 'deny'"),
        ("labels: [-x]", "is no key of a label"),
        ("matrix: [{source: a, destination: b, rule: allow-only}]", "allow-only needs `services`"),
        (
            "matrix: [{source: a, destination: b, rule: deny, services: [x]}]",
            "deny takes no `services`",
        ),
        ("matrix: [{source: a, destination: b}]", "`tenants.matrix[0].rule` is missing"),
    ],
)
def test_what_is_no_zone_is_refused_in_words(section: str, told: str) -> None:
    assert told in "\n".join(faults(f"version: 1\ntenants: {{{section}}}\n"))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("0", "numbers from 1 to 65535"),
        ("90-80", "the smaller one first"),
        ("http_x", "is no port"),
        ("53/icmp", "is no port"),
        ("true", "write a number or a text"),
    ],
)
def test_what_is_no_port_is_refused_at_its_line(written: str, told: str) -> None:
    line = fault(f"version: 1\nservices:\n  web:\n    - {written}\n")
    assert line.startswith("4: `services.web[0]`: ")
    assert told in line


@given(st.text(max_size=12))
def test_a_text_is_ports_or_is_refused(text: str) -> None:
    with suppress(ValueError):
        assert ports_of(text)


@given(st.binary(max_size=60))
def test_whatever_a_file_holds_it_is_zones_or_refused(content: bytes) -> None:
    with suppress(FormError):
        assert isinstance(read_zones(content, "zones.yaml"), Zones)


def test_the_published_schema_is_the_form_and_the_shipped_file_is_of_it() -> None:
    published = (ROOT / "docs" / "schemas" / "zones.schema.json").read_text(encoding="utf-8")
    assert published == zones_schema()
    schema = json.loads(published)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(yaml.safe_load(SHIPPED))
