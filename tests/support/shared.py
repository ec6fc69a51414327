"""The reference material beside the checkout: real changes, a real corpus, forge descriptions."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shared_path(relative: str) -> Path:
    """The path of ``relative`` in the reference material; skips the test where that is absent."""
    directory = Path(os.environ.get("EDGEWARDEN_SHARED", ROOT.parent / "shared"))
    path = directory / relative
    if not path.exists():
        pytest.skip(f"{path} is absent: set EDGEWARDEN_SHARED to the reference material")
    return path
