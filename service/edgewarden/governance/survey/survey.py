"""Clusters as they stand, before anything changes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from edgewarden.governance.survey.gaps import Assumed, Gap, gaps, joined
from edgewarden.governance.survey.reason import Reason, reason
from edgewarden.governance.survey.shapes import ShapeCount, shape_counts
from edgewarden.reachability.exposure.exposure import Exposure, Openness, Reach, openness
from edgewarden.reachability.location import Problem
from edgewarden.reachability.model import AddressMatch, ClusterProfile, ClusterState, Direction

MOST_EXPOSED = 10
MOST_GAPS = 3


@dataclass(frozen=True, slots=True)
class ClusterCount:
    """What a cluster is made of. ``nodes`` counts the workloads with ``hostNetwork``, which no
    policy binds, ``ingress`` and ``egress`` the namespaces in which some policy isolates that
    direction. ``unknown`` names the facts of the profile that nobody says."""

    name: str
    namespaces: int
    workloads: int
    policies: int
    unjudged: int
    nodes: int
    ingress: int
    egress: int
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExposedNamespace:
    """A namespace of one cluster, or of several in which it is exposed in the very same way."""

    clusters: tuple[str, ...]
    exposure: Exposure
    reason: Reason


@dataclass(frozen=True, slots=True)
class Survey:
    """All clusters of a tree. ``shapes`` count the policies of each cluster.

    ``exposed`` are the most exposed namespaces of all clusters, of ``namespaces`` that were asked
    about, each once where it is alike in several. Of the others ``as_exposed`` are as exposed as
    the last of them, and ``perhaps`` are those that may be open to every pod or to the internet,
    which is not known. ``gaps`` are what would remove most uncertainty, of ``open_questions``.
    ``problems`` and ``assumptions`` are those of all clusters, each once.
    """

    clusters: tuple[ClusterCount, ...]
    shapes: tuple[ShapeCount, ...]
    exposed: tuple[ExposedNamespace, ...]
    namespaces: int
    as_exposed: int
    perhaps: tuple[ExposedNamespace, ...]
    gaps: tuple[Gap, ...]
    open_questions: int
    problems: tuple[Problem, ...]
    assumptions: tuple[str, ...]


def survey(states: Sequence[ClusterState], assumed: Sequence[Assumed | None]) -> Survey:
    """Look at each state; ``assumed`` says for each what was assumed of namespaces."""
    policies = ((policy, state.profile) for state in states for policy in state.policies)
    found = [openness(state) for state in states]
    exposures = _alike(states, found)
    shown, rest = exposures[:MOST_EXPOSED], exposures[MOST_EXPOSED:]
    questions = joined(
        gap
        for state, of_state, of_assumed in zip(states, found, assumed, strict=True)
        for gap in gaps(state, of_state, of_assumed)
    )
    return Survey(
        clusters=tuple(map(_count, states)),
        shapes=tuple(shape_counts(policies)),
        exposed=tuple(shown),
        namespaces=len(exposures),
        as_exposed=sum(each.exposure.degree == shown[-1].exposure.degree for each in rest),
        perhaps=tuple(each for each in rest if _perhaps_wide(each.exposure)),
        gaps=questions[:MOST_GAPS],
        open_questions=len(questions),
        problems=tuple(dict.fromkeys(p for state in states for p in state.problems)),
        assumptions=tuple(dict.fromkeys(s for state in states for s in state.assumptions)),
    )


def _alike(states: Sequence[ClusterState], found: Sequence[Openness]) -> list[ExposedNamespace]:
    """The namespaces of all clusters, the most exposed first."""
    alike: dict[tuple[object, ...], ExposedNamespace] = {}
    for state, of_state in zip(states, found, strict=True):
        for each in of_state.exposures:
            why = reason(each, state.profile)
            key = each.key, why
            known = alike.get(key)
            clusters = (*(known.clusters if known else ()), state.name)
            alike[key] = ExposedNamespace(clusters, each, why)
    return sorted(alike.values(), key=lambda each: (each.exposure.key, each.clusters))


def _perhaps_wide(exposure: Exposure) -> bool:
    return exposure.reach < Reach.EVERY_POD <= exposure.may_reach


def _count(state: ClusterState) -> ClusterCount:
    named = (
        *(each.name for each in state.namespaces),
        *(each.namespace for each in state.workloads),
        *(each.namespace for each in state.policies),
    )
    return ClusterCount(
        state.name,
        len(set(named)),
        len(state.workloads),
        len(state.policies),
        len(state.unjudged),
        sum(each.host_network for each in state.workloads),
        _isolating(state, Direction.INGRESS),
        _isolating(state, Direction.EGRESS),
        _unknown(state.profile),
    )


def _isolating(state: ClusterState, direction: Direction) -> int:
    return len({each.namespace for each in state.policies if direction in each.isolates})


def _unknown(profile: ClusterProfile) -> tuple[str, ...]:
    """What is as it is without anybody saying so; of DNS there is a usual answer."""
    nothing: tuple[object, ...] = ("", None, (), AddressMatch.UNKNOWN)
    return tuple(each.name for each in fields(profile) if getattr(profile, each.name) in nothing)
