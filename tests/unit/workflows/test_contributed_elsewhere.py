"""What a repository contributes that CI renders, or that a branch of rendered manifests holds."""

import pytest

from edgewarden.manifests.uploads.cleaning import cleaned
from edgewarden.workflows.contributed import ClusterContribution, Contributor
from edgewarden.workflows.contribution_codec import unpack
from edgewarden.workflows.contributions import contributed_by, follow_tips
from edgewarden.workflows.ports import GitError, Role, StoredUpload, Tip, UploadPlace
from edgewarden.workflows.services import GovernedRepository
from tests.support.flow import Flow
from tests.support.manifest_trees import policy_named, tree

FILE = ".edgewarden.yaml"
NAME = "acme/platform"
PLATFORM = Contributor(NAME, "memory")
A, B, C = "a" * 40, "b" * 40, "c" * 40
UPLOADED = "version: 1\nclusters: [{name: prod, renderer: uploaded}]\n"
BRANCHED = "version: 1\nclusters: [{name: prod, branch: env/prod}]\n"


def flow_of(configuration: str) -> Flow:
    flow = Flow(others=(GovernedRepository("memory", NAME, frozenset({"prod"})),))
    main(flow, A, configuration)
    return flow


def main(flow: Flow, commit: str, configuration: str) -> None:
    files = {FILE: configuration, "source.yaml": policy_named("source")}
    flow.mirrors.tips[NAME] = Tip(commit, tree(files))


def rendered_branch(flow: Flow, commit: str, **files: str) -> None:
    flow.mirrors.others[NAME, "env/prod"] = Tip(commit, tree(files))


def hand_in(flow: Flow, commit: str, manifests: str) -> None:
    upload, tally = cleaned({"all.yaml": manifests.encode()})
    place = UploadPlace("memory", NAME, commit, "prod")
    stored = StoredUpload(place, upload.digest, "", flow.clock.now(), "ci", tally.kept)
    with flow.store.begin() as transaction:
        actor = transaction.people.ensure("ci", frozenset({Role.COLLECTOR}), flow.clock.now())
        transaction.uploads.keep(stored, upload.document, actor)


def sweep(flow: Flow) -> list[str]:
    return list(follow_tips(flow.services))


def known(flow: Flow) -> tuple[tuple[ClusterContribution, ...], list[str]]:
    """What a review gets, and what it is told to be in the way."""
    with flow.store.begin() as transaction:
        found = contributed_by({"prod": frozenset({PLATFORM})}, transaction)
    return found.known, [each.obstacle for each in found.awaited]


def deployed(flow: Flow) -> tuple[str, list[str]]:
    """The commit, and what it deploys."""
    ((one,), obstacles) = known(flow)
    assert obstacles == []
    return one.commit, [each.ref.name for each in unpack(one.body).objects]


# --- what CI renders ------------------------------------------------------------------------------
def test_what_nobody_handed_in_is_not_known_and_how_to_is_said_once() -> None:
    flow = flow_of(UPLOADED)
    (told,) = sweep(flow)
    command = (
        f"`edgewarden rendered push --cluster prod --commit {A} --repository {NAME} --forge memory"
        " FILE`"
    )
    assert told.startswith(f"{NAME} on memory: what it deploys to prod is not known: CI renders it")
    assert command in told
    contributions, (obstacle,) = known(flow)
    assert contributions == ()
    assert command in obstacle
    assert sweep(flow) == []


def test_what_was_handed_in_for_the_tip_is_contributed() -> None:
    flow = flow_of(UPLOADED)
    sweep(flow)
    hand_in(flow, A, policy_named("rendered"))
    assert sweep(flow) == []
    assert deployed(flow) == (A, ["rendered"])


def test_what_takes_the_place_of_an_upload_is_followed() -> None:
    flow = flow_of(UPLOADED)
    for name in ("one", "other"):
        hand_in(flow, A, policy_named(name))
        assert sweep(flow) == []
        assert deployed(flow) == (A, [name])
    assert sweep(flow) == []
    assert flow.mirrors.fetched == [NAME] * 2


def test_what_was_handed_in_before_stays_until_that_of_the_tip_comes() -> None:
    flow = flow_of(UPLOADED)
    hand_in(flow, A, policy_named("before"))
    sweep(flow)
    main(flow, B, UPLOADED)
    sweep(flow)
    ((one,), (obstacle,)) = known(flow)
    assert one.commit == A
    assert f"--commit {B}" in obstacle
    hand_in(flow, B, policy_named("after"))
    sweep(flow)
    assert deployed(flow) == (B, ["after"])


def test_a_commit_with_an_upload_that_cannot_be_fetched_for_good_is_tried_once() -> None:
    flow = flow_of(UPLOADED)
    hand_in(flow, A, policy_named("rendered"))
    flow.mirrors.unfetched[NAME] = GitError("it is too large", permanent=True)
    assert len(sweep(flow)) == 1
    assert sweep(flow) == []


# --- branches of rendered manifests ---------------------------------------------------------------
def test_a_branch_of_rendered_manifests_is_contributed_and_followed() -> None:
    flow = flow_of(BRANCHED)
    for commit in (B, C):
        rendered_branch(flow, commit, **{"all.yaml": policy_named(commit[0])})
        assert sweep(flow) == []
        assert deployed(flow) == (commit, [commit[0]])
    assert sweep(flow) == []
    assert flow.mirrors.fetched == [NAME] * 4


def test_another_default_branch_may_say_otherwise_of_the_same_rendered_branch() -> None:
    flow = flow_of(BRANCHED)
    rendered_branch(flow, C, **{"all.yaml": policy_named("all")})
    sweep(flow)
    main(flow, B, "version: 1\nclusters: [{name: prod}]\n")
    sweep(flow)
    assert deployed(flow) == (B, ["source"])


def test_a_branch_with_a_configuration_of_its_own_is_read_by_that() -> None:
    flow = flow_of(BRANCHED)
    own = "version: 1\nclusters: [{name: prod, paths: [live]}]\n"
    files = {FILE: own, "live/a.yaml": policy_named("live"), "b.yaml": policy_named("other")}
    rendered_branch(flow, B, **files)
    sweep(flow)
    assert deployed(flow) == (B, ["live"])


def test_the_default_branch_may_be_the_one_that_describes_a_cluster() -> None:
    flow = flow_of(BRANCHED.replace("env/prod", "main"))
    sweep(flow)
    assert deployed(flow) == (A, ["source"])


def test_a_branch_that_is_not_there_is_told_and_followed_once_it_is() -> None:
    flow = flow_of(BRANCHED)
    (told,) = sweep(flow)
    assert "described by branch env/prod, which is not there: push it" in told
    assert sweep(flow) == []
    rendered_branch(flow, B, **{"all.yaml": policy_named("all")})
    assert sweep(flow) == []
    assert deployed(flow) == (B, ["all"])


@pytest.mark.parametrize("branch", ["env/test", "env/prod"])
def test_a_branch_that_names_another_in_turn_is_not_followed(branch: str) -> None:
    flow = flow_of(BRANCHED)
    own = f"version: 1\nclusters: [{{name: prod, branch: {branch}}}]\n"
    rendered_branch(flow, B, **{FILE: own, "a.yaml": policy_named("a")})
    told = sweep(flow)
    if branch == "env/prod":
        assert deployed(flow) == (B, ["a"])
    else:
        assert "names no such cluster" in told[0]
