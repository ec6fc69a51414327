from dataclasses import replace
from ipaddress import ip_network

import pytest

from edgewarden.reachability.concrete.index import Index
from edgewarden.reachability.concrete.transition import transition
from edgewarden.reachability.designations import parse_end, parse_port
from edgewarden.reachability.explain.change import explain_change
from edgewarden.reachability.explain.explanation import (
    AddedIsolation,
    AddedPolicy,
    AddedRule,
    Answer,
    Change,
    ChangeExplanation,
    LabelChange,
    Reasoning,
    RemovedRules,
    Written,
)
from edgewarden.reachability.explain.reasoning import explain
from edgewarden.reachability.model import ClusterState, Direction, IPBlock, PodPeer
from edgewarden.reachability.questions import ask
from edgewarden.reachability.reasons import CauseKind, FactKind, Side
from tests.support.clusters import (
    EGRESS,
    INGRESS,
    block,
    namespace,
    pods,
    policy,
    port,
    rule,
    selector,
    state,
    unjudged,
    workload,
)

WEB = workload("shop/web", "app=web tier=front")
DB = workload("shop/db", "app=db", ports="sql:5432")
FROM_WEB = rule(pods("app=web"), ports="5432")
GUARDED = policy("shop/db", "app=db", ingress=(FROM_WEB,))


def reasoned(cluster: ClusterState, question: str = "shop/web shop/db 5432") -> Reasoning:
    source, destination, port = question.split()
    asked = ask([cluster], parse_end(source), parse_end(destination), parse_port(port))
    return explain(Index.of(asked.states[0]), asked.question).reasoning


def changed(
    base: ClusterState, head: ClusterState, question: str = "shop/web shop/db 5432"
) -> ChangeExplanation:
    source, destination, port = question.split()
    asked = ask([base, head], parse_end(source), parse_end(destination), parse_port(port))
    return explain_change(transition(Index.of(asked.states[0]), asked.states[1]), asked.question)


def test_without_a_policy_both_ends_let_everything_pass() -> None:
    found = reasoned(state(WEB, DB))

    assert found.answer is Answer.ALLOWED
    assert [say.direction for say in found.says] == [Direction.EGRESS, Direction.INGRESS]
    assert all(not say.isolations and not say.admitting for say in found.says)


def test_the_rule_that_admits_is_named_with_the_policies_that_isolate() -> None:
    other = policy("shop/other", "app=db", ingress=(rule(pods("app=web"), ports="80"),))
    egress, ingress = reasoned(state(WEB, DB, GUARDED, other)).says

    assert egress.isolations == ()
    assert [each.policy.name for each in ingress.isolations] == ["db", "other"]
    (grant,) = ingress.admitting
    assert grant.origin is not None
    assert (grant.origin.policy.name, grant.origin.rule.index) == ("db", 0)


def test_a_rule_for_other_ports_is_told_apart_from_no_rule() -> None:
    found = reasoned(state(WEB, DB, GUARDED), "shop/web shop/db 5433")

    (grant,) = found.says[1].elsewhere
    assert found.answer is Answer.BLOCKED
    assert str(grant.ports) == "TCP 5432"


BUT_PRIVATE = rule(block("0.0.0.0/0", "10.0.0.0/8", "192.168.0.0/16"), ports="443 sql")


@pytest.mark.parametrize(
    ("address", "port", "holes"),
    [
        ("10.1.2.3", "443", ["10.0.0.0/8"]),
        ("192.168.0.1", "443", ["192.168.0.0/16"]),
        ("10.1.2.3", "444", []),
        ("2001:db8::1", "443", []),
        ("192.0.2.7", "443", []),
    ],
)
def test_an_except_that_takes_an_address_out_is_told(
    address: str, port: str, holes: list[str]
) -> None:
    guarded = policy("shop/web", "app=web", isolates=EGRESS, egress=(BUT_PRIVATE,))
    (say,) = reasoned(state(WEB, guarded), f"shop/web {address} {port}").says

    assert [str(each.hole) for each in say.excepted] == holes


def test_an_except_for_callers_is_told_for_ports_by_name_too() -> None:
    guarded = policy("shop/db", "app=db", ingress=(BUT_PRIVATE,))
    cluster = state(DB, guarded)

    assert len(reasoned(cluster, "10.1.2.3 shop/db 5432").says[0].excepted) == 1
    assert reasoned(cluster, "10.1.2.3 shop/db 80").says[0].excepted == ()


def test_an_except_is_no_matter_where_another_rule_admits_the_address() -> None:
    guarded = policy("shop/web", "app=web", isolates=EGRESS, egress=(BUT_PRIVATE, rule()))

    assert reasoned(state(WEB, guarded), "shop/web 10.1.2.3 443").says[0].excepted == ()


def test_a_rule_by_port_name_says_so() -> None:
    named = policy("shop/db", "app=db", ingress=(rule(pods("app=web"), ports="sql"),))
    (grant,) = reasoned(state(WEB, DB, named), "shop/web shop/db sql").says[1].admitting

    assert grant.origin is not None
    assert str(grant.origin.port_name) == "TCP sql"


def test_what_both_ends_block_needs_a_rule_at_each() -> None:
    closed = policy("shop/all", "", isolates=INGRESS | EGRESS)
    opening = reasoned(state(WEB, DB, closed)).opening

    assert opening is not None
    assert [each.direction for each in opening.additions] == [Direction.EGRESS, Direction.INGRESS]
    assert opening.then is Answer.ALLOWED


def test_a_rule_is_proposed_for_the_policy_that_selects_the_fewest_pods() -> None:
    wide, wider = policy("shop/a", "app in db,web"), policy("shop/b", "")
    found = reasoned(state(WEB, DB, wide, wider, policy("shop/c", "app=db")))

    assert where(found) == ["c"]
    assert where(reasoned(state(WEB, DB, wide, wider))) == ["a"]


def test_of_policies_that_select_the_same_known_pods_that_with_more_labels_is_proposed() -> None:
    precise = workload("shop/db", "app=db tier=back")
    some, more = policy("shop/a", "app=db"), policy("shop/b", "app=db; tier=back")

    assert where(reasoned(state(WEB, precise, some, more))) == ["b"]


def test_one_rule_is_enough_in_any_of_equally_narrow_policies() -> None:
    found = reasoned(state(WEB, DB, policy("shop/a", "app=db"), policy("shop/b", "app=db")))

    assert where(found) == ["a", "b"]


def where(found: Reasoning) -> list[str]:
    return [each.name for each in rule_added(found).policies]


def rule_added(found: Reasoning) -> AddedRule:
    assert found.opening is not None
    (added,) = found.opening.additions
    assert isinstance(added, AddedRule)
    return added


BY_NAME = policy("shop/db", "app=db", ingress=(rule(pods("app=web"), ports="sql"),))


def test_of_a_pod_by_labels_it_is_open_what_it_calls_a_port() -> None:
    found = reasoned(state(WEB, BY_NAME), "shop/web shop/app=db 5432")

    assert found.answer is Answer.MAY
    (fact,) = found.facts
    assert (fact.kind, fact.subject) == (FactKind.PORT_NAME, "shop/app=db[Pod]")
    assert reasoned(state(WEB, BY_NAME), "shop/web shop/app=db 5432/udp").answer is Answer.BLOCKED
    assert reasoned(state(WEB, GUARDED), "shop/web shop/app=db 5432").answer is Answer.ALLOWED
    assert reasoned(state(WEB, GUARDED), "shop/web shop/app=db 80").answer is Answer.BLOCKED


def test_of_a_pod_by_labels_in_a_namespace_without_manifest_its_labels_are_open() -> None:
    guarded = policy("shop/db", "app=db", ingress=(rule(pods("app=web", namespaces="env=prod")),))
    by_name = policy(
        "shop/db", "app=db", ingress=(rule(pods(namespaces="kubernetes.io/metadata.name=new")),)
    )

    found = reasoned(state(DB, guarded), "new/app=web shop/db 80")
    assert found.answer is Answer.MAY
    assert [(fact.kind, fact.subject) for fact in found.facts] == [
        (FactKind.NAMESPACE_LABELS, "Namespace new")
    ]
    assert reasoned(state(DB, guarded), "new/app=x shop/db 80").answer is Answer.BLOCKED
    shown = state(namespace("new", "env=dev"), DB, guarded)
    assert reasoned(shown, "new/app=web shop/db 80").answer is Answer.BLOCKED
    assert reasoned(state(DB, by_name), "new/app=x shop/db 80").answer is Answer.ALLOWED
    assert reasoned(state(DB, by_name), "other/app=x shop/db 80").answer is Answer.BLOCKED


def test_two_requirements_on_a_label_of_an_open_namespace_hang_together() -> None:
    guarded = policy(
        "shop/db",
        "app=db",
        ingress=(
            rule(pods(namespaces="env=prod")),
            rule(pods(namespaces="env notin prod")),
        ),
    )

    assert reasoned(state(DB, guarded), "new/app=web shop/db 80").answer is Answer.ALLOWED


def test_both_ends_ask_one_question_about_one_port_name() -> None:
    out = policy(
        "shop/web", "app=web", isolates=EGRESS, egress=(rule(pods("app=db"), ports="sql"),)
    )
    found = reasoned(state(WEB, BY_NAME, out), "shop/web shop/app=db 5432")

    assert (found.answer, len(found.facts)) == (Answer.MAY, 1)


def test_a_port_that_is_asked_about_by_name_has_that_name_alone() -> None:
    numbers = policy("shop/db", "app=db", ingress=(rule(ports="1-65535/UDP 5432 http"),))

    assert reasoned(state(WEB, BY_NAME), "shop/web shop/app=db sql").answer is Answer.ALLOWED
    assert reasoned(state(WEB, BY_NAME), "shop/web shop/app=db pg").answer is Answer.BLOCKED
    assert reasoned(state(WEB, numbers), "shop/web shop/app=db sql").answer is Answer.BLOCKED


def test_a_rule_for_a_port_asked_about_by_name_names_it() -> None:
    added = rule_added(reasoned(state(WEB, BY_NAME), "shop/web shop/app=db pg"))

    assert added.rule.ports == (port("pg"),)


def test_where_only_policies_over_every_pod_isolate_one_of_its_own_is_proposed() -> None:
    taken = policy("shop/allow-ingress", "app=other")
    found = reasoned(state(WEB, DB, policy("shop/all", ""), taken))

    assert found.opening is not None
    (added,) = found.opening.additions
    assert isinstance(added, AddedPolicy)
    assert (added.policy.namespace, added.policy.name) == ("shop", "allow-ingress-2")
    assert added.policy.pods == selector("app=db")
    assert added.policy.isolates == INGRESS
    assert added.policy.ingress == (rule(pods("app=web"), ports="5432"),)


def test_pods_without_labels_get_their_rule_in_the_policy_over_every_pod() -> None:
    bare = workload("shop/bare")
    found = reasoned(state(WEB, bare, policy("shop/all", "")), "shop/web shop/bare 80")

    assert where(found) == ["all"]


def test_a_pod_by_labels_is_proposed_by_all_of_them() -> None:
    found = reasoned(state(DB, policy("shop/db", "app=db")), "new/app=probe,x=y shop/db 5432")

    assert peer(found) == pods("app=probe; x=y", namespaces="kubernetes.io/metadata.name=new")


def test_a_proposed_peer_is_the_one_label_that_tells_the_workload_apart() -> None:
    twin = workload("shop/web-admin", "app=web tier=back")
    closed = policy("shop/db", "app=db")

    assert peer(reasoned(state(WEB, DB, closed))) == pods("app=web")
    assert peer(reasoned(state(WEB, twin, DB, closed))) == pods("tier=front")


def test_twins_are_proposed_by_all_their_labels() -> None:
    twin = workload("shop/web-2", "app=web tier=front")
    found = reasoned(state(WEB, twin, DB, policy("shop/db", "app=db")))

    assert peer(found) == pods("app=web; tier=front")


def test_a_proposed_peer_leaves_out_labels_that_a_controller_sets() -> None:
    hashed = workload("shop/web", "app=web pod-template-hash=1", open_labels="app")
    found = reasoned(state(hashed, DB, policy("shop/db", "app=db")))

    assert peer(found) == pods("pod-template-hash=1")


def test_pods_of_another_namespace_are_proposed_with_its_name() -> None:
    found = reasoned(
        state(workload("new/probe"), DB, policy("shop/db", "app=db")), "new/probe shop/db 5432"
    )

    assert peer(found) == pods("", namespaces="kubernetes.io/metadata.name=new")


def test_an_address_is_proposed_as_a_block_of_one() -> None:
    cluster = state(DB, policy("shop/db", "app=db"))

    assert peer(reasoned(cluster, "192.0.2.7 shop/db 5432")) == IPBlock(
        ip_network("192.0.2.7/32"), (), GUARDED.location
    )
    assert peer(reasoned(cluster, "2001:db8::1 shop/db 5432")) == IPBlock(
        ip_network("2001:db8::1/128"), (), GUARDED.location
    )


def peer(found: Reasoning) -> PodPeer | IPBlock:
    (found_peer,) = rule_added(found).rule.peers
    return found_peer


def test_to_block_what_rules_admit_all_of_them_have_to_go() -> None:
    other = policy("shop/other", "app=db", ingress=(rule(),))
    removed, isolating = reasoned(state(WEB, DB, GUARDED, other)).closings

    assert isinstance(removed, RemovedRules)
    assert removed.direction is Direction.INGRESS
    assert len(removed.grants) == 2
    assert isinstance(isolating, AddedIsolation)
    assert isolating.direction is Direction.EGRESS


def test_to_block_what_nothing_isolates_a_policy_is_proposed_under_a_free_name() -> None:
    taken = policy("shop/isolate-ingress", "app=other")
    _, ingress = reasoned(state(WEB, DB, taken)).closings

    assert isinstance(ingress, AddedIsolation)
    assert ingress.policy.name == "isolate-ingress-2"
    assert ingress.policy.namespace == "shop"
    assert ingress.policy.pods == selector("app=db")
    assert ingress.policy.isolates == INGRESS


def test_a_policy_that_may_linger_cannot_be_edited() -> None:
    lingers = policy("shop/old", "app=db", ingress=(FROM_WEB,))
    blocked = replace(state(WEB, DB, policy("shop/db", "app=db")), lingering=(lingers,))
    allowed = replace(state(WEB, DB, GUARDED), lingering=(lingers,))
    free = replace(state(WEB, DB), lingering=(lingers,))

    assert where(reasoned(blocked, "shop/web shop/db 80")) == ["db"]
    _, removed = reasoned(allowed).closings
    assert isinstance(removed, RemovedRules)
    assert (len(removed.grants), removed.then) == (1, Answer.MAY)
    egress, ingress = reasoned(free).closings
    assert (egress.direction, egress.then) == (Direction.EGRESS, Answer.BLOCKED)
    assert (ingress.direction, ingress.then) == (Direction.INGRESS, Answer.MAY)


def test_policies_do_not_bind_pods_of_the_host_network() -> None:
    node = workload("shop/node", "app=node", host_network=True)
    closed = policy("shop/all", "", isolates=INGRESS | EGRESS)
    found = reasoned(state(node, closed), "shop/node shop/node 80")

    assert found.answer is Answer.ALLOWED
    assert all(say.subject.host_network and not say.isolations for say in found.says)
    assert found.closings == ()


def test_node_traffic_to_isolated_pods_hangs_on_the_network_plugin() -> None:
    node = workload("shop/node", "app=node", host_network=True)
    found = reasoned(state(node, DB, GUARDED), "shop/node shop/db 5432")

    assert found.answer is Answer.MAY
    assert {fact.kind for fact in found.facts} == {FactKind.HOST_NETWORK}


def test_isolating_against_node_traffic_is_no_certain_way_to_block_it() -> None:
    node = workload("shop/node", "app=node", host_network=True)
    (closing,) = reasoned(state(node, DB), "shop/node shop/db 5432").closings

    assert closing.then is Answer.MAY


def test_a_workload_to_itself_is_judged_as_between_two_pods() -> None:
    assert reasoned(state(DB, GUARDED), "shop/db shop/db 5432").answer is Answer.BLOCKED


def test_a_policy_that_is_not_judged_leaves_it_open() -> None:
    found = reasoned(state(WEB, DB, GUARDED, unjudged("shop/calico")))

    assert found.answer is Answer.MAY
    assert [each.ref.name for each in found.says[1].unjudged] == ["calico"]
    assert {fact.kind for fact in found.facts} == {FactKind.UNJUDGED_POLICY}


def test_an_end_outside_the_cluster_says_nothing() -> None:
    found = reasoned(state(DB, GUARDED), "192.0.2.7 shop/db 5432")

    assert [say.direction for say in found.says] == [Direction.INGRESS]
    assert found.answer is Answer.BLOCKED


PROD = policy("shop/db", "app=db", ingress=(rule(pods(namespaces="env=prod", line=7)),))


def test_a_relabelled_namespace_is_named_with_the_selector_that_it_flipped() -> None:
    web = workload("front/web", "app=web")
    found = changed(
        state(namespace("front", "env=dev"), web, DB, PROD),
        state(namespace("front", "env=prod"), web, DB, PROD),
        "front/web shop/db 80",
    )

    assert found.change is Change.OPENED
    assert [cause.kind for cause in found.causes] == [CauseKind.LABELS_CHANGED]
    (flip,) = found.flipped
    assert (flip.subject.kind, flip.subject.name) == ("Namespace", "front")
    assert flip.labels == (LabelChange("env", "dev", "prod"),)
    assert (flip.written, flip.matched_in) == (Written.PEER_NAMESPACES, Side.HEAD)
    assert (flip.policy.name, flip.location.line) == ("db", 7)


def test_a_relabelled_source_is_named_with_the_peer_that_no_longer_matches() -> None:
    found = changed(state(WEB, DB, GUARDED), state(workload("shop/web", "app=www"), DB, GUARDED))

    assert found.change is Change.CLOSED
    (flip,) = found.flipped
    assert flip.subject.name == "web"
    assert flip.labels == (LabelChange("app", "web", "www"),)
    assert (flip.written, flip.matched_in) == (Written.PEER_PODS, Side.BASE)


def test_a_relabelled_destination_is_named_with_the_policy_that_no_longer_selects_it() -> None:
    closed = policy("shop/db", "app=db")
    found = changed(state(WEB, DB, closed), state(WEB, workload("shop/db"), closed))

    assert found.change is Change.OPENED
    (flip,) = found.flipped
    assert flip.labels == (LabelChange("app", "db", None),)
    assert (flip.written, flip.matched_in) == (Written.POD_SELECTOR, Side.BASE)


def test_a_changed_policy_is_a_cause_and_flips_no_selector() -> None:
    found = changed(state(WEB, DB, policy("shop/db", "app=db")), state(WEB, DB, GUARDED))

    assert found.change is Change.OPENED
    assert [cause.kind for cause in found.causes] == [CauseKind.RULE_ALLOWS]
    assert found.flipped == ()


def test_labels_that_decide_nothing_here_explain_nothing_here() -> None:
    found = changed(state(WEB, DB, GUARDED), state(workload("shop/web", "app=web"), DB, GUARDED))

    assert found.change is Change.NONE
    assert (found.causes, found.flipped) == ((), ())


def test_a_state_without_one_of_the_ends_says_nothing() -> None:
    found = changed(state(DB), state(WEB, DB))

    assert (found.before, found.change) == (None, Change.OPENED)
    assert [cause.kind for cause in found.causes] == [CauseKind.WORKLOAD_ADDED]
    gone = changed(state(WEB, DB), state(DB))
    assert (gone.after, gone.change) == (None, Change.CLOSED)
    assert str(gone.source) == "shop/web[Deployment]"


def test_a_question_that_only_the_base_asks_is_placed_there() -> None:
    before = rule(block("10.0.0.0/8", "10.1.0.0/16", line=4))
    after = rule(block("10.0.0.0/8", line=5))
    found = changed(
        state(WEB, DB, policy("shop/db", "app=db", ingress=(before,))),
        state(WEB, DB, policy("shop/db", "app=db", ingress=(after,))),
    )

    assert found.change is Change.MAY_OPEN
    assert {fact.location.line: fact.side for fact in found.facts} == {4: Side.BASE, 5: Side.HEAD}
