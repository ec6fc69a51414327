"""An entry is there whole or not at all, and there are never many too many."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edgewarden.adapters.cache.entries import Entries

LIMIT = 1 << 20
VALUE = b"a reading" * 100


@pytest.fixture
def entries(tmp_path: Path) -> Entries:
    return Entries(tmp_path / "cache", LIMIT)


def files(entries_of: Path) -> list[Path]:
    return [path for path in (entries_of / "cache").rglob("*") if path.is_file()]


def test_what_was_put_is_there_and_nothing_else(entries: Entries) -> None:
    entries.put({"a": VALUE, "b": b""})
    assert (entries.get("a"), entries.get("b"), entries.get("c")) == (VALUE, b"", None)


def test_the_later_value_of_a_key_stands(entries: Entries) -> None:
    entries.put({"a": VALUE})
    entries.put({"a": b"other"})
    assert entries.get("a") == b"other"


@pytest.mark.parametrize("cut", [0, 1, 12, 40, 80, len(VALUE)])
def test_an_entry_that_is_cut_off_is_not_there(entries: Entries, tmp_path: Path, cut: int) -> None:
    entries.put({"a": VALUE})
    (file,) = files(tmp_path)
    file.write_bytes(file.read_bytes()[:cut])
    assert entries.get("a") is None


def test_an_entry_with_any_byte_altered_is_not_there(entries: Entries, tmp_path: Path) -> None:
    entries.put({"a": b"short"})
    (file,) = files(tmp_path)
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert entries.get("a") is None
    file.write_bytes(whole + b"\0")
    assert entries.get("a") is None


def test_an_entry_in_the_place_of_another_is_not_there(entries: Entries, tmp_path: Path) -> None:
    entries.put({"a": VALUE})
    (own,) = files(tmp_path)
    entries.put({"b": b"of b"})
    (other,) = {*files(tmp_path)} - {own}
    other.write_bytes(own.read_bytes())
    assert entries.get("b") is None
    assert entries.get("a") == VALUE


def test_what_stands_in_the_place_of_an_entry_and_is_no_file_is_not_there(
    entries: Entries, tmp_path: Path
) -> None:
    entries.put({"a": VALUE})
    (file,) = files(tmp_path)
    aside = tmp_path / "aside"
    file.rename(aside)
    file.symlink_to(aside)
    assert entries.get("a") is None
    file.unlink()
    os.mkfifo(file)
    assert entries.get("a") is None
    file.unlink()
    file.mkdir()
    assert entries.get("a") is None
    entries.put({"a": VALUE})
    assert entries.get("a") is None


def test_room_is_made_by_what_was_used_longest_ago(entries: Entries, tmp_path: Path) -> None:
    size = LIMIT // 100
    entries.put({f"{number}": bytes(size) for number in range(50)})
    for age, file in enumerate(files(tmp_path)):
        os.utime(file, (1000 - age, 1000 - age))
    assert entries.get("7") is not None
    for number in range(50, 400):
        entries.put({f"{number}": bytes(size)})
        assert entries.get("7") is not None
    assert sum(file.stat().st_size for file in files(tmp_path)) <= LIMIT
    assert entries.get("399") is not None


def test_what_no_shelf_has_room_for_is_not_kept(entries: Entries, tmp_path: Path) -> None:
    entries.put({"a": bytes(LIMIT)})
    assert entries.get("a") is None
    assert not files(tmp_path)


def test_what_a_killed_process_left_is_no_entry_and_goes_in_the_end(
    entries: Entries, tmp_path: Path
) -> None:
    entries.put({"a": VALUE})
    (file,) = files(tmp_path)
    left, fresh = file.with_name("new-0123"), file.with_name("new-4567")
    left.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(left, (time.time() - 7200, time.time() - 7200))
    entries.put({"a": VALUE})
    assert {*files(tmp_path)} == {file, fresh}


@pytest.mark.parametrize("mode", [0o777, 0o720, 0o702])
def test_a_directory_that_others_write_to_is_not_used(tmp_path: Path, mode: int) -> None:
    shared = tmp_path / "cache"
    Entries(shared, LIMIT).put({"a": VALUE})
    shared.chmod(mode)
    found = Entries(shared, LIMIT)
    assert found.get("a") is None
    found.put({"b": VALUE})
    assert len(files(tmp_path)) == 1


def test_nobody_else_reads_the_directory(entries: Entries, tmp_path: Path) -> None:
    entries.put({"a": VALUE})
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", ["/dev/null/cache", "/proc/cache"])
def test_a_place_where_nothing_can_be_kept_is_no_error(place: str) -> None:
    entries = Entries(Path(place), LIMIT)
    entries.put({"a": VALUE})
    assert entries.get("a") is None
    assert not entries


def test_without_a_limit_nothing_is_made(tmp_path: Path) -> None:
    entries = Entries(tmp_path / "cache", 0)
    entries.put({"a": VALUE})
    assert not entries
    assert not (tmp_path / "cache").exists()


BUSY = """
import sys
from pathlib import Path
from edgewarden.adapters.cache.entries import Entries
entries = Entries(Path(sys.argv[1]), 1 << 18)
values = {str(key): bytes([key]) * 3000 for key in range(100)}
print("begun", flush=True)
for turn in range(int(sys.argv[2])):
    key = str(turn * 7 % 100)
    assert entries.get(key) in {None, values[key]}, key
    entries.put({key: values[key]})
"""


def _busy(cache: Path, turns: int) -> subprocess.Popen[bytes]:
    path = ":".join(filter(None, sys.path))
    return subprocess.Popen(
        [sys.executable, "-c", BUSY, str(cache), str(turns)],
        env={"PYTHONPATH": path},
        stdout=subprocess.PIPE,
    )


def test_processes_that_read_write_and_evict_at_once_see_whole_entries(tmp_path: Path) -> None:
    processes = [_busy(tmp_path / "cache", 400) for _ in range(4)]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0, 0, 0, 0]


def test_a_process_killed_at_any_moment_leaves_whole_entries_or_none(tmp_path: Path) -> None:
    for turn in range(5):
        with _busy(tmp_path / "cache", 10**6) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.01 + 0.02 * turn)
            process.send_signal(signal.SIGKILL)
    entries = Entries(tmp_path / "cache", 1 << 18)
    found = {key: entries.get(str(key)) for key in range(100)}
    assert any(found.values())
    assert {
        key for key, value in found.items() if value not in {None, bytes([key]) * 3000}
    } == set()
