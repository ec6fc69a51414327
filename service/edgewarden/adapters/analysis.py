"""The assessment, made in a child process that hostile content can break but not leave."""

import signal
from dataclasses import dataclass

import structlog

from edgewarden import __version__
from edgewarden.adapters.confinement import Exit, Limits
from edgewarden.adapters.isolated_python import ask
from edgewarden.adapters.processes import Answer, Ending
from edgewarden.governance.findings import PolicyPack
from edgewarden.governance.review import Provenance, Review, Verdict
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.workflows.codec import Assignment, CodecError, decode_review, encode_request
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.ports import AssessmentRequest

ANSWER_LIMIT = 64 << 20
"""The largest review in bytes that is taken from a child."""

_OUT_OF_MEMORY = b"memory allocation of "
"""What a library in Rust complains of before it aborts, where Python has its MemoryError."""
_NOTHING_JUDGED = "so nothing of this change was judged"
_SMALLER = (
    "Remove generated or vendored files from the repository or split it,"
    " or let the operator of Edgewarden allow the analysis more {}."
)
_REPORT = "Let the operator of Edgewarden look into the worker's log, and report it as a fault."


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a child gave no review, as the parts of a ``Problem``."""

    message: str
    remedy: str


class ChildAnalyst:
    """Runs each assessment in a process of its own, as ``Analyst`` asks.

    Memory, processor time, files and processes are limited. The answer is validated like any
    other input. ``child`` is the module whose ``main`` runs in the process.
    """

    def __init__(
        self,
        pack: PolicyPack,
        platform: ProfileClaims,
        limits: Limits | None = None,
        child: str = "edgewarden.adapters.analysis_child",
    ) -> None:
        self._pack = pack
        self._platform = platform
        self._limits = limits or Limits()
        self._child = child
        self._log = structlog.get_logger("edgewarden.analysis")

    def assess(self, request: AssessmentRequest) -> Review:
        """The review, or one that is inconclusive and says which limit was met."""
        assignment = encode_request(Assignment(request, self._pack, self._platform))
        answer = ask(self._child, assignment, self._limits, output_limit=ANSWER_LIMIT)
        failure = self._failure(answer)
        if failure is None:
            try:
                return decode_review(answer.output)
            except CodecError:
                failure = Failure(
                    f"The analysis answered something that is no review, {_NOTHING_JUDGED}.",
                    _REPORT,
                )
        self._log.warning(
            "analysis failed",
            ending=answer.ending.value,
            status=answer.status,
            complaint=answer.complaint.decode("ascii", "replace"),
        )
        return self._inconclusive(request, failure)

    def _failure(self, answer: Answer) -> Failure | None:
        match answer.ending, answer.status:
            case Ending.EXITED, Exit.ANSWERED:
                return None
            case (Ending.TIMED_OUT, _) | (Ending.EXITED, Exit.TIME):
                return Failure(
                    f"The analysis took longer than {self._limits.seconds:g} s and was stopped,"
                    f" {_NOTHING_JUDGED}.",
                    _SMALLER.format("time"),
                )
            case Ending.EXITED, status if status == Exit.MEMORY or aborted_for_memory(answer):
                return Failure(
                    f"The analysis needed more than {self._limits.memory >> 20} MiB of memory and"
                    f" was stopped, {_NOTHING_JUDGED}.",
                    _SMALLER.format("memory"),
                )
            case Ending.FLOODED, _:
                return Failure(
                    f"The review is larger than {ANSWER_LIMIT >> 20} MiB and was not taken,"
                    f" {_NOTHING_JUDGED}.",
                    "Split the change into smaller ones.",
                )
            case Ending.EXITED, status if status < 0:
                return Failure(
                    f"The analysis was ended by {signal.Signals(-status).name}, {_NOTHING_JUDGED}.",
                    "Where the machine ran out of memory, give it more or run fewer workers."
                    f" {_REPORT}",
                )
            case _:
                return Failure(f"The analysis failed, {_NOTHING_JUDGED}.", _REPORT)

    def _inconclusive(self, request: AssessmentRequest, failure: Failure) -> Review:
        trees = request.trees
        return Review(
            verdict=Verdict.INCONCLUSIVE,
            reasons=(failure.message,),
            clusters=(),
            untouched=(),
            problems=(
                Problem(
                    ProblemKind.OUT_OF_BOUNDS, Location(".", 1), failure.message, failure.remedy
                ),
            ),
            assumptions=(),
            provenance=Provenance(
                base=trees.base_commit,
                head=trees.head_commit,
                comparison=trees.comparison,
                tool_version=__version__,
                policy_pack=self._pack.digest,
                base_tree=trees.base_tree,
                head_tree=trees.head_tree,
                merge_base=trees.merge_base,
            ),
            judged_at=request.now,
        )


def aborted_for_memory(answer: Answer) -> bool:
    return answer.status == -signal.SIGABRT and _OUT_OF_MEMORY in answer.complaint
