"""Charts as Helm packs them: ``charts/NAME-VERSION.tgz``."""

import zlib
from collections.abc import Iterator

PACKED = ".tgz"
_MOST = 32 << 20
"""Bytes that are unpacked of one archive."""
_GZIP = 31
"""How zlib is told to expect a header of gzip."""
_BLOCK = 512
_FILE = (b"0", b"\0")
_EXTENDED = (b"x", b"g")


class ArchiveError(Exception):
    """Nobody knows what an archive holds; the message says of it what it is."""


def unpacked(path: str, content: bytes) -> Iterator[tuple[str, str]]:
    """The texts in a file of a chart by their paths: of an archive those it holds, else its own.

    Raises ``ArchiveError``.
    """
    members = _members(_tar(content)) if path.endswith(PACKED) else ((path, content),)
    for name, held in members:
        yield name, held.decode("utf-8", errors="replace")


def _tar(content: bytes) -> bytes:
    """One stream of gzip, whole; Helm would read another one behind it as well."""
    decoder = zlib.decompressobj(_GZIP)
    try:
        archive = decoder.decompress(content, _MOST)
    except zlib.error as error:
        raise ArchiveError("an archive that cannot be unpacked") from error
    if not decoder.eof or decoder.unused_data:
        raise ArchiveError(f"an archive of several parts, or more than {_MOST >> 20} MiB")
    return archive


def _members(archive: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a tar archive (POSIX 1003.1, ``ustar``), long names cut."""
    at = 0
    while any(header := archive[at : at + _BLOCK]):
        try:
            size = int(header[124:136].strip(b" \0") or b"0", 8)
        except ValueError:
            raise ArchiveError("an archive with sizes that are no numbers") from None
        at += _BLOCK
        held, kind = archive[at : at + size], header[156:157]
        if kind in _EXTENDED and b" size=" in held:
            raise ArchiveError("an archive that gives its files other sizes")
        if kind in _FILE:
            yield header[:100].rstrip(b"\0").decode("utf-8", errors="replace"), held
        at += -(-size // _BLOCK) * _BLOCK
