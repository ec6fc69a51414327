"""Where known and conceivable peers are, and what known workloads may do today."""

from dataclasses import replace

from edgewarden.governance.zones.standing import Standing
from edgewarden.governance.zones.today import Traffic, today
from edgewarden.governance.zones.zones import Respect, Zones
from edgewarden.reachability.connectivity import connectivity_of
from edgewarden.reachability.focus import Focus
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.symbolic.restrictions import ALL_VALUES, Values
from edgewarden.reachability.symbolic.statements import Anything, PodSet
from edgewarden.workflows.rulebook.zones import read_zones
from tests.support import clusters

ZONES = read_zones(
    b"""\
version: 1
services: {sql: [pg]}
zones:
  zones:
    - {name: web, members: [{namespaces: {names: [shop]}}]}
    - {name: data, members: [{namespaces: {names: [shop, pay]}, pods: {matchLabels: {tier: db}}}],
       priority: 1}
    - {name: office, members: [{cidrs: [192.0.2.0/24]}]}
  matrix:
    - {source: web, destination: data, rule: allow-only, services: [sql]}
    - {source: office, destination: any, rule: deny}
tenants: {labels: [tenant, team]}
""",
    "zones.yaml",
)
DB = clusters.workload("pay/db", "tier=db", ports="pg:5432")
WEB = clusters.workload("shop/web", "app=web")
STATE = clusters.state(
    clusters.namespace("shop", "tenant=acme team=web"),
    clusters.namespace("pay", "team=pay"),
    DB,
    WEB,
)


def where(standing: Standing, respect: Respect) -> list[Values]:
    return [standing.of_workload(each, respect) for each in (DB, WEB)]


def test_a_workload_is_in_the_zone_of_highest_priority_or_of_the_first_label() -> None:
    standing = Standing(STATE, ZONES)
    assert where(standing, Respect.ZONE) == [Values.only("data"), Values.only("web")]
    assert where(standing, Respect.TENANT) == [Values.only("pay"), Values.only("acme")]
    assert where(standing, Respect.SYSTEM) == [Values.only(None)] * 2


def test_labels_that_nothing_shows_are_absent_and_those_that_a_controller_sets_are_open() -> None:
    bare = Standing(replace(STATE, namespaces=()), ZONES)
    assert where(bare, Respect.TENANT) == [Values.only(None)] * 2
    open_ended = replace(DB, labels={}, open_labels=frozenset({"tier"}))
    standing = Standing(STATE, ZONES)
    assert standing.of_workload(open_ended, Respect.ZONE) == Values.only("data", None)


def test_pods_on_the_network_of_their_node_are_in_no_zone() -> None:
    node = replace(WEB, host_network=True)
    assert Standing(STATE, ZONES).of_workload(node, Respect.ZONE) == Values.only(None)


def test_conceivable_pods_may_be_in_many_zones() -> None:
    standing = Standing(STATE, ZONES)
    assert standing.of(Anything(), Respect.TENANT) == ALL_VALUES
    assert standing.of(PodSet(Values.only("shop")), Respect.ZONE) == Values.only("data", "web")


def traffic(state: ClusterState, zones: Zones = ZONES) -> list[Traffic]:
    picture, _ = today(state, connectivity_of(state, Focus(None, None, None)), zones)
    return [each for each in picture.traffic if each.against]


def test_what_passes_today_is_held_against_the_terms() -> None:
    web, data, office = map(Values.only, ("web", "data", "office"))
    found = {(each.source, each.destination): each for each in traffic(STATE)}
    assert found.keys() == {(web, data), (office, data), (office, web)}
    to_data = found[web, data]
    assert to_data.example is not None
    assert [str(end) for end in to_data.example] == ["shop/web[Deployment]", "pay/db[Deployment]"]
    assert str(to_data.ports) == "every port except TCP 5432"


def test_what_policies_keep_out_is_against_nothing() -> None:
    port = clusters.rule(clusters.pods(namespaces="kubernetes.io/metadata.name=shop"), ports="pg")
    closed = (
        clusters.policy("pay/db", ingress=(port,)),
        clusters.policy("shop/web", ingress=(clusters.rule(clusters.pods()),)),
    )
    assert not traffic(replace(STATE, policies=closed))
