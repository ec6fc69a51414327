"""Mechanical fixes of what a review found, each tried before anybody sees it.

A fix is an edit of a file of the head. It is tried by reading the head with the edited file as the
review reads it, and by comparing what comes of it with what the fix is to do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from edgewarden.governance.case import Case
from edgewarden.governance.findings import Enforcement, Finding
from edgewarden.governance.fixes.fix import Fix
from edgewarden.governance.fixes.mending import mend_of
from edgewarden.governance.fixes.mends import (
    AddedDirection,
    AddedEgress,
    JoinedPeers,
    JoinedPorts,
    ManifestMend,
    Mend,
    NestedSelector,
    SeparatedObjects,
)
from edgewarden.governance.fixes.trial import Tried, effect, tried
from edgewarden.governance.pack import PolicyPack
from edgewarden.governance.proposal import Proposal
from edgewarden.governance.review import ClusterReview
from edgewarden.governance.rules.evaluation import findings
from edgewarden.manifests.mending.adding import add_item
from edgewarden.manifests.mending.joining import join_items
from edgewarden.manifests.mending.nesting import nest_selector
from edgewarden.manifests.mending.replacement import replaced, replacement
from edgewarden.manifests.mending.separating import separate
from edgewarden.manifests.mending.source import Source
from edgewarden.manifests.recalled import Recalled
from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.reachability.diff import compare
from edgewarden.reachability.location import Location, Problem
from edgewarden.reachability.model import Direction
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.configuration.configuration import Configuration, RenderedBy
from edgewarden.workflows.states import changed_clusters
from edgewarden.workflows.surroundings import NO_SURROUNDINGS, Around

MOST_TRIALS = 20
"""Fixes of one review that are tried."""
MOST_FILES = 20_000
"""Files of all trees together that are read to try them; one fix is tried in any case."""
_CONTEXT = 3
"""Lines around a fix, as `diff -u` has them."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """The head, and what decides how it is read and judged."""

    head: Snapshot
    pack: PolicyPack
    configuration: Configuration
    platform: ProfileClaims = NO_CLAIMS
    surroundings: Around = NO_SURROUNDINGS
    recalled: Recalled = field(default_factory=dict)

    def trials(self, fixed: Snapshot) -> Iterator[Proposal]:
        """What lies between the head and ``fixed`` in each cluster that the head may touch.

        What CI renders is left out: no edit of a file changes it before it is rendered again.
        """
        clusters = self.configuration.clusters
        local = tuple(each for each in clusters if each.rendered_by is RenderedBy.LOCAL)
        read = changed_clusters(
            self.head,
            fixed,
            replace(self.configuration, clusters=local),
            self.platform,
            self.surroundings,
            recalled=self.recalled,
        )
        for pair in read.touched:
            yield Proposal(pair.base, pair.head, compare(pair.base, pair.head))

    def accepts(self, trial: Proposal) -> bool:
        """Whether no rule objects to what differs in what is read, so that anybody would see it."""
        read = replace(
            trial,
            base=replace(trial.base, problems=()),
            head=replace(trial.head, problems=()),
        )
        found = findings(Case(read, self.pack))
        return all(each.enforcement is Enforcement.AUDIT for each in found)


def with_fixes(
    judged: Sequence[tuple[Proposal, ClusterReview]], bench: Workbench
) -> list[ClusterReview]:
    """The reviews of clusters, with fixes of those findings that are shown.

    A finding whose fix does not pass its trial, or that comes too late, has none.
    """
    told = {proposal.head.name: proposal.head.problems for proposal, _ in judged}
    trials = _Trials(bench, told)
    return [
        replace(
            review,
            findings=tuple(trials.fixed(finding, proposal) for finding in review.findings),
        )
        for proposal, review in judged
    ]


class _Trials:
    """Each mend is tried once, in all clusters that it touches."""

    def __init__(self, bench: Workbench, told: Mapping[str, Iterable[Problem]]) -> None:
        """``told`` are the problems of the head of each cluster."""
        self._bench = bench
        self._told = told
        self._named = {each.id: each.quick_fix for each in bench.pack.rules}
        self._files = {file.path: file for file in bench.head.files}
        self._known: dict[Mend, Fix | None] = {}
        self._most = max(1, min(MOST_TRIALS, MOST_FILES // max(1, len(self._files))))

    def fixed(self, finding: Finding, proposal: Proposal) -> Finding:
        quick_fix = self._named.get(finding.rule)
        if quick_fix is None or finding.enforcement is Enforcement.AUDIT:
            return finding
        mend = mend_of(finding, quick_fix, proposal)
        if mend is None:
            return finding
        if mend not in self._known:
            if len(self._known) >= self._most:
                return finding
            self._known[mend] = self._tried(mend)
        return replace(finding, fix=self._known[mend])

    def _tried(self, mend: Mend) -> Fix | None:
        file = self._files.get(_place(mend).path)
        source = Source.of(file.content) if file and file.content is not None else None
        if file is None or file.content is None or source is None:
            return None
        text = _edited(mend, source)
        change = None if text is None else replacement(source.text, text)
        if change is None:
            return None
        found = self._passed(mend, file, replaced(file.content, change))
        if not found:
            return None
        lines = source.text.split("\n")
        ended = not lines[-1]
        rest = lines[: -1 if ended else None]
        below = rest[change.last : change.last + _CONTEXT]
        return Fix(
            path=file.path,
            first=change.first,
            last=change.last,
            before=change.before,
            lines=change.lines,
            action=mend.action,
            effect=effect(found),
            above=tuple(rest[max(0, change.first - 1 - _CONTEXT) : change.first - 1]),
            below=tuple(below),
            unended=not ended and change.last + len(below) == len(rest),
        )

    def _passed(self, mend: Mend, file: SourceFile, content: bytes) -> list[Tried]:
        """What it does in each cluster; nothing where it fails in one."""
        head = self._bench.head
        fixed = SourceFile(file.path, content)
        files = tuple(fixed if each is file else each for each in head.files)
        found = []
        for trial in self._bench.trials(replace(head, files=files)):
            outcome = tried(mend, trial, self._told.get(trial.head.name, ()))
            if outcome is None or not self._bench.accepts(trial):
                return []
            found.append(outcome)
        return found


def _place(mend: Mend) -> Location:
    return mend.problem.location if isinstance(mend, ManifestMend) else mend.policy


def _edited(mend: Mend, source: Source) -> str | None:
    """The whole text as the mend would have it, as far as it can be edited."""
    match mend:
        case JoinedPeers(whole=one, own=other) | JoinedPorts(port=one, protocol=other):
            return join_items(source, _spot(one), _spot(other))
        case AddedEgress(policy=place):
            return add_item(source, *_spot(place), "egress", mend.written)
        case AddedDirection(policy=place, direction=Direction() as direction):
            return add_item(source, *_spot(place), "policyTypes", direction.capitalize())
        case SeparatedObjects(problem):
            return separate(source, *_spot(problem.location))
        case NestedSelector(problem):
            return nest_selector(source, *_spot(problem.location))


def _spot(location: Location) -> tuple[int, int]:
    return location.line, location.column
