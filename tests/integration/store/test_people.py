"""People, roles, tokens, teams and logins."""

from edgewarden.workflows.ports import Member, Role, Store
from tests.integration.store.sample import DAY, NOW, person

DIGEST = "ab" * 32


def test_a_person_is_made_once_and_keeps_the_roles_given(store: Store) -> None:
    first = person(store, "ada", frozenset({Role.READER}))
    again = person(store, "ada", frozenset({Role.OPERATOR}))
    assert first.roles == {Role.READER}
    assert again.person_id == first.person_id
    assert again.roles == {Role.READER, Role.OPERATOR}
    assert person(store, "bob").person_id != first.person_id


def test_a_token_leads_to_its_owner_with_all_roles(store: Store) -> None:
    ada = person(store, "ada", frozenset({Role.READER, Role.ADMIN}))
    with store.begin() as transaction:
        transaction.people.add_token(ada.person_id, "laptop", "ew_abcd", DIGEST, NOW)
    with store.begin() as transaction:
        assert transaction.people.by_token(DIGEST) == ada
        assert transaction.people.by_token("cd" * 32) is None


def test_with_no_token_made_nobody_is_known(store: Store) -> None:
    person(store, "ada", frozenset({Role.ADMIN}))
    with store.begin() as transaction:
        assert transaction.people.by_token(DIGEST) is None
        assert transaction.people.by_token("") is None


def test_revoked_tokens_lead_to_nobody(store: Store) -> None:
    ada = person(store)
    with store.begin() as transaction:
        transaction.people.add_token(ada.person_id, "laptop", "ew_abcd", DIGEST, NOW)
        transaction.people.add_token(ada.person_id, "ci", "ew_wxyz", "cd" * 32, NOW)
    with store.begin() as transaction:
        assert transaction.people.revoke_tokens("ew_abcd", NOW + DAY) == 1
        assert transaction.people.revoke_tokens("ew_abcd", NOW + DAY) == 0
    with store.begin() as transaction:
        assert transaction.people.by_token(DIGEST) is None
        assert transaction.people.by_token("cd" * 32) == ada


def test_a_team_is_written_to_at_the_addresses_of_its_members(store: Store) -> None:
    ada, bob, eve = (person(store, handle) for handle in ("ada", "bob", "eve"))
    with store.begin() as transaction:
        for each in (ada, bob):
            transaction.people.join_team(each.person_id, "payments", NOW)
            transaction.people.join_team(each.person_id, "payments", NOW)
        transaction.people.join_team(eve.person_id, "shop", NOW)
        transaction.people.set_mail(ada.person_id, "ada@example.org")
        transaction.people.set_mail(eve.person_id, "eve@example.org")
    with store.begin() as transaction:
        assert list(transaction.people.team_addresses("payments")) == ["ada@example.org"]
        assert list(transaction.people.team_addresses("unknown")) == []


def test_a_membership_ends_without_the_person(store: Store) -> None:
    ada, bob = person(store, "ada"), person(store, "bob")
    with store.begin() as transaction:
        people = transaction.people
        people.set_mail(bob.person_id, "bob@example.org")
        for each in (bob, ada):
            people.join_team(each.person_id, "payments", NOW)
        people.join_team(ada.person_id, "shop", NOW)
    with store.begin() as transaction:
        people = transaction.people
        assert list(people.members("payments")) == [
            Member("ada", ""),
            Member("bob", "bob@example.org"),
        ]
        assert people.leave_team("ada", "payments")
        assert not people.leave_team("ada", "payments")
        assert not people.leave_team("nobody", "payments")
    with store.begin() as transaction:
        people = transaction.people
        assert list(people.members("payments")) == [Member("bob", "bob@example.org")]
        assert list(people.members("shop")) == [Member("ada", "")]
        assert list(people.members("unknown")) == []
        assert people.teams_of(ada.person_id) == {"shop"}
        assert people.teams() == {"payments", "shop"}


def test_a_login_belongs_to_the_person_it_was_linked_to_last(store: Store) -> None:
    ada, bob = person(store, "ada"), person(store, "bob")
    with store.begin() as transaction:
        transaction.people.link_login(ada.person_id, "github", "countess", NOW)
        transaction.people.link_login(bob.person_id, "github", "countess", NOW + DAY)
        assert transaction.people.by_login("github", "countess") == bob
        assert transaction.people.by_login("gitlab", "countess") is None
