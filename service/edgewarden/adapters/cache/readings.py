"""The readings of a repository's base, recalled from a cache and put there."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from edgewarden.adapters.cache.code import reading_code
from edgewarden.adapters.cache.entries import NO_ENTRIES, Entries
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.snapshot import MANIFEST_SUFFIXES, Omission, Snapshot, makers_of_roots
from edgewarden.workflows.configuration.claims import NO_CLAIMS, ProfileClaims
from edgewarden.workflows.reading_ahead import FILES, ROOTS, part_of, read_ahead
from edgewarden.workflows.recalled_readings import deploys

ReadAhead: TypeAlias = Callable[
    [Snapshot, ProfileClaims, tuple[bytes, ...], AbstractSet[int]], Mapping[int, bytes]
]
"""Makes some parts of the readings of a base: ``read_ahead``, here or where it can do no harm."""

_Digests: TypeAlias = Mapping[str, str]
"""Of files by path; under the empty path of all that roots are made of."""

_LENGTH = 4
"""Bytes that say how long the list of digests is, at the beginning of an entry."""


@dataclass(frozen=True, slots=True)
class Recollection:
    """What is known of one base before its bytes are read.

    ``frame`` begins the keys of its entries, ``encoded`` are readings by their parts, and
    ``listed`` the digests of all files whose readings are in them, if anybody reads these.
    """

    frame: str
    encoded: Mapping[int, bytes]
    listed: _Digests

    @property
    def known(self) -> _Digests:
        """Files that need not be read, if they have these digests.

        What deploys may have any file read in another way, so beside it none is known.
        """
        return {} if any(map(deploys, self.encoded.values())) else self.listed


class ReadingCache:
    """Readings of the bases of repositories, in ``entries``.

    ``platform`` is what decides with a base's own configuration how it is read.
    """

    def __init__(
        self,
        entries: Entries,
        platform: ProfileClaims = NO_CLAIMS,
        ahead: ReadAhead = read_ahead,
    ) -> None:
        self._entries = entries
        self._platform = platform
        self._ahead = ahead

    def recall(self, repository: str, digests: _Digests) -> Recollection:
        """What is known of a base whose files have these ``digests``.

        ``repository`` names one among all that share the entries. Which clusters read a file, and
        how, follows from the configuration and from what is rendered. So an entry is found under
        the same configuration alone, and only while something is rendered, where all bytes are at
        hand, or as long as nothing is.
        """
        if not self._entries:
            return Recollection("", {}, {})
        told = (
            reading_code(),
            repository,
            repr(self._platform),
            digests.get(CONFIGURATION_FILE, ""),
            "rendered" if makers_of_roots(digests) else "plain",
        )
        frame = "\0".join(told)
        encoded: dict[int, bytes] = {}
        listed: dict[str, str] = {}
        for part in (*range(FILES), ROOTS):
            entry = self._entries.get(_key(frame, part))
            if entry is None:
                continue
            there, readings = _unpacked(entry)
            if deploys(readings) and any(
                digests.get(path) != digest for path, digest in there.items() if path
            ):
                continue  # perhaps nothing deploys any more: that part is read again
            encoded[part] = readings
            listed.update(there)
        return Recollection(frame, encoded, listed)

    def complete(self, recollection: Recollection, base: Snapshot) -> tuple[bytes, ...]:
        """All readings of the base, encoded; the bytes of what is known need not be at hand.

        What is not known yet is read, and kept. Nothing is read ahead where nothing can be kept.
        """
        if not self._entries:
            return ()
        listed, encoded = recollection.listed, dict(recollection.encoded)
        unread = {part_of(path) for path, digest in _unread(base) if listed.get(path) != digest}
        roots = _roots(base)
        if roots != listed.get("", ""):
            unread.add(ROOTS)
        if unread:
            made = self._ahead(base, self._platform, _in_order(encoded), unread)
            encoded.update(made)
            frame = recollection.frame
            self._entries.put(
                {_key(frame, p): _packed(_listed(base, p, roots), made[p]) for p in made}
            )
        return _in_order(encoded)


def _key(frame: str, part: int) -> str:
    return f"{frame}\0{part}"


def _in_order(encoded: Mapping[int, bytes]) -> tuple[bytes, ...]:
    return tuple(encoded[part] for part in sorted(encoded))


NO_READINGS = ReadingCache(NO_ENTRIES)


def _unread(base: Snapshot) -> Iterator[tuple[str, str]]:
    """The files of which the bytes are at hand, with their digests."""
    for file in base.files:
        if file.omission is None and file.digest and _is_manifest(file.path):
            yield file.path, file.digest


def _listed(base: Snapshot, part: int, roots: str) -> _Digests:
    """Everything of which a part holds the readings, if anybody reads it."""
    if part == ROOTS:
        return {"": roots}
    there = {None, Omission.KNOWN}
    return {
        file.path: file.digest
        for file in base.files
        if file.omission in there
        and file.digest
        and _is_manifest(file.path)
        and part_of(file.path) == part
    }


def _is_manifest(path: str) -> bool:
    return path.endswith(MANIFEST_SUFFIXES) and path != CONFIGURATION_FILE


def _roots(base: Snapshot) -> str:
    """Names all that roots are made of, taken together; empty where there are none."""
    if not base.renderings:
        return ""
    whole = sha256()
    for file in base.files:
        whole.update(f"{file.path}\0{file.digest}\0".encode("utf-8", "surrogateescape"))
    for rendering in base.renderings:
        whole.update(sha256(rendering.output or b"").digest())
    return whole.hexdigest()


def _packed(digests: _Digests, encoded: bytes) -> bytes:
    texts = (text for pair in sorted(digests.items()) for text in pair)
    listed = "\0".join(texts).encode("utf-8", "surrogateescape")
    return len(listed).to_bytes(_LENGTH, "big") + listed + encoded


def _unpacked(entry: bytes) -> tuple[_Digests, bytes]:
    end = _LENGTH + int.from_bytes(entry[:_LENGTH], "big")
    texts = iter(entry[_LENGTH:end].decode("utf-8", "surrogateescape").split("\0"))
    return dict(zip(texts, texts, strict=False)), entry[end:]
