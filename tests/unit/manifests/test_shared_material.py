"""The reader against the standard loader on every document of the reference material."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from edgewarden.manifests.nodes import plain
from edgewarden.manifests.yaml_reader import read_stream
from tests.support.shared import shared_path

_STRIDE = 7
"""Every seventh file of the corpus: some 400, whose kinds repeat."""


class _WithoutTimestamps(yaml.CSafeLoader):
    """The standard loader, for which a timestamp is a text as it is for kubectl."""


_WithoutTimestamps.yaml_implicit_resolvers = {
    start: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for start, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _agree(text: str) -> bool:
    """Whether the readers agree; a text that the standard loader refuses is not compared."""
    try:
        expected = list(yaml.load_all(text, _WithoutTimestamps))
    except yaml.YAMLError:
        return True
    stream = read_stream(text)
    return [plain(document.root) for document in stream.documents] == expected


def _corpus_texts(archive: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(archive) as tar:
        members = sorted((m for m in tar if m.isfile()), key=lambda member: member.name)
        for member in members[::_STRIDE]:
            content = tar.extractfile(member)
            if content is not None:
                yield member.name, io.TextIOWrapper(content, "utf-8").read()


def test_the_reader_agrees_with_the_standard_loader_on_a_real_corpus() -> None:
    archive = shared_path("corpora/moj-cluster-namespaces.tar.gz")
    texts = list(_corpus_texts(archive))
    assert len(texts) > 400
    assert [name for name, text in texts if not _agree(text)] == []


def test_the_reader_agrees_with_the_standard_loader_on_real_changes() -> None:
    paths = sorted(shared_path("replays").rglob("*.yaml"))
    assert len(paths) > 900
    assert [str(path) for path in paths if not _agree(path.read_text())] == []
