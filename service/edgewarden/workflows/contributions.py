"""What repositories contribute to clusters: kept up to date, given to reviews, and forgotten.

The tips of branches are what is wanted, what was looked at last is what is done. A push is a hint
and the sweep finds what was missed, so a lost, doubled or late hint and a killed worker are one
harmless case. What cannot be brought up to date stays as it was.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from edgewarden.workflows import failures
from edgewarden.workflows.configuration.named_clusters import NamedClusters
from edgewarden.workflows.contributed import Awaited, ClusterContribution, Contributor
from edgewarden.workflows.following import follow
from edgewarden.workflows.ports import ChangeRef, GitError, Transaction
from edgewarden.workflows.services import GovernedRepository, Services


@dataclass(frozen=True, slots=True)
class FromOthers:
    """What other repositories contribute, and what of that is not known or not up to date."""

    known: tuple[ClusterContribution, ...]
    awaited: tuple[Awaited, ...]


def contribute(forge: str, name: str, services: Services) -> tuple[str, ...]:
    """Bring up to date what a repository contributes; nothing where it is not to contribute.

    Failures are full sentences.
    """
    return tuple(
        failure
        for each in services.repositories
        if (each.forge, each.name) == (forge, name)
        for failure in _follow(each, services)
    )


def follow_tips(services: Services) -> Iterator[str]:
    """Bring up to date what every repository contributes; failures as full sentences.

    One that fails hinders no other. Raises what is a defect once all had their turn.
    """
    defects: list[Exception] = []
    for each in services.repositories:
        try:
            yield from _follow(each, services)
        except Exception as error:
            defects.append(error)
    if defects:
        raise ExceptionGroup("contributions could not be brought up to date", defects)


def forget_contributions(services: Services) -> int:
    """Forget what the settings do not ask for any more; how many contributions that were."""
    wanted = {
        (Contributor(each.name, each.forge), cluster)
        for each in services.repositories
        for cluster in each.contributes
    }
    with services.store.begin() as transaction:
        return transaction.contributions.keep_only(wanted)


def contributors(
    ref: ChangeRef, named: NamedClusters, repositories: Sequence[GovernedRepository]
) -> Mapping[str, frozenset[Contributor]]:
    """Who else contributes to the clusters that a change may be about, by their names.

    The settings decide it, whatever is kept; a repository is never its own background.
    """
    own = Contributor(ref.repository, ref.forge)
    others: dict[str, set[Contributor]] = defaultdict(set)
    for each in repositories:
        by = Contributor(each.name, each.forge)
        for cluster in each.contributes if by != own else ():
            if named.may_hold(cluster):
                others[cluster].add(by)
    return {cluster: frozenset(others[cluster]) for cluster in sorted(others)}


def contributed_by(
    others: Mapping[str, frozenset[Contributor]], transaction: Transaction
) -> FromOthers:
    """What they contribute to these clusters, by their names."""
    kept = transaction.contributions
    known = [each for cluster, by in others.items() for each in kept.of(cluster, by)]
    there = {(each.by, each.cluster) for each in known}
    everyone = frozenset(each for by in others.values() for each in by)
    obstacles = {(each.by, each.cluster): each.obstacle for each in kept.looks(everyone)}
    awaited = (
        Awaited(each, cluster, obstacles.get((each, cluster), ""))
        for cluster, by in others.items()
        for each in sorted(by)
    )
    return FromOthers(
        tuple(known),
        tuple(each for each in awaited if each.obstacle or (each.by, each.cluster) not in there),
    )


def _follow(repository: GovernedRepository, services: Services) -> Iterator[str]:
    """Why it could not be done, if so."""
    try:
        told = tuple(follow(repository, services))
    except GitError as error:
        told = (failures.one_line(str(error)),)
    for each in told:
        yield f"{repository.name} on {repository.forge}: {each}"
