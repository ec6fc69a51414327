"""Settings come from one place, and a wrong one is named with what to do."""

import json
from pathlib import Path

import pytest

from edgewarden.reachability.model import AddressMatch
from edgewarden.settings import Settings, SettingsError, load_settings
from edgewarden.workflows.services import GovernedRepository


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"EDGEWARDEN_{name.upper()}", raising=False)
    monkeypatch.delenv("EDGEWARDEN_CONFIG", raising=False)


def set_environment(monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
    for name, value in settings.items():
        text = value if isinstance(value, str) else json.dumps(value)
        monkeypatch.setenv(f"EDGEWARDEN_{name.upper()}", text)


REPOSITORY = {"forge": "git", "name": "team/shop", "clone": "/srv/shop.git", "hook": "shop"}


def test_without_any_setting_it_is_sqlite_in_the_data_directory() -> None:
    settings = load_settings()
    assert settings.database == f"sqlite:///{Path('data').resolve()}/edgewarden.sqlite"
    assert settings.embedded
    assert not load_settings().github_webhook_secret.get_secret_value()


def test_repositories_and_the_cluster_come_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    set_environment(
        monkeypatch,
        repositories=[
            REPOSITORY,
            {
                "forge": "github",
                "name": "o/r",
                "clone": "https://h/o/r",
                "contributes": ["prod", "dev"],
            },
        ],
        git_hooks={"shop": "secret"},
        cluster={"pod_ranges": ["10.0.0.0/8", "fd00::/64"], "ip_block_matches_pods": "matches"},
    )
    settings = load_settings()
    assert settings.governed == (
        GovernedRepository("git/shop", "team/shop"),
        GovernedRepository("github", "o/r", frozenset({"prod", "dev"})),
    )
    profile = settings.cluster.claims().profile()
    assert profile.ip_block_matches_pods is AddressMatch.MATCHES
    assert [str(each) for each in profile.pod_ranges] == ["10.0.0.0/8", "fd00::/64"]


def test_the_environment_comes_before_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "edgewarden.toml"
    file.write_text(
        'port = 1\nhost = "::1"\n[git_hooks]\nshop = "s"\n[[repositories]]\nforge = "git"\n'
        'name = "team/shop"\nclone = "/srv/shop.git"\nhook = "shop"\n'
    )
    set_environment(monkeypatch, config=str(file), port="2")
    settings = load_settings()
    assert (settings.port, settings.host) == (2, "::1")
    assert settings.governed == (GovernedRepository("git/shop", "team/shop"),)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"port": "many"}, "EDGEWARDEN_PORT: Input should be a valid integer"),
        ({"repositories": "[{"}, '"repositories".*write it as JSON'),
        ({"repositories": [REPOSITORY]}, "add its secret to EDGEWARDEN_GIT_HOOKS"),
        ({"repositories": [{**REPOSITORY, "hook": ""}]}, "EDGEWARDEN_REPOSITORIES at 0: name the"),
        (
            {"repositories": [{**REPOSITORY, "contributes": "prod"}]},
            r"EDGEWARDEN_REPOSITORIES at 0\.contributes",
        ),
        ({"repositories": [{**REPOSITORY, "branch": "x"}]}, "EDGEWARDEN_REPOSITORIES at 0.branch"),
        (
            {
                "repositories": [REPOSITORY, {**REPOSITORY, "contributes": ["prod"]}],
                "git_hooks": {"shop": "s"},
            },
            "names a repository twice",
        ),
        ({"address": "example.test"}, "EDGEWARDEN_ADDRESS: give an address that begins with"),
        ({"reminder_webhook": "https://h/x"}, "set EDGEWARDEN_REMINDER_WEBHOOK_SECRET too"),
        ({"smtp_host": "mail"}, "set EDGEWARDEN_SMTP_SENDER too"),
        ({"review_lease_seconds": "5"}, "EDGEWARDEN_REVIEW_LEASE_SECONDS must last"),
        ({"inconclusive_status": "success"}, "EDGEWARDEN_INCONCLUSIVE_STATUS"),
        ({"config": "/nowhere.toml"}, "EDGEWARDEN_CONFIG names /nowhere.toml, which is no file"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, object], message: str
) -> None:
    set_environment(monkeypatch, **settings)
    with pytest.raises(SettingsError, match=message):
        load_settings()


def test_a_misspelt_key_of_the_file_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "edgewarden.toml"
    file.write_text("prot = 1\n")
    set_environment(monkeypatch, config=str(file))
    with pytest.raises(SettingsError, match=r"prot in the file .*: did you mean port\?"):
        load_settings()
    file.write_text("port 1\n")
    with pytest.raises(SettingsError, match="is not TOML"):
        load_settings()


def test_no_secret_shows_in_the_settings_or_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "hunter2-hunter2"
    set_environment(
        monkeypatch,
        repositories=[{**REPOSITORY, "username": "u", "password": secret}],
        git_hooks={"shop": secret},
        github_token=secret,
        github_webhook_secret=secret,
        smtp_password=secret,
        reminder_webhook_secret=secret,
    )
    assert secret not in repr(load_settings())
    set_environment(monkeypatch, port="x", git_hooks={"other": secret})
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert secret not in str(caught.value)


MAIL = {"smtp_sender": "e@example.test", "smtp_security": "none"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"github_api": "http://ghe.example.test/api/v3", "github_token": "hunter2"},
            "EDGEWARDEN_GITHUB_API.* give its https:// address",
        ),
        (
            {**MAIL, "smtp_host": "mail.example.test", "smtp_password": "hunter2"},
            "EDGEWARDEN_SMTP_SECURITY.* set it to starttls or tls",
        ),
        (
            {**MAIL, "smtp_host": "10.0.0.5", "smtp_password": "hunter2"},
            "EDGEWARDEN_SMTP_SECURITY.* set it to starttls or tls",
        ),
    ],
)
def test_a_credential_is_not_shown_to_the_network(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, object], message: str
) -> None:
    set_environment(monkeypatch, **settings)
    with pytest.raises(SettingsError, match=message) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"github_api": "http://127.0.0.1:9000", "github_token": "hunter2"},
        {"github_api": "http://[::1]:9000", "github_token": "hunter2"},
        {"github_api": "http://ghe.example.test/api/v3"},
        {**MAIL, "smtp_host": "localhost", "smtp_password": "hunter2"},
        {**MAIL, "smtp_host": "mail.example.test"},
    ],
)
def test_clear_text_is_for_this_machine_or_without_a_credential(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, object]
) -> None:
    set_environment(monkeypatch, **settings)
    load_settings()


@pytest.mark.parametrize(
    ("api", "pages"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://ghe.example.test/api/v3/", "https://ghe.example.test"),
    ],
)
def test_the_pages_of_github_follow_from_its_api(
    monkeypatch: pytest.MonkeyPatch, api: str, pages: str
) -> None:
    set_environment(monkeypatch, github_api=api)
    assert load_settings().github_pages == pages
