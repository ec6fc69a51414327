"""The kinds of change that reviews are made of, each at random places of a cluster."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from random import Random

from benchmarks.clusters import SHARED, labelled, pods, policy, rule
from edgewarden.reachability.labels import LabelSelector
from edgewarden.reachability.model import ClusterState, Namespace, NetworkPolicy, PolicyPort
from edgewarden.reachability.ports import Protocol

Change = Callable[[ClusterState, Random], ClusterState]


def port_added(state: ClusterState, random: Random) -> ClusterState:
    """One more port in a rule between two tiers of a namespace."""

    def changed(policy: NetworkPolicy) -> NetworkPolicy:
        first = policy.ingress[0]
        more = PolicyPort(Protocol.TCP, random.randint(10000, 20000), None, first.location)
        return replace(policy, ingress=(replace(first, ports=(*first.ports, more)),))

    return _with_policy(state, _team(state, random), "web-to-api", changed)


def peer_widened(state: ClusterState, random: Random) -> ClusterState:
    """A peer of one namespace becomes all namespaces."""
    anywhere = pods(None, LabelSelector())
    return _with_policy(
        state,
        _team(state, random),
        "web-to-api",
        lambda policy: replace(policy, ingress=(rule((anywhere,), "http"),)),
    )


def allow_all(state: ClusterState, random: Random) -> ClusterState:
    """A policy over a whole namespace comes to allow everything."""
    return _with_policy(
        state,
        _team(state, random),
        "shared",
        lambda policy: replace(policy, ingress=(rule(()),)),
    )


def policy_removed(state: ClusterState, random: Random) -> ClusterState:
    """A namespace loses a policy that admitted others."""
    return _without_policy(state, _team(state, random), "across")


def default_deny_removed(state: ClusterState, random: Random) -> ClusterState:
    """A namespace loses the policy that isolates its pods from and to everybody."""
    return _without_policy(state, _team(state, random), "default-deny")


def policy_added(state: ClusterState, random: Random) -> ClusterState:
    """The web pods of a namespace open up to one environment."""
    peers = (pods(labelled(app="worker"), labelled(environment="staging")),)
    new = policy(
        _team(state, random),
        f"new-{random.randint(0, 999)}",
        labelled(app="web"),
        ingress=(rule(peers, "http"),),
    )
    return replace(state, policies=(*state.policies, new))


def namespace_label_changed(state: ClusterState, random: Random) -> ClusterState:
    """A namespace moves to another environment."""
    other = {"prod": "staging", "staging": "dev", "dev": "prod"}
    return _relabelled(state, random, lambda old: {"environment": other[old["environment"]]})


def namespace_team_changed(state: ClusterState, random: Random) -> ClusterState:
    """A namespace moves to another team."""
    return _relabelled(state, random, lambda _: {"team": "t1"})


def workload_label_changed(state: ClusterState, random: Random) -> ClusterState:
    """A workload becomes an ``api``, which policies of its namespace and others select."""
    place = random.randrange(len(SHARED) * 10, len(state.workloads))
    old = state.workloads[place]
    new = replace(old, labels={**old.labels, "app": "api" if old.labels["app"] != "api" else "db"})
    before, after = state.workloads[:place], state.workloads[place + 1 :]
    return replace(state, workloads=(*before, new, *after))


CHANGES: Mapping[str, Change] = {
    "port added to a rule": port_added,
    "peer widened to all namespaces": peer_widened,
    "policy becomes allow-all": allow_all,
    "policy added": policy_added,
    "policy removed": policy_removed,
    "default deny removed": default_deny_removed,
    "namespace label changed": namespace_label_changed,
    "namespace moved to another team": namespace_team_changed,
    "workload label changed": workload_label_changed,
}
ONE_POLICY = tuple(CHANGES)[:6]
"""The kinds of change that touch a single policy."""
RELABELLED = tuple(CHANGES)[6:8]
"""The kinds of change that touch the labels of a namespace."""


def _team(state: ClusterState, random: Random) -> str:
    return random.choice(state.namespaces[len(SHARED) :]).name


def _with_policy(
    state: ClusterState,
    namespace: str,
    name: str,
    changed: Callable[[NetworkPolicy], NetworkPolicy],
) -> ClusterState:
    return _policies(
        state,
        (
            changed(each) if (each.namespace, each.name) == (namespace, name) else each
            for each in state.policies
        ),
    )


def _without_policy(state: ClusterState, namespace: str, name: str) -> ClusterState:
    return _policies(
        state,
        (each for each in state.policies if (each.namespace, each.name) != (namespace, name)),
    )


def _policies(state: ClusterState, policies: Iterable[NetworkPolicy]) -> ClusterState:
    return replace(state, policies=tuple(policies))


def _relabelled(
    state: ClusterState,
    random: Random,
    labels: Callable[[Mapping[str, str]], Mapping[str, str]],
) -> ClusterState:
    name = _team(state, random)

    def changed(namespace: Namespace) -> Namespace:
        if namespace.name != name:
            return namespace
        return replace(namespace, labels={**namespace.labels, **labels(namespace.labels)})

    return replace(state, namespaces=tuple(map(changed, state.namespaces)))
