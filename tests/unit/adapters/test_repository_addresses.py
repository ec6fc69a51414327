"""Addresses that are fetched from, and those that are refused."""

import pytest

from edgewarden.adapters.git.address import Credential, RepositoryAddress


@pytest.mark.parametrize(
    ("url", "transport"),
    [
        ("https://example.com/team/shop.git", "https"),
        ("http://127.0.0.1:8080/shop.git", "http"),
        ("ssh://git@example.com:22/team/shop.git", "ssh"),
        ("git@example.com:team/shop.git", "ssh"),
        ("/srv/git/shop.git", "file"),
    ],
)
def test_an_address_allows_one_transport(url: str, transport: str) -> None:
    assert RepositoryAddress("git", "team/shop", url).transport == transport


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c 'touch /tmp/x'",
        "file:///srv/shop.git",
        "git://example.com/shop.git",
        "--upload-pack=touch",
        "-oProxyCommand=x:y",
        "shop.git",
        "../shop.git",
        "",
        "https://example.com/a b",
        "https://example.com/a\nb",
        "ftp://example.com/shop.git",
        "fd::7",
        "HTTPS://example.com/shop.git",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="use https://"):
        RepositoryAddress("git", "team/shop", url)


@pytest.mark.parametrize("userinfo", ["robot:secret", "robot", "secret:"])
def test_a_secret_in_an_address_is_refused_and_not_repeated(userinfo: str) -> None:
    with pytest.raises(ValueError, match="as its credential instead") as caught:
        RepositoryAddress("git", "team/shop", f"https://{userinfo}@example.com/shop.git")

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("userinfo", ["git:secret", "git%3Asecret", "git:se#secret", "git:"])
def test_a_password_in_an_ssh_address_is_refused_and_not_repeated(userinfo: str) -> None:
    with pytest.raises(ValueError, match="remove it and let ssh use a key") as caught:
        RepositoryAddress("git", "team/shop", f"ssh://{userinfo}@example.com:22/shop.git")

    assert "secret" not in str(caught.value)


def test_a_credential_is_for_http_alone() -> None:
    with pytest.raises(ValueError, match="let ssh use a key"):
        RepositoryAddress("git", "team/shop", "git@example.com:shop.git", Credential("a", "b"))


def test_a_credential_shows_no_secret_and_is_one_line() -> None:
    assert "s3cret" not in repr(Credential("robot", "s3cret"))
    with pytest.raises(ValueError, match="one line"):
        Credential("robot", "s3cret\nhost=elsewhere")
