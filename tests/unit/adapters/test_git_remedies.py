"""What git says of a server tells whether somebody has to act, and how."""

import pytest

from edgewarden.adapters.git.remote import remedy


def test_an_unknown_host_key_asks_for_known_hosts() -> None:
    said = (
        "Host key verification failed. fatal: Could not read from remote repository. Please make"
        " sure you have the correct access rights and the repository exists."
    )
    assert "known_hosts" in (remedy(said) or "")


@pytest.mark.parametrize(
    "said",
    [
        "git@example.com: Permission denied (publickey).",
        "fatal: Authentication failed for 'https://example.com/shop.git/'",
        "fatal: repository 'https://example.com/shop.git/' not found",
    ],
)
def test_a_refusal_asks_for_the_address_and_the_credential(said: str) -> None:
    assert remedy(said) == "check the address and the credential configured for it"


def test_a_server_that_is_down_asks_for_nothing() -> None:
    assert remedy("fatal: unable to access 'http://h/x/': Failed to connect to h port 80") is None
