"""One contribution of each repository to each cluster is kept: the one that was seen last."""

from dataclasses import replace

from edgewarden.workflows.contributed import ClusterContribution, Contributor
from edgewarden.workflows.ports import Look, Store
from tests.integration.store.sample import MINUTE, NOW

OURS = Contributor("acme/platform", "github")
OTHER = Contributor("acme/other", "github")
MIRRORED = Contributor("acme/platform", "git/shop")
EVERYONE = (OURS, OTHER, MIRRORED)
KEPT = ClusterContribution(
    by=OURS,
    cluster="prod",
    commit="a" * 40,
    digest="ab" * 32,
    reader="1.0",
    seen_at=NOW,
    body=b"\x00packed\xff",
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
        return list(transaction.contributions.of(cluster, EVERYONE))


def confirm(store: Store, commit: str = KEPT.commit, reader: str = KEPT.reader) -> None:
    with store.begin() as transaction:
        transaction.contributions.confirm(
            OURS, "prod", commit=commit, reader=reader, seen_at=NOW + MINUTE
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
    others = [replace(KEPT, by=OTHER), replace(KEPT, by=MIRRORED), replace(KEPT, cluster="dev")]
    keep(store, KEPT, *others)
    assert [each.by for each in of(store)] == [OTHER, MIRRORED, OURS]
    assert of(store, "dev") == [others[2]]


def test_only_those_that_are_asked_for_are_given(store: Store) -> None:
    keep(store, KEPT, replace(KEPT, by=OTHER), replace(KEPT, by=MIRRORED))
    with store.begin() as transaction:
        assert transaction.contributions.of("prod", {MIRRORED}) == [replace(KEPT, by=MIRRORED)]
        assert transaction.contributions.of("prod", ()) == []


def test_what_is_still_the_tip_is_seen_anew(store: Store) -> None:
    keep(store, KEPT, replace(KEPT, cluster="dev"), replace(KEPT, by=MIRRORED))
    confirm(store)
    theirs, ours = of(store)
    assert (theirs.seen_at, ours.seen_at) == (NOW, NOW + MINUTE)
    assert [each.seen_at for each in of(store, "dev")] == [NOW]


def test_a_later_sight_is_not_taken_back(store: Store) -> None:
    later = replace(KEPT, seen_at=NOW + 2 * MINUTE)
    keep(store, later)
    confirm(store)
    assert of(store) == [later]


def test_nothing_is_confirmed_of_another_commit_or_reader(store: Store) -> None:
    keep(store, KEPT)
    confirm(store, commit="b" * 40)
    confirm(store, reader="1.1")
    assert of(store) == [KEPT]


# --- looks ----------------------------------------------------------------------------------------
LOOK = Look(
    by=OURS,
    cluster="prod",
    branch="main",
    commit="a" * 40,
    made_of="ef" * 32,
    obstacle="",
    at=NOW,
)


def note(store: Store, *looks: Look) -> None:
    for each in looks:
        with store.begin() as transaction:
            transaction.contributions.note(each)


def looks(store: Store) -> list[Look]:
    with store.begin() as transaction:
        return list(transaction.contributions.looks({OURS, MIRRORED}))


def test_the_last_look_at_each_cluster_of_a_repository_is_kept(store: Store) -> None:
    later = replace(LOOK, commit="b" * 40, obstacle="it is too large", at=NOW + MINUTE)
    others = replace(LOOK, cluster="dev"), replace(LOOK, by=MIRRORED)
    note(store, LOOK, later, LOOK, *others, replace(LOOK, by=OTHER))
    assert looks(store) == [others[1], others[0], later]


def test_only_what_is_asked_for_is_kept(store: Store) -> None:
    keep(store, KEPT, replace(KEPT, cluster="dev"), replace(KEPT, by=OTHER))
    note(store, LOOK, replace(LOOK, cluster="dev"))
    with store.begin() as transaction:
        assert transaction.contributions.keep_only({(OURS, "prod"), (MIRRORED, "prod")}) == 2
    assert (of(store), of(store, "dev"), looks(store)) == ([KEPT], [], [LOOK])
