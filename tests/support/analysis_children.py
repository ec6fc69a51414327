"""A stand-in for the analysis child that misbehaves as the reviewed content asks it to.

``ChildAnalyst`` runs it in place of ``edgewarden.adapters.analysis_child``.
"""

import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from edgewarden.adapters.confinement import Limits, answer
from edgewarden.governance.review import Provenance, Review, Verdict
from edgewarden.workflows.codec import Assignment, decode_request, encode_review

FORBIDDEN = Path("/tmp/edgewarden-must-stay-empty")


def main(limits: str) -> NoReturn:
    answer(Limits.decode(limits), behave)


def behave(encoded: bytes) -> bytes:
    """Do what the first file of the head asks for; its content is the name of a behaviour."""
    assignment = decode_request(encoded)
    (wish,) = (file.content for file in assignment.request.trees.head.files)
    assert wish is not None
    BEHAVIOURS[wish.decode()]()
    return encode_review(review_of(assignment))


def review_of(assignment: Assignment) -> Review:
    """A pass whose reasons tell how the child lives."""
    trees = assignment.request.trees
    return Review(
        verdict=Verdict.PASS,
        reasons=(
            f"environment {sorted(os.environ)}",
            f"directory {Path.cwd()}",
            f"leads its session {os.getsid(0) == os.getpid()}",
            f"nice {os.getpriority(os.PRIO_PROCESS, 0)}",
        ),
        clusters=(),
        untouched=(),
        problems=(),
        assumptions=tuple(file.path for file in trees.base.files),
        provenance=Provenance(
            base=trees.base_commit,
            head=trees.head_commit,
            comparison=trees.comparison,
            tool_version="test",
            policy_pack=assignment.pack.digest,
        ),
        judged_at=assignment.request.now,
    )


def hog() -> None:
    held = []
    while True:
        held.append(bytearray(1 << 20))


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(600)


def recurse() -> None:
    recurse()


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def abort() -> None:
    """As libraries in Rust end where there is no memory left."""
    sys.stderr.write("memory allocation of 64 bytes failed\n")
    sys.stderr.flush()
    os.abort()


def choke() -> None:
    """As the interpreter ends where not even the handler of a MemoryError gets memory."""
    sys.stderr.write("Traceback (most recent call last):\nMemoryError\n")
    sys.stderr.flush()
    os._exit(1)


def fail() -> None:
    raise KeyError("the content of a repository")


def lie() -> None:
    for descriptor in range(3, 10):
        try:
            os.write(descriptor, b'[{"verdict": "pass"}]')
        except OSError:
            continue
    os._exit(0)


def flood() -> None:
    chunk = b" " * (1 << 20)
    for descriptor in range(3, 10):
        try:
            while True:
                os.write(descriptor, chunk)
        except OSError:
            continue


def write_a_file() -> None:
    FORBIDDEN.write_text("x")


def talk() -> None:
    sys.stdout.write("a library that prints\n")
    sys.stdout.flush()


def nothing() -> None:
    """The honest child."""


BEHAVIOURS = {
    each.__name__: each
    for each in (
        hog,
        spin,
        sleep,
        recurse,
        crash,
        abort,
        choke,
        fail,
        lie,
        flood,
        write_a_file,
        talk,
        nothing,
    )
}
