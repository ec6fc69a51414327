"""A real repository of one cluster: 1,460 namespaces of a ministry, in an archive."""

import tarfile
from pathlib import Path

ARCHIVE = "corpora/moj-cluster-namespaces.tar.gz"
"""Its place in the reference material."""


def corpus_files(archive: Path) -> dict[str, bytes]:
    """The files by their paths, sorted."""
    with tarfile.open(archive) as tar:
        opened = ((member.name, tar.extractfile(member)) for member in tar)
        return dict(sorted((name, file.read()) for name, file in opened if file is not None))
