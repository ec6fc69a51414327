"""Faults as data: small changes of the package that some test has to catch."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import yaml
from pydantic import TypeAdapter

ROOT = Path(__file__).parents[2]
PACKAGE = Path("service") / "edgewarden"


@dataclass(frozen=True, slots=True)
class Fault:
    """``fault`` says what goes wrong where the text ``was`` of ``file`` becomes another one."""

    fault: str
    file: str
    was: str
    becomes: str

    @property
    def path(self) -> Path:
        """Relative to the root of the repository, or of a copy of it."""
        return PACKAGE / self.file

    def occurrences(self, root: Path = ROOT) -> int:
        """How often the text stands in its file; once, or the fault has to be written anew."""
        return (root / self.path).read_text(encoding="utf-8").count(self.was)

    def put_into(self, root: Path) -> str:
        """Make the mistake below ``root`` and return what the file held before."""
        target = root / self.path
        sound = target.read_text(encoding="utf-8")
        target.write_text(sound.replace(self.was, self.becomes), encoding="utf-8")
        return sound


def known_faults() -> list[Fault]:
    files = sorted((Path(__file__).parent / "faults").glob("*.yaml"))
    written = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    return TypeAdapter(list[Fault]).validate_python(list(chain.from_iterable(written)))
