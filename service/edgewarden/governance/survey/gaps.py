"""What is not known of a cluster, and how many connections wait for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeAlias

from edgewarden.reachability.exposure.exposure import Openness
from edgewarden.reachability.location import Location, Problem
from edgewarden.reachability.model import AddressMatch, ClusterProfile, ClusterState
from edgewarden.reachability.reasons import Fact, FactKind


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that somebody could find out. ``about`` reads after "not known is".

    It has a part in ``connections``; ``alone`` counts those that nothing else is needed to
    settle. ``remedy`` is a full sentence, ``location`` the first place where it arises, if any.
    """

    about: str
    remedy: str
    connections: int
    alone: int
    location: Location | None

    @property
    def key(self) -> tuple[object, ...]:
        """Sorts those first that settle most."""
        return -self.alone, -self.connections, self.about


@dataclass(frozen=True, slots=True)
class Assumed:
    """``count`` objects that name no namespace and were taken to be in ``namespace``."""

    namespace: str
    count: int


_Question: TypeAlias = tuple[str, str]
"""What it is about, and the remedy."""

_NAMESPACE_LABELS = (
    "which labels namespaces without a manifest have",
    (
        "Add the manifests of these Namespaces to the repository, or give the cluster's inventory"
        " (`--inventory` here, `edgewarden inventory push` for reviews)."
    ),
)
_PORT_NAMES = (
    "what pods that no manifest shows call their ports",
    (
        "Add the manifests of these workloads, write the rules with port numbers, or give the"
        " cluster's inventory."
    ),
)
_OPEN_LABELS = (
    "the labels that controllers give to pods at run time",
    "Select these pods by labels of their template.",
)
_NODES = (
    "what the network plugin makes of traffic from nodes",
    (
        "Set `node_ranges` in `profile`, which settles it for ipBlocks; whether nodes are exempt"
        " from policies is for those to say who run the plugin."
    ),
)
_IP_BLOCKS = (
    "whether the network plugin lets ipBlock match addresses of pods",
    (
        "Set `ip_block_matches_pods` in `profile`: `never` settles it, `matches` does together"
        " with `pod_ranges`."
    ),
)
_POD_RANGES = (
    "which addresses pods have",
    "Set `pod_ranges` in `profile`.",
)
_MADE = (
    "which policies the objects that make some have made",
    "Give the cluster's inventory (`--inventory` here, `edgewarden inventory push` for reviews).",
)


@dataclass(slots=True)
class _Count:
    connections: int = 0
    alone: int = 0
    places: list[Location] = field(default_factory=list)


def gaps(state: ClusterState, openness: Openness, assumed: Assumed | None) -> tuple[Gap, ...]:
    """Everything that some connection waits for; what would settle most comes first.

    What was not read leaves open all connections of the namespaces that it may bear on.
    """
    counts: dict[_Question, _Count] = {}
    ask = _asker(state)
    for doubt in openness.uncertain:
        asked: dict[_Question, list[Location]] = {}
        for fact in doubt.facts:
            asked.setdefault(ask(fact), []).append(fact.location)
        for question, places in asked.items():
            count = counts.setdefault(question, _Count())
            count.connections += doubt.connections
            count.alone += doubt.connections if len(asked) == 1 else 0
            count.places.append(min(places))
    found = [
        Gap(*question, each.connections, each.alone, min(each.places))
        for question, each in counts.items()
    ]
    found += _unread(state.problems, openness)
    if assumed is not None:
        found.append(_assumed(assumed, openness))
    return tuple(sorted(found, key=lambda gap: gap.key))


def joined(every: Iterable[Gap]) -> tuple[Gap, ...]:
    """The gaps of several clusters: what is the same one is counted together."""
    alike: dict[_Question, list[Gap]] = {}
    for gap in every:
        alike.setdefault((gap.about, gap.remedy), []).append(gap)
    found = [
        Gap(
            *question,
            sum(gap.connections for gap in some),
            sum(gap.alone for gap in some),
            min((gap.location for gap in some if gap.location is not None), default=None),
        )
        for question, some in alike.items()
    ]
    return tuple(sorted(found, key=lambda gap: gap.key))


def _asker(state: ClusterState) -> Callable[[Fact], _Question]:
    kinds: dict[tuple[str, str], int] = {}
    by_place: dict[Location, tuple[str, str]] = {}
    for policy in state.unjudged:
        kind = policy.ref.kind, policy.ref.group
        kinds[kind] = kinds.get(kind, 0) + 1
        by_place[policy.location] = kind

    def ask(fact: Fact) -> _Question:
        if fact.kind is FactKind.UNJUDGED_POLICY:
            kind, group = by_place[fact.location]
            count = kinds[kind, group]
            whose = f"{count} objects" if count > 1 else "the only object"
            return (
                f"what {whose} of the kind {kind} ({group}) allow{'' if count > 1 else 's'}",
                "Review them by hand, or say the same by NetworkPolicies: no setting settles it.",
            )
        return _question(fact.kind, state.profile)

    return ask


def _question(kind: FactKind, profile: ClusterProfile) -> _Question:
    matches = profile.ip_block_matches_pods is AddressMatch.MATCHES
    return {
        FactKind.IP_BLOCK: _POD_RANGES if matches else _IP_BLOCKS,
        FactKind.HOST_NETWORK: _NODES,
        FactKind.OPEN_LABEL: _OPEN_LABELS,
        FactKind.PORT_NAME: _PORT_NAMES,
        FactKind.NAMESPACE_LABELS: _NAMESPACE_LABELS,
        FactKind.LINGERING_POLICY: _MADE,
    }[kind]


def _unread(problems: Iterable[Problem], openness: Openness) -> Iterator[Gap]:
    """One for all problems with the same remedy."""
    by_remedy: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.decisive:
            by_remedy.setdefault(problem.remedy, []).append(problem)
    for remedy, some in by_remedy.items():
        first = min(some, key=lambda problem: problem.location)
        more = f", and {len(some) - 1} more like it" if len(some) > 1 else ""
        everywhere = any(not problem.namespaces for problem in some)
        namespaces = frozenset[str]().union(*(problem.namespaces for problem in some))
        count = _connections_of(None if everywhere else namespaces, openness)
        about = f"{first.message.rstrip('.')}{more}"
        yield Gap(about, remedy, count, count, first.location)


def _assumed(assumed: Assumed, openness: Openness) -> Gap:
    count = _connections_of({assumed.namespace}, openness)
    objects = "1 object that names" if assumed.count == 1 else f"{assumed.count} objects that name"
    return Gap(
        f"the namespace of {objects} none, here taken to be {assumed.namespace}",
        "Set `namespace` of the cluster below `clusters`.",
        count,
        count,
        None,
    )


def _connections_of(namespaces: AbstractSet[str] | None, openness: Openness) -> int:
    """From and to the pods of some namespaces, allowed or not; of all of them without."""
    if namespaces is None:
        return openness.ends**2
    pods = sum(_counts(openness.of_namespace, namespaces))
    return 2 * pods * openness.ends - pods**2


def _counts(of_namespace: Mapping[str, int], names: AbstractSet[str]) -> Iterator[int]:
    return (of_namespace.get(name, 0) for name in names)
