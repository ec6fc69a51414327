"""The demonstration: a real review of a shop's pull request on this machine.

The service runs as in production, on SQLite; only the Git server is a bare repository in a
temporary directory.
"""

import hashlib
import hmac
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click
import httpx

from edgewarden.adapters.ports import reserve_port
from edgewarden.governance.review import Verdict
from edgewarden.reporting.headline import VERDICT_TITLES

SHOP = Path(__file__).parent / "shop"
REPOSITORY = "team/shop"
BRANCH = "tighten-payments"
PREFERRED_PORT = 8080
PATIENCE = 120
"""Seconds for the service to come up, and again for the review."""

_AUTHOR = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "Demonstration"), ("EMAIL", "demo@example.com"))
}


@dataclass(frozen=True, slots=True)
class _Push:
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class _Service:
    process: subprocess.Popen[bytes]
    log: Path


@click.command()
@click.option("--once", envvar="DEMO_ONCE", is_flag=True, help="End after printing the review.")
def demo(*, once: bool) -> None:
    """Review a pull request of a small shop with the real service on this machine."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="edgewarden-demo-") as directory:
        root = Path(directory)
        secret = secrets.token_hex(32)
        push = _make_shop(root)
        address = f"http://127.0.0.1:{_port()}"
        click.echo(f"A shop with 5 namespaces; the branch {BRANCH} changes 2 files of policies.")
        with _service(root, address, secret) as service:
            _wait_until_ready(address, service)
            page = _send_delivery(address, secret, push)
            review = _review(page, push.new, service)
            click.echo(f"\n{review}\n")
            refuse_inconclusive(review, service.log)
            if once:
                click.echo("Without --once and DEMO_ONCE it stays open in a browser.")
                return
            click.echo(f"The same review in a browser: {page}")
            click.echo("Serving until interrupted (Ctrl-C).")
            with suppress(KeyboardInterrupt):
                signal.pause()


def _make_shop(root: Path) -> _Push:
    """A bare repository with the shop on main and the proposed change on a branch."""
    bare, work = root / "shop.git", root / "work"
    _git(root, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    _git(root, "clone", "--quiet", str(bare), str(work))
    shutil.copytree(SHOP / "main", work, dirs_exist_ok=True)
    old = _commit_and_push(work, "main", "Run the shop")
    _git(work, "switch", "--quiet", "--create", BRANCH)
    shutil.copytree(SHOP / "change", work, dirs_exist_ok=True)
    return _Push(old, _commit_and_push(work, BRANCH, "Tighten payments"))


def _commit_and_push(work: Path, branch: str, message: str) -> str:
    _git(work, "add", "--all")
    _git(work, "commit", "--quiet", "--message", message)
    _git(work, "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
    return _git(work, "rev-parse", "HEAD")


def _git(directory: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        **_AUTHOR,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    finished = subprocess.run(  # noqa: S603 - our own arguments
        ["git", "-c", "init.defaultBranch=main", *arguments],  # noqa: S607 - git is on PATH
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        raise click.ClickException(f"git {arguments[0]} failed: {finished.stderr.strip()}")
    return finished.stdout.strip()


def _port() -> int:
    """The preferred port, or any other where that is taken."""
    try:
        return reserve_port(PREFERRED_PORT)
    except OSError as error:
        raise click.ClickException(
            f"no port is free on 127.0.0.1 ({error.strerror}): end a program that listens there"
        ) from error


@contextmanager
def _service(root: Path, address: str, secret: str) -> Iterator[_Service]:
    """``edgewarden serve`` in a process of its own."""
    log = root / "service.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "edgewarden", "serve"],
            cwd=root,
            env={**_inherited(), **_settings(root, address, secret)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield _Service(process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _inherited() -> dict[str, str]:
    """This process's environment without settings meant for another service."""
    return {name: value for name, value in os.environ.items() if not name.startswith("EDGEWARDEN_")}


def _settings(root: Path, address: str, secret: str) -> Mapping[str, str]:
    repository = {
        "forge": "git",
        "name": REPOSITORY,
        "clone": str(root / "shop.git"),
        "default_branch": "main",
        "hook": "demo",
    }
    cluster = {"cni": "Cilium", "enforces_policies": True, "ip_block_matches_pods": "never"}
    return {
        "EDGEWARDEN_DATA": str(root / "data"),
        "EDGEWARDEN_ADDRESS": address,
        "EDGEWARDEN_PORT": address.rpartition(":")[2],
        "EDGEWARDEN_REPOSITORIES": json.dumps([repository]),
        "EDGEWARDEN_GIT_HOOKS": json.dumps({"demo": secret}),
        "EDGEWARDEN_CLUSTER": json.dumps(cluster),
    }


def _wait_until_ready(address: str, service: _Service) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and service.process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", timeout=2).is_success:
                return
        except httpx.TransportError:
            pass  # it is not listening yet
        time.sleep(0.1)
    raise _failed(f"the service did not come up within {PATIENCE} s", service.log)


def _send_delivery(address: str, secret: str, push: _Push) -> str:
    """Send what a post-receive hook sends; the address of the review comes back."""
    body = json.dumps(
        {
            "repository": REPOSITORY,
            "ref": f"refs/heads/{BRANCH}",
            "old": push.old,
            "new": push.new,
            "delivery": secrets.token_hex(16),
        }
    ).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    answer = httpx.post(
        f"{address}/webhooks/git/demo",
        content=body,
        headers={
            "Content-Type": "application/json",
            "X-Edgewarden-Signature-256": f"sha256={signature}",
        },
        timeout=10,
    )
    answer.raise_for_status()
    return str(answer.json()["review"])


def _review(page: str, head: str, service: _Service) -> str:
    """The review of ``head`` as text, once it is there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = httpx.get(
            page, params={"head": head}, headers={"Accept": "text/plain"}, timeout=10
        )
        if answer.status_code == httpx.codes.OK:
            return answer.text.strip()
        time.sleep(0.2)
    raise _failed(f"no review came within {PATIENCE} s", service.log)


def refuse_inconclusive(review: str, log: Path) -> None:
    """Raises ``click.ClickException`` with the end of the service's log where nothing was judged:
    all of the shop can be."""
    if review.startswith(VERDICT_TITLES[Verdict.INCONCLUSIVE].upper()):
        raise _failed("the analysis failed", log)


def _failed(what: str, log: Path) -> click.ClickException:
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    return click.ClickException(f"{what}; the end of the service's log:\n{tail}")
