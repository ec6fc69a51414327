"""The readings of a repository's base, recalled from a cache and put there."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import TypeAlias

from edgewarden.adapters.cache.code import reading_code
from edgewarden.adapters.cache.entries import NO_ENTRIES, Entries
from edgewarden.manifests.division import CONFIGURATION_FILE
from edgewarden.manifests.snapshot import MANIFEST_SUFFIXES, Omission, Snapshot, makes_root
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

    def of(self, repository: str) -> "BaseReadings":
        """For one comparison. ``repository`` names one among all that share the entries."""
        return BaseReadings(self._entries, self._platform, self._ahead, repository)


class BaseReadings:
    """The readings of one base: ``known`` is asked before its bytes are read, ``complete`` then."""

    def __init__(
        self, entries: Entries, platform: ProfileClaims, ahead: ReadAhead, repository: str
    ) -> None:
        self._entries = entries
        self._platform = platform
        self._ahead = ahead
        self._repository = repository
        self._frame = ""
        self._encoded: dict[int, bytes] = {}
        self._known: dict[str, str] = {}

    def known(self, digests: _Digests) -> _Digests:
        """Files that need not be read, if they have these digests. ``digests`` are the base's own.

        Which clusters read a file, and how, follows from the configuration and from what is
        rendered. So an entry is found under the same configuration alone, and only while
        something is rendered, where all bytes are at hand, or as long as nothing is. What deploys
        may have any file read in another way, so beside it none is known.
        """
        if not self._entries:
            return {}
        told = (
            reading_code(),
            self._repository,
            repr(self._platform),
            digests.get(CONFIGURATION_FILE, ""),
            "rendered" if any(map(makes_root, digests)) else "plain",
        )
        self._frame = "\0".join(told)
        for part in (*range(FILES), ROOTS):
            entry = self._entries.get(self._key(part))
            if entry is None:
                continue
            known, encoded = _unpacked(entry)
            gone = any(digests.get(path) != digest for path, digest in known.items() if path)
            if gone and deploys(encoded):
                continue  # perhaps nothing deploys any more: that part is read again
            self._encoded[part] = encoded
            self._known.update(known)
        return {} if any(map(deploys, self._encoded.values())) else self._known

    def complete(self, base: Snapshot) -> tuple[bytes, ...]:
        """All readings of the base, encoded. What is not known yet is read, and kept.

        Nothing is read ahead where nothing can be kept.
        """
        if not self._entries:
            return ()
        unread = {
            part_of(path) for path, digest in _unread(base) if self._known.get(path) != digest
        }
        roots = _roots(base)
        if roots != self._known.get("", ""):
            unread.add(ROOTS)
        if unread:
            made = self._ahead(base, self._platform, self._recalled, unread)
            self._encoded.update(made)
            listed = {part: _listed(base, part, roots) for part in made}
            self._entries.put({self._key(p): _packed(listed[p], made[p]) for p in made})
        return self._recalled

    def _key(self, part: int) -> str:
        return f"{self._frame}\0{part}"

    @property
    def _recalled(self) -> tuple[bytes, ...]:
        return tuple(self._encoded[part] for part in sorted(self._encoded))


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
