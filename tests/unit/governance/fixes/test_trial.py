"""A trial is passed by exactly what a fix is to do: random policies, and edits that do more."""

from dataclasses import replace
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.governance.fixes.mends import JoinedPeers, SeparatedObjects
from edgewarden.governance.fixes.trial import Tried, tried
from edgewarden.governance.proposal import Proposal
from edgewarden.manifests.mending.joining import join_items
from edgewarden.manifests.mending.source import Source
from edgewarden.reachability.location import ProblemKind
from edgewarden.reachability.model import Direction, NetworkPolicy
from tests.support.one_by_one import one_by_one
from tests.support.proposals import deployment, namespace, proposal

NAMESPACES = {"shop": "test", "web": "prod", "batch": "prod", "lab": "test"}
APPS = ("api", "frontend", "reports")
WORKLOADS = "".join(
    namespace(name, environment=environment) + "".join(deployment(name, app) for app in APPS)
    for name, environment in NAMESPACES.items()
)
WHOLE = {"namespaceSelector": {"matchLabels": {"environment": "prod"}}}
OWN = {"podSelector": {"matchLabels": {"app": "frontend"}}}
OTHERS: list[dict[str, Any]] = [
    {"podSelector": {"matchLabels": {"app": "reports"}}, "namespaceSelector": {}},
    {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "batch"}}},
    {"ipBlock": {"cidr": "192.0.2.0/24"}},
]
PEERS = st.lists(st.sampled_from(OTHERS), max_size=2, unique_by=str).flatmap(
    lambda others: st.permutations([WHOLE, OWN, *others])
)
STYLES = st.sampled_from([None, True, False])


def admits(peers: list[dict[str, Any]], where: str, app: str) -> bool:
    """Whether a rule of a policy of namespace shop does, by its manifest alone."""
    return any(
        "ipBlock" not in peer
        and _matches(
            peer.get("namespaceSelector"),
            {"environment": NAMESPACES[where], "kubernetes.io/metadata.name": where},
            absent=where == "shop",
        )
        and _matches(peer.get("podSelector"), {"app": app}, absent=True)
        for peer in peers
    )


def _matches(selector: dict[str, Any] | None, labels: dict[str, str], *, absent: bool) -> bool:
    if selector is None:
        return absent
    wanted: dict[str, str] = selector.get("matchLabels", {})
    return wanted.items() <= labels.items()


def manifest(peers: list[dict[str, Any]], direction: Direction, style: bool | None) -> str:
    key = "from" if direction is Direction.INGRESS else "to"
    types = [each.capitalize() for each in Direction]
    other = Direction.EGRESS if direction is Direction.INGRESS else Direction.INGRESS
    spec = {
        "podSelector": {"matchLabels": {"app": "api"}},
        "policyTypes": types,
        direction.value: [{key: peers}],
        other.value: [{}],
    }
    root = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "api", "namespace": "shop"},
        "spec": spec,
    }
    return yaml.safe_dump(root, default_flow_style=style, sort_keys=False, width=1000)


def mend_of(policy: NetworkPolicy, direction: Direction) -> JoinedPeers:
    (rule,) = policy.rules(direction)
    whole, own = (
        next(peer.location for peer in rule.peers if str(sought) in str(peer))
        for sought in ("'prod'", "'frontend'")
    )
    return JoinedPeers(policy.location, direction, whole, own)


def tree_of(text: str) -> list[str]:
    return [WORKLOADS, text]


@given(PEERS, st.sampled_from(Direction), STYLES)
def test_a_fix_closes_exactly_the_connections_that_were_not_meant(
    peers: list[dict[str, Any]], direction: Direction, style: bool | None
) -> None:
    text = manifest(peers, direction, style)
    before = proposal([], tree_of(text)).head
    mend = mend_of(before.policies[0], direction)
    source = Source.of(text.encode())
    assert source is not None
    edited = join_items(
        source, (mend.whole.line, mend.whole.column), (mend.own.line, mend.own.column)
    )
    assert edited is not None

    trial = proposal(tree_of(text), tree_of(edited))
    meant = [each for each in peers if each not in (WHOLE, OWN)] + [{**WHOLE, **OWN}]
    lost = {
        f"{where}/{app}[Deployment]"
        for where in NAMESPACES
        for app in APPS
        if admits(peers, where, app) and not admits(meant, where, app)
    }
    far = 0 if direction is Direction.INGRESS else 1
    closed = one_by_one((*trial.diff.removed, *trial.diff.changed))
    assert {str(pair[far]) for pair in closed} == lost
    assert not [*trial.opened]
    assert tried(mend, trial, ()) == Tried(closed=len(lost))


def outcome(head: str, fixed: str) -> Tried | None:
    trial = proposal(tree_of(head), tree_of(fixed))
    mend = mend_of(trial.base.policies[0], Direction.INGRESS)
    return tried(mend, trial, trial.base.problems)


OR = manifest([WHOLE, OWN], Direction.INGRESS, False)
AND = manifest([{**WHOLE, **OWN}], Direction.INGRESS, False)


def test_what_closes_less_or_more_does_not_pass() -> None:
    assert outcome(OR, AND) == Tried(closed=5)
    assert outcome(OR, OR) is None
    assert outcome(OR, manifest([WHOLE], Direction.INGRESS, False)) is None
    assert outcome(OR, manifest([OWN], Direction.INGRESS, False)) is None
    assert outcome(OR, AND.replace("app: api", "app: reports")) is None


def test_what_changes_another_object_does_not_pass() -> None:
    assert outcome(OR, f"{AND}---\n{AND.replace('name: api', 'name: more')}") is None
    assert outcome(OR, AND + deployment("shop", "more")) is None
    assert outcome(OR, AND + namespace("more")) is None


def test_what_cannot_be_read_as_well_does_not_pass() -> None:
    assert outcome(OR, f"{AND}---\nkind: [\n") is None


def test_a_manifest_that_is_as_broken_as_before_is_not_mended() -> None:
    broken = f"{AND}apiVersion: v1\n"
    trial = proposal(tree_of(broken), tree_of(f"{broken}# nothing else\n"))
    found = (each for each in trial.head.problems if each.kind is ProblemKind.DUPLICATE_KEY)
    problem = next(found)
    assert tried(SeparatedObjects(problem), trial, trial.head.problems) is None


def test_a_fix_of_another_place_touches_nothing_here() -> None:
    trial = proposal(tree_of(OR), tree_of(OR))
    mend = mend_of(trial.base.policies[0], Direction.INGRESS)
    elsewhere = replace(mend, policy=replace(mend.policy, path="other.yaml"))
    assert tried(elsewhere, Proposal(trial.base, trial.head, trial.diff), ()) == Tried()
