"""Bare mirrors of the governed repositories, shared by all workers of a machine."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from edgewarden.adapters.cache.readings import NO_READINGS, ReadingCache
from edgewarden.adapters.git.address import RepositoryAddress
from edgewarden.adapters.git.command import DEFAULT_SECONDS, SERVICE_ONLY, GitCommand
from edgewarden.adapters.git.leftovers import INSIDE, PRIVATE, remove_leftovers
from edgewarden.adapters.git.listing import ReadingLimits, list_trees
from edgewarden.adapters.git.names import named_by
from edgewarden.adapters.git.objects import find_commit, is_object_id, trees_of
from edgewarden.adapters.git.refs import branch_ref, change_ref, check_ref, kept_branch_ref
from edgewarden.adapters.git.remote import Remote
from edgewarden.adapters.git.steering import judged_trees, steering_at
from edgewarden.adapters.git.trees import read_trees
from edgewarden.governance.review import Comparison
from edgewarden.manifests.rendering import Renderer
from edgewarden.manifests.snapshot import NO_FILES, Snapshot
from edgewarden.workflows.configuration.tree_configuration import configuration_file
from edgewarden.workflows.ports import Branches, GitError, PullRequest, Tip, TreePair

MEMORY = 2 << 30
"""Bytes: a tree of a few objects can unfold to more files than any machine holds."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The two trees to compare, and the commits that stand for them."""

    comparison: Comparison
    base_commit: str
    head_commit: str
    base_tree: str
    head_tree: str
    merge_base: str


class GitMirrors:
    """One bare mirror for each configured repository, below ``directory``.

    A mirror is made when it is first wanted and is never checked out. Its references live in
    ``refs/edgewarden/``. Fetches of one mirror are serialised by a file lock; reading needs
    none, because a mirror only ever gains objects. What ``readings`` recall of a base, or of the
    tip of a default branch, is not read again. One comparison takes at most ``seconds`` before its
    trees are rendered, and merging and reading at most ``memory`` bytes in each git process.
    """

    def __init__(
        self,
        directory: Path,
        addresses: Iterable[RepositoryAddress],
        renderer: Renderer,
        *,
        readings: ReadingCache = NO_READINGS,
        reading: ReadingLimits | None = None,
        seconds: float = DEFAULT_SECONDS,
        memory: int = MEMORY,
    ) -> None:
        self._directory = directory.absolute()
        self._addresses = {(each.forge, each.name): each for each in addresses}
        self._renderer = renderer
        self._readings = readings
        self._reading = reading or ReadingLimits()
        self._seconds = seconds
        self._memory = memory
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove_leftovers(self._directory, PRIVATE, 2 * seconds)

    def compare(self, pull_request: PullRequest) -> TreePair:
        """Fetch both sides and read the trees to compare, as ``Mirrors`` asks."""
        address = self._address(pull_request.ref.forge, pull_request.ref.repository)
        git = self._mirror(address)
        base, head = self._fetch(git, address, pull_request)
        readings = self._readings_of(address, pull_request.base_branch)
        with _quarantine(replace(git, memory=self._memory)) as merging:
            sides = _sides(merging, base, head, pull_request.base_branch)
            listed = list_trees(merging, (sides.base_tree, sides.head_tree), self._reading)
            recollection = readings.recall(git.directory.name, listed.blobs)
            trees = judged_trees(merging, listed, self._reading, recollection.known)
        default = self._default(git, address, pull_request.base_branch, trees[0])
        snapshots = self._renderer.render(trees)
        named = named_by([address.url])
        return TreePair(
            base=replace(snapshots[0], repositories=named),
            head=replace(snapshots[1], repositories=named),
            comparison=sides.comparison,
            base_commit=sides.base_commit,
            head_commit=sides.head_commit,
            base_tree=sides.base_tree,
            head_tree=sides.head_tree,
            merge_base=sides.merge_base,
            branch=pull_request.base_branch,
            default=default,
            recalled=readings.complete(recollection, snapshots[0]),
        )

    def branches(self, forge: str, repository: str) -> Branches:
        """What the server says that its branches are at, as ``Mirrors`` asks."""
        address = self._address(forge, repository)
        default = address.default_branch
        commits = Remote(address, self._directory).branches(self._seconds)
        if default not in commits:
            raise GitError(
                f"{address.name} has no branch {default}: configure its default branch",
                permanent=True,
            )
        return Branches(default, commits)

    def fetch_tip(self, forge: str, repository: str, branch: str) -> Tip:
        """Fetch a branch and read its tree, rendered, as ``Mirrors`` asks."""
        address = self._address(forge, repository)
        kept = kept_branch_ref(branch)
        git = self._mirror(address)
        with _locked(git, address.name):
            remove_leftovers(git.directory, INSIDE, 2 * self._seconds)
            Remote(address, self._directory).fetch(git, (f"+{branch_ref(branch)}:{kept}",))
            commit = find_commit(git, kept)
        if commit is None:
            raise GitError(f"{address.name} has no branch {branch} any more", permanent=False)
        reading = replace(git, memory=self._memory)
        listed = list_trees(reading, trees_of(reading, (commit, commit)), self._reading)
        readings = self._readings_of(address, branch)
        recollection = readings.recall(git.directory.name, listed.blobs)
        tree, _ = read_trees(reading, listed, self._reading, recollection.known)
        (snapshot,) = self._renderer.render((tree,))
        return Tip(
            commit,
            replace(snapshot, repositories=named_by([address.url])),
            readings.complete(recollection, snapshot),
        )

    def _readings_of(self, address: RepositoryAddress, branch: str) -> ReadingCache:
        """How another branch is read may hang on the configuration of the default one."""
        return self._readings if branch == address.default_branch else NO_READINGS

    def _default(
        self, git: GitCommand, address: RepositoryAddress, branch: str, base: Snapshot
    ) -> Snapshot:
        """The configuration of the default branch, where the base is another and has none."""
        default = address.default_branch
        if branch == default or configuration_file(base) is not None:
            return NO_FILES
        remote = Remote(address, self._directory)
        if default not in remote.branches(git.deadline - time.monotonic()):
            return NO_FILES
        kept = kept_branch_ref(default)
        with _locked(git, address.name):
            remote.fetch(git, [f"+{branch_ref(default)}:{kept}"])
            tip = find_commit(git, kept)
        return NO_FILES if tip is None else steering_at(git, tip)

    def _address(self, forge: str, repository: str) -> RepositoryAddress:
        try:
            return self._addresses[forge, repository]
        except KeyError as error:
            raise GitError(
                f"{repository} has no configured address: add it to the governed repositories",
                permanent=True,
            ) from error

    def _fetch(
        self, git: GitCommand, address: RepositoryAddress, pull_request: PullRequest
    ) -> tuple[str, str]:
        """The ids of the base branch's tip and of the head, both present in the mirror."""
        kept_base = kept_branch_ref(pull_request.base_branch)
        kept_head = change_ref(pull_request.ref.key)
        refspecs = _refspecs(pull_request, kept_base, kept_head)
        with _locked(git, address.name):
            remove_leftovers(git.directory, INSIDE, 2 * self._seconds)
            Remote(address, self._directory).fetch(git, refspecs)
            base = find_commit(git, kept_base)
        if base is None:
            raise GitError(
                f"{address.name} has no branch {pull_request.base_branch} any more",
                permanent=False,
            )
        head = find_commit(git, pull_request.head)
        if head is None:
            raise GitError(
                f"{address.name} does not offer commit {pull_request.head[:12]} under"
                f" {pull_request.head_ref} any more, so the change has a newer head",
                permanent=False,
            )
        return base, head

    def _mirror(self, address: RepositoryAddress) -> GitCommand:
        """The mirror of a repository, made whole before it gets its name."""
        path = self._directory / _directory_name(address)
        git = GitCommand(
            path,
            environment={**SERVICE_ONLY, "GIT_DIR": str(path)},
            configuration=(f"safe.directory={path}",),
            deadline=time.monotonic() + self._seconds,
        )
        if path.is_dir():
            return git
        with _locked(git, address.name):
            if not path.is_dir():
                self._create(git, path)
        return git

    def _create(self, git: GitCommand, path: Path) -> None:
        unfinished = Path(tempfile.mkdtemp(prefix="new-mirror-", dir=self._directory))
        try:
            making = replace(git, directory=unfinished, environment=SERVICE_ONLY)
            making.output("init", "--quiet", "--bare", "--template=", "--", str(unfinished))
            unfinished.rename(path)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise


def _directory_name(address: RepositoryAddress) -> str:
    """Another address is another mirror: what was fetched from one never stands for the other."""
    readable = "".join(c if c.isalnum() and c.isascii() else "-" for c in address.name)[:60]
    identity = sha256(f"{address.forge} {address.name} {address.url}".encode()).hexdigest()
    return f"{readable}-{identity[:12]}.git"


def _refspecs(pull_request: PullRequest, kept_base: str, kept_head: str) -> tuple[str, str]:
    try:
        base_ref = branch_ref(pull_request.base_branch)
        head_ref = check_ref(pull_request.head_ref)
    except ValueError as error:
        raise GitError(f"{error}, so the change cannot be fetched", permanent=True) from error
    if not is_object_id(pull_request.head):
        raise GitError(f"{pull_request.head!r} is not the id of a commit", permanent=True)
    return f"+{base_ref}:{kept_base}", f"+{head_ref}:{kept_head}"


def _sides(git: GitCommand, base: str, head: str, branch: str) -> Sides:
    """Base branch against merge result; merge base against head where they conflict."""
    merge_base = _merge_base(git, base, head, branch)
    merged = git.answer(
        "merge-tree", "--write-tree", "--no-messages", "--name-only", "-z", base, head
    )
    match merged.status:
        case 0:
            base_tree, _ = trees_of(git, (base, head))
            tree = merged.output.rstrip(b"\0\n").decode("ascii")
            return Sides(Comparison.MERGE_RESULT, base, head, base_tree, tree, merge_base)
        case 1:
            return Sides(
                Comparison.MERGE_BASE,
                merge_base,
                head,
                *trees_of(git, (merge_base, head)),
                merge_base,
            )
        case _:
            raise git.failure("merge-tree", merged)


def _merge_base(git: GitCommand, base: str, head: str, branch: str) -> str:
    answer = git.answer("merge-base", "--", base, head)
    match answer.status:
        case 0:
            return answer.output.decode("ascii").strip()
        case 1:
            raise GitError(
                f"the change shares no history with {branch}, so it cannot be merged:"
                f" rebase it onto {branch}",
                permanent=True,
            )
        case _:
            raise git.failure("merge-base", answer)


@contextmanager
def _quarantine(git: GitCommand) -> Iterator[GitCommand]:
    """Where merge results can be written and read and are gone afterwards."""
    objects = git.directory / "objects"
    with tempfile.TemporaryDirectory(prefix="merge-", dir=git.directory) as scratch:
        yield replace(
            git,
            environment={
                **git.environment,
                "GIT_OBJECT_DIRECTORY": scratch,
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(objects),
            },
        )


@contextmanager
def _locked(git: GitCommand, name: str) -> Iterator[None]:
    """Hold the lock of one mirror, waiting for other workers until git's own deadline."""
    path = git.directory.with_suffix(".lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _taken(handle):
            if time.monotonic() >= git.deadline:
                raise GitError(f"another worker is still fetching {name}", permanent=False)
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
