"""The assessment, made in a child process that hostile content can break but not leave."""

import structlog

from edgewarden import __version__
from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.isolated_python import Child, ChildFailedError, Failure
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.review import Provenance, Review, Verdict
from edgewarden.reachability.location import Location, Problem, ProblemKind
from edgewarden.workflows.codec import Assignment, decode_review, encode_request
from edgewarden.workflows.configuration.claims import ProfileClaims
from edgewarden.workflows.ports import AssessmentRequest

ANSWER_LIMIT = 64 << 20
"""The largest review in bytes that is taken from a child."""

_SMALLER = (
    "Remove generated or vendored files from the repository or split it,"
    " or let the operator of Edgewarden allow the analysis more {}."
)
_REPORT = "Let the operator of Edgewarden look into the worker's log, and report it as a fault."
_REMEDIES = {
    Failure.TIME: _SMALLER.format("time"),
    Failure.MEMORY: _SMALLER.format("memory"),
    Failure.SIZE: "Split the change into smaller ones.",
    Failure.SIGNAL: "Where the machine ran out of memory, give it more or run fewer workers."
    f" {_REPORT}",
    Failure.FAULT: _REPORT,
}


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
        self._child = Child(child, limits or Limits(), ANSWER_LIMIT)
        self._log = structlog.get_logger("edgewarden.analysis")

    def assess(self, request: AssessmentRequest) -> Review:
        """The review, or one that is inconclusive and says which limit was met."""
        assignment = encode_request(Assignment(request, self._pack, self._platform))
        try:
            return self._child.ask(assignment, decode_review)
        except ChildFailedError as error:
            self._log.warning("analysis failed", **error.facts)
            return self._inconclusive(request, error)

    def _inconclusive(self, request: AssessmentRequest, failure: ChildFailedError) -> Review:
        trees = request.trees
        message = f"The analysis {failure}, so nothing of this change was judged."
        remedy = _REMEDIES[failure.failure]
        return Review(
            verdict=Verdict.INCONCLUSIVE,
            reasons=(message,),
            clusters=(),
            untouched=(),
            problems=(Problem(ProblemKind.OUT_OF_BOUNDS, Location(".", 1), message, remedy),),
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
