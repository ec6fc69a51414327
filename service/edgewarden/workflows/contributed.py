"""What other repositories deploy to a cluster, put together."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from edgewarden.manifests.deployers import Deployer
from edgewarden.manifests.gathering import same_value
from edgewarden.manifests.objects import Declared, scope
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.reachability.model import Namespace, ObjectRef
from edgewarden.reachability.wording import listed
from edgewarden.reporting.wording import counted

_NAMED = 5


@dataclass(frozen=True, slots=True)
class ClusterContribution:
    """What a repository deploys to a cluster, as it is kept.

    ``seen_at`` is when ``commit`` was last found to be the tip of the default branch. ``body`` is
    what ``contribution_codec`` reads and ``digest`` that of its bytes; ``reader`` is the version
    that made it.
    """

    forge: str
    repository: str
    cluster: str
    commit: str
    digest: str
    reader: str
    seen_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Contributed:
    """Objects of one cluster, each once, and what is said of where they come from.

    ``problems`` tell of objects that two repositories declare differently; they decide nothing.
    ``namespaces`` are the names of those that are declared, ``makers`` may make more objects.
    """

    objects: tuple[Declared, ...]
    makers: tuple[Deployer, ...]
    namespaces: frozenset[str]
    problems: tuple[Problem, ...]
    used: tuple[ClusterContribution, ...]
    sentences: tuple[str, ...]


def together(
    contributions: Iterable[ClusterContribution],
    awaited: Iterable[str],
    live: AbstractSet[ObjectRef],
    now: datetime | None,
) -> Contributed:
    """Join what repositories contribute to one cluster.

    What is known of the ``live`` cluster outweighs what manifests say. Of an object that two
    repositories declare, that of the first counts, by their names. Nothing is known yet of what
    the repositories ``awaited`` contribute.
    """
    held: dict[ObjectRef, Declared] = {}
    namespaces: set[str] = set()
    makers: dict[ObjectRef, Deployer] = {}
    sources: dict[ObjectRef, str] = {}
    different: dict[tuple[str, str], list[tuple[Declared, Declared]]] = {}
    unread: list[Location] = []
    used: list[ClusterContribution] = []
    unknown = set(awaited)
    counts: dict[tuple[str, str], int] = {}
    for each in sorted(contributions, key=_who):
        read = _read(each)
        if read is None:
            unknown.add(each.repository)
            continue
        used.append(each)
        unread += read.unread
        for maker in read.deployers:
            makers.setdefault(maker.ref, maker)
        counts[_who(each)] = len(read.objects)
        for declared in read.objects:
            if isinstance(declared.value, Namespace):
                namespaces.add(declared.ref.name)
            if declared.ref in live:
                continue
            first = held.setdefault(declared.ref, declared)
            source = sources.setdefault(declared.ref, each.repository)
            if not same_value(first.value, declared.value):
                different.setdefault((source, each.repository), []).append((first, declared))
    return Contributed(
        tuple(held[ref] for ref in sorted(held)),
        tuple(makers[ref] for ref in sorted(makers)),
        frozenset(namespaces),
        tuple(_differently(*pair, found) for pair, found in sorted(different.items())),
        tuple(used),
        tuple(_sentences(used, counts, unread, sorted(unknown), now)),
    )


def age(since: datetime, now: datetime) -> str:
    """``3 hours ago``, in whole hours, and in days from two on."""
    hours = max(timedelta(), now - since) // timedelta(hours=1)
    if not hours:
        return "less than an hour ago"
    return f"{counted(hours // 24, 'day') if hours >= 48 else counted(hours, 'hour')} ago"


def _who(contribution: ClusterContribution) -> tuple[str, str]:
    return contribution.repository, contribution.forge


@dataclass(frozen=True, slots=True)
class _Read:
    objects: tuple[Declared, ...]
    deployers: tuple[Deployer, ...]
    unread: tuple[Location, ...]


def _read(contribution: ClusterContribution) -> _Read | None:
    """None where another version wrote it: it is read anew before long."""
    # Only here: the command line composes nothing of this, and validation takes long to load.
    from edgewarden.workflows.contribution_codec import decode_contribution  # noqa: PLC0415

    try:
        found = decode_contribution(contribution.body)
        deployers = tuple(each.deployer for each in found.makers)
    except (ValueError, RecursionError):
        return None
    return _Read(found.objects, deployers, found.unread)


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


def _sentences(
    used: list[ClusterContribution],
    counts: dict[tuple[str, str], int],
    unread: list[Location],
    unknown: list[str],
    now: datetime | None,
) -> Iterator[str]:
    if used:
        longest_ago = sorted(used, key=lambda each: (each.seen_at, _who(each)))
        named = [_named(each, counts[_who(each)], now) for each in longest_ago[:_NAMED]]
        others = [counts[_who(each)] for each in longest_ago[_NAMED:]]
        more = [f"{len(others)} more ({counted(sum(others), 'object')})"] if others else []
        yield f"What other repositories deploy there is taken from {listed([*named, *more])}."
    if unread:
        yield f"Not understood there, and not seen: {_some([str(each) for each in unread])}."
    if unknown:
        yield f"Not known yet is what is deployed there by {_some(unknown)}."


def _named(contribution: ClusterContribution, objects: int, now: datetime | None) -> str:
    since = f", {age(contribution.seen_at, now)}" if now else ""
    commit = contribution.commit[:12]
    return f"{contribution.repository} (commit {commit}{since}, {counted(objects, 'object')})"


def _some(texts: list[str]) -> str:
    more = [f"{len(texts) - _NAMED} more"] if len(texts) > _NAMED else []
    return listed([*texts[:_NAMED], *more])
