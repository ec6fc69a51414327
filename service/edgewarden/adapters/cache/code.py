"""Which code reads: what it made of a file is of no use to any other."""

import sys
from functools import cache
from hashlib import sha256
from pathlib import Path

import yaml

_PACKAGE = Path(__file__).resolve().parents[2]
SOURCES = ("manifests/**/*.py", "reachability/*.py", "workflows/**/*.py")
"""All that has a part in a reading, in what is read how, and in spelling it as bytes."""


@cache
def reading_code() -> str:
    """Names this version of the code: a digest of it, of Python, and of the parser."""
    digest = sha256(f"{sys.version} {yaml.__version__}".encode())
    for pattern in SOURCES:
        for source in sorted(_PACKAGE.glob(pattern)):
            digest.update(sha256(source.read_bytes()).digest())
    return digest.hexdigest()
