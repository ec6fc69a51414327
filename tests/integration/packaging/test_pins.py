"""What is installed is what pyproject.toml asks for: pinned, hashed, the same everywhere."""

import re
import tomllib
from collections.abc import Iterable, Mapping

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.installation import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PEOPLE_GET = [
    *PROJECT["project"]["dependencies"],
    *(each for extra in PROJECT["project"]["optional-dependencies"].values() for each in extra),
]
ASKED_FOR = {
    "runtime.txt": PEOPLE_GET,
    "build.txt": [*PROJECT["dependency-groups"]["build"], *PROJECT["build-system"]["requires"]],
    "dev.txt": [
        *PEOPLE_GET,
        *PROJECT["dependency-groups"]["build"],
        *PROJECT["dependency-groups"]["dev"],
    ],
}
PINNED = re.compile(r"[^ ]+==[^ ]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+")


def entries(file: str) -> list[str]:
    """The requirements of a file, each with the hashes that belong to it."""
    text = (ROOT / "requirements" / file).read_text().replace("\\\n", "")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def pins(file: str) -> Mapping[str, list[Requirement]]:
    """The pins of each package; more than one where platforms differ."""
    found: dict[str, list[Requirement]] = {}
    for entry in entries(file):
        pin = Requirement(entry.partition(" --hash=")[0].strip())
        found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


def version(pin: Requirement) -> str:
    [only] = pin.specifier
    assert only.operator == "==", f"{pin} is no pin"
    return only.version


@pytest.mark.parametrize("file", ASKED_FOR)
def test_whatever_the_project_asks_for_is_pinned(file: str) -> None:
    """Where this fails: make pins."""
    pinned = pins(file)
    for wanted in map(Requirement, ASKED_FOR[file]):
        found = pinned.get(canonicalize_name(wanted.name), [])
        assert found, f"{wanted} is not in requirements/{file}: run make pins"
        assert all(wanted.specifier.contains(version(pin)) for pin in found), wanted


@pytest.mark.parametrize("file", ASKED_FOR)
def test_every_pin_has_hashes_and_no_address(file: str) -> None:
    for entry in entries(file):
        assert re.fullmatch(r"[^ ]+==[^ ]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+", entry), (
            entry
        )


def test_tests_run_on_the_versions_that_people_get() -> None:
    people, tests = pins("runtime.txt"), pins("dev.txt")
    assert different(people, tests, people.keys()) == []


def different(
    one: Mapping[str, list[Requirement]],
    other: Mapping[str, list[Requirement]],
    names: Iterable[str],
) -> list[str]:
    return [
        name
        for name in names
        if sorted(map(version, one[name])) != sorted(map(version, other.get(name, [])))
    ]
