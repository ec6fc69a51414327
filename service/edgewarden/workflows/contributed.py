"""What other repositories deploy to a cluster, put together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.gathering import same_value
from edgewarden.manifests.objects import Declared, Held, scope
from edgewarden.manifests.serving.served import Served
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import ObjectRef
from edgewarden.reachability.wording import listed
from edgewarden.reporting.wording import counted

_NAMED = 5


@dataclass(frozen=True, slots=True, order=True)
class Contributor:
    """A repository that deploys to clusters beside the one under review."""

    repository: str
    forge: str

    def __str__(self) -> str:
        return f"{self.repository} on {self.forge}"


@dataclass(frozen=True, slots=True)
class ClusterContribution:
    """What a repository deploys to a cluster, as it is kept.

    ``seen_at`` is when ``commit`` was last found to be the tip of the branch that describes the
    cluster. ``body`` is what ``contribution_codec`` reads and ``digest`` that of what it holds;
    ``reader`` names what made it of the tree.
    """

    by: Contributor
    cluster: str
    commit: str
    digest: str
    reader: str
    seen_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Awaited:
    """A contribution whose newest state is not known, and what is in the way, empty where nobody
    looked yet.
    """

    by: Contributor
    cluster: str
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class Contributed:
    """Objects of one cluster, each once, and what is said of where they come from.

    ``problems`` tell of objects that two repositories declare differently; they decide nothing.
    ``makers`` may make more objects, and ``served`` tell what the API server calls.
    """

    objects: Held
    makers: tuple[Deployer, ...]
    served: tuple[Served, ...]
    problems: tuple[Problem, ...]
    used: tuple[ClusterContribution, ...]
    sentences: tuple[str, ...]


def together(
    contributions: Iterable[ClusterContribution],
    awaited: Iterable[Awaited],
    live: AbstractSet[ObjectRef],
    now: datetime | None,
) -> Contributed:
    """Join what repositories contribute to one cluster.

    Of an object that two repositories declare, that of the first counts, by their names. That
    they differ is told unless it is ``live``: there the cluster itself shows what it is.
    """
    contributions = sorted(contributions, key=_by)
    awaited = sorted(awaited, key=_by)
    names = _names([*map(_by, contributions), *map(_by, awaited)])
    held: dict[ObjectRef, Declared] = {}
    makers: dict[ObjectRef, Deployer] = {}
    served: dict[ObjectRef, Served] = {}
    sources: dict[ObjectRef, Contributor] = {}
    different: dict[tuple[Contributor, Contributor], list[tuple[Declared, Declared]]] = {}
    unread: list[Location] = []
    used: list[ClusterContribution] = []
    counts: dict[Contributor, int] = {}
    for each in contributions:
        read = _read(each)
        if read is None:
            awaited.append(Awaited(each.by, each.cluster))
            continue
        used.append(each)
        unread += read.unread
        for maker in read.deployers:
            makers.setdefault(maker.ref, maker)
        for one in read.served:
            served.setdefault(one.ref, one)
        counts[each.by] = len(read.objects)
        for declared in read.objects:
            first = held.setdefault(declared.ref, declared)
            source = sources.setdefault(declared.ref, each.by)
            if declared.ref not in live and not same_value(first.value, declared.value):
                different.setdefault((source, each.by), []).append((first, declared))
    return Contributed(
        {ref: held[ref] for ref in sorted(held)},
        tuple(makers[ref] for ref in sorted(makers)),
        tuple(served[ref] for ref in sorted(served)),
        tuple(
            _differently(names[one], names[other], found)
            for (one, other), found in sorted(different.items())
        ),
        tuple(used),
        (
            *_taken(used, counts, names, now),
            *_not_understood(unread),
            *_not_known(awaited, counts.keys(), names),
        ),
    )


def age(since: datetime, now: datetime) -> str:
    """``3 hours ago``, in whole hours, and in days from two on."""
    hours = max(timedelta(), now - since) // timedelta(hours=1)
    if not hours:
        return "less than an hour ago"
    return f"{counted(hours // 24, 'day') if hours >= 48 else counted(hours, 'hour')} ago"


def _by(each: ClusterContribution | Awaited) -> Contributor:
    return each.by


def _names(contributors: Iterable[Contributor]) -> Mapping[Contributor, str]:
    """What each is called: the forge is said where two share a name."""
    everyone = set(contributors)
    sharing = Counter(each.repository for each in everyone)
    return {
        each: str(each) if sharing[each.repository] > 1 else each.repository for each in everyone
    }


@dataclass(frozen=True, slots=True)
class _Read:
    objects: tuple[Declared, ...]
    deployers: tuple[Deployer, ...]
    served: tuple[Served, ...]
    unread: tuple[Location, ...]


def _read(contribution: ClusterContribution) -> _Read | None:
    """None where other code wrote it: the worker's looks for that and reads it anew."""
    # Only here: the command line composes nothing of this, and validation takes long to load.
    from edgewarden.workflows.contribution_codec import unpack  # noqa: PLC0415

    try:
        found = unpack(contribution.body)
        deployers = tuple(each.deployer for each in found.makers)
    except (ValueError, RecursionError):
        return None
    return _Read(found.objects, deployers, found.served, found.unread)


def _differently(one: str, other: str, found: list[tuple[Declared, Declared]]) -> Problem:
    named = _some([f"{a.ref.kind} {a.ref} at {a.location} and at {b.location}" for a, b in found])
    return Problem(
        ProblemKind.DUPLICATE_OBJECT,
        found[0][1].location,
        f"{one} and {other} declare the same objects differently: {named}; those of {one} are "
        "taken to be in the cluster.",
        "Let one of them declare each, or hand in the inventory of the cluster.",
        decisive=False,
        namespaces=frozenset().union(*(scope(declared.ref) for declared, _ in found)),
    )


def _taken(
    used: list[ClusterContribution],
    counts: Mapping[Contributor, int],
    names: Mapping[Contributor, str],
    now: datetime | None,
) -> Iterator[str]:
    if not used:
        return
    longest_ago = sorted(used, key=lambda each: (each.seen_at, each.by))
    named = [_named(each, names[each.by], counts[each.by], now) for each in longest_ago[:_NAMED]]
    others = [counts[each.by] for each in longest_ago[_NAMED:]]
    more = [f"{len(others)} more ({counted(sum(others), 'object')})"] if others else []
    yield f"What other repositories deploy there is taken from {listed([*named, *more])}."


def _named(contribution: ClusterContribution, name: str, objects: int, now: datetime | None) -> str:
    since = f", {age(contribution.seen_at, now)}" if now else ""
    return f"{name} (commit {contribution.commit[:12]}{since}, {counted(objects, 'object')})"


def _not_understood(unread: list[Location]) -> Iterator[str]:
    if unread:
        yield f"Not understood there, and not seen: {_some([str(each) for each in unread])}."


def _not_known(
    awaited: list[Awaited], used: AbstractSet[Contributor], names: Mapping[Contributor, str]
) -> Iterator[str]:
    """What is in the way is told of the first few. Of one that is used an older state is known."""
    told = [each for each in awaited if each.obstacle][:_NAMED]
    for each in told:
        when = "since" if each.by in used else "at all"
        yield f"Not known is what {names[each.by]} deploys there {when}: {each.obstacle}."
    others = {each.by for each in awaited} - {each.by for each in told} - used
    if others:
        named = _some([names[each] for each in sorted(others)])
        yield f"Not known yet is what is deployed there by {named}."


def _some(texts: list[str]) -> str:
    more = [f"{len(texts) - _NAMED} more"] if len(texts) > _NAMED else []
    return listed([*texts[:_NAMED], *more])
