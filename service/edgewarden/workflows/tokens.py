"""Bearer tokens: made once, shown once, known afterwards by their digest only."""

import base64
import hashlib
from dataclasses import dataclass, field

from edgewarden.workflows.ports import Actor, Clock, Role, Store
from edgewarden.workflows.texts import line

TOKEN_MARK = "ew_"
"""What every token begins with, so that scanners find leaked ones."""
TOKEN_BYTES = 32
_PREFIX_LENGTH = len(TOKEN_MARK) + 6


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token at the only moment at which its secret is known.

    ``prefix`` is kept in clear so that people can tell their tokens apart, ``digest`` is the
    SHA-256 (hex) by which the secret is recognised. A digest without a salt is enough: 256
    random bits cannot be guessed from it.
    """

    secret: str = field(repr=False)
    prefix: str
    digest: str


def mint(entropy: bytes) -> FreshToken:
    """Make a token out of exactly ``TOKEN_BYTES`` random bytes.

    Raises ``ValueError`` for any other number of them.
    """
    if len(entropy) != TOKEN_BYTES:
        raise ValueError(f"a token takes {TOKEN_BYTES} random bytes, not {len(entropy)}")
    text = base64.urlsafe_b64encode(entropy).rstrip(b"=").decode()
    secret = f"{TOKEN_MARK}{text}"
    return FreshToken(secret, secret[:_PREFIX_LENGTH], digest_of(secret))


def digest_of(secret: str) -> str:
    """SHA-256 of a token as sent, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(
    handle: str,
    roles: frozenset[Role],
    name: str,
    *,
    entropy: bytes,
    store: Store,
    clock: Clock,
) -> FreshToken:
    """Make a token for the person of that handle, who is made and given the roles as needed.

    Raises ``UnfitTextError`` for a handle or a name that is blank or hides something.
    """
    handle, name = line(handle, "handle"), line(name, "name of the token")
    token = mint(entropy)
    now = clock.now()
    with store.begin() as transaction:
        person = transaction.people.ensure(handle, roles, now)
        transaction.people.add_token(person.person_id, name, token.prefix, token.digest, now)
    return token


def authenticate(secret: str, store: Store) -> Actor | None:
    """The person whose unrevoked token that is."""
    if not secret.startswith(TOKEN_MARK):
        return None
    with store.begin() as transaction:
        return transaction.people.by_token(digest_of(secret))
