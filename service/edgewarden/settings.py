"""The one reader of the environment.

A setting ``x`` comes from the environment variable ``EDGEWARDEN_X``, or else from the TOML file
that ``EDGEWARDEN_CONFIG`` names. Scalars and secrets belong into the environment, repositories
and the cluster into the file; in the environment those two are JSON. A key of the file that is
no setting is an error.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings.exceptions import SettingsError as UnreadableValueError

from edgewarden.reporting.status import InconclusiveStatus
from edgewarden.workflows.configuration.terms import ProfileTerms
from edgewarden.workflows.ports import Role
from edgewarden.workflows.services import GovernedRepository, Publication, Terms

PREFIX = "EDGEWARDEN_"
CONFIG = "EDGEWARDEN_CONFIG"

DATABASE_FILE = "edgewarden.sqlite"
QUEUE_FILE = "queue.sqlite"


def git_forge(hook: str) -> str:
    """The name of the plain Git server that a hook speaks for."""
    return f"git/{hook}"


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what to do."""


def _without_slash(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise ValueError("give an address that begins with http:// or https://")
    return address.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Address = Annotated[str, AfterValidator(_without_slash)]
Seconds = Annotated[float, Field(gt=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RepositorySettings(_Part):
    """A governed repository.

    ``name`` is ``owner/name`` as the forge writes it. ``clone`` is the address that Git fetches
    from, and the only one ever used. ``default_branch`` is what is deployed, whose configuration
    may say which clusters other branches describe, and on plain Git what other branches are
    reviewed against; ``hook`` is the hook of plain Git whose secret signs for it. ``contributes``
    names the clusters, as the repository's own configuration calls them, of which it is background
    in the reviews of others: it is trusted to say what is there.
    """

    forge: Literal["github", "git"]
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+$")]
    clone: Annotated[str, Field(min_length=1)]
    default_branch: str = "main"
    hook: str = ""
    contributes: frozenset[Annotated[str, Field(min_length=1)]] = frozenset()
    username: str = ""
    password: SecretStr = SecretStr("")

    @property
    def server(self) -> str:
        """The name of its forge: GitHub is one, each hook of plain Git is another."""
        return git_forge(self.hook) if self.forge == "git" else self.forge

    @model_validator(mode="after")
    def _signed(self) -> "RepositorySettings":
        if self.forge == "git" and not self.hook:
            raise ValueError("name the hook of git_hooks whose secret signs for this repository")
        return self


class Settings(BaseSettings):
    """Everything that can be set. Secrets never show in a log or an error."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data: Path = Path("data")
    database_url: str = ""
    address: Address = "http://127.0.0.1:8080"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    web_threads: Annotated[int, Field(ge=1, le=64)] = 8
    worker_threads: Annotated[int, Field(ge=1, le=64)] = 2
    body_limit: Annotated[int, Field(ge=1024)] = 5_000_000
    inventory_limit: Annotated[int, Field(ge=1024)] = 50_000_000
    upload_limit: Annotated[int, Field(ge=1024)] = 20_000_000
    upload_days: Annotated[int, Field(ge=1, le=3650)] = 30
    worker_metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    configuration: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$")] = "default"
    inconclusive_status: Literal["failure", "neutral"] = "failure"
    repositories: tuple[RepositorySettings, ...] = ()
    cluster: ProfileTerms = ProfileTerms()

    github_api: Address = "https://api.github.com"
    github_token: SecretStr = SecretStr("")
    github_webhook_secret: SecretStr = SecretStr("")
    git_hooks: Mapping[str, SecretStr] = {}

    cache: Path | None = None
    cache_size: Annotated[int, Field(ge=0)] = 512 << 20
    git_seconds: Seconds = 120
    rendering_seconds: Seconds = 180
    analysis_seconds: Seconds = 60
    analysis_memory: Annotated[int, Field(ge=128 << 20)] = 1 << 30
    review_lease_seconds: Seconds = 600
    message_lease_seconds: Seconds = 300
    answer_within_seconds: Seconds = 600
    first_retry_seconds: Seconds = 5
    slow_retry_seconds: Seconds = 21_600
    reconcile_seconds: Seconds = 30
    sweep_seconds: Seconds = 300
    reminder_seconds: Seconds = 900

    reminder_days: tuple[Annotated[int, Field(ge=0, le=3650)], ...] = (30, 14, 7, 1, 0)
    reminder_log: bool = True
    reminder_webhook: Address | None = None
    reminder_webhook_secret: SecretStr = SecretStr("")
    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_sender: str = ""
    smtp_recipients: tuple[str, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given directly comes before the environment, the environment before the file."""
        file = os.environ.get(CONFIG)
        if not file:
            return init_settings, env_settings
        if not Path(file).is_file():
            raise SettingsError(f"{CONFIG} names {file}, which is no file: correct or unset it")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(file))

    @model_validator(mode="after")
    def _consistent(self) -> "Settings":
        named = [(each.forge, each.name) for each in self.governed]
        if len(set(named)) != len(named):
            raise ValueError("EDGEWARDEN_REPOSITORIES names a repository twice: keep one of them")
        for each in self.repositories:
            if each.forge == "git" and each.hook not in self.git_hooks:
                raise ValueError(
                    f"the repository {each.name} names the hook {each.hook!r}: add its secret to "
                    "EDGEWARDEN_GIT_HOOKS"
                )
        if self.reminder_webhook and not self.reminder_webhook_secret.get_secret_value():
            raise ValueError(
                "EDGEWARDEN_REMINDER_WEBHOOK is set: set EDGEWARDEN_REMINDER_WEBHOOK_SECRET too, "
                "its receiver cannot trust an unsigned call"
            )
        if self.smtp_host and not self.smtp_sender:
            raise ValueError("EDGEWARDEN_SMTP_HOST is set: set EDGEWARDEN_SMTP_SENDER too")
        # A base may be read ahead of the analysis, within the same limits.
        working = self.git_seconds + self.rendering_seconds + 2 * self.analysis_seconds
        if self.review_lease_seconds < working:
            raise ValueError(
                "EDGEWARDEN_REVIEW_LEASE_SECONDS must last for EDGEWARDEN_GIT_SECONDS, "
                "EDGEWARDEN_RENDERING_SECONDS and twice EDGEWARDEN_ANALYSIS_SECONDS together: "
                "raise it, or lower them"
            )
        return self

    @model_validator(mode="after")
    def _kept_secret(self) -> "Settings":
        """No credential crosses a network in clear text."""
        api = urlsplit(self.github_api)
        in_clear = api.scheme == "http" and not _is_this_machine(api.hostname or "")
        if in_clear and self.github_token.get_secret_value():
            raise ValueError(
                "EDGEWARDEN_GITHUB_API begins with http://, which shows EDGEWARDEN_GITHUB_TOKEN "
                "to the network: give its https:// address"
            )
        in_clear = self.smtp_security == "none" and not _is_this_machine(self.smtp_host)
        if self.smtp_host and in_clear and self.smtp_password.get_secret_value():
            raise ValueError(
                "EDGEWARDEN_SMTP_SECURITY is none, which shows EDGEWARDEN_SMTP_PASSWORD to the "
                "network: set it to starttls or tls, or unset the password"
            )
        return self

    @property
    def database(self) -> str:
        """The database in use: the one that is set, or SQLite in the data directory."""
        return self.database_url or f"sqlite:///{self.data.resolve() / DATABASE_FILE}"

    @property
    def cache_directory(self) -> Path:
        return self.cache or self.data / "cache"

    @property
    def embedded(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.database.startswith("sqlite")

    @property
    def github_pages(self) -> str:
        """Where people see what the API shows; GitHub alone has two hosts for the two."""
        if self.github_api == "https://api.github.com":
            return "https://github.com"
        return self.github_api.removesuffix("/api/v3")

    @property
    def governed(self) -> tuple[GovernedRepository, ...]:
        return tuple(
            GovernedRepository(each.server, each.name, each.contributes)
            for each in self.repositories
        )

    @property
    def publication(self) -> Publication:
        return Publication(
            self.address,
            self.configuration,
            inconclusive=InconclusiveStatus(self.inconclusive_status),
        )

    @property
    def terms(self) -> Terms:
        return Terms(
            review_lease=timedelta(seconds=self.review_lease_seconds),
            message_lease=timedelta(seconds=self.message_lease_seconds),
            answer_within=timedelta(seconds=self.answer_within_seconds),
            first_retry=timedelta(seconds=self.first_retry_seconds),
            slow_retry=timedelta(seconds=self.slow_retry_seconds),
            uploads_kept=timedelta(days=self.upload_days),
            milestones=self.reminder_days,
        )


class ClientSettings(BaseSettings):
    """What a command needs that speaks to a service elsewhere."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

    address: Address = "http://127.0.0.1:8080"
    token: SecretStr = SecretStr("")


def load_client_settings(address: str | None, role: Role) -> ClientSettings:
    """The environment, outweighed by an ``address`` that is given.

    Raises ``SettingsError`` also without a token, which somebody of that role would have, and
    where it would cross a network in clear text.
    """
    try:
        settings = ClientSettings() if address is None else ClientSettings(address=address)
    except ValidationError as error:
        faults = (_fault(each) for each in error.errors(include_url=False, include_input=False))
        raise SettingsError("; ".join(faults)) from None
    if not settings.token.get_secret_value():
        raise SettingsError(
            f"EDGEWARDEN_TOKEN is not set: set it to a token of a {role.value}, made where the "
            f"service runs by: edgewarden token create NAME --name PURPOSE --role {role.value}"
        )
    parts = urlsplit(settings.address)
    if parts.scheme == "http" and not _is_this_machine(parts.hostname or ""):
        raise SettingsError(
            f"{settings.address} begins with http://, which shows the token to the network: give "
            "the https:// address of the service"
        )
    return settings


def load_settings() -> Settings:
    """Read the environment, or raise ``SettingsError`` naming every wrong setting."""
    try:
        return Settings()
    except ValidationError as error:
        faults = (_fault(each) for each in error.errors(include_url=False, include_input=False))
        raise SettingsError("; ".join(faults)) from None
    except UnreadableValueError as error:
        raise SettingsError(f"{error}: write it as JSON, or put it into a file") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the file that {CONFIG} names is not TOML: {error}") from error


def _fault(detail: ErrorDetails) -> str:
    reason = detail["msg"].removeprefix("Value error, ")
    if not detail["loc"]:
        return reason
    name, *place = (str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden" and not place:
        near = get_close_matches(name.lower(), Settings.model_fields, n=1)
        meant = f"did you mean {near[0]}? Otherwise remove it" if near else "correct or remove it"
        return f"{name} in the file that {CONFIG} names is no setting: {meant}"
    where = f" at {'.'.join(place)}" if place else ""
    return f"{PREFIX}{name.upper()}{where}: {reason}"
