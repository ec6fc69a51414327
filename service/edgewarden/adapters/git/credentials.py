"""Credentials for the moment of one git process, in no argument and in no address."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from edgewarden.adapters.git.address import Credential

ASKPASS = """#!/bin/sh
# git asks "Username for 'https://host': " and then "Password for ...".
case "$1" in
  Username*) cat "${0%/*}/username" ;;
  Password*) cat "${0%/*}/secret" ;;
esac
"""


@contextmanager
def answering(credential: Credential | None, directory: Path) -> Iterator[Mapping[str, str]]:
    """The environment in which git is answered, while the context lasts.

    The answers lie in files that only this user can read, in a new directory below
    ``directory``, and are removed at the end. Without a credential every question is left
    unanswered.
    """
    if credential is None:
        yield {}
        return
    private = Path(tempfile.mkdtemp(prefix="askpass-", dir=directory))
    try:
        _write(private / "username", credential.username + "\n", 0o400)
        _write(private / "secret", credential.secret + "\n", 0o400)
        _write(private / "askpass", ASKPASS, 0o500)
        yield {"GIT_ASKPASS": str(private / "askpass")}
    finally:
        shutil.rmtree(private)


def _write(path: Path, text: str, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
