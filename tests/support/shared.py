"""The reference material beside the checkout: real changes, a real corpus, forge descriptions."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shared_path(relative: str) -> Path:
    """The path of ``relative`` in the reference material; skips the test where that is absent."""
    path = _place(relative)
    if not path.exists():
        pytest.skip(f"{path} is absent: set EDGEWARDEN_SHARED to the reference material")
    return path


def shared_path_if_present(relative: str) -> Path | None:
    """The same for tests that check more where it is there, and enough where it is not."""
    path = _place(relative)
    return path if path.exists() else None


def _place(relative: str) -> Path:
    return Path(os.environ.get("EDGEWARDEN_SHARED", ROOT.parent / "shared")) / relative
