"""What repositories contribute to clusters: kept up to date, and given to reviews.

The tip of a default branch is what is wanted, the commit that is kept what is done. A push is a
hint and the sweep finds what was missed, so a lost, doubled or late hint and a killed worker are
one harmless case. What cannot be brought up to date stays as it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edgewarden import __version__
from edgewarden.workflows import failures
from edgewarden.workflows.contributed import ClusterContribution
from edgewarden.workflows.contribution_codec import digest_of, encode_contribution
from edgewarden.workflows.ports import (
    ChangeRef,
    DeploymentRequest,
    GitError,
    ReadingError,
    Transaction,
    TreePair,
)
from edgewarden.workflows.services import GovernedRepository, Services
from edgewarden.workflows.surroundings import may_describe


@dataclass(frozen=True, slots=True)
class Contributors:
    """What other repositories contribute; ``awaited`` pairs clusters with those yet unknown."""

    known: tuple[ClusterContribution, ...]
    awaited: tuple[tuple[str, str], ...]


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


def background_of(
    ref: ChangeRef,
    trees: TreePair,
    transaction: Transaction,
    repositories: Sequence[GovernedRepository],
) -> Contributors:
    """What other repositories contribute to clusters that the trees of a change may describe.

    The settings decide who contributes, whatever is kept; a repository is never its own background.
    """
    known: list[ClusterContribution] = []
    awaited: list[tuple[str, str]] = []
    for cluster in sorted({name for each in repositories for name in each.contributes}):
        if not may_describe(trees.steering, cluster):
            continue
        others = {
            (each.forge, each.name) for each in repositories if cluster in each.contributes
        } - {(ref.forge, ref.repository)}
        kept = {
            (each.forge, each.repository): each for each in transaction.contributions.of(cluster)
        }
        known += [kept[other] for other in sorted(others & kept.keys())]
        awaited += [(cluster, name) for _, name in sorted(others - kept.keys())]
    return Contributors(tuple(known), tuple(awaited))


def _follow(repository: GovernedRepository, services: Services) -> Iterator[str]:
    """Why it could not be done, if so."""
    if not repository.contributes:
        return
    where = f"{repository.name} on {repository.forge}"
    try:
        undescribed = _bring_up(repository, services)
    except (GitError, ReadingError) as error:
        yield f"{where}: {failures.one_line(str(error))}"
    else:
        for cluster in sorted(undescribed):
            yield (
                f"{where}: it is to contribute to {cluster}, and its .edgewarden.yaml cannot be"
                " used or names no such cluster: correct it, or contributes in the settings"
            )


def _bring_up(repository: GovernedRepository, services: Services) -> frozenset[str]:
    """The clusters that the tip does not describe; what was known of them is kept."""
    now = services.clock.now()  # before the tip is looked at: a later look outweighs this one
    forge, name, clusters = repository.forge, repository.name, repository.contributes
    commit = services.mirrors.tip(forge, name)
    with services.store.begin() as transaction:
        if transaction.contributions.confirm(
            forge, name, clusters, commit=commit, reader=__version__, seen_at=now
        ):
            return frozenset()
    tip = services.mirrors.fetch_tip(forge, name)
    found = services.reader.contributions(DeploymentRequest(name, tip.tree, clusters))
    bodies = {cluster: encode_contribution(each) for cluster, each in found.items()}
    with services.store.begin() as transaction:
        for cluster, body in bodies.items():
            transaction.contributions.keep(
                ClusterContribution(
                    forge=forge,
                    repository=name,
                    cluster=cluster,
                    commit=tip.commit,
                    digest=digest_of(body),
                    reader=__version__,
                    seen_at=now,
                    body=body,
                )
            )
    return clusters - bodies.keys()
