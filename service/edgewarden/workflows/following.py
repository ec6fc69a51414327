"""What one repository contributes to clusters, made to follow the tips of its branches."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from edgewarden.manifests.contribution import Contribution
from edgewarden.manifests.snapshot import NO_FILES, Snapshot
from edgewarden.reachability.wording import listed
from edgewarden.workflows import failures
from edgewarden.workflows.configuration.tree_configuration import configuration_file
from edgewarden.workflows.contributed import ClusterContribution, Contributor
from edgewarden.workflows.contribution_codec import pack
from edgewarden.workflows.ports import (
    Branches,
    DeploymentError,
    DeploymentRequest,
    GitError,
    Look,
    Tip,
    Transaction,
    UploadPlace,
)
from edgewarden.workflows.rendered import ClusterUpload
from edgewarden.workflows.services import GovernedRepository, Services

_UNDESCRIBED = (
    "its .edgewarden.yaml cannot be used or names no such cluster: correct it, or contributes in"
    " the settings"
)
_ON_BRANCH = "its .edgewarden.yaml says that the cluster is described by branch"


def follow(repository: GovernedRepository, services: Services) -> Iterator[str]:
    """Look at what moved since the last look, and keep what is seen; why not, if so, in sentences.

    A look at the same is not repeated, whatever came of it, and one that met an obstacle not
    before ``Terms.slow_retry``. Raises ``GitError`` where the branches are not known.
    """
    if not repository.contributes:
        return
    now = services.clock.now()  # before the tips are looked at: a later look outweighs this one
    by = Contributor(repository.name, repository.forge)
    branches = services.mirrors.branches(by.forge, by.repository)
    looking = _Looking(by, branches, now, services)
    with services.store.begin() as transaction:
        moved = looking.moved(repository.contributes, transaction)
    if moved:
        yield from looking.at(branches.default, moved)


@dataclass(frozen=True, slots=True)
class _Sight:
    """Commits, and the digests of what CI rendered of the first by cluster.

    ``default`` is that of the default branch, whose configuration may count.
    """

    branch: str
    commit: str
    default: str
    uploads: Mapping[str, str] = field(default_factory=dict)

    def made_of(self, cluster: str, reader: str) -> str:
        """Names all that decides what is seen of a cluster."""
        upload = self.uploads.get(cluster, "")
        text = "\n".join((reader, self.default, self.branch, self.commit, upload))
        return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(frozen=True, slots=True)
class _Looking:
    """A look at a repository that began ``now``, when its branches were there."""

    by: Contributor
    branches: Branches
    now: datetime
    services: Services

    def moved(self, clusters: AbstractSet[str], transaction: Transaction) -> frozenset[str]:
        """Those that have to be looked at. Of the others it is noted that they are as they were."""
        kept, reader = transaction.contributions, self.services.reader.identity
        looks = {each.cluster: each for each in kept.looks({self.by})}
        moved: set[str] = set()
        for cluster in clusters:
            look = looks.get(cluster)
            if look is None or not self._is_current(look, transaction):
                moved.add(cluster)
            elif not look.obstacle:
                kept.note(replace(look, at=self.now))
                kept.confirm(self.by, cluster, commit=look.commit, reader=reader, seen_at=self.now)
        return frozenset(moved)

    def at(
        self, branch: str, clusters: frozenset[str], default: Tip | None = None
    ) -> Iterator[str]:
        """Look at a branch, and at those that it names as describing some of the clusters.

        ``default`` is the tip of the default branch where that named this one.
        """
        try:
            tip = self.services.mirrors.fetch_tip(self.by.forge, self.by.repository, branch)
        except GitError as error:
            yield failures.one_line(str(error))
            if error.permanent:
                commit = self.branches.commits[branch]
                with self.services.store.begin() as transaction:
                    sight = self._sight(
                        branch, commit, default.commit if default else commit, transaction
                    )
                obstacle = f"commit {commit[:12]} cannot be fetched: see the log of the worker"
                self._store(sight, {}, dict.fromkeys(clusters, obstacle))
        else:
            yield from self._read(branch, tip, clusters, default)

    def _read(
        self, branch: str, tip: Tip, clusters: frozenset[str], default: Tip | None
    ) -> Iterator[str]:
        with self.services.store.begin() as transaction:
            sight = self._sight(branch, tip.commit, (default or tip).commit, transaction)
            uploads = tuple(self._uploads(sight, clusters, transaction))
        request = DeploymentRequest(
            self.by.repository,
            tip.tree,
            clusters,
            branch,
            _configuration(default.tree) if default else NO_FILES,
            uploads,
            tip.recalled,
        )
        try:
            found = self.services.reader.deployed(request)
        except DeploymentError as error:
            yield from self._note(sight, clusters, str(error))
            return
        named = {} if default else dict(found.elsewhere)
        undescribed = clusters - found.contributions.keys() - found.missing - named.keys()
        self._store(sight, found.contributions, {})
        for cluster in sorted(found.missing):
            yield from self._note(sight, {cluster}, _not_handed_in(self.by, tip.commit, cluster))
        if undescribed:
            yield from self._note(sight, undescribed, _UNDESCRIBED)
        for other in sorted(set(named.values())):
            there = frozenset(cluster for cluster in named if named[cluster] == other)
            if other in self.branches.commits:
                yield from self.at(other, there, tip)
            else:
                obstacle = f"{_ON_BRANCH} {other}, which is not there: push it, or correct the file"
                yield from self._note(_Sight(other, "", tip.commit), there, obstacle)

    def _is_current(self, look: Look, transaction: Transaction) -> bool:
        commits = self.branches.commits
        commit, default = commits.get(look.branch, ""), commits[self.branches.default]
        sight = self._sight(look.branch, commit, default, transaction)
        if look.made_of != sight.made_of(look.cluster, self.services.reader.identity):
            return False
        return not look.obstacle or self.now < look.at + self.services.terms.slow_retry

    def _sight(self, branch: str, commit: str, default: str, transaction: Transaction) -> _Sight:
        handed_in = transaction.uploads.of(self.by.forge, self.by.repository, {commit})
        digests = {each.place.cluster: each.digest for each in handed_in}
        return _Sight(branch, commit, default, digests)

    def _uploads(
        self, sight: _Sight, clusters: frozenset[str], transaction: Transaction
    ) -> Iterator[ClusterUpload]:
        for cluster in sorted(clusters & sight.uploads.keys()):
            place = UploadPlace(self.by.forge, self.by.repository, sight.commit, cluster)
            document = transaction.uploads.document(place)
            if document is not None:
                yield ClusterUpload(cluster, sight.commit, sight.uploads[cluster], document)

    def _note(self, sight: _Sight, clusters: AbstractSet[str], obstacle: str) -> Iterator[str]:
        self._store(sight, {}, dict.fromkeys(clusters, obstacle))
        yield f"what it deploys to {listed(sorted(clusters))} is not known: {obstacle}"

    def _store(
        self,
        sight: _Sight,
        found: Mapping[str, Contribution],
        obstacles: Mapping[str, str],
    ) -> None:
        """What was found and that there was a look, or neither."""
        reader = self.services.reader.identity
        packed = {cluster: pack(each) for cluster, each in found.items()}
        with self.services.store.begin() as transaction:
            for cluster, each in packed.items():
                transaction.contributions.keep(
                    ClusterContribution(
                        by=self.by,
                        cluster=cluster,
                        commit=sight.commit,
                        digest=each.digest,
                        reader=reader,
                        seen_at=self.now,
                        body=each.body,
                    )
                )
            for cluster in sorted({*found, *obstacles}):
                transaction.contributions.note(
                    Look(
                        by=self.by,
                        cluster=cluster,
                        branch=sight.branch,
                        commit=sight.commit,
                        made_of=sight.made_of(cluster, reader),
                        obstacle=obstacles.get(cluster, ""),
                        at=self.now,
                    )
                )


def _configuration(tree: Snapshot) -> Snapshot:
    """The tree with nothing but its configuration."""
    file = configuration_file(tree)
    return NO_FILES if file is None else Snapshot((file,))


def _not_handed_in(by: Contributor, commit: str, cluster: str) -> str:
    forge = "" if by.forge == "github" else f" --forge {by.forge}"
    return (
        f"CI renders it, and handed in nothing of commit {commit[:12]} that can be read: "
        f"`edgewarden rendered push --cluster {cluster} --commit {commit} --repository "
        f"{by.repository}{forge} FILE` does that"
    )
