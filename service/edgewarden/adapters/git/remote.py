"""A repository on its server, as seen without fetching it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgewarden.adapters.git.address import RepositoryAddress
from edgewarden.adapters.git.command import DEFAULT_SECONDS, SERVICE_ONLY, GitCommand
from edgewarden.adapters.git.credentials import answering
from edgewarden.adapters.git.objects import is_object_id
from edgewarden.adapters.processes import Answer
from edgewarden.workflows.ports import GitError

LISTING_LIMIT = 64 << 20

PERMANENT_COMPLAINTS = (
    "authentication failed",
    "could not read username",
    "could not read password",
    "permission denied",
    "' not found",
    "does not appear to be a git repository",
    "does not exist",
    "the requested url returned error: 401",
    "the requested url returned error: 403",
    "the requested url returned error: 404",
    "the requested url returned error: 3",
    "unable to update url base from redirection",
    "dubious ownership",
    "transport '",
)
"""What git says where trying again does not help before somebody changes something."""


@dataclass(frozen=True, slots=True)
class Remote:
    """The server of one repository.

    ``scratch`` is the absolute path of a directory that only this user can read.
    """

    address: RepositoryAddress
    scratch: Path

    def branches(self, seconds: float = DEFAULT_SECONDS) -> Mapping[str, str]:
        """The ids that the branches point to now, by name. Raises ``GitError``."""
        # A repository around the scratch directory would bring its own configuration.
        alone = {"GIT_CEILING_DIRECTORIES": str(self.scratch.parent)}
        git = GitCommand(self.scratch, environment=alone, deadline=time.monotonic() + seconds)
        answer = self.ask(git, "ls-remote", "--quiet", "--heads", "--", self.address.url)
        pairs = (line.split("\t") for line in answer.output.decode("utf-8", "replace").splitlines())
        return {
            ref.removeprefix("refs/heads/"): commit
            for commit, ref in pairs
            if is_object_id(commit) and ref.startswith("refs/heads/")
        }

    def fetch(self, into: GitCommand, refspecs: Sequence[str]) -> None:
        """Bring references over under new names, and nothing else. Raises ``GitError``."""
        self.ask(
            into,
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            "--no-write-fetch-head",
            "--no-show-forced-updates",
            "--",
            self.address.url,
            *refspecs,
        )

    def ask(self, git: GitCommand, *arguments: str) -> Answer:
        """Run a git command that talks to the server, over its one transport."""
        credential = self.address.credential
        with answering(credential, self.scratch) as answers:
            command = replace(
                git,
                environment={
                    **git.environment,
                    **SERVICE_ONLY,
                    **answers,
                    "GIT_ALLOW_PROTOCOL": self.address.transport,
                },
                secrets=(credential.secret,) if credential else (),
            )
            answer = command.answer(*arguments, limit=LISTING_LIMIT)
            if answer.status != 0:
                raise self._failure(command, answer)
            return answer

    def _failure(self, command: GitCommand, answer: Answer) -> GitError:
        said = command.cleansed(answer.complaint) or f"git ended with status {answer.status}"
        what_helps = remedy(said)
        advice = f"; {what_helps}" if what_helps else ""
        return GitError(
            f"{self.address.name} cannot be fetched{advice}. git said: {said}",
            permanent=what_helps is not None,
        )


def remedy(complaint: str) -> str | None:
    """What somebody has to do before git can succeed; none where waiting may be enough."""
    said = complaint.lower()
    if "host key verification failed" in said:
        return (
            "check the server's host key and add it to known_hosts of the user that runs the worker"
        )
    if any(phrase in said for phrase in PERMANENT_COMPLAINTS):
        return "check the address and the credential configured for it"
    return None
