"""Bare Git repositories made for a test, free of the machine's own configuration."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True, slots=True)
class Submodule:
    """A submodule pinned to a commit."""

    commit: str


File: TypeAlias = str | bytes | Link | Submodule
Files: TypeAlias = Mapping[str, File] | Mapping[bytes, File] | Mapping[str, str]


def git_environment() -> dict[str, str]:
    """What git needs and nothing that the machine or a surrounding repository says."""
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "HOME": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.com",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.com",
    }


@dataclass(frozen=True, slots=True)
class BareRepository:
    """A bare repository whose commits are whole trees, written by ``git fast-import``."""

    path: Path

    @classmethod
    def create(cls, path: Path, branch: str = "main") -> "BareRepository":
        path.mkdir(parents=True)
        repository = cls(path)
        repository.git("init", "--quiet", "--bare", f"--initial-branch={branch}")
        repository.git("config", "http.receivepack", "true")
        return repository

    def git(self, *arguments: str, request: bytes = b"") -> str:
        """Run git in the repository; its output without the last line feed."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            input=request,
            env=git_environment(),
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def commit(
        self, ref: str, files: Files, *parents: str, message: str = "Change policies"
    ) -> str:
        """Point ``ref`` (a branch by its name, or a full ref) to a commit of exactly ``files``.

        Without ``parents`` the commit is the first of a history. The id is returned.
        """
        full = ref if ref.startswith("refs/") else f"refs/heads/{ref}"
        commit = self.git(
            "commit-tree", self.tree(files), *(f"-p{p}" for p in parents), f"-m{message}"
        )
        self.point(full, commit)
        return commit

    def tree(self, files: Files) -> str:
        """Write a tree and return its id."""
        stream = bytearray(b"commit refs/scratch/tree\ncommitter Ada <ada@example.com> 0 +0000\n")
        stream += b"data 0\ndeleteall\n"
        for path, file in files.items():
            stream += _modification(os.fsencode(path), file)
        self.git("fast-import", "--quiet", "--force", request=bytes(stream))
        tree = self.git("rev-parse", "refs/scratch/tree^{tree}")
        self.git("update-ref", "-d", "refs/scratch/tree")
        return tree

    def point(self, ref: str, commit: str) -> None:
        self.git("update-ref", ref, commit)

    def pull_request(self, number: int, commit: str) -> None:
        """Offer a commit as the head of a pull request, as GitHub does."""
        self.point(f"refs/pull/{number}/head", commit)

    def delete(self, ref: str) -> None:
        self.git("update-ref", "-d", ref)


def _modification(path: bytes, file: File) -> bytes:
    quoted = b'"' + path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
    match file:
        case Submodule(commit):
            return b"M 160000 " + commit.encode() + b" " + quoted + b"\n"
        case Link(target):
            mode, data = b"120000", os.fsencode(target)
        case str():
            mode, data = b"100644", file.encode()
        case bytes():
            mode, data = b"100644", file
    return b"M " + mode + b" inline " + quoted + b"\ndata %d\n" % len(data) + data + b"\n"
