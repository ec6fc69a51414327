"""An upload makes the changes wanted that it matters to, whenever it comes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from edgewarden.governance.review import Review, Verdict
from edgewarden.manifests.uploads.cleaning import cleaned
from edgewarden.manifests.uploads.document import RenderedFile
from edgewarden.workflows.assess import assess
from edgewarden.workflows.authorisation import NotPermittedError
from edgewarden.workflows.configuration.claims import NO_CLAIMS
from edgewarden.workflows.ports import (
    AssessmentRequest,
    ChangeRef,
    PullRequest,
    Role,
    Stage,
    StoredUpload,
    TreePair,
    UploadPlace,
)
from edgewarden.workflows.review import review_change
from edgewarden.workflows.uploads import UploadOutcome, UploadReceipt, forget_uploads, receive
from tests.support.flow import FIRST, REPOSITORY, CannedAnalyst, CannedMirrors, Flow
from tests.support.manifest_trees import policy_named, tree
from tests.support.plain_cleaner import PlainCleaner
from tests.support.proposals import shipped_pack

BASE, ELSEWHERE = "b" * 40, "e" * 40
PROD = "version: 1\nclusters: [{name: prod, renderer: uploaded}]\n"
CLOSED = policy_named("web")
OPEN = policy_named("web", spec="{podSelector: {}, ingress: [{}]}")


@dataclass
class RenderedMirrors(CannedMirrors):
    """Trees of a repository whose cluster CI renders; the base of a change is its merge base."""

    configuration: str = PROD

    def compare(self, pull_request: PullRequest) -> TreePair:
        same = tree({".edgewarden.yaml": self.configuration})
        return replace(
            super().compare(pull_request), base=same, head=same, merge_base=pull_request.base
        )


@dataclass
class PureAnalyst(CannedAnalyst):
    """Judges for real, in this process. ``meanwhile`` happens under way."""

    meanwhile: Callable[[], object] = lambda: None

    def assess(self, request: AssessmentRequest) -> Review:
        self.meanwhile()
        return assess(
            request.trees,
            pack=shipped_pack(),
            platform=NO_CLAIMS,
            exceptions=request.exceptions,
            surroundings=request.surroundings.reader(),
            uploads=request.uploads,
            now=request.now,
        )


@dataclass
class Rendered(Flow):
    mirrors: CannedMirrors = field(default_factory=RenderedMirrors)
    analyst: CannedAnalyst = field(default_factory=PureAnalyst)

    def upload(
        self,
        commit: str,
        manifests: str = CLOSED,
        *,
        branch: str = "",
        role: Role = Role.RENDERER,
    ) -> UploadReceipt:
        """As CI hands it in, or another person who has another role."""
        handle = "ci" if role is Role.RENDERER else role.value
        with self.store.begin() as transaction:
            actor = transaction.people.ensure(handle, frozenset({role}), self.clock.now())
        return receive(
            UploadPlace(self.forge.name, REPOSITORY, commit, "prod"),
            lambda: RenderedFile("manifests.yaml", manifests.encode()),
            actor,
            branch=branch,
            governed=self.services.repositories,
            cleaner=PlainCleaner(),
            store=self.store,
            queue=self.queue,
            clock=self.clock,
        )

    def standing(self, commit: str) -> StoredUpload | None:
        with self.store.begin() as transaction:
            place = UploadPlace(self.forge.name, REPOSITORY, commit, "prod")
            return transaction.uploads.get(place)

    def review(self, ref: ChangeRef) -> Review:
        change = self.change(ref)
        with self.store.begin() as transaction:
            stored = transaction.reviews.latest(change.id)
        assert stored is not None
        assert change.done == change.wanted
        return stored.review


@pytest.fixture
def flow() -> Rendered:
    return Rendered()


def test_a_review_without_uploads_is_inconclusive_until_both_have_come(flow: Rendered) -> None:
    ref = flow.propose(FIRST)
    flow.work()
    assert flow.review(ref).verdict is Verdict.INCONCLUSIVE

    assert flow.upload(BASE).wanted == 1
    flow.work()
    assert flow.review(ref).verdict is Verdict.INCONCLUSIVE

    receipt = flow.upload(FIRST, OPEN)
    flow.work()
    review = flow.review(ref)
    assert (receipt.outcome, receipt.wanted) == (UploadOutcome.FIRST, 1)
    assert review.different
    assert review.provenance.uploads[0].head == receipt.upload.digest
    assert review.verdict is not Verdict.INCONCLUSIVE


def test_what_takes_the_place_of_an_upload_is_reviewed(flow: Rendered) -> None:
    ref = flow.propose(FIRST)
    flow.upload(BASE)
    flow.upload(FIRST, OPEN)
    flow.work()
    assert flow.review(ref).different

    receipt = flow.upload(FIRST, CLOSED, role=Role.OPERATOR)
    flow.work()

    assert receipt.outcome is UploadOutcome.REPLACED
    assert not flow.review(ref).different


def test_a_renderer_puts_nothing_in_the_place_of_what_stands(flow: Rendered) -> None:
    """What a commit renders to does not change, and a base that is its head passes everything."""
    ref = flow.propose(FIRST)
    first = flow.upload(FIRST, OPEN).upload
    wanted = flow.change(ref).wanted

    with pytest.raises(NotPermittedError, match=r"ci may not push other .* role operator"):
        flow.upload(FIRST, CLOSED, branch="main")

    assert flow.standing(FIRST) == first
    assert flow.change(ref).wanted == wanted


def test_the_same_under_another_branch_keeps_the_trace_of_a_replacement(flow: Rendered) -> None:
    first = flow.upload(FIRST, OPEN).upload
    second = flow.upload(FIRST, CLOSED, role=Role.OPERATOR).upload
    flow.clock.set(flow.clock.now() + timedelta(hours=1))

    again = flow.upload(FIRST, CLOSED, branch="main")

    assert (again.outcome, again.wanted) == (UploadOutcome.UNCHANGED, 0)
    assert again.upload == replace(second, branch="main")
    assert (second.actor, second.replaced) == ("operator", first.digest)
    assert flow.standing(FIRST) == again.upload


def test_an_upload_that_matters_to_no_change_makes_none_wanted(flow: Rendered) -> None:
    ref = flow.propose(FIRST)
    flow.work()
    wanted = flow.change(ref).wanted
    assert flow.upload(ELSEWHERE).wanted == 0
    assert flow.change(ref).wanted == wanted


@pytest.mark.parametrize("commit", [BASE, FIRST])
def test_one_that_comes_while_a_review_is_made_is_not_lost(flow: Rendered, commit: str) -> None:
    """It came too late to be read, and before anything said that the review rests on it."""
    flow.upload(FIRST if commit == BASE else BASE)
    ref = flow.propose(FIRST)
    analyst = flow.analyst
    assert isinstance(analyst, PureAnalyst)

    def arrive() -> None:
        analyst.meanwhile = lambda: None
        flow.upload(commit, OPEN)

    analyst.meanwhile = arrive
    flow.work()

    assert flow.review(ref).verdict is not Verdict.INCONCLUSIVE


def test_one_that_nobody_was_told_of_while_a_review_is_made_is_found_out(flow: Rendered) -> None:
    """Its transaction looked for changes before the change was wanted, and ended after that."""
    flow.upload(BASE)
    ref = flow.propose(FIRST)
    change = flow.change(ref)

    def arrive() -> None:
        upload, tally = cleaned({"manifests.yaml": OPEN.encode()})
        place = UploadPlace(flow.forge.name, REPOSITORY, FIRST, "prod")
        now = flow.clock.now()
        with flow.store.begin() as transaction:
            actor = transaction.people.ensure("ci", frozenset(), now)
            stored = StoredUpload(place, upload.digest, "", now, actor.handle, tally.kept)
            transaction.uploads.keep(stored, upload.document, actor)

    flow.observer.once[Stage.ASSESSED] = arrive
    flow.queue.reviews.clear()
    review_change(change.id, flow.services)
    flow.work()

    assert flow.review(ref).verdict is not Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "configuration",
    [PROD, PROD.replace("uploaded", r'"uploade\x64"').replace("prod", r'"pr\x6fd"')],
)
def test_a_review_of_what_stands_wants_no_other(flow: Rendered, configuration: str) -> None:
    """Whatever the configuration looks like: its uploads were given to it."""
    assert isinstance(flow.mirrors, RenderedMirrors)
    flow.mirrors.configuration = configuration
    flow.upload(BASE)
    flow.upload(FIRST, OPEN)
    ref = flow.propose(FIRST)

    review_change(flow.change(ref).id, flow.services)

    assert flow.review(ref).different
    assert flow.change(ref).wanted == 1


def test_what_is_old_is_forgotten_and_what_an_open_change_is_made_of_is_not(
    flow: Rendered,
) -> None:
    flow.propose(FIRST)
    for commit in (BASE, FIRST, ELSEWHERE):
        flow.upload(commit)
    flow.work()
    flow.clock.set(flow.clock.now() + flow.terms.uploads_kept + timedelta(seconds=1))

    assert forget_uploads(flow.services) == 1

    with flow.store.begin() as transaction:
        kept = transaction.uploads.of(flow.forge.name, REPOSITORY, {BASE, FIRST, ELSEWHERE})
    assert {each.place.commit for each in kept} == {BASE, FIRST}


def test_what_is_not_that_old_stays(flow: Rendered) -> None:
    flow.upload(ELSEWHERE)
    flow.clock.set(flow.clock.now() + flow.terms.uploads_kept)
    assert forget_uploads(flow.services) == 0
