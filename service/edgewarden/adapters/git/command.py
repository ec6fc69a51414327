"""The one way in which Edgewarden runs git."""

import os
import re
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from git import Git, GitCommandNotFound

from edgewarden.adapters.processes import Answer, Ending, converse
from edgewarden.workflows.ports import GitError

PASSED_ON = (
    "PATH",
    "HOME",
    "XDG_CONFIG_HOME",
    "TMPDIR",
    "SSH_AUTH_SOCK",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "no_proxy",
    "NO_PROXY",
    "all_proxy",
    "ALL_PROXY",
)
"""What git is told of the service's own environment; every other variable is withheld."""

ALWAYS = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_PAGER": "cat",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=20",
}

SERVICE_ONLY = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
"""Configuration comes from Edgewarden alone, not from the machine."""

CONFIGURATION = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.pager=cat",
    "core.bigFileThreshold=16m",
    "core.packedGitWindowSize=32m",
    "core.packedGitLimit=256m",
    "credential.helper=",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "fetch.fsckObjects=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "http.followRedirects=false",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
    "protocol.allow=never",
    "submodule.recurse=false",
)

_NO_LIMIT = 71
"""The exit status for a limit that cannot be set; git and env(1) have no such status."""

# The shell sets the limit and becomes the program, which never runs without it.
_WITHIN = ("sh", "-c", f'ulimit -v "$0" || exit {_NO_LIMIT}; exec "$@"')
_OUT_OF_MEMORY = ("out of memory", "cannot allocate memory", "mmap failed")

OUTPUT_LIMIT = 256 << 20
DEFAULT_SECONDS = 120.0

_USERINFO = re.compile(r"(?<=://)[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class GitCommand:
    """git in one directory, with an environment that holds only what is named here.

    ``environment`` and ``configuration`` come on top of what every call gets. Texts in
    ``secrets`` never appear in an error. Whatever runs at ``deadline``, a reading of the
    monotonic clock, is stopped: one deadline bounds all calls of one task. ``memory`` bounds the
    address space in bytes, and git does not run where it cannot be set; 0 is no bound.
    """

    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    configuration: tuple[str, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    memory: int = 0
    deadline: float = field(default_factory=lambda: time.monotonic() + DEFAULT_SECONDS)

    def output(self, *arguments: str, request: bytes = b"", limit: int = OUTPUT_LIMIT) -> bytes:
        """What git writes, or ``GitError`` where it fails. ``request`` is its input."""
        answer = self.answer(*arguments, request=request, limit=limit)
        if answer.status != 0:
            raise self.failure(arguments[0], answer)
        return answer.output

    def answer(self, *arguments: str, request: bytes = b"", limit: int = OUTPUT_LIMIT) -> Answer:
        """Run git to its end, whatever its exit status; ``GitError`` where it has none."""
        answer = converse(
            self._start(arguments, request), request, deadline=self.deadline, output_limit=limit
        )
        match answer.ending:
            case Ending.TIMED_OUT:
                raise GitError(
                    f"git {arguments[0]} did not end within the time allowed for git and was"
                    " stopped: allow it more time, or see why it takes so long",
                    permanent=False,
                )
            case Ending.FLOODED:
                raise GitError(
                    f"git {arguments[0]} answered more than {limit} bytes;"
                    " the repository is larger than Edgewarden reads",
                    permanent=True,
                )
            case Ending.EXITED if self.memory and answer.status == _NO_LIMIT:
                raise GitError(
                    f"git {arguments[0]} was not run, since its memory cannot be limited to"
                    f" {self.memory >> 20} MiB here ({self.cleansed(answer.complaint)}): run"
                    " Edgewarden on Linux, and with no lower limit of its own on address space",
                    permanent=True,
                )
            case Ending.EXITED:
                return answer

    def failure(self, verb: str, answer: Answer) -> GitError:
        """The error for an answer that was not expected; temporary, as most are."""
        said = self.cleansed(answer.complaint) or f"exit status {answer.status}"
        if self.memory and any(words in said.lower() for words in _OUT_OF_MEMORY):
            return GitError(
                f"git {verb} needs more than {self.memory >> 20} MiB of memory and was stopped:"
                " the change or the repository is larger than Edgewarden reads; split it",
                permanent=True,
            )
        return GitError(f"git {verb} failed: {said}", permanent=False)

    def cleansed(self, text: bytes) -> str:
        """git's own words on one line, without credentials, at most 500 characters."""
        said = " ".join(text.decode("utf-8", "replace").split())
        for secret in self.secrets:
            said = said.replace(secret, "***")
        said = _USERINFO.sub("", said)
        return "".join(c for c in said if c.isprintable())[:500]

    def _start(self, arguments: tuple[str, ...], request: bytes) -> subprocess.Popen[bytes]:
        if not self.directory.is_dir():
            # GitPython would run git in the service's own directory instead.
            raise GitError(f"{self.directory} is not a directory", permanent=True)
        environment = {
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            **ALWAYS,
            **self.environment,
        }
        settings = [
            part for entry in (*CONFIGURATION, *self.configuration) for part in ("-c", entry)
        ]
        # GitPython adds to the inherited environment and cannot take away: env(1) does.
        withheld = [
            part for name in sorted(os.environ.keys() - environment) for part in ("-u", name)
        ]
        within = [*_WITHIN, str(self.memory >> 10)] if self.memory else []
        git = Git.GIT_PYTHON_GIT_EXECUTABLE or "git"
        try:
            started = Git(self.directory).execute(
                [
                    *within,
                    "env",
                    *withheld,
                    git,
                    "-C",
                    str(self.directory.absolute()),
                    *settings,
                    *arguments,
                ],
                istream=subprocess.PIPE if request else None,
                as_process=True,
                env=environment,
                start_new_session=True,
            )
        except GitCommandNotFound as error:
            raise GitError(
                "git cannot be started: install git 2.38 or later and put it on PATH",
                permanent=False,
            ) from error
        process = started.proc
        if process is None:
            raise GitError("git ended before it began", permanent=False)
        started.proc = None  # converse() ends it; GitPython must not do so meanwhile
        return process
