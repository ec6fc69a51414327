"""What this project's Dockerfile says, read without Docker."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY: paths of the checkout, and where they go."""

    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """The instructions that say what is in the image and how it runs."""

    copies: tuple[Copy, ...]
    environment: dict[str, str]
    exposed: int
    directory: str
    """Where the program runs: the last WORKDIR."""

    @classmethod
    def read(cls, path: Path) -> "Dockerfile":
        text = re.sub(r"\\\n", " ", path.read_text())
        said: dict[str, list[list[str]]] = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                instruction, *words = shlex.split(line)
                said.setdefault(instruction, []).append(words)
        [[exposed]] = said["EXPOSE"]
        return cls(
            copies=tuple(Copy(tuple(words[:-1]), words[-1]) for words in said["COPY"]),
            environment=dict(word.split("=", 1) for words in said["ENV"] for word in words),
            exposed=int(exposed),
            directory=said["WORKDIR"][-1][0],
        )
