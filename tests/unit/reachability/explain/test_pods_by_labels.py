"""Connections of pods that no manifest shows are listed as they are explained."""

from random import Random

import pytest

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.connectivity import connectivity
from edgewarden.reachability.designations import LabelledPods
from edgewarden.reachability.ends import End, WorkloadEnd
from edgewarden.reachability.explain.explanation import Answer
from edgewarden.reachability.explain.reasoning import explain
from edgewarden.reachability.model import ClusterState
from edgewarden.reachability.ports import NO_PORTS, Protocol
from edgewarden.reachability.questions import Question, imagining
from edgewarden.reachability.reasons import FactKind
from edgewarden.reachability.report import Connectivity, Edge, MayEdge
from tests.support.clusters import pods, policy, rule, state, workload
from tests.support.random_clusters import certain_pair, uncertain_pair

PORTS = [(Protocol.TCP, 80), (Protocol.TCP, 8080), (Protocol.UDP, 53), (Protocol.TCP, 5432)]


@pytest.mark.parametrize("seed", range(25))
def test_a_list_of_connections_says_of_imagined_pods_what_an_explanation_says(seed: int) -> None:
    for pair in (certain_pair(60_000 + seed), uncertain_pair(60_000 + seed)):
        cluster = with_imagined(pair[1], Random(seed))
        listed, index = connectivity(cluster), Index.of(cluster)
        for source in cluster.workloads:
            for destination in cluster.workloads:
                if not (source.open_ports or destination.open_ports):
                    continue
                for protocol, port in PORTS:
                    question = Question(source.identity, destination.identity, protocol, port)
                    said = explain(index, question).reasoning.answer
                    ends = WorkloadEnd.of(source), WorkloadEnd.of(destination)
                    assert said is answer(listed, *ends, question), question


def test_rules_by_port_name_may_admit_to_every_port_of_the_protocol() -> None:
    guarded = policy("shop/db", "app=db", ingress=(rule(pods("app=web"), ports="sql 80"),))
    known = state(workload("shop/web", "app=web"), guarded)
    listed = connectivity(imagining(known, [LabelledPods("shop", {"app": "db"})]))

    to_db = [each for each in listed.edges if "app=db" in str(each.destinations)]
    assert [(str(each.sources[0]), str(each.ports)) for each in to_db] == [
        ("shop/web[Deployment]", "TCP 80")
    ]
    (perhaps,) = listed.may_edges
    assert str(perhaps.ports) == "TCP 1-79, 81-65535"
    assert [fact.kind for fact in perhaps.facts] == [FactKind.PORT_NAME]


def with_imagined(cluster: ClusterState, random: Random) -> ClusterState:
    """With a pod labelled like one that is there, in its namespace and in one without manifest."""
    known = [(each.namespace, dict(each.labels)) for each in cluster.workloads]
    namespace, labels = random.choice(known) if known else ("shop", {})
    labels = labels or {"app": "probe"}
    return imagining(cluster, [LabelledPods(namespace, labels), LabelledPods("unheard-of", labels)])


def answer(listed: Connectivity, source: End, destination: End, question: Question) -> Answer:
    def told(edges: tuple[Edge, ...] | tuple[MayEdge, ...]) -> bool:
        return any(
            source in edge.sources
            and destination in edge.destinations
            and edge.ports & question.ports != NO_PORTS
            for edge in edges
        )

    if told(listed.edges):
        return Answer.ALLOWED
    return Answer.MAY if told(listed.may_edges) else Answer.BLOCKED
