"""What bounds every run of git."""

from pathlib import Path

import pytest

from edgewarden.adapters.git.command import GitCommand
from edgewarden.workflows.ports import GitError


def test_git_runs_within_its_memory(tmp_path: Path) -> None:
    assert GitCommand(tmp_path, memory=1 << 30).output("version").startswith(b"git version")


def test_git_does_not_run_where_its_memory_cannot_be_limited(tmp_path: Path) -> None:
    no_shell_takes_it = -1 << 20

    with pytest.raises(GitError, match="its memory cannot be limited") as caught:
        GitCommand(tmp_path, memory=no_shell_takes_it).output("init", "--bare", "made")

    assert caught.value.permanent
    assert list(tmp_path.iterdir()) == []
