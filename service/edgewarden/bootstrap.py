"""Wires the settings to the adapters, and those to the use cases."""

import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from flask import Flask
from prometheus_client import CollectorRegistry, start_http_server
from sqlalchemy.exc import OperationalError

from edgewarden.adapters.analysis import ChildAnalyst
from edgewarden.adapters.cache.child_reader import AheadReader
from edgewarden.adapters.cache.entries import Entries
from edgewarden.adapters.cache.readings import ReadingCache
from edgewarden.adapters.cleaning import ChildCleaner
from edgewarden.adapters.clock import SystemClock
from edgewarden.adapters.confinement import Limits
from edgewarden.adapters.deployments import ChildDeploymentReader
from edgewarden.adapters.forges.github import GitHub
from edgewarden.adapters.forges.plain_git import PlainGit
from edgewarden.adapters.git.address import Credential, RepositoryAddress
from edgewarden.adapters.git.mirrors import GitMirrors
from edgewarden.adapters.logs import configure_logs
from edgewarden.adapters.notifications.log import LogNotifier
from edgewarden.adapters.notifications.smtp import MailServer, Security, SmtpNotifier
from edgewarden.adapters.notifications.turnstile import Turnstile
from edgewarden.adapters.notifications.webhook import WebhookNotifier
from edgewarden.adapters.observer import LoggingObserver
from edgewarden.adapters.queue import HueyQueue, Jobs, Periodic, postgres_huey, sqlite_huey
from edgewarden.adapters.rendering.limits import RenderingLimits
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.adapters.resources import shipped_policy_pack
from edgewarden.adapters.store import schema
from edgewarden.adapters.store.engine import DatabaseAddressError, database_address
from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.adapters.supervision import kill_children
from edgewarden.reporting.links import BlobLinks, github_links
from edgewarden.settings import (
    QUEUE_FILE,
    RepositorySettings,
    Settings,
    SettingsError,
    git_forge,
)
from edgewarden.web.app import create_app
from edgewarden.web.services import Hook, WebServices
from edgewarden.workflows.contributions import contribute, follow_tips, forget_contributions
from edgewarden.workflows.ports import ChangeRef, Forge, Notifier, Observer, Role
from edgewarden.workflows.publish import publish
from edgewarden.workflows.reconcile import find_lost, reconcile
from edgewarden.workflows.reminders import remind
from edgewarden.workflows.review import review_change
from edgewarden.workflows.services import Services
from edgewarden.workflows.tokens import TOKEN_BYTES, FreshToken, create_token
from edgewarden.workflows.uploads import forget_uploads

FORGETTING_SECONDS = 3600
"""How often what nobody asks for any more is looked for."""

NO_ANSWER = "the database does not answer: start it, or correct EDGEWARDEN_DATABASE_URL"


class NotReadyError(Exception):
    """The database cannot be worked with as it is; the message says what to do."""


def prepare(settings: Settings) -> None:
    """Logs, the data directory, and a database that the code can work with.

    Raises ``SettingsError`` or ``NotReadyError``.
    """
    configure_logs(settings.log_level)
    _make_data_directory(settings)
    try:
        problem = DatabaseReadiness(settings.database).problem()
    except DatabaseAddressError as error:
        raise SettingsError(f"EDGEWARDEN_DATABASE_URL: {error}") from error
    if problem is not None:
        raise NotReadyError(problem)


def web_application(settings: Settings) -> Flask:
    """The web application, on a database whose schema is current."""
    prepare(settings)
    forges = _forges(settings)
    governed = {
        name: frozenset(each.name for each in settings.governed if each.forge == name)
        for name in forges
    }
    return create_app(
        WebServices(
            store=DatabaseStore.at(settings.database),
            queue=_queue(settings),
            clock=SystemClock(),
            cleaner=ChildCleaner(_limits(settings)),
            readiness=DatabaseReadiness(settings.database),
            publication=settings.publication,
            github=Hook(forges["github"], governed["github"]),
            git_hooks={
                hook: Hook(forges[git_forge(hook)], governed[git_forge(hook)])
                for hook in settings.git_hooks
            },
            delivery_limit=settings.body_limit,
            inventory_limit=settings.inventory_limit,
            upload_limit=settings.upload_limit,
            repositories=settings.governed,
        )
    )


def run_worker(settings: Settings, observer: Observer | None = None) -> None:
    """Work until SIGTERM or SIGINT; for the main thread. ``observer`` is told of every stage."""
    prepare(settings)
    registry = CollectorRegistry()
    queue = _queue(settings)
    services = _services(settings, queue, observer or LoggingObserver(registry))
    if settings.worker_metrics_port:
        start_http_server(settings.worker_metrics_port, settings.host, registry)
    try:
        queue.work(
            Jobs(
                review=lambda change_id: review_change(change_id, services),
                publish=lambda message_id: publish(message_id, services),
                contribute=lambda forge, name: _warn(contribute(forge, name, services)),
            ),
            [
                Periodic("reconcile", settings.reconcile_seconds, lambda: reconcile(services)),
                Periodic("find-lost", settings.sweep_seconds, lambda: _sweep(services)),
                Periodic("forget", FORGETTING_SECONDS, lambda: _forget(services)),
                Periodic(
                    "follow-tips", settings.sweep_seconds, lambda: _warn(follow_tips(services))
                ),
                Periodic("remind", settings.reminder_seconds, lambda: _remind(services)),
            ],
            threads=settings.worker_threads,
        )
    finally:
        kill_children()


def upgrade_database(settings: Settings) -> str:
    """Bring the schema up to date and return its revision. Several processes may do so."""
    _make_data_directory(settings)
    try:
        schema.upgrade(settings.database)
    except DatabaseAddressError as error:
        raise SettingsError(f"EDGEWARDEN_DATABASE_URL: {error}") from error
    return schema.current(settings.database) or "none"


def database_revisions(settings: Settings) -> tuple[str, str]:
    """The revision of the database, and that which this version of the code needs."""
    _make_data_directory(settings)
    return schema.current(settings.database) or "none", schema.newest() or "none"


@contextmanager
def opened_store(settings: Settings) -> Iterator[DatabaseStore]:
    """The store for a command, on a database whose schema is current."""
    prepare(settings)
    store = DatabaseStore.at(settings.database)
    try:
        yield store
    finally:
        store.close()


def make_token(settings: Settings, handle: str, name: str, role: Role) -> FreshToken:
    """A fresh API token for a person, who is made where needed."""
    with opened_store(settings) as store:
        return create_token(
            handle,
            frozenset({role}),
            name,
            entropy=secrets.token_bytes(TOKEN_BYTES),
            store=store,
            clock=SystemClock(),
        )


def revoke_tokens(settings: Settings, prefix: str) -> int:
    """Revoke the valid tokens that begin with exactly that prefix; how many there were."""
    with opened_store(settings) as store, store.begin() as transaction:
        return transaction.people.revoke_tokens(prefix, SystemClock().now())


@dataclass(frozen=True, slots=True)
class DatabaseReadiness:
    """Whether the database answers and has the schema that the code needs."""

    database: str

    def problem(self) -> str | None:
        try:
            ready = schema.is_current(self.database)
        except OperationalError:
            return NO_ANSWER
        return None if ready else "the database has another schema: run edgewarden db upgrade"


def _make_data_directory(settings: Settings) -> None:
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"EDGEWARDEN_DATA: {settings.data} cannot be made ({error.strerror}): name a "
            "directory that this user may write to"
        ) from error


def _services(settings: Settings, queue: HueyQueue, observer: Observer) -> Services:
    entries = _entries(settings)
    platform = settings.cluster.claims()
    limits = _limits(settings)
    return Services(
        store=DatabaseStore.at(settings.database),
        queue=queue,
        clock=SystemClock(),
        observer=observer,
        forges=_forges(settings),
        mirrors=GitMirrors(
            settings.data / "mirrors",
            _addresses(settings),
            ConfinedRenderer(
                RenderingLimits(total_seconds=settings.rendering_seconds),
                scratch=_scratch(settings),
                entries=entries,
            ),
            readings=ReadingCache(entries, platform, AheadReader(limits)),
            seconds=settings.git_seconds,
        ),
        analyst=ChildAnalyst(
            shipped_policy_pack(),
            platform,
            limits,
        ),
        reader=ChildDeploymentReader(platform, limits),
        notifiers=_notifiers(settings),
        repositories=settings.governed,
        publication=settings.publication,
        terms=settings.terms,
        links=_links(settings),
        fresh_name=lambda: uuid.uuid4().hex,
    )


def _limits(settings: Settings) -> Limits:
    """Those of every child that reads hostile content."""
    return Limits(memory=settings.analysis_memory, seconds=settings.analysis_seconds)


def _entries(settings: Settings) -> Entries:
    directory = settings.cache_directory.absolute()
    entries = Entries(directory, settings.cache_size)
    if settings.cache_size and not entries:
        log = structlog.get_logger("edgewarden.cache")
        log.warning("cache not used, since it is not this user's alone", directory=str(directory))
    return entries


def _queue(settings: Settings) -> HueyQueue:
    if settings.embedded:
        return HueyQueue(sqlite_huey(str(settings.data / QUEUE_FILE)))
    url = database_address(settings.database).set(drivername="postgresql")
    return HueyQueue(postgres_huey(url.render_as_string(hide_password=False)))


def _forges(settings: Settings) -> Mapping[str, Forge]:
    """A forge without a secret is there all the same, and refuses every delivery."""
    scratch = _scratch(settings)
    addresses = _addresses(settings)
    github = GitHub(
        token=settings.github_token.get_secret_value(),
        secret=settings.github_webhook_secret.get_secret_value(),
        api=settings.github_api,
    )
    plain = [
        PlainGit(
            git_forge(hook),
            secret.get_secret_value(),
            addresses,
            scratch,
            seconds=settings.git_seconds,
        )
        for hook, secret in settings.git_hooks.items()
    ]
    forges: tuple[Forge, ...] = (github, *plain)
    return {forge.name: forge for forge in forges}


def _scratch(settings: Settings) -> Path:
    """Where processes keep what only they need."""
    scratch = settings.data / "scratch"
    scratch.mkdir(mode=0o700, exist_ok=True)
    return scratch


def _addresses(settings: Settings) -> tuple[RepositoryAddress, ...]:
    try:
        return tuple(
            RepositoryAddress(
                forge=governed.forge,
                name=governed.name,
                url=each.clone,
                credential=_credential(each, settings),
                default_branch=each.default_branch,
            )
            for each, governed in zip(settings.repositories, settings.governed, strict=True)
        )
    except ValueError as error:
        raise SettingsError(f"EDGEWARDEN_REPOSITORIES: {error}") from error


def _credential(repository: RepositorySettings, settings: Settings) -> Credential | None:
    """What is set for the repository; else GitHub's token, which goes to GitHub's host only."""
    password = repository.password.get_secret_value()
    if password:
        return Credential(repository.username or "x-access-token", password)
    token = settings.github_token.get_secret_value()
    own = repository.clone.startswith(f"{settings.github_pages}/")
    if repository.forge == "github" and token and own:
        return Credential("x-access-token", token)
    return None


def _links(settings: Settings) -> Callable[[ChangeRef], BlobLinks | None]:
    def links(ref: ChangeRef) -> BlobLinks | None:
        if ref.forge != "github":
            return None
        return github_links(f"{settings.github_pages}/{ref.repository}")

    return links


def _notifiers(settings: Settings) -> tuple[Notifier, ...]:
    """Every configured way; the log where there is no other."""
    notifiers: list[Notifier] = []
    if settings.smtp_host:
        server = MailServer(
            settings.smtp_host,
            settings.smtp_port,
            Security(settings.smtp_security),
            settings.smtp_username,
            settings.smtp_password.get_secret_value(),
        )
        mail = SmtpNotifier(server, settings.smtp_sender, settings.smtp_recipients)
        notifiers.append(Turnstile(mail))
    if settings.reminder_webhook is not None:
        secret = settings.reminder_webhook_secret.get_secret_value()
        notifiers.append(Turnstile(WebhookNotifier(settings.reminder_webhook, secret)))
    if settings.reminder_log or not notifiers:
        notifiers.append(LogNotifier())
    return tuple(notifiers)


def _sweep(services: Services) -> None:
    swept = find_lost(services)
    log = structlog.get_logger("edgewarden.sweep")
    for failure in swept.failures:
        log.warning("a repository could not be swept", reason=failure)
    if swept.wanted:
        log.info("lost changes found", wanted=swept.wanted)


def _warn(failures: Iterable[str]) -> None:
    log = structlog.get_logger("edgewarden.contributions")
    for failure in failures:
        log.warning("a contribution could not be brought up to date", reason=failure)


def _forget(services: Services) -> None:
    forget_uploads(services)
    forget_contributions(services)


def _remind(services: Services) -> None:
    log = structlog.get_logger("edgewarden.reminders")
    for failure in remind(services).failures:
        log.error("no reminder could be written for an exception", reason=failure)
