"""The merged history of a branch of a repository on this machine."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from edgewarden.adapters.cache.readings import NO_READINGS, ReadingCache
from edgewarden.adapters.git.command import GitCommand
from edgewarden.adapters.git.listing import LINK, SUBMODULE
from edgewarden.adapters.git.local import read_revisions
from edgewarden.adapters.git.objects import find_commit, resolve_commit
from edgewarden.governance.backtest import MergedChange
from edgewarden.manifests.rendering import Renderer
from edgewarden.manifests.snapshot import RENDERER_FILES, ancestors, is_program, is_read
from edgewarden.workflows.ports import TreePair

_REMOTE_DEFAULT = "refs/remotes/origin/HEAD"
"""What ``git clone`` notes of the branch that is merged into."""
_LONGEST_TITLE = 200
_FIELDS = ("%H", "%P", "%ct", "%s", "%<(400,trunc)%b")
_MERGED_FROM = "Merge "
"""How git and forges begin the subject of a merge; what was merged is called in the body."""


@dataclass(frozen=True, slots=True)
class GitHistory:
    """Commits of the first-parent history of ``branch``, the newest first.

    What ``readings`` recall of a base is not read again.
    """

    repository: Path
    renderer: Renderer
    branch: str
    shallow: bool
    changes: tuple[MergedChange, ...]
    readings: ReadingCache = NO_READINGS

    @classmethod
    def of(
        cls,
        repository: Path,
        renderer: Renderer,
        *,
        branch: str | None,
        last: int,
        since: date | None,
        readings: ReadingCache = NO_READINGS,
    ) -> "GitHistory":
        """Of the newest ``last`` commits those that are not from before ``since`` (UTC).

        Without ``branch`` it is the one that a clone calls its remote's default, or else ``HEAD``.
        Raises ``GitError`` with a message for the person who named the repository.
        """
        git = GitCommand(repository)
        name = branch
        if name is None:
            known = find_commit(git, _REMOTE_DEFAULT) is not None
            name = "origin/HEAD" if known else "HEAD"
        tip = resolve_commit(git, name)
        shallow = git.output("rev-parse", "--is-shallow-repository").strip() == b"true"
        listed = _changes(git, tip, last)
        # Not by git, which ignores what it does not take for a date.
        newer = (each for each in listed if since is None or each.merged_at.date() >= since)
        return cls(repository, renderer, name, shallow, tuple(newer), readings)

    def trees(self, parent: str, commit: str) -> TreePair | None:
        git = GitCommand(self.repository)
        if not _reads_a_change(git, parent, commit):
            return None
        return read_revisions(
            self.repository, parent, commit, self.renderer, readings=self.readings
        )


def _changes(git: GitCommand, tip: str, last: int) -> Iterator[MergedChange]:
    listing = git.output(
        "log",
        "-z",
        "--first-parent",
        "--no-show-signature",
        "--no-mailmap",
        "--encoding=UTF-8",
        f"--max-count={last}",
        f"--format=tformat:{'%x00'.join(_FIELDS)}",
        "--end-of-options",
        tip,
    )
    texts = listing.decode("utf-8", "surrogateescape").split("\0")
    texts.pop()
    for start in range(0, len(texts), len(_FIELDS)):
        commit, parents, seconds, subject, body = texts[start : start + len(_FIELDS)]
        above = parents.split()
        merge = len(above) > 1
        yield MergedChange(
            commit,
            above[0] if above else None,
            _title(subject, body if merge else ""),
            _moment(int(seconds)),
            merge,
        )


def _title(subject: str, body: str) -> str:
    """Forges put the title of what was merged into the first line below theirs."""
    lines = body.strip().splitlines() if subject.startswith(_MERGED_FROM) else []
    title = f"{subject}: {lines[0]}" if lines else subject
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"


def _moment(seconds: int) -> datetime:
    """Anybody may write any time into a commit."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _reads_a_change(git: GitCommand, parent: str, commit: str) -> bool:
    """Whether a file differs that is read as manifests or may feed a renderer.

    ``git diff-tree -z`` writes ``:<mode> SP <mode> SP <id> SP <id> SP <status>`` of both sides,
    and the path.
    """
    listing = git.output(
        "diff-tree", "-r", "-z", "--no-renames", "--ignore-submodules=none", parent, commit
    )
    texts = iter(listing.decode("utf-8", "surrogateescape").split("\0")[:-1])
    others: set[str] = set()
    for facts, path in zip(texts, texts, strict=True):
        before, after, *_ = facts.removeprefix(":").split(" ")
        if is_read(path) or is_program(path) or {LINK, SUBMODULE} & {before, after}:
            return True
        others.add(path)
    return bool(others) and _feeds_a_root(git, commit, others)


def _feeds_a_root(git: GitCommand, commit: str, paths: set[str]) -> bool:
    """Whether one of ``paths`` lies below a directory that is rendered; which ones are is the same
    in both trees, or a manifest would differ."""
    listing = git.output("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
    names = listing.decode("utf-8", "surrogateescape").split("\0")
    roots = {posixpath.dirname(n) for n in names if posixpath.basename(n) in RENDERER_FILES}
    return any(not roots.isdisjoint(ancestors(path)) for path in paths)
