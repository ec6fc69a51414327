"""Which files of a tree say what changes are judged by."""

from collections.abc import Iterable, Iterator

from edgewarden.manifests.snapshot import Snapshot, SourceFile
from edgewarden.workflows.configuration.configuration import (
    Configuration,
    GovernanceKind,
    GovernancePath,
)
from edgewarden.workflows.configuration.tree_configuration import configuration_file


def governing_files(
    tree: Snapshot, configuration: Configuration, kind: GovernanceKind
) -> Iterator[SourceFile]:
    """Those of a kind that the configuration names, in directories all YAML files; each once."""
    named = [each for each in configuration.governance if each.kind is kind]
    return (file for file in tree.files if _governs(file.path, named))


def governs(path: str, configuration: Configuration) -> bool:
    """Whether the file at a path says something that changes are judged by."""
    return _governs(path, configuration.governance)


def steering(tree: Snapshot, configuration: Configuration) -> Snapshot:
    """What says how a tree is read and judged: a base to which all the rest is a change."""
    file = configuration_file(tree)
    return Snapshot(
        tuple(each for each in tree.files if each is file or governs(each.path, configuration))
    )


def _governs(path: str, named: Iterable[GovernancePath]) -> bool:
    return any(each.governs(path) for each in named)
