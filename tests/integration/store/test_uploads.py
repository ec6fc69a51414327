"""What CI rendered stays for as long as a review may ask for it, and no longer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from edgewarden.workflows.contributed import Contributor
from edgewarden.workflows.ports import ChangeRef, Look, Role, Store, StoredUpload, UploadPlace
from tests.integration.store.sample import DAY, HEAD, MINUTE, NOW, claim, person, want
from tests.support.reviews import provenance, review

DOCUMENT = b'{"files":{}}' * 100
BASE, OTHER = "b" * 40, "c" * 40
PLACE = UploadPlace("github", "team/shop", HEAD, "prod")
PROD = StoredUpload(
    place=PLACE,
    digest="ab" * 32,
    branch="",
    received_at=NOW,
    actor="scout",
    counts={"Deployment": 12, "Namespace": 3},
)


def keep(
    store: Store, upload: StoredUpload = PROD, document: bytes = DOCUMENT
) -> StoredUpload | None:
    """Keep an upload in a transaction of its own, handed in by its actor; the one before."""
    actor = person(store, upload.actor, frozenset({Role.RENDERER}))
    with store.begin() as transaction:
        return transaction.uploads.keep(upload, document, actor)


def at(commit: str, branch: str = "", received_at: datetime = NOW) -> StoredUpload:
    place = replace(PLACE, commit=commit)
    return replace(PROD, place=place, branch=branch, received_at=received_at)


def kept(store: Store, place: UploadPlace = PLACE) -> tuple[StoredUpload | None, bytes | None]:
    with store.begin() as transaction:
        return transaction.uploads.get(place), transaction.uploads.document(place)


def commits(store: Store) -> set[str]:
    with store.begin() as transaction:
        found = transaction.uploads.of("github", "team/shop", {HEAD, BASE, OTHER})
        return {each.place.commit for each in found}


def forget(store: Store) -> int:
    """As of a day later, of what is older than that."""
    with store.begin() as transaction:
        return transaction.uploads.forget(NOW + DAY)


def reviewed(store: Store, change_id: int, merge_base: str) -> None:
    claimed = claim(store, change_id, "worker")
    assert claimed is not None
    made = review(made_by=replace(provenance(), merge_base=merge_base))
    with store.begin() as transaction:
        transaction.reviews.add(change_id, claimed.wanted, claimed.head, made, NOW)
        transaction.changes.settle(change_id, "worker", claimed.wanted)


def mattering(store: Store, commit: str) -> list[str]:
    with store.begin() as transaction:
        found = transaction.changes.open_by_commit("github", "team/shop", commit)
        return [each.ref.key for each in found]


# --- what is kept ---------------------------------------------------------------------------------


def test_an_upload_comes_back_as_it_was_kept(store: Store) -> None:
    keep(store)
    assert kept(store) == (PROD, DOCUMENT)


def test_of_two_that_come_at_once_the_second_meets_the_first(store: Store) -> None:
    """Neither can take the place of the other unseen."""
    together = threading.Barrier(2)

    def push(digest: str) -> StoredUpload | None:
        together.wait(10)
        return keep(store, replace(PROD, digest=digest * 32), digest.encode())

    person(store, PROD.actor, frozenset({Role.RENDERER}))
    with ThreadPoolExecutor(2) as pool:
        met = list(pool.map(push, ("ab", "cd")))

    standing, document = kept(store)
    assert standing is not None
    (before,) = [each for each in met if each is not None]
    assert {before.digest, standing.digest} == {"ab" * 32, "cd" * 32}
    assert (standing.replaced, document) == (before.digest, standing.digest[:2].encode())


def test_a_place_for_which_nobody_handed_anything_in_has_none(store: Store) -> None:
    keep(store)
    for other in (
        replace(PLACE, forge="git/team"),
        replace(PLACE, repository="team/other"),
        replace(PLACE, commit=BASE),
        replace(PLACE, cluster="dev"),
    ):
        assert kept(store, other) == (None, None)


def test_another_one_takes_the_place_of_the_one_before(store: Store) -> None:
    keep(store)
    other = replace(
        PROD,
        digest="cd" * 32,
        branch="main",
        received_at=NOW + MINUTE,
        actor="ada",
        counts={},
    )
    assert keep(store, other, b"other") == PROD
    assert kept(store) == (replace(other, replaced=PROD.digest), b"other")


def test_the_same_again_only_names_its_branch(store: Store) -> None:
    keep(store)
    keep(store, replace(PROD, digest="cd" * 32, actor="ada"), b"other")
    (standing, _) = kept(store)
    assert standing is not None
    again = replace(standing, received_at=NOW + MINUTE, actor="scout", branch="main", replaced="")

    assert keep(store, again, b"other") == standing
    assert kept(store) == (replace(standing, branch="main"), b"other")

    keep(store, replace(again, branch=""), b"other")
    assert kept(store) == (replace(standing, branch="main"), b"other")


def test_the_uploads_of_commits_come_in_the_order_of_their_places(store: Store) -> None:
    keep(store, at(OTHER))
    keep(store)
    keep(store, replace(PROD, place=replace(PLACE, cluster="dev")))
    keep(store, replace(PROD, place=replace(PLACE, repository="team/other")))

    with store.begin() as transaction:
        found = transaction.uploads.of("github", "team/shop", {HEAD, BASE})
        assert [each.place.cluster for each in found] == ["dev", "prod"]
        assert list(transaction.uploads.of("github", "team/shop", ())) == []


# --- to which changes an upload matters -----------------------------------------------------------


def test_an_upload_matters_to_the_change_whose_head_it_is(store: Store) -> None:
    reviewed(store, want(store).id, BASE)
    assert mattering(store, HEAD) == ["7"]
    assert mattering(store, OTHER) == []


def test_it_matters_to_the_change_that_is_compared_with_it(store: Store) -> None:
    reviewed(store, want(store).id, BASE)
    assert mattering(store, BASE) == ["7"]


def test_what_an_earlier_review_was_compared_with_does_not_matter_any_more(store: Store) -> None:
    reviewed(store, want(store).id, OTHER)
    reviewed(store, want(store).id, BASE)
    assert mattering(store, OTHER) == []


def test_it_may_matter_to_a_change_that_is_being_reviewed(store: Store) -> None:
    claim(store, want(store).id, "worker")
    assert mattering(store, OTHER) == ["7"]


def test_it_matters_to_no_change_that_is_closed_or_of_another_repository(store: Store) -> None:
    change = want(store)
    want(store, ChangeRef("github", "team/other", "7"))
    want(store, ChangeRef("git/team", "team/shop", "7"))
    with store.begin() as transaction:
        transaction.changes.close(change.ref, NOW)
    assert mattering(store, HEAD) == []


# --- what is forgotten ----------------------------------------------------------------------------


def test_what_is_old_and_nobody_asks_for_is_forgotten(store: Store) -> None:
    keep(store)
    keep(store, at(OTHER, received_at=NOW + DAY))
    assert forget(store) == 1
    assert commits(store) == {OTHER}


def test_both_sides_of_an_open_change_stay_until_it_is_closed(store: Store) -> None:
    change = want(store)
    reviewed(store, change.id, BASE)
    for commit in (HEAD, BASE, OTHER):
        keep(store, at(commit))

    assert forget(store) == 1
    assert commits(store) == {HEAD, BASE}

    with store.begin() as transaction:
        transaction.changes.close(change.ref, NOW)
    assert forget(store) == 2


@pytest.mark.parametrize(("branch", "stays"), [("main", {OTHER}), ("topic", set()), ("", set())])
def test_the_newest_of_a_branch_that_changes_go_to_stays(
    store: Store, branch: str, stays: set[str]
) -> None:
    change = want(store)
    with store.begin() as transaction:
        transaction.changes.close(change.ref, NOW)
    keep(store, at(BASE, branch=branch))
    keep(store, at(OTHER, branch=branch, received_at=NOW + MINUTE))

    forget(store)

    assert commits(store) == stays


def test_what_a_contribution_is_made_of_stays_until_another_commit_is(store: Store) -> None:
    look = Look(
        by=Contributor("team/shop", "github"),
        cluster="prod",
        branch="main",
        commit=HEAD,
        made_of="ef" * 32,
        obstacle="",
        at=NOW,
    )
    keep(store)
    keep(store, at(BASE))
    with store.begin() as transaction:
        transaction.contributions.note(look)
    assert forget(store) == 1
    with store.begin() as transaction:
        transaction.contributions.note(replace(look, commit=BASE))
    assert forget(store) == 1


def test_a_branch_of_another_repository_keeps_nothing(store: Store) -> None:
    want(store, ChangeRef("github", "team/other", "7"))
    keep(store, at(BASE, branch="main"))
    assert forget(store) == 1
