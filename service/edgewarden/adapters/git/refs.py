"""Names of references: those that others choose, and those that Edgewarden gives itself."""

import re
from hashlib import sha256
from urllib.parse import quote

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//")
_LONGEST = 180


def check_ref(name: str) -> str:
    """``name`` itself where it is a full reference name, else ``ValueError``.

    The rules of git-check-ref-format(1), and it begins with ``refs/``, so it is never taken
    for an option.
    """
    components = name.split("/")
    if (
        components[0] != "refs"
        or len(components) < 2
        or _FORBIDDEN.search(name)
        or name.endswith((".", "/"))
        or any(not c or c.startswith(".") or c.endswith(".lock") for c in components)
    ):
        raise ValueError(f"{name!r} is not the name of a git reference")
    return name


def branch_ref(branch: str) -> str:
    """The full name of a branch, or ``ValueError``."""
    return check_ref(f"refs/heads/{branch}")


def change_ref(key: str) -> str:
    """Where a mirror keeps the head of a change: ``refs/edgewarden/changes/17/head``."""
    return f"refs/edgewarden/changes/{_component(key)}/head"


def kept_branch_ref(branch: str) -> str:
    """Where a mirror keeps a base branch."""
    return f"refs/edgewarden/branches/{_component(branch)}/tip"


def _component(text: str) -> str:
    """One path component for any text: ``a`` and ``a/b`` never stand in each other's way."""
    quoted = quote(text, safe="", errors="surrogateescape").replace(".", "%2E")
    if len(quoted) <= _LONGEST:
        return quoted
    return "sha256-" + sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
