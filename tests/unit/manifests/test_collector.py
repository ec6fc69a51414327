"""The garbage collector rests while files are read, and leaves nothing behind that needs it."""

import gc
from collections.abc import Iterator

import pytest

from edgewarden.manifests.collector import collector_paused
from edgewarden.manifests.yaml_reader import read_stream


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    enabled = gc.isenabled()
    yield
    (gc.enable if enabled else gc.disable)()


def test_it_is_on_again_afterwards_whatever_happens() -> None:
    gc.enable()
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), collector_paused():
        _ = 1 / 0
    assert gc.isenabled()


def test_it_stays_off_where_it_was_off() -> None:
    gc.disable()
    with collector_paused():
        pass
    assert not gc.isenabled()


@pytest.mark.parametrize(
    "text", ["a: {b: [1, &x c, *x]}\n", "a: [\n---\nb: ]\n", "&a [*a]\n", "[" * 1000, "a: \x01\n"]
)
def test_reading_makes_no_garbage_that_only_the_collector_finds(text: str) -> None:
    gc.collect()
    with collector_paused():
        for _ in range(100):
            read_stream(text)
        assert gc.collect() < 100
