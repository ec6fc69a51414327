"""Rule files and fixtures of rules on this machine."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from edgewarden.workflows.rulebook.rule_file import RuleFile

_SUFFIXES = frozenset({".yaml", ".yml"})


def rules_in(paths: Iterable[Path]) -> tuple[RuleFile, ...]:
    """The rules of files, and of all YAML files below directories.

    Raises ``RulebookError``, or ``OSError`` for what cannot be read.
    """
    # Only here: the form of rules takes long to load, and many commands judge nothing.
    from edgewarden.workflows.rulebook.rules import read_rules  # noqa: PLC0415

    return read_rules({str(file): file.read_bytes() for file in _files(paths)})


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = (file for file in path.rglob("*") if file.suffix in _SUFFIXES)
            yield from sorted(file for file in found if file.is_file())
        else:
            yield path
