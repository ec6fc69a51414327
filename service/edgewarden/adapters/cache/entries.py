"""A bounded directory of entries, which any process may share and nothing can spoil for good.

An entry is a file, written beside its place and moved there, so that a reader sees all of it or
none: whoever is killed leaves a file behind that nobody reads and that is removed later. Its
beginning says what it is, whose it is and what its content hashes to: what is cut off, altered, in
another's place or of another format is simply not there. 64 of them are read in 2 ms, as from a
SQLite database; but there a damaged page takes all entries with it, and readers wait for writers.
"""

import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

_FORMAT = b"edgewarden 1\n"
_SHELVES = "0123456789abcdef"
"""The first digit of an entry's name says on which it stands, and each has a sixteenth of the
room: so putting one looks through a sixteenth of the entries."""
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""What stands in an entry's place and is no file is neither followed nor waited for."""
_UNFINISHED = "new-"
_KILLED_AFTER = 3600.0
"""Seconds after which an unfinished entry is nobody's any more."""


class Entries:
    """Bytes by key, at most about ``limit`` of them below ``directory``.

    Room is made by what has not been read or written for longest. Whatever goes wrong with the
    disk, an entry is not there, or not kept; nothing is raised. Without a ``limit``, or where
    others may write to the directory, nothing is there and nothing is kept.
    """

    def __init__(self, directory: Path, limit: int) -> None:
        self._directory = directory
        self._room = limit // len(_SHELVES) if limit and _own(directory) else 0

    def __bool__(self) -> bool:
        """Whether anything can be kept."""
        return self._room > 0

    def get(self, key: str) -> bytes | None:
        """What was put under ``key``, if it is still there and whole."""
        if not self._room:
            return None
        path, head = self._place(key)
        begin = len(head) + sha256().digest_size
        try:
            with os.fdopen(os.open(path, _READ), "rb") as file:
                most = begin + self._room
                content = file.read(min(most, os.fstat(file.fileno()).st_size))
            os.utime(path)
        except OSError:
            return None
        value = content[begin:]
        if content[:begin] != head + sha256(value).digest():
            return None
        return value

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep each of ``values`` under its key, as far as there is room for it."""
        shelves = set()
        for key, value in values.items():
            if len(value) < self._room:
                path, head = self._place(key)
                with suppress(OSError):
                    _write(path, head + sha256(value).digest() + value)
                    shelves.add(path.parent)
        for shelf in shelves:
            with suppress(OSError):
                self._make_room(shelf)

    def _place(self, key: str) -> tuple[Path, bytes]:
        """Where an entry lies, and what it begins with."""
        name = sha256(key.encode("utf-8", "surrogateescape"))
        digits = name.hexdigest()
        return self._directory / digits[0] / digits, _FORMAT + name.digest()

    def _make_room(self, shelf: Path) -> None:
        found = sorted(_listed(shelf), reverse=True)
        room = self._room
        long_ago = time.time() - _KILLED_AFTER
        for used, size, path in found:
            room -= size
            unfinished = path.name.startswith(_UNFINISHED)
            if room < 0 or (unfinished and used < long_ago):
                with suppress(FileNotFoundError):  # another process may be making room as well
                    path.unlink()


NO_ENTRIES = Entries(Path(), limit=0)


def _own(directory: Path) -> bool:
    """Whether the directory is there, or can be made, and nobody else may write to it."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.stat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = path.with_name(f"{_UNFINISHED}{os.urandom(8).hex()}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _listed(shelf: Path) -> Iterator[tuple[float, int, Path]]:
    """When each file was last used, its size and its path."""
    with os.scandir(shelf) as listing:
        for item in listing:
            with suppress(FileNotFoundError):
                found = item.stat(follow_symlinks=False)
                yield found.st_mtime, found.st_size, Path(item.path)
