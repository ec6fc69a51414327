"""What this project's Compose file says, read and run without Docker."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.dockerfile import Dockerfile
from tests.support.installation import Installation


@dataclass(frozen=True, slots=True)
class Volume:
    """A named volume, or a directory beside the file, and where a container has it."""

    name: str
    target: str
    access: str = "rw"

    @property
    def named(self) -> bool:
        return not self.name.startswith("./")


@dataclass(frozen=True, slots=True)
class Service:
    """One service; merge keys are resolved. ``depends_on`` maps names to conditions."""

    command: Sequence[str]
    environment: Mapping[str, str]
    volumes: Sequence[Volume]
    depends_on: Mapping[str, str]
    ports: Sequence[str]
    health: Sequence[str]
    """The test of the health check."""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> "Service":
        waits = said.get("depends_on", {})
        return cls(
            command=said["command"],
            environment=said.get("environment", {}),
            volumes=[Volume(*each.split(":")) for each in said.get("volumes", [])],
            depends_on={name: each["condition"] for name, each in waits.items()},
            ports=said.get("ports", []),
            health=said.get("healthcheck", {}).get("test", []),
        )


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """The services by name, and the names of the volumes that are declared."""

    services: Mapping[str, Service]
    volumes: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> "ComposeFile":
        said = yaml.safe_load(path.read_text())
        return cls(
            {name: Service.read(each) for name, each in said["services"].items()},
            frozenset(said["volumes"]),
        )


@dataclass(frozen=True, slots=True)
class Container:
    """A service of the file without its container: a plain process out of an installation.

    ``env_file`` is what an operator sets, ``volumes`` the directories that stand for the volumes,
    and ``home`` a directory for everything else that the process writes.
    """

    service: Service
    image: Dockerfile
    installation: Installation
    env_file: Mapping[str, str]
    volumes: Mapping[str, Path]
    home: Path

    def environment(self) -> dict[str, str]:
        """As Compose puts it together: the image, then ``.env``, then the service's own."""
        said = {**self.image.environment, **self.env_file, **self.service.environment}
        mounted = {name: self.on_this_machine(value) for name, value in said.items()}
        return {**self.installation.environment(self.home), **mounted}

    def on_this_machine(self, value: str) -> str:
        """A value with the directories of volumes in place of where the container has them."""
        for volume in self.service.volumes:
            value = value.replace(volume.target, str(self.volumes[volume.name]))
        return value

    def run(self, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            cwd=self.on_this_machine(self.image.directory),
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    @contextmanager
    def started(self) -> Iterator[None]:
        """The command of the service, until SIGTERM, which it has to follow."""
        log = self.home / "log"
        environment = self.environment()
        with log.open("wb") as output:
            process = subprocess.Popen(
                self.service.command,
                cwd=self.on_this_machine(self.image.directory),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        try:
            yield
            assert process.poll() is None, log.read_text()
            process.terminate()
            assert process.wait(30) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()
