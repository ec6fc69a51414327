"""Fixtures of rules: directories with the two trees of a change and what is expected of it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from edgewarden.cli.output import BadFilesError, BadInputError
from edgewarden.cli.trees import read_pair
from edgewarden.workflows.forms.fault import FormError
from edgewarden.workflows.rule_tests import Fixture
from edgewarden.workflows.rulebook.expectation import EXPECTED, read_expectation
from edgewarden.workflows.rulebook.faults import FileFault


def read_fixtures(roots: Iterable[Path]) -> Iterator[Fixture]:
    """Those at or below each of ``roots``. Raises ``BadInputError``, also where one has none."""
    for root in roots:
        found = sorted(file.parent for file in root.rglob(EXPECTED))
        if not found:
            raise BadInputError(f"no {EXPECTED} is below {root}: name a directory of fixtures")
        for directory in found:
            yield _fixture(directory)


def _fixture(directory: Path) -> Fixture:
    path = directory / EXPECTED
    try:
        expected = read_expectation(path.read_bytes())
    except FormError as error:
        faults = (FileFault(str(path), each) for each in error.faults)
        raise BadFilesError(map(str, faults)) from error
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror}") from error
    trees = read_pair(str(directory / "before"), str(directory / "after"), None)
    return Fixture(directory.name, str(path), trees, expected)
