"""How long reading YAML takes, beside the loaders that come with the parser.

They keep no places, find no repeated keys and set no limits.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.clusters import cluster
from benchmarks.measure import timed
from benchmarks.reviews import SEED
from benchmarks.trees import write_tree
from edgewarden.manifests.yaml_reader import read_stream
from edgewarden.reachability.model import ClusterProfile
from tests.support.corpus import ARCHIVE, corpus_files
from tests.support.shared import shared_path_if_present

PODS = 5_000
REPEAT = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """Milliseconds for all files of one tree, the fastest of several rounds."""

    tree: str
    files: int
    size: int
    ours: float
    in_c: float
    in_python: float

    def __str__(self) -> str:
        return (
            f"{self.tree}, {self.files} files, {self.size / 1e6:.1f} MB: {self.ours:.0f} ms with "
            f"places, yaml.safe_load_all {self.in_python:.0f} ms, the same with the parser in C "
            f"{self.in_c:.0f} ms"
        )


def readings() -> tuple[Reading, ...]:
    """Of a generated tree, and of the reference material where that is present."""
    archive = shared_path_if_present(ARCHIVE)
    found = [_reading("a generated cluster", _generated())]
    if archive is not None:
        found.append(_reading("a real repository", list(corpus_files(archive).values())))
    return tuple(found)


def _generated() -> list[bytes]:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "tree"
        write_tree(cluster(PODS, SEED, ClusterProfile()), root)
        return [path.read_bytes() for path in sorted(root.rglob("*.yaml"))]


def _reading(tree: str, contents: Sequence[bytes]) -> Reading:
    texts = [content.decode() for content in contents]
    rounds = [(_each(texts, _ours), _each(texts, _in_c)) for _ in range(REPEAT)]
    return Reading(
        tree,
        len(texts),
        sum(map(len, contents)),
        ours=min(ours for ours, _ in rounds),
        in_c=min(in_c for _, in_c in rounds),
        in_python=_each(texts, _in_python),
    )


def _each(texts: Sequence[str], read: Callable[[str], object]) -> float:
    def work() -> None:
        for text in texts:
            read(text)

    return timed(work)[0]


def _ours(text: str) -> object:
    return read_stream(text)


def _in_c(text: str) -> object:
    return list(yaml.load_all(text, yaml.CSafeLoader))


def _in_python(text: str) -> object:
    return list(yaml.safe_load_all(text))
