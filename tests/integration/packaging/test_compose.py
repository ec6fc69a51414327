"""docker-compose.yml keeps to its schema, and what it says works: run here as plain processes.

The containers are replaced by an installation from the same wheel, their volumes by
directories, and the database's container by the PostgreSQL of the tests. Commands, settings and
health checks are the file's own.
"""

import hashlib
import hmac
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml
from compose_spec import PyCompose
from psycopg import sql
from sqlalchemy import make_url

from edgewarden.settings import PREFIX, Settings
from tests.support.compose import ComposeFile, Container
from tests.support.dockerfile import Dockerfile
from tests.support.installation import ROOT, Installation
from tests.support.postgres import PostgresServer
from tests.support.repositories import BareRepository
from tests.support.running_service import eventually, free_port
from tests.support.small_change import BASE, HEAD

FILE = ROOT / "docker-compose.yml"
COMPOSE = ComposeFile.read(FILE)
IMAGE = Dockerfile.read(ROOT / "Dockerfile")
OWN = ("migrate", "web", "worker")
"""The services that run Edgewarden."""
SOCKET_VOLUME, DATA_VOLUME, CONFIG_DIRECTORY = "postgres-socket", "data", "./config"

SECRET = "s3cret of the hook"


def test_the_compose_file_keeps_to_the_schema() -> None:
    """The checker knows no merge keys, so it gets them resolved."""
    PyCompose.from_yaml(yaml.safe_dump(yaml.safe_load(FILE.read_text())))
    misspelt = FILE.read_text().replace("healthcheck:", "heathcheck:")
    with pytest.raises(ValueError, match="heathcheck"):
        PyCompose.from_yaml(yaml.safe_dump(yaml.safe_load(misspelt)))


def test_what_the_compose_file_refers_to_exists() -> None:
    for service in COMPOSE.services.values():
        assert {volume.name for volume in service.volumes if volume.named} <= COMPOSE.volumes
        assert service.depends_on.keys() <= COMPOSE.services.keys()
        for name, condition in service.depends_on.items():
            assert condition != "service_healthy" or COMPOSE.services[name].health


def test_the_settings_of_the_compose_file_are_settings() -> None:
    names = {name for own in OWN for name in COMPOSE.services[own].environment}
    assert names
    assert {name.removeprefix(PREFIX).lower() for name in names} <= Settings.model_fields.keys()


def test_the_database_has_no_port_and_shares_its_socket() -> None:
    database = COMPOSE.services["postgres"]
    assert not database.ports
    assert database.command == ["postgres", "-c", "listen_addresses="]
    [socket] = [volume for volume in database.volumes if volume.name == SOCKET_VOLUME]
    for name in OWN:
        service = COMPOSE.services[name]
        assert socket in service.volumes
        url = make_url(service.environment["EDGEWARDEN_DATABASE_URL"])
        assert url.query["host"] == socket.target
        assert url.username == database.environment["POSTGRES_USER"]
        assert url.database == database.environment["POSTGRES_DB"]


def test_the_web_is_offered_to_this_machine_alone() -> None:
    [port] = COMPOSE.services["web"].ports
    address, _, inside = port.split(":")
    assert address == "127.0.0.1"
    assert int(inside) == Settings.model_fields["port"].default == IMAGE.exposed


def test_the_database_is_not_healthy_while_its_image_prepares_it() -> None:
    """Then, as here, the first process is not PostgreSQL, whatever answers on the socket."""
    kind, script = COMPOSE.services["postgres"].health
    assert kind == "CMD-SHELL"
    assert "pg_isready" in script
    anything_answers = script.replace("$$", "$").partition("pg_isready")[0] + "true"
    checked = subprocess.run(["sh", "-c", anything_answers], check=False)
    assert checked.returncode == 1


@dataclass(frozen=True, slots=True)
class Deployment:
    """The services of the file, at work."""

    address: str
    repository: BareRepository
    base: str
    data: Path

    def push(self, branch: str, head: str) -> str:
        """Tell of a pushed branch, signed, as the hook does; the address of its review."""
        delivery = hashlib.sha256(branch.encode()).hexdigest()[:32]
        push = {
            "repository": "team/shop",
            "ref": f"refs/heads/{branch}",
            "old": self.base,
            "new": head,
            "delivery": delivery,
        }
        body = json.dumps(push).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        answer = httpx.post(
            f"{self.address}/webhooks/git/team",
            content=body,
            headers={
                "Content-Type": "application/json",
                "X-Edgewarden-Signature-256": f"sha256={signature}",
            },
        )
        assert answer.status_code == 202, answer.text
        return str(answer.json()["review"])


@pytest.fixture(scope="module")
def deployment(
    installation: Installation,
    postgres: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Deployment]:
    root = tmp_path_factory.mktemp("compose")
    repository = BareRepository.create(root / "shop.git")
    base = repository.commit("main", BASE)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with _database(postgres) as sockets, ExitStack() as running:
        volumes = {
            SOCKET_VOLUME: sockets,
            DATA_VOLUME: root / "data-volume",
            CONFIG_DIRECTORY: root / "config",
        }
        for name in (DATA_VOLUME, CONFIG_DIRECTORY):
            volumes[name].mkdir()
        (volumes[CONFIG_DIRECTORY] / "edgewarden.toml").write_text(_config(repository))
        env_file = _env_file(address, port)
        containers = {
            name: Container(
                COMPOSE.services[name], IMAGE, installation, env_file, volumes, root / name
            )
            for name in OWN
        }
        assert COMPOSE.services["migrate"].depends_on == {"postgres": "service_healthy"}
        migrated = containers["migrate"].run(COMPOSE.services["migrate"].command)
        assert migrated.returncode == 0, migrated.stderr
        for name in ("web", "worker"):
            assert COMPOSE.services[name].depends_on == {
                "migrate": "service_completed_successfully"
            }
            running.enter_context(containers[name].started())
        eventually(lambda: healthy(containers["web"], port))
        yield Deployment(address, repository, base, volumes[DATA_VOLUME])


@contextmanager
def _database(postgres: PostgresServer) -> Iterator[Path]:
    """The role and the database that the image of the file makes; where its socket is."""
    told = COMPOSE.services["postgres"].environment
    role, database = (sql.Identifier(told[name]) for name in ("POSTGRES_USER", "POSTGRES_DB"))
    with postgres.connect("postgres") as connection:
        connection.execute(sql.SQL("CREATE ROLE {} SUPERUSER LOGIN").format(role))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
        try:
            yield Path(str(make_url(postgres.url("postgres")).query["host"]))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
            connection.execute(sql.SQL("DROP ROLE {}").format(role))


def _config(repository: BareRepository) -> str:
    """What an operator writes into ``config/edgewarden.toml``."""
    return f"""
[[repositories]]
forge = "git"
name = "team/shop"
clone = "{repository.path}"
hook = "team"
"""


def _env_file(address: str, port: int) -> dict[str, str]:
    """What an operator writes into ``.env``.

    Schedules are as good as off: after its first look round nothing but the queue tells the
    worker what to do.
    """
    return {
        "EDGEWARDEN_CONFIG": "/etc/edgewarden/edgewarden.toml",
        "EDGEWARDEN_ADDRESS": address,
        "EDGEWARDEN_PORT": str(port),
        "EDGEWARDEN_GIT_HOOKS": json.dumps({"team": SECRET}),
        "EDGEWARDEN_RECONCILE_SECONDS": "86400",
        "EDGEWARDEN_SWEEP_SECONDS": "86400",
    }


def healthy(web: Container, port: int) -> bool:
    """Whether the health check passes, on the port that is free here."""
    kind, *command = web.service.health
    assert kind == "CMD"
    inside = f"127.0.0.1:{Settings.model_fields['port'].default}"
    assert inside in command[-1]
    return web.run([word.replace(inside, f"127.0.0.1:{port}") for word in command]).returncode == 0


def test_a_signed_push_is_reviewed_by_the_services_of_the_file(deployment: Deployment) -> None:
    """The second push can reach the worker by the queue alone: its one look round is over."""
    for branch in ("open-the-database", "open-it-again"):
        head = deployment.repository.commit(branch, HEAD, deployment.base, message=branch)
        page = deployment.push(branch, head)
        review = eventually(answered(page, head))
        assert "shop/web → shop/db: TCP 5432" in review
        assert "(db.yaml:8)" in review


def answered(page: str, head: str) -> Callable[[], str | None]:
    def ask() -> str | None:
        answer = httpx.get(page, params={"head": head}, headers={"Accept": "text/plain"})
        return answer.text if answer.status_code == httpx.codes.OK else None

    return ask


def test_the_shared_volume_holds_mirrors_and_no_database(deployment: Deployment) -> None:
    data = deployment.data / Path(IMAGE.environment["EDGEWARDEN_DATA"]).name
    assert (data / "mirrors").is_dir()
    assert list(data.rglob("*.sqlite*")) == []
