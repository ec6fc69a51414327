"""Readings come back from bytes as they were, and bytes can make nothing else."""

import os
import pickle
import typing
from collections.abc import Iterator
from dataclasses import is_dataclass
from enum import Enum
from pathlib import Path
from types import UnionType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgewarden.adapters.cache import code
from edgewarden.manifests.applying import Applying
from edgewarden.manifests.files import read_file
from edgewarden.manifests.readings import FileReading
from edgewarden.manifests.recalled import facts
from edgewarden.manifests.snapshot import SourceFile
from edgewarden.reachability.model import Applier
from edgewarden.workflows.recalled_readings import (
    ADMITTED,
    decode_readings,
    deploys,
    encode_readings,
)
from tests.support.mangled import SOUND, mangled

UNKNOWN = ("", False, "")


def reading(content: bytes, path: str = "a.yaml", applying: Applying | None = None) -> FileReading:
    return read_file(SourceFile(path, content), applying or Applying())


@given(st.integers(0, 10**6))
def test_a_reading_comes_back_as_it_was(seed: int) -> None:
    found = reading(mangled(seed), "a.json" if seed % 5 == 0 else "a.yaml")
    kept = {UNKNOWN: {("a.yaml", "1"): found}}
    assert decode_readings([encode_readings(kept)]) == kept


@pytest.mark.parametrize("content", SOUND)
def test_readings_for_different_namespaces_and_appliers_stay_apart(content: bytes) -> None:
    ways = [Applying(), Applying("shop"), Applying("shop", Applier.ARGOCD)]
    kept = {facts(way): {("a.yaml", "1"): reading(content, applying=way)} for way in ways}
    assert decode_readings([encode_readings(kept)]) == kept
    apart = [encode_readings({way: found}) for way, found in kept.items()]
    assert decode_readings(apart) == kept


ARGO = b"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec: {source: {path: apps, <<: {targetRevision: <<}}, project: [<<, ~, 1.5, yes]}
"""


def test_what_deploys_comes_back_with_all_that_it_says_and_is_told_apart() -> None:
    found = reading(ARGO)
    (deployer,) = found.deployers
    encoded = encode_readings({UNKNOWN: {("a.yaml", "1"): found}})
    (again,) = decode_readings([encoded])[UNKNOWN]["a.yaml", "1"].deployers
    assert again.root == deployer.root
    assert deploys(encoded)
    assert not deploys(encode_readings({UNKNOWN: {("a.yaml", "1"): reading(SOUND[0])}}))


def test_without_encodings_nothing_is_recalled() -> None:
    assert decode_readings(()) == {}


class _Attack:
    def __init__(self, *call: object) -> None:
        self.call = call

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call[0], self.call[1:]


@pytest.mark.parametrize(
    "call",
    [
        (os.mkdir, "made"),
        (eval, "__import__('os').mkdir('made')"),
        (Path, "made"),
        (read_file, SourceFile("a.yaml", b"")),
    ],
    ids=lambda call: str(getattr(call[0], "__name__", call[0])),
)
def test_bytes_that_name_something_else_call_nothing(
    call: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    forged = b"-" + pickle.dumps([_Attack(*call)])
    with pytest.raises(ValueError, match="no readings"):
        decode_readings([forged])
    assert not list(tmp_path.iterdir())


@given(st.binary(max_size=200))
def test_any_bytes_are_readings_or_a_value_error(noise: bytes) -> None:
    for forged in (noise, b"-\x80\x05" + noise):
        try:
            decode_readings([forged])
        except ValueError as error:
            assert "no readings" in str(error)  # noqa: PT017 - either is right


def test_every_part_that_a_reading_can_have_is_admitted_and_its_code_is_known() -> None:
    """Or a new kind of value would come back as an error, or by code that has changed."""
    parts = set(_parts(FileReading))
    assert parts <= set(ADMITTED.values())
    package = Path(code.__file__).parents[2]
    sources = {source for pattern in code.READING for source in package.glob(pattern)}
    for part in parts:
        if part.__module__.startswith("edgewarden"):
            module = part.__module__.removeprefix("edgewarden.").replace(".", "/")
            assert package / f"{module}.py" in sources


def _parts(kind: object, seen: set[object] | None = None) -> Iterator[type]:
    """The classes of the values that a field of that type may hold, and of theirs."""
    seen = set() if seen is None else seen
    if kind in seen:
        return
    seen.add(kind)
    if isinstance(kind, UnionType) or typing.get_origin(kind) is not None:
        for argument in typing.get_args(kind):
            yield from _parts(argument, seen)
    elif isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_fields")):
        yield kind
        for hint in typing.get_type_hints(kind).values():
            yield from _parts(hint, seen)
    elif isinstance(kind, type) and (issubclass(kind, Enum) or kind.__module__ == "ipaddress"):
        yield kind
