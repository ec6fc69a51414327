"""Who may do what, and how little is kept of a token."""

import hashlib

import pytest

from edgewarden.workflows.authorisation import NotPermittedError, Right, authorise
from edgewarden.workflows.ports import Actor, Role
from edgewarden.workflows.tokens import TOKEN_BYTES, authenticate, create_token, mint
from tests.support.flow import SettableClock
from tests.support.memory_store import MemoryStore

READING = {
    Right.READ_EXCEPTIONS,
    Right.READ_REVIEWS,
    Right.READ_INVENTORIES,
    Right.READ_MANIFESTS,
}


def actor(*roles: Role) -> Actor:
    return Actor(1, "ada", frozenset(roles))


def rights(*roles: Role) -> set[Right]:
    allowed = set()
    for right in Right:
        try:
            authorise(actor(*roles), right)
        except NotPermittedError:
            continue
        allowed.add(right)
    return allowed


def test_an_operator_may_do_all_that_a_reader_may() -> None:
    assert rights() == set()
    assert rights(Role.READER) == READING
    assert rights(Role.OPERATOR) == set(Right)
    assert rights(Role.ADMIN) == set(Right)
    assert rights(Role.READER, Role.OPERATOR) == set(Right)


def test_what_hands_in_one_kind_of_facts_may_do_nothing_else() -> None:
    assert rights(Role.COLLECTOR) == {Right.PUSH_INVENTORIES}
    assert rights(Role.RENDERER) == {Right.PUSH_MANIFESTS}
    with pytest.raises(NotPermittedError, match=r"ada may not push inventories.*role collector"):
        authorise(actor(Role.READER), Right.PUSH_INVENTORIES)


def test_a_refusal_says_who_lacks_what_and_which_role_has_it() -> None:
    with pytest.raises(NotPermittedError, match=r"ada may not grant exceptions.*operator"):
        authorise(actor(Role.READER), Right.GRANT_EXCEPTIONS)


def test_a_token_is_recognised_by_its_digest_and_its_secret_is_shown_nowhere() -> None:
    token = mint(bytes(range(TOKEN_BYTES)))

    assert token.secret.startswith("ew_")
    assert token.secret.startswith(token.prefix)
    assert len(token.secret) - len(token.prefix) > 30
    assert token.digest == hashlib.sha256(token.secret.encode()).hexdigest()
    assert token.secret not in repr(token)


@pytest.mark.parametrize("length", [0, TOKEN_BYTES - 1, TOKEN_BYTES + 1])
def test_a_token_takes_exactly_256_random_bits(length: int) -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        mint(bytes(length))


def test_different_bits_make_different_tokens() -> None:
    assert mint(bytes(TOKEN_BYTES)).digest != mint(b"\x01" * TOKEN_BYTES).digest


def test_only_the_whole_secret_is_somebodys_token() -> None:
    store = MemoryStore()
    token = create_token(
        "ada",
        frozenset({Role.OPERATOR}),
        "laptop",
        entropy=bytes(TOKEN_BYTES),
        store=store,
        clock=SettableClock(),
    )

    found = authenticate(token.secret, store)

    assert found == Actor(1, "ada", frozenset({Role.OPERATOR}))
    for other in ("", "ew_", token.prefix, token.secret[:-1], token.secret + "A", token.digest):
        assert authenticate(other, store) is None
