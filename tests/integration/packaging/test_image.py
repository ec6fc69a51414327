"""The Dockerfile fits the checkout: what it copies is there, is let through, and is enough."""

import shutil
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from edgewarden.settings import PREFIX, Settings
from tests.support.dockerfile import Dockerfile
from tests.support.installation import ROOT, build_wheel


@pytest.fixture(scope="module")
def dockerfile() -> Dockerfile:
    return Dockerfile.read(ROOT / "Dockerfile")


def let_through(path: str) -> bool:
    """Whether ``.dockerignore``, which refuses everything else, names the path's first part."""
    first, *allowed = (ROOT / ".dockerignore").read_text().split()
    assert first == "*"
    return f"!{PurePosixPath(path).parts[0]}" in allowed


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_image_is_built_of_the_same_wheel(
    dockerfile: Dockerfile, wheel: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    for copy in dockerfile.copies:
        for path in copy.sources:
            assert let_through(path), f"{path} does not get past .dockerignore"
            target = source / copy.target
            if (ROOT / path).is_dir():
                shutil.copytree(ROOT / path, target)
            else:
                target.mkdir(exist_ok=True)
                shutil.copy(ROOT / path, target)
    assert (source / "requirements" / "runtime.txt").is_file()
    assert (source / "requirements" / "build.txt").is_file()
    assert contents(build_wheel(source, tmp_path / "wheel")) == contents(wheel)


def test_the_settings_of_the_image_are_settings(dockerfile: Dockerfile) -> None:
    names = {name.removeprefix(PREFIX).lower() for name in dockerfile.environment}
    assert names
    assert names <= Settings.model_fields.keys()


def test_the_image_offers_the_port_that_the_service_listens_on(dockerfile: Dockerfile) -> None:
    assert dockerfile.exposed == Settings.model_fields["port"].default
