"""One contribution of each repository to each cluster is kept: the one that was seen last."""

from dataclasses import replace

from edgewarden.workflows.contributed import ClusterContribution
from edgewarden.workflows.ports import Store
from tests.integration.store.sample import MINUTE, NOW

KEPT = ClusterContribution(
    forge="github",
    repository="acme/platform",
    cluster="prod",
    commit="a" * 40,
    digest="ab" * 32,
    reader="1.0",
    seen_at=NOW,
    body=b'[{"objects":[]}]' * 100,
)
NEWER = replace(
    KEPT, commit="b" * 40, digest="cd" * 32, reader="1.1", seen_at=NOW + MINUTE, body=b"newer"
)


def keep(store: Store, *contributions: ClusterContribution) -> None:
    for each in contributions:
        with store.begin() as transaction:
            transaction.contributions.keep(each)


def of(store: Store, cluster: str = "prod") -> list[ClusterContribution]:
    with store.begin() as transaction:
        return list(transaction.contributions.of(cluster))


def confirmed(
    store: Store, *clusters: str, commit: str = KEPT.commit, reader: str = KEPT.reader
) -> bool:
    with store.begin() as transaction:
        return transaction.contributions.confirm(
            "github",
            "acme/platform",
            frozenset(clusters),
            commit=commit,
            reader=reader,
            seen_at=NOW + MINUTE,
        )


def test_a_contribution_comes_back_as_it_was_kept(store: Store) -> None:
    assert of(store) == []
    keep(store, KEPT)
    assert of(store) == [KEPT]


def test_one_that_was_seen_later_takes_the_place_of_the_one_before(store: Store) -> None:
    keep(store, KEPT, NEWER)
    assert of(store) == [NEWER]


def test_one_that_was_seen_earlier_changes_nothing(store: Store) -> None:
    keep(store, NEWER, KEPT)
    assert of(store) == [NEWER]


def test_each_repository_of_each_forge_has_its_own_for_each_cluster(store: Store) -> None:
    others = [
        replace(KEPT, repository="acme/other"),
        replace(KEPT, forge="git/shop"),
        replace(KEPT, cluster="dev"),
    ]
    keep(store, KEPT, *others)
    assert [(each.repository, each.forge) for each in of(store)] == [
        ("acme/other", "github"),
        ("acme/platform", "git/shop"),
        ("acme/platform", "github"),
    ]
    assert of(store, "dev") == [others[2]]


def test_what_is_still_the_tip_is_seen_anew(store: Store) -> None:
    keep(store, KEPT, replace(KEPT, cluster="dev"), replace(KEPT, forge="git/shop"))
    assert confirmed(store, "prod")
    theirs, ours = of(store)
    assert (theirs.seen_at, ours.seen_at) == (NOW, NOW + MINUTE)
    assert [each.seen_at for each in of(store, "dev")] == [NOW]


def test_a_later_sight_is_not_taken_back(store: Store) -> None:
    later = replace(KEPT, seen_at=NOW + 2 * MINUTE)
    keep(store, later)
    assert confirmed(store, "prod")
    assert of(store) == [later]


def test_nothing_is_confirmed_of_another_commit_or_reader_or_an_unknown_cluster(
    store: Store,
) -> None:
    keep(store, KEPT)
    assert not confirmed(store, "prod", commit="b" * 40)
    assert not confirmed(store, "prod", reader="1.1")
    assert not confirmed(store, "prod", "dev")
    assert of(store) == [KEPT]
