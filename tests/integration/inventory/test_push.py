"""From a cluster through the command and over HTTP into a running service."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from edgewarden.adapters.store.store import DatabaseStore
from edgewarden.manifests.inventory.reading import read_inventory
from tests.integration.inventory.test_kubectl import town
from tests.support.cluster_api import CONTEXT, Cluster
from tests.support.live_objects import SECRET, deployed, live, namespace, printed
from tests.support.running_service import RunningService, running_service

Environment = Callable[[Cluster], dict[str, str]]
FIRST = "TAKEN IN, THE FIRST OF THIS NAME"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with running_service(tmp_path_factory.mktemp("service"), {"INVENTORY_LIMIT": "200000"}) as it:
        yield it


@pytest.fixture
def collector(service: RunningService) -> str:
    return service.token("scout", "collector")


def push(
    service: RunningService, token: str, *arguments: str, **more: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "edgewarden", "inventory", "push", *arguments],
        env={**service.environment, "EDGEWARDEN_TOKEN": token, **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def known(service: RunningService) -> dict[str, Any]:
    """What the service tells a reader of its clusters, by name."""
    headers = {"Authorization": f"Bearer {service.token('ada', 'reader')}"}
    answer = httpx.get(f"{service.address}/api/v1/clusters", headers=headers).raise_for_status()
    return {each["cluster"]: each for each in answer.json()["clusters"]}


def test_a_cluster_is_asked_and_known_then(
    service: RunningService, collector: str, kubectl: str, environment_of: Environment
) -> None:
    assert kubectl
    environment = environment_of(town(forbidden=frozenset({"pods"})))

    done = push(service, collector, "--cluster", "town", "--context", CONTEXT, **environment)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{FIRST}: cluster town, taken ")
    assert "pods: may not be listed: apply what `edgewarden inventory role` prints" in " ".join(
        done.stdout.split()
    )
    told = known(service)["town"]
    assert told["counts"] == {"Deployment": 1, "Namespace": 1, "NetworkPolicy": 1}
    assert told["unseen"]["pods"] == "forbidden"
    assert told["actor"] == "scout"


def test_what_a_dry_run_prints_can_be_handed_in_elsewhere(
    service: RunningService, collector: str, tmp_path: Path
) -> None:
    secret = live("v1", "Secret", "password", data={"password": SECRET})
    printout = tmp_path / "cluster.json"
    printout.write_bytes(printed(namespace("shop"), *deployed("web", {"app": "web"}), secret))

    dry = push(
        service, "", "--cluster", "b", "--from", str(printout), "--taken-at", "now", "--dry-run"
    )

    assert dry.returncode == 0, dry.stderr
    assert dry.stderr.startswith("NOTHING WAS SENT: cluster b, taken ")
    assert "Secret: 1" in dry.stderr
    assert SECRET not in dry.stdout + dry.stderr
    assert "b" not in known(service)
    cleaned = tmp_path / "cleaned.json"
    cleaned.write_text(dry.stdout)
    first = push(service, collector, "--cluster", "b", "--from", str(cleaned))
    again = push(service, collector, "--cluster", "b", "--from", str(cleaned))
    assert first.stdout.startswith(f"{FIRST}: cluster b")
    assert again.stdout.startswith("KNOWN ALREADY: cluster b")
    store = DatabaseStore.at(
        f"sqlite:///{service.environment['EDGEWARDEN_DATA']}/edgewarden.sqlite"
    )
    with store.begin() as transaction:
        kept = transaction.inventories.document("b")
    store.close()
    assert kept is not None
    assert kept.decode() == dry.stdout
    assert len(read_inventory([kept], "b").declared) == 2


def test_an_older_one_and_a_stranger_are_refused(
    service: RunningService, collector: str, tmp_path: Path
) -> None:
    printout = tmp_path / "cluster.json"
    printout.write_bytes(printed(namespace("shop")))
    arguments = ("--cluster", "c", "--from", str(printout), "--taken-at")
    assert push(service, collector, *arguments, "2026-01-02T00:00:00Z").returncode == 0
    printout.write_bytes(printed(namespace("data")))

    older = push(service, collector, *arguments, "2026-01-01T00:00:00Z")
    stranger = push(service, "ew_unknown", *arguments, "now")
    reader = push(service, service.token("ada", "reader"), *arguments, "now")

    assert (older.returncode, stranger.returncode, reader.returncode) == (1, 1, 1)
    assert "answered 409: An inventory taken at 2026-01-02" in older.stderr
    assert "answered 401: The token is not known" in stranger.stderr
    assert "takes the role collector" in reader.stderr


@pytest.mark.parametrize("packed", [False, True])
def test_the_raw_output_of_kubectl_can_be_sent_without_the_command(
    service: RunningService, collector: str, *, packed: bool
) -> None:
    text = printed(namespace("shop"), *deployed("web", {"app": "web"}))

    def pieces() -> Iterator[bytes]:
        """Sent in chunks, without a length."""
        body = gzip.compress(text) if packed else text
        yield body[:1000]
        yield body[1000:]

    answer = httpx.put(
        f"{service.address}/api/v1/clusters/raw-{packed}/inventory",
        params={"taken_at": "2026-01-02T00:00:00Z"},
        content=pieces(),
        headers={
            "Authorization": f"Bearer {collector}",
            "Content-Type": "application/json",
            **({"Content-Encoding": "gzip"} if packed else {}),
        },
    )

    assert answer.status_code == httpx.codes.CREATED, answer.text
    assert answer.json()["folded"] == 3


LARGE = printed(namespace("shop"), *deployed("web", {"app": "web"}, pods=2000))


@pytest.mark.parametrize(
    ("body", "encoding", "status", "said"),
    [
        (gzip.compress(LARGE), "gzip", 413, "EDGEWARDEN_INVENTORY_LIMIT"),
        (LARGE, "identity", 413, "EDGEWARDEN_INVENTORY_LIMIT"),
        (b"no JSON" + bytes(150_000), "identity", 422, "this is not JSON"),
    ],
    ids=["packed", "plain", "no JSON"],
)
def test_who_is_still_sending_when_it_is_refused_hears_why(
    service: RunningService, collector: str, body: bytes, encoding: str, status: int, said: str
) -> None:
    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    answer = httpx.put(
        f"{service.address}/api/v1/clusters/large/inventory",
        params={"taken_at": "2026-01-02T00:00:00Z"},
        content=pieces(),
        headers={
            "Authorization": f"Bearer {collector}",
            "Content-Type": "application/json",
            "Content-Encoding": encoding,
        },
    )

    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_200_mb_of_pods_take_little_memory_on_their_way(tmp_path: Path) -> None:
    """The command is a process of its own, whose largest size the kernel knows."""
    deployment, made, *pods = deployed("web", {"app": "web"}, pods=2000)
    text = printed(namespace("shop"), deployment, made, *pods)
    repeated = 200_000_000 // len(text)
    printout = tmp_path / "cluster.json"
    with printout.open("wb") as file:
        for _ in range(repeated):
            file.write(text)
    measure = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    source = ["--from", str(printout), "--taken-at", "now"]
    command = ["inventory", "push", "--cluster", "big", *source, "--dry-run"]

    done = subprocess.run(
        [sys.executable, "-c", measure, sys.executable, "-m", "edgewarden", *command],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 200_000, "kB"
    assert "Deployment: 1" in done.stderr
