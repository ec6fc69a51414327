"""What a plain Git server's hook says, and what is believed of it."""

import hmac
import json
from hashlib import sha256
from pathlib import Path

import pytest

from edgewarden.adapters.forges.plain_git import PlainGit
from edgewarden.adapters.git.address import RepositoryAddress
from edgewarden.workflows.ports import (
    ChangeRef,
    CommitStatus,
    EventKind,
    ForgeError,
    MalformedDeliveryError,
    SignatureError,
    StatusState,
)

SECRET = "correct horse"
OLD, NEW, GONE = "1" * 40, "2" * 40, "0" * 40
REF = ChangeRef("git", "team/shop", "topic")


@pytest.fixture
def forge(tmp_path: Path) -> PlainGit:
    addresses = [
        RepositoryAddress("git", "team/shop", "/srv/shop.git", default_branch="trunk"),
        RepositoryAddress("github", "team/other", "https://example.com/other.git"),
    ]
    return PlainGit("git", SECRET, addresses, tmp_path)


def push(ref: str = "refs/heads/topic", **changes: object) -> bytes:
    fields = {
        "repository": "team/shop",
        "ref": ref,
        "old": OLD,
        "new": NEW,
        "delivery": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    }
    return json.dumps({**fields, **changes}).encode()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, sha256).hexdigest()
    return {"X-Edgewarden-Signature-256": f"sha256={digest}"}


def test_a_signed_delivery_is_accepted_whatever_the_case_of_the_header(forge: PlainGit) -> None:
    body = push()

    forge.verify(signed(body), body)
    forge.verify({key.upper(): value for key, value in signed(body).items()}, body)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Edgewarden-Signature-256": ""},
        {"X-Edgewarden-Signature-256": "sha256="},
        {"X-Edgewarden-Signature-256": "ä"},
        {"X-Edgewarden-Signature-256": hmac.new(SECRET.encode(), push(), sha256).hexdigest()},
        {"X-Hub-Signature-256": signed(push())["X-Edgewarden-Signature-256"]},
        signed(push(), "another secret"),
        signed(push() + b" "),
    ],
)
def test_anything_else_is_refused(forge: PlainGit, headers: dict[str, str]) -> None:
    with pytest.raises(SignatureError):
        forge.verify(headers, push())


def test_without_a_secret_nothing_is_accepted(tmp_path: Path) -> None:
    body = push()

    with pytest.raises(SignatureError, match="no secret is configured"):
        PlainGit("git", "", [], tmp_path).verify(signed(body, ""), body)


def test_a_pushed_branch_is_a_change_against_the_default_branch(forge: PlainGit) -> None:
    event = forge.parse({}, push())

    assert event.kind is EventKind.CHANGE_UPDATED
    assert event.change == REF
    assert (event.base_branch, event.head) == ("trunk", NEW)
    assert event.delivery == "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


def test_a_branch_name_keeps_its_slashes(forge: PlainGit) -> None:
    event = forge.parse({}, push("refs/heads/ada/refs/heads/x"))

    assert event.change == ChangeRef("git", "team/shop", "ada/refs/heads/x")


def test_a_deleted_branch_is_a_closed_change(forge: PlainGit) -> None:
    event = forge.parse({}, push(new=GONE))

    assert event.kind is EventKind.CHANGE_CLOSED
    assert event.change == REF


def test_a_push_to_the_default_branch_moves_the_base(forge: PlainGit) -> None:
    event = forge.parse({}, push("refs/heads/trunk"))

    assert event.kind is EventKind.BRANCH_MOVED
    assert (event.branch, event.head, event.change) == ("trunk", NEW, None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (push("refs/tags/v1"), "refs/tags/v1 is not a branch"),
        (push("refs/notes/commits"), "refs/notes/commits is not a branch"),
        (push("refs/heads/trunk", new=GONE), "the default branch was deleted"),
    ],
)
def test_what_is_no_branch_is_ignored_with_its_reason(
    forge: PlainGit, body: bytes, reason: str
) -> None:
    event = forge.parse({}, body)

    assert (event.kind, event.reason) == (EventKind.IGNORED, reason)


def test_an_unsigned_header_does_not_name_the_delivery(forge: PlainGit) -> None:
    event = forge.parse({"X-Edgewarden-Delivery": "forged-forged"}, push())

    assert event.delivery == "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 100_000,
        push(new="main"),
        push(new="2" * 41),
        push(old=None),
        push(repository=""),
        push(repository=7),
        push(delivery=""),
        push(delivery="a b c d e f"),
        push(ref="--upload-pack=x"),
        push(ref="refs/heads/a..b"),
        push(ref="refs/heads/a\nb"),
        push(ref="topic"),
    ],
)
def test_a_delivery_that_makes_no_sense_is_malformed(forge: PlainGit, body: bytes) -> None:
    with pytest.raises(MalformedDeliveryError):
        forge.parse({}, body)


def test_the_review_lives_on_one_page_that_is_always_there(forge: PlainGit) -> None:
    made = forge.create_comment(REF, "text")

    assert forge.find_comment(REF, "marker") == made
    assert forge.update_comment(REF, made, "other text")
    forge.set_status(REF, NEW, CommitStatus(StatusState.SUCCESS, "fine", ""))


def test_a_repository_without_an_address_is_never_asked(forge: PlainGit) -> None:
    with pytest.raises(ForgeError, match="add it to the governed repositories") as caught:
        forge.pull_request(ChangeRef("git", "team/other", "topic"))

    assert caught.value.permanent
