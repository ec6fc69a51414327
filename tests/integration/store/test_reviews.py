"""Reviews come back as they were stored."""

from dataclasses import replace

import pytest

from edgewarden.governance.review import Review, Verdict
from edgewarden.reachability.location import Location
from edgewarden.workflows.ports import ChangeRef, Store
from tests.integration.store.sample import HEAD, MINUTE, NOW, want
from tests.support import reviews

PLACE = Location("apps/shop/policy.yaml", 12, 5)


def full_review(path: str = PLACE.path) -> Review:
    """A review with something of everything in it."""
    place = replace(PLACE, path=path)
    opened = reviews.added(
        reviews.workload("shop/web"),
        reviews.addresses("2001:db8::/32"),
        reviews.tcp(5432) | reviews.udp(53),
        reviews.rule_allows("shop/web", place),
    )
    return reviews.review(
        Verdict.ATTENTION,
        diff=replace(reviews.NO_CHANGE, added=(opened,)),
        findings=(reviews.finding(),),
        problems=(reviews.problem(),),
        covers=(reviews.covered(opened, reviews.exception()),),
    )


def test_a_review_comes_back_whole(store: Store) -> None:
    change = want(store)
    with store.begin() as transaction:
        review_id = transaction.reviews.add(change.id, 1, HEAD, full_review(), NOW)
    with store.begin() as transaction:
        stored = transaction.reviews.get(review_id)
    assert stored.review == full_review()
    assert (stored.id, stored.change_id, stored.wanted) == (review_id, change.id, 1)
    assert (stored.head, stored.created_at) == (HEAD, NOW)


@pytest.mark.parametrize(
    "path", ["apps/\0/policy.yaml", "apps/\udcff.yaml", "apps/\U0001f40b.yaml"], ids=ascii
)
def test_a_review_may_name_any_file_that_git_can_hold(store: Store, path: str) -> None:
    change = want(store)
    with store.begin() as transaction:
        review_id = transaction.reviews.add(change.id, 1, HEAD, full_review(path), NOW)
    with store.begin() as transaction:
        assert transaction.reviews.get(review_id).review == full_review(path)


def test_the_latest_review_of_a_change_is_the_one_stored_last(store: Store) -> None:
    change = want(store)
    other = want(store, ChangeRef("github", "team/shop", "8"))
    with store.begin() as transaction:
        first = transaction.reviews.add(change.id, 2, "b" * 40, full_review(), NOW + MINUTE)
        second = transaction.reviews.add(change.id, 1, "a" * 40, full_review(), NOW)
        third = transaction.reviews.add(other.id, 1, "c" * 40, full_review(), NOW)
        assert first < second < third
    with store.begin() as transaction:
        latest = transaction.reviews.latest(change.id)
        assert latest is not None
        assert (latest.id, latest.head) == (second, "a" * 40)


def test_a_commit_has_the_newest_review_of_its_repository(store: Store) -> None:
    change, other = want(store), want(store, ChangeRef("github", "team/shop", "8"))
    elsewhere = want(store, ChangeRef("github", "team/bank", "7"))
    with store.begin() as transaction:
        transaction.reviews.add(change.id, 1, HEAD, full_review(), NOW)
        newest = transaction.reviews.add(other.id, 1, HEAD, full_review(), NOW)
        transaction.reviews.add(elsewhere.id, 1, HEAD, full_review(), NOW)
        transaction.reviews.add(change.id, 2, "b" * 40, full_review(), NOW)
    with store.begin() as transaction:
        found = transaction.reviews.of_commit("github", "team/shop", HEAD)
        assert found is not None
        assert found.id == newest
        assert transaction.reviews.of_commit("github", "team/shop", "c" * 40) is None
        assert transaction.reviews.of_commit("git/shop", "team/shop", HEAD) is None


def test_a_change_without_a_review_has_no_latest_one(store: Store) -> None:
    change = want(store)
    with store.begin() as transaction:
        assert transaction.reviews.latest(change.id) is None
        with pytest.raises(KeyError):
            transaction.reviews.get(999)
