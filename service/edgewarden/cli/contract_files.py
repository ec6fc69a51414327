"""The contract that a command is about: named files, or those that the tree itself names."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from edgewarden.cli.output import BadInputError
from edgewarden.governance.contract.contract import Contract
from edgewarden.manifests.snapshot import Snapshot
from edgewarden.reporting.escaping import visible
from edgewarden.workflows.configuration.configuration import Configuration, GovernanceKind
from edgewarden.workflows.rulebook.contract import read_contracts
from edgewarden.workflows.rulebook.faults import RulebookError
from edgewarden.workflows.rulebook.files import governing_files

_SUFFIXES = (".yaml", ".yml")

contract_option = click.option(
    "--contract",
    "paths",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A file of the contract, or a directory of them; without it, what .edgewarden.yaml names.",
)


class BadContractError(BadInputError):
    """Files of the contract cannot be taken at their word: one line for each fault."""

    def __init__(self, error: RulebookError) -> None:
        super().__init__(str(error))
        self._lines = tuple(map(str, error.faults))

    def format_message(self) -> str:
        return "\n".join(map(visible, self._lines))


def contract_of(paths: tuple[Path, ...], tree: Snapshot, configuration: Configuration) -> Contract:
    """Raises ``BadInputError``, where there is no contract as well."""
    files = _named(paths) if paths else dict(_configured(tree, configuration))
    if not files:
        raise BadInputError(
            "there is no contract: name its files by --contract, or by `contract` in"
            " .edgewarden.yaml; edgewarden contract import writes a first one"
        )
    try:
        return read_contracts(files)
    except RulebookError as error:
        raise BadContractError(error) from error


def _named(paths: tuple[Path, ...]) -> Mapping[str, bytes]:
    found = {}
    for path in paths:
        files = sorted(_inside(path)) if path.is_dir() else [path]
        if not files:
            raise BadInputError(f"{path} holds no file of YAML: name a file of the contract")
        for file in files:
            try:
                found[file.as_posix()] = file.read_bytes()
            except OSError as error:
                raise BadInputError(
                    f"{file} cannot be read ({error.strerror}): name a file of the contract"
                ) from error
    return found


def _inside(directory: Path) -> Iterator[Path]:
    return (each for each in directory.rglob("*") if each.suffix in _SUFFIXES and each.is_file())


def _configured(tree: Snapshot, configuration: Configuration) -> Iterator[tuple[str, bytes]]:
    """The files that the tree's own configuration names."""
    for file in governing_files(tree, configuration, GovernanceKind.CONTRACT):
        if file.content is None:
            raise BadInputError(f"{file.path} was not read: it is a file of the contract")
        yield file.path, file.content
