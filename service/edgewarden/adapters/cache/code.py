"""Which code reads and renders: what it made of a file is of no use to any other."""

import sys
from functools import cache
from hashlib import sha256
from pathlib import Path

import yaml

_PACKAGE = Path(__file__).resolve().parents[2]

READING = ("manifests/**/*.py", "reachability/*.py", "workflows/**/*.py")
"""All that has a part in a reading, in what is read how, and in spelling it as bytes."""
RENDERING = ("adapters/processes.py", "adapters/rendering/*.py")
"""All that has a part in what a renderer is given: its files, its environment and its limits."""


def reading_code() -> str:
    """Names this version of the code that reads, of Python, and of the parser."""
    return _digest(READING)


def rendering_code() -> str:
    """Names this version of the code that runs renderers."""
    return _digest(RENDERING)


@cache
def _digest(patterns: tuple[str, ...]) -> str:
    digest = sha256(f"{sys.version} {yaml.__version__}".encode())
    for pattern in patterns:
        for source in sorted(_PACKAGE.glob(pattern)):
            digest.update(sha256(source.read_bytes()).digest())
    return digest.hexdigest()
