"""A cluster as ``kubectl`` shows it: read-only, and one kind at a time.

A kind that the cluster lacks fails a whole ``kubectl get`` of several before anything is listed,
and ``--ignore-not-found`` does not help. One that may not be listed still prints an empty ``List``,
so that only the exit status tells (``kubectl`` 1.32; tests/integration/inventory asks a real one).
"""

import os
import re
import subprocess
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from edgewarden.adapters.processes import Answer, Ending, converse, listen
from edgewarden.manifests.inventory.document import Unseen
from edgewarden.manifests.inventory.resources import Resource, resource_of
from edgewarden.settings import PREFIX
from edgewarden.workflows.ports import ListingError, Served

_LONGEST_LIST = 10_000_000
_REQUEST_TIMEOUT = "--request-timeout=2m"
_FORBIDDEN = "(Forbidden)"
_GROUP_VERSION = re.compile(r"([a-z0-9.-]+)/v[0-9][a-z0-9]*: ")
_UNANSWERED = "unable to retrieve the complete list of server APIs: "
_LONGEST_COMPLAINT = 300
_NOISE = re.compile(r"^[EIW]\d{4} .*$\n?", re.MULTILINE)
"""Records of the client library, in the form of klog, before the one sentence for people."""


def _passed_on() -> dict[str, str]:
    """The environment, in which ways to log in may lie, without what is Edgewarden's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


@dataclass(frozen=True, slots=True)
class Kubectl:
    """``workflows.ports.Cluster`` by the program at ``path``.

    Without ``context`` it is the current one of the user's kubeconfig. ``seconds`` bounds what
    one kind may take.
    """

    path: str
    context: str = ""
    seconds: float = 900.0
    environment: Mapping[str, str] = field(default_factory=_passed_on, repr=False)

    def served(self) -> Served:
        answer = converse(
            self._start("api-resources", "--verbs=list", "--no-headers"),
            b"",
            deadline=time.monotonic() + self.seconds,
            output_limit=_LONGEST_LIST,
        )
        complaint = _complaint(answer)
        unanswered = _unanswered(complaint)
        if answer.ending is not Ending.EXITED or (answer.status != 0 and not unanswered):
            failure = self._failure("api-resources", answer)
            if self.context or failure.reason is Unseen.FORBIDDEN:
                raise failure
            raise ListingError(failure.reason, f"{failure}; choose a cluster with --context")
        rows = [line.split() for line in answer.output.decode(errors="replace").splitlines()]
        return Served(frozenset(_resource(*row) for row in rows if len(row) > 3), unanswered)

    def objects(self, resource: Resource) -> Generator[bytes, None, None]:
        process = self._start("get", resource.name, "--all-namespaces", "--output=json")
        answer = yield from listen(process, deadline=time.monotonic() + self.seconds)
        if answer.ending is not Ending.EXITED or answer.status != 0:
            raise self._failure(f"get {resource.name}", answer)

    def _start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        context = (f"--context={self.context}",) if self.context else ()
        try:
            return subprocess.Popen(  # noqa: S603 - a program of the user, no shell
                [self.path, *arguments, *context, _REQUEST_TIMEOUT],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self.environment,
                start_new_session=True,
            )
        except OSError as error:
            raise ListingError(
                Unseen.FAILED, f"{self.path} cannot be run ({error.strerror}): install kubectl"
            ) from error

    def _failure(self, what: str, answer: Answer) -> ListingError:
        complaint = _complaint(answer)
        if answer.ending is not Ending.EXITED:
            complaint = f"did not end within {self.seconds:.0f} s"
        reason = Unseen.FORBIDDEN if _FORBIDDEN in complaint else Unseen.FAILED
        return ListingError(reason, f"kubectl {what}: {complaint or 'failed without a word'}")


def _resource(*row: str) -> Resource:
    """A row of NAME SHORTNAMES APIVERSION NAMESPACED KIND, the second of which may be empty."""
    group = row[-3].rpartition("/")[0]
    return resource_of(group, row[-1]) or Resource(group, row[0], row[-1])


def _unanswered(complaint: str) -> frozenset[str]:
    _, found, groups = complaint.partition(_UNANSWERED)
    return frozenset(_GROUP_VERSION.findall(groups)) if found else frozenset()


def _complaint(answer: Answer) -> str:
    text = _NOISE.sub("", answer.complaint.decode(errors="replace"))
    return " ".join(text.split())[-_LONGEST_COMPLAINT:]
