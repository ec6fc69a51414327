"""A question to a child process that hostile content can break but not leave."""

import os
import subprocess
import sys
import time

from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.processes import Answer, converse

# Isolated, Python knows neither its environment nor this directory, so it is told the path.
_START = (
    "import sys, importlib;"
    "child, limits, *sys.path = sys.argv[1:];"
    "importlib.import_module(child).main(limits)"
)


def ask(child: str, request: bytes, limits: Limits, *, output_limit: int) -> Answer:
    """What the module ``child`` says on standard output when its ``main`` runs alone.

    It gets ``request`` on its standard input and no environment, so it holds no credential, and
    is killed with all that it started when its time is over.
    """
    path = [entry for entry in sys.path if entry]
    process = subprocess.Popen(  # noqa: S603 - the program is this Python, given by path
        [sys.executable, "-I", "-B", "-c", _START, child, limits.encoded, *path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    deadline = time.monotonic() + limits.seconds
    return converse(process, request, deadline=deadline, output_limit=output_limit)
